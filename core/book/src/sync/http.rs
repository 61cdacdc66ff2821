//! The transport over HTTP. No other file opens a socket.

use std::io::ErrorKind;

use super::{Post, Reply, Transport, TransportError};
use fieldbook_model::wire::BODY_BYTES_MAX;

/// A blocking HTTP/1.1 client with TLS by rustls and Mozilla's roots; one connection is kept open between calls.
#[derive(Debug, Clone)]
pub struct Http {
    agent: ureq::Agent,
}

impl Default for Http {
    fn default() -> Http {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("fieldbook/", env!("CARGO_PKG_VERSION")))
            .build();
        Http { agent: config.into() }
    }
}

impl Transport for Http {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        let mut request = self
            .agent
            .post(post.url)
            .header("content-type", "application/cbor");
        for (name, value) in post.headers {
            request = request.header(*name, *value);
        }
        let request = request.config().timeout_global(Some(post.timeout)).build();
        let mut response = request.send(post.body).map_err(|error| transport_error(&error))?;
        let status = response.status().as_u16();
        let body = response
            .body_mut()
            .with_config()
            .limit(BODY_BYTES_MAX as u64 + 1)
            .read_to_vec();
        Ok(Reply {
            status,
            body: body.map_err(|error| transport_error(&error))?,
        })
    }
}

fn transport_error(error: &ureq::Error) -> TransportError {
    match error {
        ureq::Error::Timeout(_) => TransportError::TimedOut,
        ureq::Error::Io(io) if io.kind() == ErrorKind::TimedOut => TransportError::TimedOut,
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => TransportError::BadAddress,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => TransportError::Untrusted,
        ureq::Error::Protocol(_) => TransportError::Garbled,
        ureq::Error::BodyExceedsLimit(_) => TransportError::TooLarge,
        _ => TransportError::NoConnection,
    }
}
