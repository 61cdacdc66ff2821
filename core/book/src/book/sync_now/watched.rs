//! Whether anything of a request has left the device.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::sync::{Post, Reply, Transport, TransportError};

/// The end of the address to which unsent changes go.
const SYNC: &str = "/v1/sync";

/// A transport that notes whether a byte of a sync may have left.
pub(super) struct Watched<'t> {
    inner: &'t dyn Transport,
    left: AtomicBool,
}

impl Watched<'_> {
    /// Watches `inner`; nothing has left yet.
    pub(super) fn new(inner: &dyn Transport) -> Watched<'_> {
        Watched {
            inner,
            left: AtomicBool::new(false),
        }
    }

    /// True if a byte of a sync may have left.
    pub(super) fn has_left(&self) -> bool {
        self.left.load(Ordering::SeqCst)
    }
}

impl Transport for Watched<'_> {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        let is_sync = post.url.ends_with(SYNC);
        let answered = self.inner.post(post);
        let stayed = answered.as_ref().is_err_and(|error| error.is_before_sending());
        if is_sync && !stayed {
            self.left.store(true, Ordering::SeqCst);
        }
        answered
    }
}
