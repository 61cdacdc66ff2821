//! `plan solve`: a plan for each problem file; also reading files and plans as JSON for `judge` and `replan`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use fieldbook_core::plan::{Problem, ProblemError, read_problem, solve as solve_day, solve_period};
use serde::Serialize;
use serde_json::Value;

use super::budget::BudgetArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::input::read_text;

/// Make the best plan for each problem file
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints one plan a line, as JSON. With --out DIR it writes day-01.json's plan to DIR/day-01.plan.json.
Nothing is solved before every file was read and found good.

Examples:
  fieldbook plan solve day.json --budget-ms 100
  fieldbook plan solve days/*.json --iterations 20000 --seed 7 --out plans")]
pub(crate) struct SolveArgs {
    /// Problems of format fieldbook-day/1 or fieldbook-period/1; `-` reads standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    budget: BudgetArgs,
    /// What chance is made of
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Write the plans into this folder, made when absent
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn solve(context: &mut Context, args: &SolveArgs) -> Result<(), CliError> {
    let problems = args.files.iter().map(|file| read_as(file, read_problem));
    let problems: Vec<Problem> = problems.collect::<Result<_, _>>()?;
    if let Some(dir) = &args.out {
        std::fs::create_dir_all(dir).map_err(|error| CliError::unwritable(dir, error.kind()))?;
    }
    for (file, problem) in args.files.iter().zip(&problems) {
        let budget = args.budget.start();
        let plan = match problem {
            Problem::Day(day) => to_json(&solve_day(day, &budget.effort(), args.seed))?,
            Problem::Period(period) => to_json(&solve_period(period, &budget.effort(), args.seed))?,
        };
        match &args.out {
            Some(dir) => write(dir, file, &plan)?,
            None => context.out.value(&plan)?,
        }
    }
    Ok(())
}

/// Reads a file with `read`; an error names the file.
pub(super) fn read_as<T>(
    file: &Path,
    read: impl FnOnce(&str) -> Result<T, ProblemError>,
) -> Result<T, CliError> {
    read(&read_text(file)?).map_err(|error| CliError::from(error).in_file("file", file))
}

/// A plan as JSON.
pub(super) fn to_json(plan: &impl Serialize) -> Result<Value, CliError> {
    serde_json::to_value(plan).map_err(|_| CliError::output(ErrorKind::InvalidData))
}

fn write(dir: &Path, file: &Path, plan: &Value) -> Result<(), CliError> {
    let stem = match file.file_stem() {
        Some(stem) if file.as_os_str() != "-" => stem.to_string_lossy().into_owned(),
        _ => "stdin".to_owned(),
    };
    let path = dir.join(format!("{stem}.plan.json"));
    let text = format!("{plan}\n");
    std::fs::write(&path, text).map_err(|error| CliError::unwritable(&path, error.kind()))
}
