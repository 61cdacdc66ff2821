//! The drill: each promise of `docs/security.md` as a story against a real server process, printed as held or not.
//!
//! The server is the program `fieldbook-server` with its commands; the phones are books that sync over real sockets.

mod attack;
mod clocks;
mod devices;
mod documents;
mod folds;
mod office;
mod restore;
mod slow;
mod stories;

use std::io::Write;
use std::path::PathBuf;

use fieldbook_core::clock::Stopwatch;

pub use office::DrillError;

/// The options of a drill.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Options {
    /// The program of the server.
    server: PathBuf,
    /// The seeds with which the restore is drilled, from 1 on.
    seeds: u64,
    /// Only the stories with these names; all if there are none.
    only: Vec<String>,
}

/// The help text.
const USAGE: &str = "usage: drill [--server PROGRAM] [--seeds N] [STORY]...";

/// A story: it returns the figures that it has measured, and fails if what is promised is not held.
type Story = fn(&Options) -> Result<String, DrillError>;

/// The stories with their names, in the order of `docs/security.md`.
const STORIES: [(&str, Story); 18] = [
    ("restore", restore::restore),
    ("rejoin", stories::rejoin),
    ("replay", stories::replay),
    ("limits", attack::limits),
    ("guess", attack::guess),
    ("leaver", stories::leaver),
    ("backdate", stories::backdate),
    ("parked", stories::parked),
    ("audit", stories::audit),
    ("folds", folds::folds),
    ("slow", slow::slow),
    ("broken", documents::broken),
    ("meets", documents::meets),
    ("erase", stories::erase),
    ("clocks", clocks::clocks),
    ("wipe", devices::wipe),
    ("key", devices::key),
    ("doors", stories::doors),
];

/// Runs the drill with these arguments. True if everything is held.
///
/// # Errors
/// [`DrillError`] of the arguments, or of `out`.
pub fn main(arguments: &[String], out: &mut dyn Write) -> Result<bool, DrillError> {
    let options = parse(arguments)?;
    let mut all_held = true;
    for (name, story) in STORIES {
        if !options.only.is_empty() && !options.only.iter().any(|only| only == name) {
            continue;
        }
        let watch = Stopwatch::start();
        let told = story(&options);
        let seconds = watch.elapsed().as_secs_f64();
        match told {
            Ok(figures) => writeln!(out, "{name:<9} held      {seconds:>6.1} s  {figures}")?,
            Err(why) => {
                all_held = false;
                writeln!(out, "{name:<9} not held  {seconds:>6.1} s  {why}")?;
            }
        }
        out.flush()?;
    }
    Ok(all_held)
}

fn parse(arguments: &[String]) -> Result<Options, DrillError> {
    let mut options = Options {
        server: PathBuf::from("target/debug/fieldbook-server"),
        seeds: 3,
        only: Vec::new(),
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().ok_or(DrillError::Usage(USAGE));
        match argument.as_str() {
            "--server" => options.server = value()?.into(),
            "--seeds" => options.seeds = value()?.parse().map_err(|_| DrillError::Usage(USAGE))?,
            name if STORIES.iter().any(|(known, _)| *known == name) => options.only.push(name.to_owned()),
            _ => return Err(DrillError::Usage(USAGE)),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<Options> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&arguments).ok()
    }

    #[test]
    fn the_arguments_name_seeds_and_stories() {
        assert_eq!(parsed("").unwrap().seeds, 3);
        let options = parsed("--seeds 200 restore").unwrap();
        assert_eq!(
            (options.seeds, &options.only[..]),
            (200, &["restore".to_owned()][..])
        );
        assert!(parsed("--seeds").is_none() && parsed("--seeds x").is_none() && parsed("sing").is_none());
    }
}
