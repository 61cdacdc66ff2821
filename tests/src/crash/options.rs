//! The options of the command line.

use std::path::PathBuf;

/// The output of `--help`.
pub(super) const HELP: &str = "\
usage: crash [--rounds N] [--seed S] [--dir DIR]

  --rounds N   number of kills (200)
  --seed S     seed of the random numbers (1)
  --dir DIR    folder of books and servers (the system's temporary folder)
";

/// A defect of the command line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Usage {
    /// An unknown option.
    #[error("unknown option {0}, see --help")]
    UnknownOption(String),
    /// An option without its value, or with one that is not a number.
    #[error("{0} needs a number, see --help")]
    NoNumber(&'static str),
    /// `--dir` without a folder.
    #[error("--dir needs a folder")]
    NoFolder,
    /// A child's task with arguments that this program does not write.
    #[error("the tasks of children are not for people")]
    BadChild,
}

/// The options of a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) help: bool,
    pub(super) rounds: u64,
    pub(super) seed: u64,
    pub(super) dir: Option<PathBuf>,
}

impl Options {
    pub(super) fn parse(arguments: &[String]) -> Result<Options, Usage> {
        let mut options = Options {
            help: false,
            rounds: 200,
            seed: 1,
            dir: None,
        };
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            match option.as_str() {
                "--help" | "-h" => options.help = true,
                "--rounds" => options.rounds = number("--rounds", rest.next())?,
                "--seed" => options.seed = number("--seed", rest.next())?,
                "--dir" => options.dir = Some(rest.next().ok_or(Usage::NoFolder)?.into()),
                other => return Err(Usage::UnknownOption(other.to_owned())),
            }
        }
        Ok(options)
    }
}

fn number(option: &'static str, value: Option<&String>) -> Result<u64, Usage> {
    value
        .and_then(|text| text.parse().ok())
        .ok_or(Usage::NoNumber(option))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_has_its_default_and_nonsense_is_named() {
        let parse = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            Options::parse(&words).map(|options| (options.rounds, options.seed))
        };
        assert_eq!(parse(""), Ok((200, 1)));
        assert_eq!(parse("--rounds 12 --seed 7"), Ok((12, 7)));
        assert_eq!(parse("--rounds many"), Err(Usage::NoNumber("--rounds")));
        assert_eq!(parse("--fast"), Err(Usage::UnknownOption("--fast".to_owned())));
    }
}
