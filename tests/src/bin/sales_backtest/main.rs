//! `sales_backtest SPLIT OUT.csv`: predictions of the sales figures for a backtest, through the code that the book uses.
//!
//! SPLIT holds what was known on each day and nothing later: `maven/DAY.csv` (deals), `bpic/train.csv` and `bpic/DAY.csv`
//! (events of loan applications), `xedu/` and `olist/` (`train.csv` and `test.csv` of leads). A folder that is absent is left
//! out. OUT.csv has the columns `task,origin,id,p,lo,hi`.

mod bpic;
mod leads;
mod maven;
mod table;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use table::{Failure, Predictions};

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let done = match arguments.as_slice() {
        [split, out] => run(split, out),
        _ => Err(Failure::Usage),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Nothing better can be done when even this cannot be written.
            drop(writeln!(std::io::stderr(), "sales_backtest: {why}"));
            ExitCode::from(if matches!(why, Failure::Usage) { 2 } else { 1 })
        }
    }
}

fn run(split: &Path, out: &Path) -> Result<(), Failure> {
    let mut predictions = Predictions::create(out)?;
    maven::predict(&split.join("maven"), &mut predictions)?;
    bpic::predict(&split.join("bpic"), &mut predictions)?;
    leads::predict(split, &mut predictions)?;
    predictions.finish()
}
