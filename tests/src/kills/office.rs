//! The server: a child that serves one folder on one port, started again after each kill.

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

use super::{KillsError, Usage};

/// The hidden argument. After it: the folder, the port.
pub(super) const FLAG: &str = "--office";

/// Serves until its standard input ends, or until it is killed.
pub(super) fn run(arguments: &[String], out: &mut dyn Write) -> Result<(), KillsError> {
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

/// An office whose server may be killed.
#[derive(Debug)]
pub(super) struct Office {
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Office {
    /// Sets up an office with one territory in `folder`, and opens it.
    pub(super) fn found(folder: &Path) -> Result<Office, KillsError> {
        let store = Store::open(folder, &SystemRandom)?;
        admin::add_territory(&store, "North", &SystemRandom)?;
        drop(store);
        // Free now; nobody else on this machine asks for it by number.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut office = Office {
            folder: folder.to_owned(),
            port,
            child: None,
        };
        office.open()?;
        Ok(office)
    }

    /// Path of its database.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }

    /// Starts the server, unless it runs. When this returns, it answers.
    pub(super) fn open(&mut self) -> Result<(), KillsError> {
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
        if let Some(said) = child.stdout.take() {
            BufReader::new(said).read_line(&mut url)?;
        }
        self.child = Some(child);
        if url.starts_with("http://") {
            Ok(())
        } else {
            Err(KillsError::Silent { who: "server" })
        }
    }

    /// Kills it by SIGKILL.
    pub(super) fn kill(&mut self) -> Result<(), KillsError> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// A new book of a person of that name, joined.
    pub(super) fn join(&self, file: &Path, name: &str) -> Result<Book, KillsError> {
        let store = Store::open(&self.folder, &SystemRandom)?;
        admin::add_user(&store, name, Role::Rep, &["North"], &SystemRandom)?;
        let code = admin::issue_code(&store, name, SystemClock.now_ms(), &SystemRandom)?;
        let book = Book::open(OpenOptions::new(file))?;
        let url = format!("http://127.0.0.1:{}", self.port);
        book.join(&url, &code.text, name, &Http::default())?;
        Ok(book)
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // It has nothing that a kill could hurt: that is what was shown.
        let _ = self.kill();
    }
}
