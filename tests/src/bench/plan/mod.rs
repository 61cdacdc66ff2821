//! `bench plan`: how near to the best known plans the planner comes, and in what time.
//!
//! Orienteering and TSPTW instances of other people, the project's field days, replans and a period, each within its time
//! limit, on one core, three seeds, of which the median counts. Data are read from `FIELDBOOK_DATA`; what is absent is
//! skipped aloud. Work memory has a program of its own, `plan_memory`, because counting it costs time. Build it with `--release`.

mod instances;
mod memory;
mod periods;
mod runs;

use std::io::Write;

use super::BenchError;
use instances::Instance;
pub use memory::{Meter, plan_memory};
use runs::Row;

/// A set, and its limits in milliseconds with the goal at each.
struct Set {
    name: &'static str,
    title: &'static str,
    limits: &'static [(u64, &'static str)],
}

const SETS: &[Set] = &[
    Set {
        name: "rs50",
        title: "orienteering, 50 candidates",
        limits: &[(5, "<= 0.15 %"), (20, "<= 0.02 %")],
    },
    Set {
        name: "rs100",
        title: "orienteering, 100 candidates",
        limits: &[(20, "<= 0.25 %"), (100, "<= 0.03 %"), (1_000, "0.00 %")],
    },
    Set {
        name: "wide",
        title: "orienteering, wide windows",
        limits: &[(100, "<= 0.4 %"), (1_000, "<= 0.05 %"), (10_000, "0.00 %")],
    },
    Set {
        name: "tsptw",
        title: "TSPTW, Dumas and Gendreau",
        limits: &[(100, "<= 0.01 %"), (1_000, "0.00 %")],
    },
    Set {
        name: "field",
        title: "field days",
        limits: &[(5, ""), (20, "<= 0.3 %"), (100, "<= 0.05 %"), (1_000, "0.00 %")],
    },
];

/// Results of others, measured by the authors of the goals on a machine of this kind, on other choices of the same
/// families: mean gap in percent on 29 orienteering days of 100 candidates, 11 with wide windows, 20 of TSPTW, median
/// of three runs.
const PEERS: &str = "
Peers on one core (other choices of the same families; PyVRP 0.14.1, vrp-core 1.25, VROOM 1.15, OR-Tools 9.15):
100 candidates, 0.1 / 1 s: 2.63 / 0.33, 4.64 / 1.04, 1.67 / 1.11, 10.5 / 5.72 %;
wide windows, 0.1 / 1 / 10 s: 5.17 / 2.52 / 0.52, 8.54 / 3.48 / 1.75, 14.9 / 4.12 / 2.66, 8.18 / 4.15 / 2.83 %;
TSPTW, 0.1 / 1 s: 0.08 / 0.00, 3.22 / 0.83, 3.27 / 0.64, 1.60 / 0.73 %; field days: VROOM 0.89 %, two musts lost.";

/// The output of `--help`.
const HELP: &str = "\
usage: bench plan [--set NAME]... [--seeds N] [--every N] [--most-ms N]

  --set NAME     only these: rs50, rs100, wide, tsptw, field, replan, period
  --seeds N      seeds of each instance, of which the median counts (3)
  --every N      only each N-th instance (1)
  --most-ms N    no limits above this (1000); periods get 2000 at least, and a long run from 60000
";

/// The options of a run.
struct Options {
    sets: Vec<String>,
    seeds: u64,
    every: usize,
    most_ms: u64,
}

/// Measures and prints the table.
pub(super) fn main(arguments: &[String], out: &mut dyn Write) -> Result<(), BenchError> {
    let Some(options) = parse(arguments)? else {
        return Ok(out.write_all(HELP.as_bytes())?);
    };
    let root = fieldbook_testdata::root();
    writeln!(out, "bench plan {}\n", arguments.join(" "))?;
    if let Some(day) = instances::of(&root, "field").first() {
        writeln!(out, "{}", runs::first_solve(day))?;
    }
    writeln!(out, "{}", Row::HEAD)?;
    let asked = |name: &str| options.sets.is_empty() || options.sets.iter().any(|set| set == name);
    for set in SETS.iter().filter(|set| asked(set.name)) {
        let all = instances::of(&root, set.name);
        let some: Vec<&Instance> = all.iter().step_by(options.every).collect();
        if some.is_empty() {
            writeln!(out, "skipped {}: no instances in {}", set.name, root.display())?;
            continue;
        }
        for (ms, goal) in set.limits.iter().filter(|(ms, _)| *ms <= options.most_ms) {
            let row = runs::measure(set.title, &some, *ms, options.seeds, goal);
            writeln!(out, "{row}")?;
            out.flush()?;
        }
    }
    if asked("replan") {
        writeln!(
            out,
            "{}",
            runs::replans(&instances::of(&root, "field"), options.seeds)
        )?;
    }
    if asked("period") {
        for line in periods::rows(options.most_ms) {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out, "{PEERS}")?;
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Option<Options>, BenchError> {
    let mut options = Options {
        sets: Vec::new(),
        seeds: 3,
        every: 1,
        most_ms: 1_000,
    };
    let mut rest = arguments.iter();
    while let Some(option) = rest.next() {
        if option == "--help" || option == "-h" {
            return Ok(None);
        }
        let unknown = || super::options::Usage::UnknownOption(option.clone());
        let value = rest.next().ok_or_else(unknown)?;
        let number = || {
            value
                .parse::<u64>()
                .ok()
                .filter(|number| *number > 0)
                .ok_or_else(unknown)
        };
        match option.as_str() {
            "--set" => options.sets.push(value.clone()),
            "--seeds" => options.seeds = number()?,
            "--every" => options.every = usize::try_from(number()?).unwrap_or(1),
            "--most-ms" => options.most_ms = number()?,
            _ => return Err(unknown().into()),
        }
    }
    Ok(Some(options))
}
