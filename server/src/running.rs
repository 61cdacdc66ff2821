//! A server that runs: on a thread of its own, until it is stopped.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::serve::ListenerExt;
use fieldbook_model::clock::{Clock, Random, SystemClock, SystemRandom};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::http::{House, router};
use crate::log::Log;
use crate::store::{Store, StoreError};

/// How long requests under way may take to end once the server is stopped.
const GRACE: Duration = Duration::from_secs(10);

/// How many requests are worked on at once; the rest wait.
const AT_ONCE: usize = 16;

/// What a server is started with.
#[derive(Clone)]
pub struct Config {
    /// The folder of the database.
    pub dir: PathBuf,
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub random: Arc<dyn Random>,
    /// Where the log goes.
    pub log: Log,
}

impl Config {
    /// A server on the machine's own clock and randomness, without a log.
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

/// Why a server did not start, or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be listened on: taken, or not this machine's.
    #[error("cannot listen on {listen}")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// Why not.
        #[source]
        cause: std::io::Error,
    },
    /// The system refused a thread, a timer or a signal handler.
    #[error("the system refused a thread or a signal handler")]
    System(#[source] std::io::Error),
}

/// A server that runs. Dropped, it stops.
#[derive(Debug)]
pub struct Running {
    url: String,
    house: Arc<House>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.store.fmt(f)
    }
}

impl Running {
    /// Starts a server over the database in `dir`, without a log. When it returns, the server answers.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn start(dir: &Path, listen: SocketAddr) -> Result<Running, ServeError> {
        Running::start_with(Config::new(dir, listen))
    }

    /// Starts a server as `config` says. When it returns, the server answers.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn start_with(config: Config) -> Result<Running, ServeError> {
        let house = Arc::new(House {
            store: Store::open(&config.dir, config.random.as_ref())?,
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
            .max_blocking_threads(AT_ONCE)
            .enable_all()
            .build()
            .map_err(ServeError::System)?;
        let (stop, stopped) = watch::channel(false);
        let serving = Arc::clone(&house);
        let thread = std::thread::Builder::new()
            .name("fieldbook-server".to_owned())
            .spawn(move || serve(runtime, listener, serving, stopped))
            .map_err(ServeError::System)?;
        Ok(Running {
            url,
            house,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it listens: `http://127.0.0.1:7373`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its database, for what an administrator does.
    pub fn store(&self) -> &Store {
        &self.house.store
    }

    /// Stops it: no new request is taken, those under way are answered, the database is closed.
    ///
    /// # Errors
    /// [`ServeError::System`] when it had ended before, by a failure of its own.
    pub fn stop(mut self) -> Result<(), ServeError> {
        self.end().map_err(ServeError::System)
    }

    fn end(&mut self) -> std::io::Result<()> {
        self.stop.send_replace(true);
        match self.thread.take() {
            Some(thread) => thread
                .join()
                .unwrap_or_else(|_| Err(std::io::Error::other("the server panicked"))),
            None => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Whoever wants to know how it ended calls `stop`.
        let _ = self.end();
    }
}

fn serve(
    runtime: Runtime,
    listener: TcpListener,
    house: Arc<House>,
    mut stopped: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut waiting = stopped.clone();
    let ended = runtime.block_on(async move {
        // Without it, Nagle's algorithm and delayed acknowledgements hold answers back by 40 ms; failing to set it only
        // makes us slow.
        let listener =
            tokio::net::TcpListener::from_std(listener)?.tap_io(|socket| drop(socket.set_nodelay(true)));
        let asked = async move {
            let _ = waiting.wait_for(|stop| *stop).await;
        };
        let too_long = async move {
            let _ = stopped.wait_for(|stop| *stop).await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            ended = axum::serve(listener, router(house)).with_graceful_shutdown(asked) => ended,
            () = too_long => Ok(()),
        }
    });
    runtime.shutdown_timeout(GRACE);
    ended
}

/// The system's wish that the process ends: SIGTERM or Ctrl-C.
#[derive(Debug)]
pub struct Ending {
    runtime: Runtime,
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Ending {
    /// Begins to listen for it: from here on the signal no longer kills the process.
    ///
    /// # Errors
    /// [`ServeError::System`].
    pub fn listen() -> Result<Ending, ServeError> {
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
            Ok(Ending {
                runtime,
                term,
                interrupt,
            })
        }
        #[cfg(not(unix))]
        Ok(Ending { runtime })
    }

    /// Waits for it.
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
