//! TLS of the transport: the authorities that are trusted, and the reasons why a certificate is not.

use std::io;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};

use super::TransportError;

/// The certificates in a text in PEM.
///
/// # Errors
/// [`TransportError::BadAuthority`] if there is none, or one that cannot be an authority's.
pub(super) fn authorities(pem: &str) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let read = read.map_err(|_| TransportError::BadAuthority)?;
    let mut store = RootCertStore::empty();
    let sound = read.iter().all(|one| store.add(one.clone()).is_ok());
    if read.is_empty() || !sound {
        return Err(TransportError::BadAuthority);
    }
    Ok(read)
}

/// TLS 1.2 and 1.3 with the verifier of the platform, which also trusts the authorities in `pem`.
pub(super) fn config(pem: Option<&str>) -> Result<ClientConfig, TransportError> {
    let extra = pem.map(authorities).transpose()?.unwrap_or_default();
    let provider = Arc::new(ring::default_provider());
    let verifier = verifier(extra, &provider).map_err(|error| transport_error(&error))?;
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| transport_error(&error))?;
    let mut config = builder
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// TLS that trusts nobody, for a client of plain HTTP.
pub(super) fn of_no_use() -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| transport_error(&error))?;
    Ok(builder
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

#[cfg(not(target_os = "android"))]
fn verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(extra, Arc::clone(provider))?;
    Ok(Arc::new(verifier))
}

/// Android's own verifier is reached through Java only, by a component that each app would have to carry. Its roots are
/// files that every app may read.
#[cfg(target_os = "android")]
fn verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    /// Since Android 14 the roots are updated apart from the system.
    const FOLDERS: [&str; 2] = [
        "/apex/com.android.conscrypt/cacerts",
        "/system/etc/security/cacerts",
    ];
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(extra);
    for folder in FOLDERS {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let found: Vec<_> = files
            .filter_map(|file| CertificateDer::from_pem_file(file.path()).ok())
            .collect();
        if !found.is_empty() {
            store.add_parsable_certificates(found);
            break;
        }
    }
    let built =
        rustls::client::WebPkiServerVerifier::builder_with_provider(store.into(), Arc::clone(provider));
    let verifier = built.build().map_err(|error| Error::General(error.to_string()))?;
    Ok(verifier)
}

/// The reason why TLS failed, if the error is one of TLS, also inside an error of input and output.
pub(super) fn reason_in(error: &(dyn std::error::Error + 'static)) -> Option<TransportError> {
    // The source of an `io::Error` is that of the error inside it, not the error itself.
    match error.downcast_ref::<io::Error>() {
        Some(io) => reason_in(io.get_ref()?),
        None => error.downcast_ref().map(transport_error),
    }
}

fn transport_error(error: &Error) -> TransportError {
    use CertificateError as Bad;
    match error {
        Error::InvalidCertificate(
            Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. },
        ) => TransportError::Expired,
        Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            TransportError::WrongName
        }
        Error::InvalidMessage(_) => TransportError::Garbled,
        _ => TransportError::Untrusted,
    }
}
