//! TLS of the server itself: a certificate and its key from files, read again on request.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;

/// The files of a certificate and its key, both in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate of the server, and after it those of the authorities in between.
    pub certificate: PathBuf,
    /// The private key of the certificate.
    pub key: PathBuf,
}

/// The reason why a certificate or a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// The file has no certificate in PEM.
    #[error("{} holds no certificate in PEM", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// The file has no private key in PEM that can be used without a password.
    #[error("{} holds no private key in PEM without a password", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The key is not that of the certificate.
    #[error("the key in {} is not that of the certificate in {}", key.display(), certificate.display())]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// The certificate or the key is of a kind that TLS here does not support, or is damaged.
    #[error("the certificate in {} or its key cannot be used", certificate.display())]
    Unusable {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The error of the TLS library.
        #[source]
        cause: rustls::Error,
    },
}

/// The certificate that new connections get.
#[derive(Clone)]
pub(crate) struct Tls {
    files: Arc<TlsFiles>,
    current: Arc<RwLock<Arc<ServerConfig>>>,
}

impl Tls {
    /// Reads the files.
    pub(crate) fn load(files: TlsFiles) -> Result<Tls, TlsError> {
        let current = Arc::new(RwLock::new(read(&files)?));
        Ok(Tls {
            files: Arc::new(files),
            current,
        })
    }

    /// Reads the files again. After an error the present certificate stays in use.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        let fresh = read(&self.files)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    pub(crate) async fn accept(&self, socket: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let current = Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner));
        TlsAcceptor::from(current).accept(socket).await
    }
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let (certificate, key) = (files.certificate.clone(), files.key.clone());
    let chain = certificates(&files.certificate)?;
    let secret = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| match error {
        pem::Error::Io(cause) => TlsError::File {
            path: key.clone(),
            cause,
        },
        _ => TlsError::NoKey { path: key.clone() },
    })?;
    let unusable = |cause| match cause {
        rustls::Error::InconsistentKeys(_) => TlsError::Mismatch {
            certificate: certificate.clone(),
            key: key.clone(),
        },
        cause => TlsError::Unusable {
            certificate: certificate.clone(),
            cause,
        },
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = |error| match error {
        pem::Error::Io(cause) => TlsError::File {
            path: path.to_owned(),
            cause,
        },
        _ => TlsError::NoCertificate {
            path: path.to_owned(),
        },
    };
    let found = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
    let chain: Vec<_> = found.collect::<Result<_, _>>().map_err(unreadable)?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate {
            path: path.to_owned(),
        });
    }
    Ok(chain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> TlsFiles {
        TlsFiles {
            certificate: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        }
    }

    fn write(files: &TlsFiles) -> String {
        let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&files.certificate, pair.cert.pem()).unwrap();
        let key = pair.signing_key.serialize_pem();
        std::fs::write(&files.key, &key).unwrap();
        key
    }

    #[test]
    fn each_bad_pair_is_named_and_a_good_one_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let load = || Tls::load(files.clone()).map(drop);
        assert!(matches!(load(), Err(TlsError::File { path, .. }) if path == files.certificate));
        let first_key = write(&files);
        load().unwrap();
        let tls = Tls::load(files.clone()).unwrap();
        write(&files);
        tls.reload().unwrap();
        std::fs::write(&files.key, first_key).unwrap();
        assert!(matches!(tls.reload(), Err(TlsError::Mismatch { .. })));
        std::fs::write(&files.key, "no key").unwrap();
        assert!(matches!(load(), Err(TlsError::NoKey { .. })));
        std::fs::write(&files.certificate, "no certificate").unwrap();
        assert!(matches!(load(), Err(TlsError::NoCertificate { .. })));
    }
}
