//! The network interface that the core needs.

use std::time::Duration;

/// One HTTP POST.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// The address, with scheme and path.
    pub url: &'a str,
    /// Headers beside those that every POST has.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body of the request.
    pub body: &'a [u8],
    /// The longest duration of the request.
    pub timeout: Duration,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status, whatever it is.
    pub status: u16,
    /// The body, at most [`BODY_BYTES_MAX`](fieldbook_model::wire::BODY_BYTES_MAX).
    pub body: Vec<u8>,
}

/// Why nothing came back. Nothing is lost: what was sent is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The server cannot be reached, or the connection broke.
    #[error("no connection to the server")]
    NoConnection,
    /// The answer did not come in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The server's certificate is not to be trusted.
    #[error("the server's certificate is not to be trusted")]
    Untrusted,
    /// The address is no HTTP address.
    #[error("not an http or https address")]
    BadAddress,
    /// The answer is not HTTP.
    #[error("the answer is not an http answer")]
    Garbled,
    /// The answer is larger than any answer may be.
    #[error("the answer is too large")]
    TooLarge,
}

/// Carries messages: HTTP in an app, a simulated network in a test.
pub trait Transport: Send + Sync {
    /// Sends `post` and waits for the reply, no longer than `post.timeout`.
    ///
    /// # Errors
    /// [`TransportError`]; whether the server got the message is then unknown, which is why every message may be sent twice.
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError>;
}
