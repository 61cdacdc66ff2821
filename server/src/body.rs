//! Bodies: read up to what is allowed and no longer than is allowed, refused ones without being kept, and answers in pieces.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use fieldbook_model::wire::{BODY_BYTES_MAX, ProtocolError};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use crate::limits::{Limits, Running};

/// A body up to this size is read before it is known from whom it comes. In bytes.
pub(crate) const SMALL_BYTES: usize = 64 << 10;

/// The most bytes of a refused body that are read to their end, so that the other side receives the reason.
const DISCARDED_BYTES_MAX: usize = 16 * BODY_BYTES_MAX;

/// The longest time for which a refused body is read.
const DISCARD: Duration = Duration::from_secs(30);

/// The longest pause in a refused body.
const DISCARD_PAUSE: Duration = Duration::from_secs(5);

/// The largest piece of an answer that is handed to the connection at once, in bytes.
const PIECE_BYTES: usize = 16 << 10;

/// The size that a body announces; the largest that is allowed if it announces none.
pub(crate) fn announced_bytes(body: &Body) -> usize {
    let announced = body.size_hint().upper();
    announced.map_or(BODY_BYTES_MAX, |n| usize::try_from(n).unwrap_or(usize::MAX))
}

/// Reads a body of at most `max` bytes. The rest of a longer one is read and forgotten.
pub(crate) async fn read(mut body: Body, max: usize, limits: &Limits) -> Result<Vec<u8>, ProtocolError> {
    if announced_bytes(&body) > max && body.size_hint().upper().is_some() {
        discard(body).await;
        return Err(ProtocolError::TooLarge);
    }
    let reading = async {
        let mut bytes = Vec::new();
        loop {
            match timeout(limits.body_pause, body.frame()).await {
                Ok(Some(Ok(frame))) => {
                    let data = frame.into_data().unwrap_or_default();
                    if bytes.len() + data.len() > max {
                        return Err(ProtocolError::TooLarge);
                    }
                    bytes.extend_from_slice(&data);
                }
                Ok(None) => return Ok(bytes),
                // The connection broke, the encoding of the body is not HTTP's, or the pause was too long.
                Ok(Some(Err(_))) | Err(_) => return Err(ProtocolError::Malformed),
            }
        }
    };
    let read = timeout(limits.body, reading).await;
    let read = read.unwrap_or(Err(ProtocolError::Malformed));
    if read == Err(ProtocolError::TooLarge) {
        discard(body).await;
    }
    read
}

/// Reads what is left of a refused body and keeps nothing of it, so that the other side receives the answer.
pub(crate) async fn discard(mut body: Body) {
    let reading = async {
        let mut left = DISCARDED_BYTES_MAX;
        while let Ok(Some(Ok(frame))) = timeout(DISCARD_PAUSE, body.frame()).await {
            let len = frame.data_ref().map_or(0, Bytes::len);
            left = left.saturating_sub(len);
            if left == 0 {
                break;
            }
        }
    };
    // Whoever takes longer than that receives the answer while it sends, or does not.
    let _ = timeout(DISCARD, reading).await;
}

/// An answer, which goes out in pieces, so that a connection holds few of its bytes twice. The place of its device is free
/// again once the last piece is handed over.
pub(crate) struct Answer {
    left: Bytes,
    _running: Option<Running>,
}

impl Answer {
    pub(crate) fn new(body: Vec<u8>, running: Option<Running>) -> Answer {
        Answer {
            left: body.into(),
            _running: running,
        }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let len = self.left.len().min(PIECE_BYTES);
        let piece = self.left.split_to(len);
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}
