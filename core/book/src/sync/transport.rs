//! The network interface that a sync needs; an app may provide its own implementation.

use std::time::Duration;

/// An HTTP POST request.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// The URL, with scheme and path.
    pub url: &'a str,
    /// Headers in addition to the usual ones of a POST.
    pub headers: &'a [(&'a str, &'a str)],
    /// The request body.
    pub body: &'a [u8],
    /// The longest duration of the request. A transport may end it earlier when nothing is heard.
    pub timeout: Duration,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status of the reply, successful or not.
    pub status: u16,
    /// The body, at most [`BODY_BYTES_MAX`](fieldbook_model::wire::BODY_BYTES_MAX).
    pub body: Vec<u8>,
}

/// A failure to get a reply. Nothing is lost: the request is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The server was not reached, and no byte of the request has left this device. Where that is not certain, it is
    /// [`NoConnection`](TransportError::NoConnection).
    #[error("no connection to the server")]
    Unreachable,
    /// The server cannot be reached, or the connection broke.
    #[error("no connection to the server")]
    NoConnection,
    /// No reply came within the timeout.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The server's certificate is of no authority that is trusted, or TLS failed otherwise.
    #[error("the server's certificate is not to be trusted")]
    Untrusted,
    /// The server's certificate is for another host name.
    #[error("the server's certificate is for another name")]
    WrongName,
    /// The server's certificate has expired or is not valid yet, by this device's clock.
    #[error("the server's certificate has expired, or this device's clock is wrong")]
    Expired,
    /// The server is another machine and its address is plain HTTP, which is not permitted.
    #[error("an http address of another machine is not encrypted; use https")]
    PlainHttp,
    /// The authorities to trust are not certificates in PEM.
    #[error("the authorities to trust are not certificates in PEM")]
    BadAuthority,
    /// The URL is not an HTTP or HTTPS URL.
    #[error("not an http or https address")]
    BadAddress,
    /// The reply is not valid HTTP.
    #[error("the answer is not an http answer")]
    Garbled,
    /// The reply is larger than [`BODY_BYTES_MAX`](fieldbook_model::wire::BODY_BYTES_MAX).
    #[error("the answer is too large")]
    TooLarge,
}

impl TransportError {
    /// True if no byte of the request has left this device.
    pub fn is_before_sending(self) -> bool {
        matches!(
            self,
            TransportError::Unreachable
                | TransportError::PlainHttp
                | TransportError::BadAuthority
                | TransportError::BadAddress
        )
    }
}

/// Carries messages: HTTP in an app, a simulated network in a test.
pub trait Transport: Send + Sync {
    /// Sends `post` and waits for the reply, no longer than `post.timeout`.
    ///
    /// # Errors
    /// [`TransportError`]. The server may or may not have received the message; therefore every message may be sent twice.
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError>;
}
