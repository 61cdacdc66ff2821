//! `plan`: which visits, in which order. `solve`, `judge` and `replan` are stateless, on files of fixed formats.

mod budget;
mod judge;
mod replan;
mod solve;

use crate::context::Context;
use crate::fault::Fault;

/// Plan a day, judge a plan, plan again when the day breaks
#[derive(Debug, clap::Args)]
pub(crate) struct PlanArgs {
    #[command(subcommand)]
    command: PlanCommand,
}

/// What can be done with plans.
#[derive(Debug, clap::Subcommand)]
enum PlanCommand {
    Solve(solve::SolveArgs),
    Judge(judge::JudgeArgs),
    Replan(replan::ReplanArgs),
}

pub(crate) fn plan(context: &mut Context, args: &PlanArgs) -> Result<(), Fault> {
    match &args.command {
        PlanCommand::Solve(args) => solve::solve(context, args),
        PlanCommand::Judge(args) => judge::judge(context, args),
        PlanCommand::Replan(args) => replan::replan(context, args),
    }
}
