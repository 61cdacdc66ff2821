//! `plan replan`: plans the rest of a day after a disruption.

use std::path::PathBuf;

use fieldbook_core::plan::{read_day, read_plan, read_replan_event, replan as replan_day};

use super::budget::BudgetArgs;
use super::solve::{read_as, to_json};
use crate::context::Context;
use crate::error::CliError;

/// Plan the rest of the day again after a delay, a cancellation, a new stop, changed hours, or from where the rep is
#[derive(Debug, clap::Args)]
#[command(after_help = r#"An event is one of
  {"delay_s":1500}   {"cancel":"a17"}   {"close":{"id":"a17","windows":[[36000,43200]]}}
  {"insert":{"id":"new","node":5,"service_s":1200,"windows":[[28800,61200]],"value":35,"must":true}}
  {"here":5}   the rep is at node 5 at --now, wherever the plan has them
Visits begun by --now stay as they are. The plan names the promises that moved.

Example:
  echo '{"delay_s":1500}' | fieldbook plan replan day.json day.plan.json --now 36000 --event -"#)]
pub(crate) struct ReplanArgs {
    /// The problem, of format fieldbook-day/1
    problem: PathBuf,
    /// The plan that is being kept, of format fieldbook-plan/1
    plan: PathBuf,
    // The global `--now` is an RFC 3339 time; this option has the same name, which is a promise, hence another id.
    /// Seconds from local midnight
    #[arg(long = "now", id = "now_s", value_name = "S")]
    now_s: i64,
    /// What happened; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    event: PathBuf,
    #[command(flatten)]
    budget: BudgetArgs,
    /// What chance is made of
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
}

pub(crate) fn replan(context: &mut Context, args: &ReplanArgs) -> Result<(), CliError> {
    let day = read_as(&args.problem, read_day)?;
    let plan = read_as(&args.plan, read_plan)?;
    let event = read_as(&args.event, |text| read_replan_event(text, &day))?;
    let budget = args.budget.start();
    let new = replan_day(&day, &plan, args.now_s, &event, &budget.effort(), args.seed);
    context.out.value(&to_json(&new)?)
}
