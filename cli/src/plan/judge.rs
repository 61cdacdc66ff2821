//! `plan judge`: whether a plan keeps to its problem.

use std::io::ErrorKind;
use std::path::PathBuf;

use fieldbook_core::plan::{Violation, judge as judge_plan};
use serde_json::{Value, json};

use super::solve::{plan_of, read};
use crate::context::Context;
use crate::fault::Fault;

/// Hold a plan against its problem, recomputing everything; exit 1 when it does not keep to it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints JSON: {\"ok\",\"musts_missed\",\"value\",\"travel_s\",\"violations\":[{\"code\",...,\"message\"}]}")]
pub(crate) struct JudgeArgs {
    /// The problem, of format fieldbook-day/1
    problem: PathBuf,
    /// The plan, of format fieldbook-plan/1
    plan: PathBuf,
}

pub(crate) fn judge(context: &mut Context, args: &JudgeArgs) -> Result<(), Fault> {
    let day = read(&args.problem)?;
    let shown = args.plan.display().to_string();
    let plan = plan_of(&args.plan)?;
    let judgement = judge_plan(&day, &plan);
    let violations = judgement.violations.iter().map(told);
    context.out.value(&json!({
        "ok": judgement.ok,
        "musts_missed": judgement.musts_missed,
        "value": judgement.value,
        "travel_s": judgement.travel_s,
        "violations": violations.collect::<Result<Vec<_>, _>>()?,
    }))?;
    match judgement.violations.first() {
        None => Ok(()),
        Some(first) => Err(Fault::refused("not_kept", format!("{shown}: {first}"))
            .with("file", shown.as_str())
            .with("violations", judgement.violations.len())),
    }
}

/// A violation with its sentence.
fn told(violation: &Violation) -> Result<Value, Fault> {
    let mut value = serde_json::to_value(violation).map_err(|_| Fault::output(ErrorKind::InvalidData))?;
    value["message"] = violation.to_string().into();
    Ok(value)
}
