//! `plan judge`: checks a plan against its problem.

use std::path::PathBuf;

use fieldbook_core::plan::{
    Problem, judge as judge_day, judge_period, read_period_plan, read_plan, read_problem, read_replan_event,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::solve::{read_as, to_json};
use crate::context::Context;
use crate::error::CliError;

/// Hold a plan against its problem, recomputing everything; exit 1 when it does not keep to it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints JSON: {\"ok\",\"musts_missed\",\"value\",\"travel_s\",\"violations\":[{\"code\",...,\"message\"}]},
for a period {\"must_visits_missing\"} in place of {\"musts_missed\"}")]
pub(crate) struct JudgeArgs {
    /// The problem, of format fieldbook-day/1 or fieldbook-period/1
    problem: PathBuf,
    /// Its plan
    plan: PathBuf,
    /// What happened to the day since, as in `plan replan`
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
}

pub(crate) fn judge(context: &mut Context, args: &JudgeArgs) -> Result<(), CliError> {
    let (ok, verdict, first) = match read_as(&args.problem, read_problem)? {
        Problem::Day(mut day) => {
            if let Some(file) = &args.event {
                day = read_as(file, |text| read_replan_event(text, &day))?.applied(&day);
            }
            let found = judge_day(&day, &read_as(&args.plan, read_plan)?);
            let mandatory = ("musts_missed", found.mandatory_missed);
            let verdict = judgement_json(
                found.ok,
                mandatory,
                found.value,
                found.travel_s,
                &found.violations,
            )?;
            (
                found.ok,
                verdict,
                found.violations.first().map(ToString::to_string),
            )
        }
        Problem::Period(period) => {
            let found = judge_period(&period, &read_as(&args.plan, read_period_plan)?);
            let mandatory = ("must_visits_missing", found.mandatory_visits_missing);
            let verdict = judgement_json(
                found.ok,
                mandatory,
                found.value,
                found.travel_s,
                &found.violations,
            )?;
            (
                found.ok,
                verdict,
                found.violations.first().map(ToString::to_string),
            )
        }
    };
    context.out.value(&verdict)?;
    if ok {
        return Ok(());
    }
    let shown = args.plan.display().to_string();
    Err(CliError::refused("not_kept", format!("{shown}: {}", first.unwrap_or_default())).with("file", shown))
}

/// The judgement as JSON, each violation with its sentence.
fn judgement_json<V: Serialize + std::fmt::Display>(
    ok: bool,
    (name, mandatory): (&str, usize),
    worth: i64,
    travel_s: i64,
    violations: &[V],
) -> Result<Value, CliError> {
    let mut list = Vec::with_capacity(violations.len());
    for violation in violations {
        let mut value = to_json(violation)?;
        value["message"] = violation.to_string().into();
        list.push(value);
    }
    Ok(json!({ "ok": ok, name: mandatory, "value": worth, "travel_s": travel_s, "violations": list }))
}
