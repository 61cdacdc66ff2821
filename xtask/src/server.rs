//! A real server for a scenario, on a free port of this machine, with fresh data. It ends when its owner is dropped.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::bindings::Profile;
use crate::process;
use crate::step::Stop;

/// The longest time from start to listening.
const PATIENCE: Duration = Duration::from_secs(30);

/// The prefix of the line in which the server reports its address.
const LISTENS: &str = "listening on ";

/// A running server. Dropping it kills the process, also after a failed scenario.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    program: PathBuf,
    data: PathBuf,
    url: String,
}

impl Server {
    /// Starts a server over the empty folder `data`, with its log in `server.log` there.
    pub(crate) fn start(profile: Profile, data: &Path) -> Result<Server, Stop> {
        let program = profile.folder().join("fieldbook-server");
        fs::create_dir_all(data).map_err(|e| failed("its folder cannot be made", &e))?;
        let log = File::create(data.join("server.log")).map_err(|e| failed("its log cannot be made", &e))?;
        let mut child = Command::new(&program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|e| failed(&format!("{} did not start", program.display()), &e))?;
        let stdout = child.stdout.take();
        let mut server = Server {
            child,
            program,
            data: data.to_owned(),
            url: String::new(),
        };
        server.url = stdout
            .and_then(address)
            .ok_or_else(|| Stop::Failed(format!("the server does not listen: see {}", data.display())))?;
        Ok(server)
    }

    /// The address of the server, such as `http://127.0.0.1:43121`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs an administrator's command and returns the last line of its output.
    pub(crate) fn admin(&self, args: &[&str]) -> Result<String, Stop> {
        let mut command = Command::new(&self.program);
        command.args(["admin", "--data"]).arg(&self.data).args(args);
        let printed = process::output_of(&mut command)?;
        let printed = String::from_utf8_lossy(&printed);
        Ok(printed.lines().next_back().unwrap_or_default().trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended already; nothing depends on the result.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the address from the server's output. Later output is read and discarded, so that the server never blocks on
/// a full pipe.
fn address(stdout: ChildStdout) -> Option<String> {
    let (tell, hear) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(url) = line.strip_prefix(LISTENS) {
                // After the timeout there is no receiver.
                let _ = tell.send(url.trim().to_owned());
            }
        }
    });
    hear.recv_timeout(PATIENCE).ok()
}

fn failed(what: &str, error: &std::io::Error) -> Stop {
    Stop::Failed(format!("the server: {what}: {error}"))
}
