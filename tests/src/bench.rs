//! The bench: the same accounts, the same calls, ours beside the baseline, in one table.
//!
//! The measurement is kept fair as follows:
//!
//! * Each measurement is a child process of its own (this program again, with a hidden argument), so that the peak of memory
//!   (`VmHWM`) and the caches in the process belong to that measurement alone. The disk's cache is warm for all.
//! * Servers are children too: a phone's memory is a phone's memory.
//! * Contenders take turns (A B A B ...), and the median of the runs is shown.
//! * What was asked is checked (counts, values), untimed; a wrong answer ends the bench.
//! * "Bytes" are the bodies of requests and answers, without headers. "Disk" is the folder of the phone after it was closed.
//!
//! * The two do not keep the same: with us an account and its door are two records, each with a document that can be merged,
//!   its history and its place in an index; the baseline has one row with a position in it. The rows of the table count
//!   accounts, so ours moves twice as many records. It stays so, because the app's calls are the same.
//!
//! A contender is added to [`contenders`]; nothing else knows who runs.

mod baseline;
mod child;
mod contender;
mod field;
mod gpx;
mod host;
mod machine;
mod measure;
mod options;
mod ours;
mod plan;
mod rows;
mod run;
mod table;

use std::io::Write;

pub use contender::{Contender, Failure, Host, Phone, Traffic};
pub use measure::Measure;
pub use options::Usage;
pub use plan::{Meter, plan_memory};

/// The contenders, ours first: the ratio is the first to the second.
pub fn contenders() -> Vec<Box<dyn Contender>> {
    vec![Box::new(ours::Ours), Box::new(baseline::Baseline)]
}

/// Notes below the table.
const FOOTNOTE: &str = "
An account is one row of JSON with its position in it on the baseline, and two records with us: the account, and the site where
its position is. Accounts are made by the import of a CSV file with us, by a bulk call on the baseline.
";

/// Why there is no table.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The command line.
    #[error(transparent)]
    Usage(#[from] Usage),
    /// Files, folders, child processes.
    #[error("run a measurement: {0}")]
    Io(#[from] std::io::Error),
    /// A child printed something else than a measurement.
    #[error("read a measurement: {0}")]
    Json(#[from] serde_json::Error),
    /// A contender refused to do what was asked.
    #[error("{name} failed: {why}")]
    Contender {
        /// Name of the contender.
        name: &'static str,
        /// Its own words.
        why: Failure,
    },
    /// A contender did something else than what was asked.
    #[error("{name} has {found} where {expected} was expected")]
    Wrong {
        /// Name of the contender.
        name: &'static str,
        /// The right value.
        expected: String,
        /// The value found.
        found: String,
    },
    /// A child ended badly; it has said why on stderr.
    #[error("{task} of {name} ended with {status}")]
    Child {
        /// Name of the contender.
        name: &'static str,
        /// The task of the process.
        task: &'static str,
        /// The exit status of the process.
        status: std::process::ExitStatus,
    },
}

impl BenchError {
    /// True if the command line was at fault.
    pub fn is_usage(&self) -> bool {
        matches!(self, BenchError::Usage(_))
    }
}

/// Does what the command line says: measures and prints the table, or is a child and does its part.
pub fn main(arguments: &[String], out: &mut dyn Write) -> Result<(), BenchError> {
    let contenders = contenders();
    match arguments
        .split_first()
        .map(|(first, rest)| (first.as_str(), rest))
    {
        Some(("plan", rest)) => return plan::main(rest, out),
        Some(("field", [])) => return field::run(out),
        Some(("gpx", rest)) => return gpx::main(rest, out),
        Some((child::FLAG, task)) => return child::run(&contenders, task, out),
        _ => {}
    }
    let options = options::Options::parse(arguments)?;
    if options.help {
        return Ok(out.write_all(options::HELP.as_bytes())?);
    }
    let results = run::all(&contenders, &options)?;
    let names: Vec<&str> = contenders.iter().map(|contender| contender.name()).collect();
    writeln!(out, "{}", machine::describe(arguments, &options))?;
    out.write_all(table::markdown(&names, &results).as_bytes())?;
    out.write_all(FOOTNOTE.as_bytes())?;
    Ok(())
}
