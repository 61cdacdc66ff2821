//! Starts and stops the HTTP server, on a thread of its own, and waits for the signal to stop.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::serve::ListenerExt;
use fieldbook_model::clock::{Clock, Random, SystemClock, SystemRandom};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::http::{AppState, router};
use crate::log::Log;
use crate::store::{Store, StoreError};

/// The time that requests in progress get to finish once the server is stopped.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// The most requests that are processed at once; the rest wait.
const CONCURRENT_REQUESTS_MAX: usize = 16;

/// The configuration of a server.
#[derive(Clone)]
pub struct Config {
    /// The folder of the database; created if missing.
    pub dir: PathBuf,
    /// The address to listen on; port 0 picks a free port.
    pub listen: SocketAddr,
    /// The source of time.
    pub clock: Arc<dyn Clock>,
    /// The source of ids and join codes.
    pub random: Arc<dyn Random>,
    /// The destination of the log.
    pub log: Log,
}

impl Config {
    /// A configuration with the system's clock and random source, and without a log.
    pub fn new(dir: &Path, listen: SocketAddr) -> Config {
        Config {
            dir: dir.to_owned(),
            listen,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            log: Log::Silent,
        }
    }
}

/// The reason why a server did not start, or failed while it ran.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address is taken, or is not this machine's.
    #[error("cannot listen on {listen}")]
    Listen {
        /// The address to listen on.
        listen: SocketAddr,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// The system refused a thread, a timer or a signal handler, or the server's thread failed.
    #[error("the system refused a thread or a signal handler")]
    System(#[source] std::io::Error),
}

/// A running server. It stops when dropped.
#[derive(Debug)]
pub struct Server {
    url: String,
    state: Arc<AppState>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.store.fmt(f)
    }
}

impl Server {
    /// Starts a server on the database in `dir`, without a log. It accepts requests as soon as this returns.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn start(dir: &Path, listen: SocketAddr) -> Result<Server, ServeError> {
        Server::start_with(Config::new(dir, listen))
    }

    /// Starts a server with this configuration. It accepts requests as soon as this returns.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn start_with(config: Config) -> Result<Server, ServeError> {
        let store = Store::open(&config.dir, config.random.as_ref())?;
        store.answer_from(config.clock.now_ms());
        let state = Arc::new(AppState {
            store,
            clock: config.clock,
            random: config.random,
            log: config.log,
        });
        let listen = config.listen;
        let cannot = |cause| ServeError::Listen { listen, cause };
        let listener = TcpListener::bind(listen).map_err(cannot)?;
        listener.set_nonblocking(true).map_err(cannot)?;
        let url = format!("http://{}", listener.local_addr().map_err(cannot)?);
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(CONCURRENT_REQUESTS_MAX)
            .enable_all()
            .build()
            .map_err(ServeError::System)?;
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::clone(&state);
        let thread = std::thread::Builder::new()
            .name("fieldbook-server".to_owned())
            .spawn(move || serve(runtime, listener, shared, stopped))
            .map_err(ServeError::System)?;
        Ok(Server {
            url,
            state,
            stop,
            thread: Some(thread),
        })
    }

    /// The URL of the server, such as `http://127.0.0.1:7373`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's database, for the functions of [`admin`](crate::admin).
    pub fn store(&self) -> &Store {
        &self.state.store
    }

    /// Stops the server: it accepts no new request, answers those in progress, and closes the database.
    ///
    /// # Errors
    /// [`ServeError::System`] if the server had failed before.
    pub fn stop(mut self) -> Result<(), ServeError> {
        self.shut_down().map_err(ServeError::System)
    }

    fn shut_down(&mut self) -> std::io::Result<()> {
        self.stop.send_replace(true);
        match self.thread.take() {
            Some(thread) => thread
                .join()
                .unwrap_or_else(|_| Err(std::io::Error::other("the server panicked"))),
            None => Ok(()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // `stop` reports the error; drop cannot.
        let _ = self.shut_down();
    }
}

fn serve(
    runtime: Runtime,
    listener: TcpListener,
    state: Arc<AppState>,
    mut stopped: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut stop_requested = stopped.clone();
    let ended = runtime.block_on(async move {
        // TCP_NODELAY: Nagle's algorithm and delayed acknowledgements would hold answers back by 40 ms. Without it the
        // server is only slower, so an error is ignored.
        let listener =
            tokio::net::TcpListener::from_std(listener)?.tap_io(|socket| drop(socket.set_nodelay(true)));
        let shutdown = async move {
            let _ = stop_requested.wait_for(|stop| *stop).await;
        };
        let grace_over = async move {
            let _ = stopped.wait_for(|stop| *stop).await;
            tokio::time::sleep(SHUTDOWN_GRACE).await;
        };
        tokio::select! {
            ended = axum::serve(listener, router(state)).with_graceful_shutdown(shutdown) => ended,
            () = grace_over => Ok(()),
        }
    });
    runtime.shutdown_timeout(SHUTDOWN_GRACE);
    ended
}

/// The signal to stop: SIGTERM or Ctrl-C.
#[derive(Debug)]
pub struct ShutdownSignal {
    runtime: Runtime,
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl ShutdownSignal {
    /// Installs the handlers: from here on the signals no longer kill the process.
    ///
    /// # Errors
    /// [`ServeError::System`].
    pub fn install() -> Result<ShutdownSignal, ServeError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ServeError::System)?;
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let inside = runtime.enter();
            let term = signal(SignalKind::terminate()).map_err(ServeError::System)?;
            let interrupt = signal(SignalKind::interrupt()).map_err(ServeError::System)?;
            drop(inside);
            Ok(ShutdownSignal {
                runtime,
                term,
                interrupt,
            })
        }
        #[cfg(not(unix))]
        Ok(ShutdownSignal { runtime })
    }

    /// Waits for the signal.
    pub fn wait(mut self) {
        #[cfg(unix)]
        self.runtime.block_on(async {
            tokio::select! {
                _ = self.term.recv() => {}
                _ = self.interrupt.recv() => {}
            }
        });
        #[cfg(not(unix))]
        let _ = self.runtime.block_on(tokio::signal::ctrl_c());
    }
}
