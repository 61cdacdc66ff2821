//! Starts and stops the HTTP server, on a thread of its own, and waits for the signal to stop.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use fieldbook_model::clock::{Clock, Random, SystemClock, SystemRandom};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::admin::Compacted;
use crate::admin::compact::compact_while;
use crate::connections::Connections;
use crate::http::{AppState, Probe, error_with_causes, router};
use crate::limits::{Guard, Limits};
use crate::log::{Log, Logger};
use crate::store::{Store, StoreError};
use crate::tls::{Tls, TlsError, TlsFiles};

/// The time that requests in progress get to finish once the server is stopped.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// The time between two compactions of the database.
const COMPACT_EVERY: Duration = Duration::from_secs(86_400);

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
    /// What one address, one device and all of them may ask.
    pub limits: Limits,
    /// Certificate and key; `None` to serve plain HTTP.
    pub tls: Option<TlsFiles>,
    /// The client of a request.
    pub client: Client,
}

/// The address that a request is taken to come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The other side of the connection.
    Peer,
    /// The last address in the header `X-Forwarded-For`, which a reverse proxy in front of the server writes.
    Forwarded,
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
            limits: Limits::default(),
            tls: None,
            client: Client::Peer,
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
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The system refused a thread, a timer or a signal handler, or the server's thread failed.
    #[error("the system refused a thread or a signal handler")]
    System(#[source] std::io::Error),
}

/// A running server. It stops when dropped.
pub struct Server {
    url: String,
    state: Arc<AppState>,
    tls: Option<Tls>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("url", &self.url)
            .finish_non_exhaustive()
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
        let tls = config.tls.map(Tls::load).transpose()?;
        let store = Store::open(&config.dir, config.random.as_ref())?;
        store.answer_from(config.clock.now_ms());
        let state = Arc::new(AppState {
            store,
            clock: config.clock,
            random: config.random,
            log: Logger::start(config.log).map_err(ServeError::System)?,
            guard: Arc::new(Guard::new(config.limits)),
            client: config.client,
            probe: Probe::default(),
        });
        let listen = config.listen;
        let cannot = |cause| ServeError::Listen { listen, cause };
        let listener = TcpListener::bind(listen).map_err(cannot)?;
        listener.set_nonblocking(true).map_err(cannot)?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().map_err(cannot)?);
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(CONCURRENT_REQUESTS_MAX)
            .enable_all()
            .build()
            .map_err(ServeError::System)?;
        let (stop, stopped) = watch::channel(false);
        let connections = Connections {
            router: router(Arc::clone(&state)),
            limits: config.limits,
            tls: tls.clone(),
            stop: stopped,
        };
        runtime.spawn(compact_daily(Arc::clone(&state), stop.subscribe()));
        let thread = std::thread::Builder::new()
            .name("fieldbook-server".to_owned())
            .spawn(move || serve(runtime, listener, connections))
            .map_err(ServeError::System)?;
        Ok(Server {
            url,
            state,
            tls,
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

    /// Reads certificate and key again, for connections from now on. Without TLS it has no effect.
    ///
    /// # Errors
    /// [`TlsError`]; the certificate that was in use stays in use.
    pub fn reload_tls(&self) -> Result<(), TlsError> {
        let Some(tls) = &self.tls else { return Ok(()) };
        let reloaded = tls.reload();
        let fields = match &reloaded {
            Ok(()) => serde_json::json!({ "reloaded": true }),
            Err(error) => serde_json::json!({ "reloaded": false, "fault": error_with_causes(error) }),
        };
        self.state.log.write(self.state.clock.now_ms(), "tls", fields);
        reloaded
    }

    /// Writes a line to the server's log: an event and what it says, such as a warning or a panic.
    pub fn log(&self, event: &str, text: &str) {
        let fields = serde_json::json!({ "text": text });
        self.state.log.write(self.state.clock.now_ms(), event, fields);
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
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        let ended = thread.join();
        let fields = serde_json::json!({ "stopped": true });
        self.state.log.write(self.state.clock.now_ms(), "stop", fields);
        self.state.log.close();
        ended.unwrap_or_else(|_| Err(std::io::Error::other("the server panicked")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // `stop` reports the error; drop cannot.
        let _ = self.shut_down();
    }
}

/// Compacts the database now and once a day, until the server stops.
async fn compact_daily(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let (state, stopped) = (Arc::clone(&state), stop.clone());
        let work = move || {
            let now_ms = state.clock.now_ms();
            let fields = match compact_while(&state.store, now_ms, &|| !*stopped.borrow()) {
                Ok(done) if done == Compacted::default() => return,
                Ok(done) => serde_json::json!({ "changes": done.changes, "departures": done.departures }),
                Err(error) => serde_json::json!({ "fault": error_with_causes(&error) }),
            };
            state.log.write(now_ms, "compact", fields);
        };
        // A panic in it is in the log; the next day tries again.
        let _ = tokio::task::spawn_blocking(work).await;
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(COMPACT_EVERY) => {}
        }
    }
}

fn serve(runtime: Runtime, listener: TcpListener, connections: Connections) -> std::io::Result<()> {
    let mut stopped = connections.stop.clone();
    let ended = runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let grace_over = async move {
            let _ = stopped.wait_for(|stop| *stop).await;
            tokio::time::sleep(SHUTDOWN_GRACE).await;
        };
        tokio::select! {
            () = Arc::new(connections).serve(listener) => {}
            () = grace_over => {}
        }
        Ok(())
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
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
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
            let hangup = signal(SignalKind::hangup()).map_err(ServeError::System)?;
            drop(inside);
            Ok(ShutdownSignal {
                runtime,
                term,
                interrupt,
                hangup,
            })
        }
        #[cfg(not(unix))]
        Ok(ShutdownSignal { runtime })
    }

    /// Waits for the signal, and calls `on_hangup` for each SIGHUP until then.
    pub fn wait(mut self, mut on_hangup: impl FnMut()) {
        #[cfg(unix)]
        self.runtime.block_on(async {
            loop {
                tokio::select! {
                    _ = self.term.recv() => break,
                    _ = self.interrupt.recv() => break,
                    Some(()) = self.hangup.recv() => on_hangup(),
                }
            }
        });
        #[cfg(not(unix))]
        {
            let _ = &mut on_hangup;
            let _ = self.runtime.block_on(tokio::signal::ctrl_c());
        }
    }
}
