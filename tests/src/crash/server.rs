//! The server: a child process that serves one folder on one port and is started again after each kill.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use fieldbook_core::book::{Book, OpenOptions};
use fieldbook_core::clock::{Clock, SystemClock, SystemRandom};
use fieldbook_core::model::Role;
use fieldbook_core::sync::http::Http;
use fieldbook_server::store::{FILE_NAME, Store};
use fieldbook_server::{Server, admin};

use super::{CrashError, Usage};

/// The hidden argument. After it: the folder, the port.
pub(super) const FLAG: &str = "--office";

/// Serves until its standard input ends, or until it is killed.
pub(super) fn run(arguments: &[String], out: &mut dyn Write) -> Result<(), CrashError> {
    let [folder, port] = arguments else {
        return Err(Usage::BadChild.into());
    };
    let port: u16 = port.parse().map_err(|_| Usage::BadChild)?;
    let server = Server::start(Path::new(folder), SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    writeln!(out, "{}", server.url())?;
    out.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(server.stop()?)
}

/// A server that may be killed.
#[derive(Debug)]
pub(super) struct ServerProcess {
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl ServerProcess {
    /// Creates a server with one territory in `folder`, and starts it.
    pub(super) fn set_up(folder: &Path) -> Result<ServerProcess, CrashError> {
        let store = Store::open(folder, &SystemRandom)?;
        admin::add_territory(&store, "North", &SystemRandom)?;
        drop(store);
        // The port is free now, and other programs do not ask for it by number.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut server = ServerProcess {
            folder: folder.to_owned(),
            port,
            child: None,
        };
        server.start()?;
        Ok(server)
    }

    /// Path of the server's database.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }

    /// Starts the server unless it runs. It answers when this returns.
    pub(super) fn start(&mut self) -> Result<(), CrashError> {
        if self.child.is_some() {
            return Ok(());
        }
        let mut child = Command::new(std::env::current_exe()?)
            .arg(FLAG)
            .arg(&self.folder)
            .arg(self.port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut url)?;
        }
        self.child = Some(child);
        if url.starts_with("http://") {
            Ok(())
        } else {
            Err(CrashError::Silent { who: "server" })
        }
    }

    /// Kills the process with SIGKILL.
    pub(super) fn kill(&mut self) -> Result<(), CrashError> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Creates the book of a new rep of this name and joins it.
    pub(super) fn join(&self, file: &Path, name: &str) -> Result<Book, CrashError> {
        let store = Store::open(&self.folder, &SystemRandom)?;
        admin::add_user(&store, name, Role::Rep, &["North"], &SystemRandom)?;
        let code = admin::issue_code(&store, name, SystemClock.now_ms(), &SystemRandom)?;
        let book = Book::open(OpenOptions::new(file))?;
        let url = format!("http://127.0.0.1:{}", self.port);
        book.join(&url, &code.text, name, &Http::default())?;
        Ok(book)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // A kill is safe here: the data is in a temporary folder.
        let _ = self.kill();
    }
}
