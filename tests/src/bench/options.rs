//! The command line.

use std::path::PathBuf;

use super::rows::{Row, Sizes};

/// The output of `--help`.
pub(super) const HELP: &str = "\
usage: bench [--quick] [--large] [--rows NAME,...] [--runs N] [--dir DIR]
       bench field: what is promised of tracks, on the shared data (FIELDBOOK_DATA)
       bench gpx [--points N]: reading a GPX file of a million points, beside gpxpy
       bench plan [ARGS], see bench plan --help

  --quick       small sizes and one run: does it work at all
  --large       also open books of 1,000 and of 1,000,000 accounts (takes minutes)
  --rows NAMES  only these: create, edit, start, search, near, first-sync, first-sync-large,
                push, pull, nothing, flat-small, flat-large
  --runs N      runs of each row and contender, of which the median is shown (5)
  --dir DIR     where books and servers are made (target, or else the system's temporary folder)
";

/// A defect of the command line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Usage {
    /// Not an option of ours.
    #[error("unknown option {0}, see --help")]
    UnknownOption(String),
    /// Not a row of ours.
    #[error("--rows: no row is called {0}, see --help")]
    UnknownRow(String),
    /// An option at the end that wants a value.
    #[error("{0} needs a value")]
    NoValue(&'static str),
    /// Not a number from 1 up.
    #[error("--runs: {0} is not a number of runs")]
    BadRuns(String),
    /// Not a number of points.
    #[error("--points: {0} is not a number of points")]
    BadPoints(String),
    /// A hidden task that this program did not write itself.
    #[error("--child is not for people")]
    BadChild,
}

/// The options of a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) help: bool,
    pub(super) sizes: Sizes,
    pub(super) rows: Vec<Row>,
    pub(super) runs: usize,
    pub(super) dir: Option<PathBuf>,
}

impl Options {
    pub(super) fn parse(arguments: &[String]) -> Result<Options, Usage> {
        let (mut help, mut quick, mut large) = (false, false, false);
        let (mut rows, mut runs, mut dir) = (None, None, None);
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let mut value = |name| rest.next().ok_or(Usage::NoValue(name));
            match option.as_str() {
                "--help" | "-h" => help = true,
                "--quick" => quick = true,
                "--large" => large = true,
                "--rows" => rows = Some(parse_rows(value("--rows")?)?),
                "--runs" => runs = Some(parse_runs(value("--runs")?)?),
                "--dir" => dir = Some(PathBuf::from(value("--dir")?)),
                _ => return Err(Usage::UnknownOption(option.clone())),
            }
        }
        let every = || {
            Row::ALL
                .into_iter()
                .filter(|row| large || !row.is_large())
                .collect()
        };
        Ok(Options {
            help,
            sizes: if quick { Sizes::QUICK } else { Sizes::FULL },
            rows: rows.unwrap_or_else(every),
            runs: runs.unwrap_or(if quick { 1 } else { 5 }),
            dir,
        })
    }

    /// The folder of books and servers.
    pub(super) fn folder(&self) -> PathBuf {
        let target = Some(PathBuf::from("target")).filter(|target| target.is_dir());
        self.dir.clone().or(target).unwrap_or_else(std::env::temp_dir)
    }
}

/// Named rows, in the table's order.
fn parse_rows(text: &str) -> Result<Vec<Row>, Usage> {
    let names: Vec<&str> = text.split(',').map(str::trim).collect();
    let unknown = names
        .iter()
        .find(|name| Row::ALL.iter().all(|row| row.name() != **name));
    if let Some(unknown) = unknown {
        return Err(Usage::UnknownRow((*unknown).to_owned()));
    }
    Ok(Row::ALL
        .into_iter()
        .filter(|row| names.contains(&row.name()))
        .collect())
}

fn parse_runs(text: &str) -> Result<usize, Usage> {
    text.parse()
        .ok()
        .filter(|runs| *runs > 0)
        .ok_or_else(|| Usage::BadRuns(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, Usage> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&arguments)
    }

    #[test]
    fn the_rows_that_take_minutes_come_only_when_asked_for() {
        assert_eq!(parse("").unwrap().rows.len(), 10);
        assert_eq!(parse("--large").unwrap().rows, Row::ALL);
        assert_eq!(
            parse("--rows flat-large,near").unwrap().rows,
            [Row::Near, Row::FlatLarge]
        );
    }

    #[test]
    fn a_bad_command_line_is_told_what_is_wrong_with_it() {
        assert_eq!(
            parse("--rows near,nowhere"),
            Err(Usage::UnknownRow("nowhere".to_owned()))
        );
        assert_eq!(parse("--fast"), Err(Usage::UnknownOption("--fast".to_owned())));
        assert_eq!(parse("--runs 0"), Err(Usage::BadRuns("0".to_owned())));
        assert_eq!(parse("--dir"), Err(Usage::NoValue("--dir")));
    }

    #[test]
    fn the_help_names_every_row() {
        for row in Row::ALL {
            assert!(HELP.contains(row.name()), "{}", row.name());
        }
    }
}
