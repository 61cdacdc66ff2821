//! The order of tasks and contenders.

use std::path::{Path, PathBuf};

use super::child::Task;
use super::host::{HostProcess, measure};
use super::measure::Measure;
use super::options::Options;
use super::rows::{Row, Sizes};
use super::table::Line;
use super::{BenchError, Contender};

/// Measures every row that was asked for.
pub(super) fn all(contenders: &[Box<dyn Contender>], options: &Options) -> Result<Vec<Line>, BenchError> {
    let folder = tempfile::Builder::new()
        .prefix("fieldbook-bench-")
        .tempdir_in(options.folder())?;
    let mut stands: Vec<Stand> = contenders
        .iter()
        .map(|who| Stand::new(who.name(), folder.path(), options.sizes))
        .collect();
    let mut lines = Vec::new();
    for row in &options.rows {
        let runs = if *row == Row::FirstSyncLarge {
            options.runs.min(3)
        } else {
            options.runs
        };
        let mut measures = vec![Vec::new(); stands.len()];
        for run in 0..runs {
            for (stand, measures) in stands.iter_mut().zip(&mut measures) {
                measures.push(stand.run(*row, run)?);
            }
        }
        let medians = measures.iter().map(|runs| Measure::median_of(runs)).collect();
        lines.push(Line {
            title: row.title(&options.sizes),
            medians,
        });
    }
    Ok(lines)
}

/// One contender with its books and servers, made when a row first needs them.
struct Stand {
    name: &'static str,
    folder: PathBuf,
    sizes: Sizes,
    small: Option<Fleet>,
    large: Option<HostProcess>,
}

/// A server of the smaller size and the two phones that push and pull.
struct Fleet {
    host: HostProcess,
    /// Changes made so far, so that each one is new.
    rounds: usize,
}

impl Stand {
    fn new(name: &'static str, folder: &Path, sizes: Sizes) -> Stand {
        Stand {
            name,
            folder: folder.join(name),
            sizes,
            small: None,
            large: None,
        }
    }

    /// One run of one row.
    fn run(&mut self, row: Row, run: usize) -> Result<Measure, BenchError> {
        let sizes = self.sizes;
        let fresh = format!("{}-{run}", row.name());
        match row {
            Row::Create => self.gone_after(&fresh, Task::Create, sizes.small),
            Row::Edit => self.in_large_book(Task::Edit, sizes.durable, &run.to_string()),
            Row::Start => self.in_large_book(Task::Start, 0, ""),
            Row::Search => self.in_large_book(Task::Search, 0, ""),
            Row::Near => self.in_large_book(Task::Near, 0, ""),
            Row::FirstSync => {
                let invitation = self.fleet()?.host.invite()?;
                self.first_sync(&fresh, &invitation, sizes.small)
            }
            Row::FirstSyncLarge => {
                let invitation = self.large_host()?.invite()?;
                self.first_sync(&fresh, &invitation, sizes.large)
            }
            Row::Push => {
                let pushed = self.push()?;
                self.pull()?;
                Ok(pushed)
            }
            Row::Pull => {
                self.push()?;
                self.pull()
            }
            Row::Nothing => {
                self.fleet()?;
                self.child("reader", Task::Sync, sizes.small, "")?;
                self.child("reader", Task::Sync, sizes.small, "")
            }
            Row::FlatSmall => self.flat_start(sizes.flat_small),
            Row::FlatLarge => self.flat_start(sizes.flat_large),
        }
    }

    fn child(&self, folder: &str, task: Task, number: usize, word: &str) -> Result<Measure, BenchError> {
        measure(self.name, &self.folder.join(folder), task, number, word)
    }

    /// In a book of its own that is thrown away.
    fn gone_after(&self, folder: &str, task: Task, number: usize) -> Result<Measure, BenchError> {
        let measure = self.child(folder, task, number, "")?;
        std::fs::remove_dir_all(self.folder.join(folder))?;
        Ok(measure)
    }

    fn in_large_book(&self, task: Task, number: usize, word: &str) -> Result<Measure, BenchError> {
        let folder = self.book_of(self.sizes.large)?;
        Ok(Measure {
            disk_bytes: None,
            ..self.child(&folder, task, number, word)?
        })
    }

    fn flat_start(&self, count: usize) -> Result<Measure, BenchError> {
        let folder = self.book_of(count)?;
        self.child(&folder, Task::Start, 0, "")
    }

    /// The folder of a book with so many accounts, that never saw a server unless it is the office's.
    fn book_of(&self, count: usize) -> Result<String, BenchError> {
        let folder = format!("book-{count}");
        if !self.folder.join(&folder).exists() {
            self.child(&folder, Task::Create, count, "")?;
        }
        Ok(folder)
    }

    /// A new phone joins, which is not timed, and fetches everything, which is.
    fn first_sync(&self, folder: &str, invitation: &str, count: usize) -> Result<Measure, BenchError> {
        self.child(folder, Task::Join, 0, invitation)?;
        self.gone_after(folder, Task::Sync, count)
    }

    fn fleet(&mut self) -> Result<&mut Fleet, BenchError> {
        if self.small.is_none() {
            let mut host = HostProcess::start(self.name, &self.folder.join("server"))?;
            let invitations = [host.invite()?, host.invite()?];
            self.child("writer", Task::Create, self.sizes.small, "")?;
            for (phone, invitation) in ["writer", "reader"].into_iter().zip(invitations) {
                self.child(phone, Task::Join, 0, &invitation)?;
                self.child(phone, Task::Sync, self.sizes.small, "")?;
            }
            self.small = Some(Fleet { host, rounds: 0 });
        }
        self.small
            .as_mut()
            .ok_or_else(|| std::io::Error::other("no server was started").into())
    }

    fn large_host(&mut self) -> Result<&mut HostProcess, BenchError> {
        if self.large.is_none() {
            let office = self.book_of(self.sizes.large)?;
            let mut host = HostProcess::start(self.name, &self.folder.join("server-large"))?;
            self.child(&office, Task::Join, 0, &host.invite()?)?;
            self.child(&office, Task::Sync, self.sizes.large, "")?;
            self.large = Some(host);
        }
        self.large
            .as_mut()
            .ok_or_else(|| std::io::Error::other("no server was started").into())
    }

    /// The writer edits, which is not timed, and syncs, which is.
    fn push(&mut self) -> Result<Measure, BenchError> {
        let fleet = self.fleet()?;
        fleet.rounds += 1;
        let round = fleet.rounds.to_string();
        self.child("writer", Task::Change, self.sizes.edits, &round)?;
        let pushed = self.child("writer", Task::Sync, self.sizes.small, "")?;
        Ok(Measure {
            disk_bytes: None,
            ..pushed
        })
    }

    /// The reader fetches what the writer pushed since it last did, and must have the latest of it.
    fn pull(&mut self) -> Result<Measure, BenchError> {
        let round = self.fleet()?.rounds.to_string();
        let pulled = self.child("reader", Task::Sync, self.sizes.small, "")?;
        self.child("reader", Task::Check, self.sizes.edits, &round)?;
        Ok(Measure {
            disk_bytes: None,
            ..pulled
        })
    }
}
