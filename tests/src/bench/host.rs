//! Child processes, as the parent sees them.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::child::{self, Task};
use super::{BenchError, Measure};

/// Runs one task in a process of its own.
pub(super) fn measure(
    name: &'static str,
    folder: &Path,
    task: Task,
    number: usize,
    word: &str,
) -> Result<Measure, BenchError> {
    let output = Command::new(std::env::current_exe()?)
        .args(child::arguments(name, folder, task, &number.to_string(), word))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(BenchError::Child {
            name,
            task: task.name(),
            status: output.status,
        });
    }
    Ok(Measure::from_json(&serde_json::from_slice(&output.stdout)?))
}

/// A server in a process of its own; it ends when this is dropped.
pub(super) struct HostProcess {
    process: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl HostProcess {
    pub(super) fn start(name: &'static str, folder: &Path) -> Result<HostProcess, BenchError> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(child::arguments(name, folder, Task::Serve, "0", ""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let ask = process.stdin.take();
        let answers = process
            .stdout
            .take()
            .ok_or_else(|| std::io::Error::other("no pipe from the server"))?;
        Ok(HostProcess {
            process,
            ask,
            answers: BufReader::new(answers),
        })
    }

    /// Lets one more phone in.
    pub(super) fn invite(&mut self) -> Result<String, BenchError> {
        if let Some(ask) = &mut self.ask {
            ask.write_all(b"invite\n")?;
        }
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(std::io::Error::other("the server ended").into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for HostProcess {
    fn drop(&mut self) {
        drop(self.ask.take());
        // It ends because its stdin did; how it ends changes no measurement.
        drop(self.process.wait());
    }
}
