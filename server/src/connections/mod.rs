//! The connections: accepted up to a limit, each with time-outs, with TLS or without, and ended cleanly.

mod slots;
mod stream;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower_service::Service as _;

use crate::limits::Limits;
use crate::tls::Tls;
use slots::Slots;
pub(crate) use slots::{Slot, Standing};
use stream::Stream;

/// The pause after the system refused to accept a connection, for want of memory or file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The most bytes of a request's headers, and of what is read ahead.
const BUFFER_BYTES: usize = 32 << 10;

/// The most headers of a request.
const HEADERS_MAX: usize = 64;

/// The connection of a request, as its handler sees it.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// The address of the other side.
    pub(crate) address: IpAddr,
    /// The place of the connection.
    pub(crate) slot: Arc<Slot>,
}

/// What all connections share.
pub(crate) struct Connections {
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    pub(crate) tls: Option<Tls>,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Connections {
    /// Serves connections until the stop, and then until the last request is answered.
    pub(crate) async fn serve(self: Arc<Connections>, listener: TcpListener) {
        let slots = Slots::new(self.limits.connections);
        let mut open = JoinSet::new();
        let mut stop = self.stop.clone();
        loop {
            let slot = tokio::select! {
                slot = slots.acquire() => slot,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            match accepted {
                Ok((socket, peer)) => {
                    // Nagle's algorithm and delayed acknowledgements would hold answers back by 40 ms. Without this the
                    // server is only slower, so an error is ignored.
                    drop(socket.set_nodelay(true));
                    open.spawn(Arc::clone(&self).connection(socket, peer, slot));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
            while open.try_join_next().is_some() {}
        }
        drop(listener);
        while open.join_next().await.is_some() {}
    }

    async fn connection(self: Arc<Connections>, socket: TcpStream, peer: SocketAddr, slot: Slot) {
        let slot = Arc::new(slot);
        let peer = Peer {
            address: peer.ip().to_canonical(),
            slot: Arc::clone(&slot),
        };
        let served = async {
            match &self.tls {
                None => self.http(socket, peer).await,
                Some(tls) => {
                    let shaken = tokio::time::timeout(self.limits.header, tls.accept(socket)).await;
                    if let Ok(Ok(stream)) = shaken {
                        self.http(stream, peer).await;
                    }
                }
            }
        };
        tokio::select! {
            () = served => {}
            () = slot.closed() => {}
        }
    }

    async fn http(&self, io: impl AsyncRead + AsyncWrite + Unpin, peer: Peer) {
        let answered = service_fn(|mut request: Request<Incoming>| {
            peer.slot.mark(Standing::Busy);
            request.extensions_mut().insert(peer.clone());
            let (answer, slot) = (
                self.router.clone().call(request.map(Body::new)),
                Arc::clone(&peer.slot),
            );
            async move {
                let answer = answer.await.unwrap_or_else(|never| match never {});
                Ok::<_, Infallible>(answer.map(|body| Answer { body, slot }))
            }
        });
        let io = TokioIo::new(Stream::new(io, self.limits.answer_pause));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header)
            .max_headers(HEADERS_MAX)
            .max_buf_size(BUFFER_BYTES)
            .serve_connection(io, answered);
        tokio::pin!(connection);
        let mut stop = self.stop.clone();
        // An error is that of the other side, which hears of it by the end of the connection.
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stop.wait_for(|stop| *stop) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

/// The body of an answer. With its end the connection waits for the next request.
struct Answer {
    body: Body,
    slot: Arc<Slot>,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.slot.mark(Standing::Kept);
    }
}
