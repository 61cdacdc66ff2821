//! `review`: the three levels of review of a record.

use fieldbook_core::book::ReviewState;
use fieldbook_core::ids::RecordId;
use fieldbook_core::sales::review::{Finding, ManagerState, ReviewVerdict, SAMPLE_PERCENT, Week};
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;

/// Review deals and visits: the sample of a week, what the system finds, a manager's word
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook review queue --percent 20
  fieldbook review show 019ab0f2-7c1e-7000-8000-000000000001
  fieldbook review fail 019ab0f2-7c1e-7000-8000-000000000001 --note 'the amount is last year'\\''s'")]
pub(crate) struct ReviewArgs {
    #[command(subcommand)]
    command: ReviewCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ReviewCommand {
    /// List the sample of a week that is not reviewed as it stands
    Queue {
        /// Which week, such as 2026-W48 [default: this week]
        #[arg(long, value_name = "WEEK")]
        week: Option<Week>,
        /// Share of the records that is drawn
        #[arg(long, value_name = "PERCENT", default_value_t = SAMPLE_PERCENT, value_parser = clap::value_parser!(u8).range(..=100))]
        percent: u8,
    },
    /// Show self-check, manager's review and the system's findings of a record
    Show {
        /// Which record
        id: RecordId,
    },
    /// Say that the record is right as it stands
    Pass {
        /// Which record
        id: RecordId,
        /// A word on it
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Say what is to be put right
    Fail {
        /// Which record
        id: RecordId,
        /// What is to be put right
        #[arg(long, value_name = "TEXT")]
        note: String,
    },
}

pub(crate) fn review(context: &mut Context, args: &ReviewArgs) -> Result<(), CliError> {
    match &args.command {
        ReviewCommand::Queue { week, percent } => {
            let zone = context.zone.rules().clone();
            let week = week.unwrap_or_else(|| Week::of_day(zone.date(context.now_ms())));
            let queue = context.book()?.review_queue(week, *percent, &zone)?;
            for state in &queue {
                show(context, state)?;
            }
            if !queue.is_empty() || context.out.json() {
                return Ok(());
            }
            context
                .out
                .line(&format!("Nothing to review of the sample of {week}."))
        }
        ReviewCommand::Show { id } => {
            let zone = context.zone.rules().clone();
            let state = context.book()?.review_state(*id, &zone)?;
            show(context, &state)
        }
        ReviewCommand::Pass { id, note } => write(context, *id, ReviewVerdict::Passed, note.as_deref()),
        ReviewCommand::Fail { id, note } => write(context, *id, ReviewVerdict::Failed, Some(note)),
    }
}

fn write(
    context: &mut Context,
    id: RecordId,
    verdict: ReviewVerdict,
    note: Option<&str>,
) -> Result<(), CliError> {
    context.book()?.review(id, verdict, note)?;
    let zone = context.zone.rules().clone();
    let state = context.book()?.review_state(id, &zone)?;
    show(context, &state)
}

fn show(context: &mut Context, state: &ReviewState) -> Result<(), CliError> {
    let record = &state.record;
    let json = json!({
        "id": record.id.to_string(), "kind": record.kind.name(), "title": record.title(),
        "self_check": state.self_check, "manager": state.manager, "system": state.findings,
    });
    let done = state
        .self_check
        .values()
        .filter(|is_checked| **is_checked)
        .count();
    let self_check = match state.self_check.len() {
        0 => "nothing to check off".to_owned(),
        all => format!("{done} of {all} checked off"),
    };
    let findings: Vec<String> = state.findings.iter().map(finding_text).collect();
    let system = if findings.is_empty() {
        "nothing found".to_owned()
    } else {
        findings.join("; ")
    };
    let lines = [
        format!("{} ({})  {}", record.title(), record.kind.name(), record.id),
        format!("  self-check  {self_check}"),
        format!("  manager     {}", manager_text(&state.manager)),
        format!("  system      {system}"),
    ];
    context.out.either_lines(&json, &lines)
}

fn manager_text(state: &ManagerState) -> String {
    let (review, changed) = match state {
        ManagerState::Open => return "not reviewed".to_owned(),
        ManagerState::Reviewed { review } => (review, None),
        ManagerState::Reopened { review, changed } => (review, Some(changed)),
    };
    let verdict = match review.verdict {
        ReviewVerdict::Passed => "passed",
        ReviewVerdict::Failed => "failed",
    };
    let by = if review.by.is_empty() {
        String::new()
    } else {
        format!(" by {}", review.by)
    };
    let note = review
        .note
        .as_ref()
        .map_or_else(String::new, |note| format!(": {note}"));
    let changed = changed.map_or_else(String::new, |changed| {
        let fields: Vec<&str> = changed.iter().map(String::as_str).collect();
        format!("; changed since: {}", fields.join(", "))
    });
    format!("{verdict}{by}{note}{changed}")
}

pub(crate) fn finding_text(finding: &Finding) -> String {
    match finding {
        Finding::FieldEmpty { field } => format!("{field} is empty, and its stage requires it"),
        Finding::ForcedGate { missing } => format!("passed a gate without {}", missing.join(", ")),
        Finding::ClosingDayPassed => "its closing day has passed".to_owned(),
        Finding::WonWithoutAmount => "won without an amount".to_owned(),
        Finding::ClosesBeforeOpened => "closes before it was opened".to_owned(),
        Finding::CheckInOffSite => "the check-in lies off site".to_owned(),
        Finding::NoOutcome => "nobody wrote down what came of it".to_owned(),
        Finding::Conflicts { count } => format!("{count} values that are not shown"),
    }
}
