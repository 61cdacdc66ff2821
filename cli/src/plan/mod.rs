//! `plan`: choice and order of visits. `day`, `period` and `explain` plan from the book; `solve`, `judge` and `replan` are
//! stateless, on files of fixed formats.

mod budget;
pub(crate) mod day;
mod disruption;
mod explain;
mod judge;
mod page;
mod period;
mod replan;
mod solve;
mod travel;

use crate::context::Context;
use crate::error::CliError;

/// Plan a day, judge a plan, plan again when the day breaks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  fieldbook plan day --date 2026-11-25 --start 52.6309,1.2974 --save
  fieldbook plan solve day.json --budget-ms 100
  fieldbook plan judge day.json day.plan.json")]
pub(crate) struct PlanArgs {
    #[command(subcommand)]
    command: PlanCommand,
}

/// The commands on plans.
#[derive(Debug, clap::Subcommand)]
enum PlanCommand {
    Day(Box<day::DayArgs>),
    Period(Box<period::PeriodArgs>),
    Explain(Box<explain::ExplainArgs>),
    Solve(solve::SolveArgs),
    Judge(judge::JudgeArgs),
    Replan(replan::ReplanArgs),
}

pub(crate) fn plan(context: &mut Context, args: &PlanArgs) -> Result<(), CliError> {
    match &args.command {
        PlanCommand::Day(args) => day::day(context, args),
        PlanCommand::Period(args) => period::period(context, args),
        PlanCommand::Explain(args) => explain::explain(context, args),
        PlanCommand::Solve(args) => solve::solve(context, args),
        PlanCommand::Judge(args) => judge::judge(context, args),
        PlanCommand::Replan(args) => replan::replan(context, args),
    }
}
