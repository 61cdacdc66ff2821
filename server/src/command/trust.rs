//! `admin parked`, `admin late`, `admin audit` and `admin erase`.

use std::num::ParseIntError;

use clap::Subcommand;
use fieldbook_model::Scalar;
use fieldbook_model::clock::{Clock as _, SystemClock, SystemRandom};
use fieldbook_model::ids::RecordId;
use fieldbook_server::admin::{self, AdminError, AuditReport, Decision, Device, Erasure, ParkedEdit};
use fieldbook_server::store::Store;
use serde_json::{Value, json};

use super::Output;

#[derive(Debug, Subcommand)]
pub(super) enum ParkedCommand {
    /// Write a change that waits into its record, as an edit of its author made now.
    Apply {
        /// The id of the change, at least eight digits of it.
        id: String,
        /// Only this field.
        #[arg(long)]
        field: Option<String>,
    },
    /// Leave the record as it is, and tell the author.
    Discard {
        /// The id of the change, at least eight digits of it.
        id: String,
        /// Only this field.
        #[arg(long)]
        field: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Check that no line was changed, removed or put in.
    Verify {
        /// Check also that the log has this line: its number and hash, as an earlier verification printed them.
        #[arg(long, value_name = "N:HASH", value_parser = head)]
        head: Option<(u64, String)>,
    },
}

/// The most lines that are read at once.
const PAGE: u32 = 1_000;

fn head(text: &str) -> Result<(u64, String), String> {
    let (n, hash) = text.split_once(':').ok_or("a number, a colon and a hash")?;
    let n = n.parse().map_err(|error: ParseIntError| error.to_string())?;
    Ok((n, hash.to_owned()))
}

pub(super) fn parked(store: &Store, command: Option<ParkedCommand>) -> Result<Vec<Output>, AdminError> {
    let now_ms = SystemClock.now_ms();
    let (id, field, decision, word) = match command {
        None => {
            admin::note_export(store, "parked", now_ms)?;
            return Ok(admin::parked(store)?.iter().map(parked_output).collect());
        }
        Some(ParkedCommand::Apply { id, field }) => (id, field, Decision::Apply, "applied"),
        Some(ParkedCommand::Discard { id, field }) => (id, field, Decision::Discard, "discarded"),
    };
    let edit = admin::settle_parked(store, &id, field.as_deref(), decision, now_ms, &SystemRandom)?;
    let names = edit.fields.iter().map(|waiting| waiting.field.clone());
    let settled: Vec<String> = field.map_or_else(|| names.collect(), |field| vec![field]);
    Ok(vec![Output::new(
        format!(
            "{word}: {} of the change {} of {}",
            settled.join(", "),
            edit.id,
            edit.by
        ),
        json!({ "id": edit.id, "record": edit.record.to_string(), "decision": word, "fields": settled }),
    )])
}

fn parked_output(edit: &ParkedEdit) -> Output {
    let mut text = format!(
        "{}  {} {}  by {}  ({})",
        edit.id,
        edit.kind,
        edit.record,
        edit.by,
        edit.why.name()
    );
    if !edit.waits_for.is_empty() {
        text.extend(["  for ", &edit.waits_for.join(", ")]);
    }
    for waiting in &edit.fields {
        let shown = waiting.shown.as_ref().map_or(Value::Null, Scalar::to_json);
        text.extend([format!(
            "\n  {} = {}  (now {shown})",
            waiting.field,
            waiting.value.to_json()
        )]);
    }
    let fields: Vec<Value> = edit
        .fields
        .iter()
        .map(|waiting| {
            json!({
                "field": waiting.field, "value": waiting.value.to_json(),
                "now": waiting.shown.as_ref().map(Scalar::to_json),
            })
        })
        .collect();
    Output::new(
        text,
        json!({
            "id": edit.id, "record": edit.record.to_string(), "kind": edit.kind.name(), "why": edit.why.name(),
            "by": edit.by, "at_ms": edit.at_ms, "received_at_ms": edit.received_at_ms,
            "territory": edit.territory, "waits_for": edit.waits_for, "fields": fields,
        }),
    )
}

pub(super) fn late(store: &Store) -> Result<Vec<Output>, AdminError> {
    admin::note_export(store, "late", SystemClock.now_ms())?;
    let output = |edit: admin::LateEdit| {
        Output::new(
            format!(
                "{} {}  by {}  made {}  received {}  {}",
                edit.kind,
                edit.record,
                edit.by,
                edit.at_ms,
                edit.received_at_ms,
                edit.fields.join(", ")
            ),
            json!({
                "record": edit.record.to_string(), "kind": edit.kind.name(), "by": edit.by, "at_ms": edit.at_ms,
                "received_at_ms": edit.received_at_ms, "fields": edit.fields,
            }),
        )
    };
    Ok(admin::late_edits(store)?.into_iter().map(output).collect())
}

/// The outputs, and true unless the log was tampered with.
pub(super) fn audit(store: &Store, command: Option<AuditCommand>) -> Result<(Vec<Output>, bool), AdminError> {
    let Some(AuditCommand::Verify { head }) = command else {
        return Ok((audit_lines(store)?, true));
    };
    let report = admin::verify_audit(store, head.as_ref().map(|(n, hash)| (*n, hash.as_str())))?;
    let held = report.broken.is_none();
    Ok((vec![verified(&report)], held))
}

fn audit_lines(store: &Store) -> Result<Vec<Output>, AdminError> {
    let (mut outputs, mut next) = (Vec::new(), 0);
    loop {
        let lines = admin::audit_log(store, next, PAGE)?;
        if lines.is_empty() {
            return Ok(outputs);
        }
        next += lines.len() as u64;
        outputs.extend(lines.into_iter().map(|line| {
            let read: Value = serde_json::from_str(&line).unwrap_or_default();
            let word = |key: &str| read[key].as_str().unwrap_or_default().to_owned();
            let text = format!(
                "{}  {}  {}  {}  {}  {}",
                read["n"],
                read["at_ms"],
                word("act"),
                word("who"),
                word("address"),
                read["details"]
            );
            Output::new(text, read)
        }));
    }
}

fn verified(report: &AuditReport) -> Output {
    let last = report
        .lines
        .checked_sub(1)
        .map(|n| format!("{n}:{}", report.head));
    let text = match (&report.broken, &last) {
        (Some((n, fault)), _) => format!("line {n} does not hold: {}", fault.name()),
        (None, Some(last)) => format!("{} lines hold\n  --head {last}", report.lines),
        (None, None) => "the log is empty".to_owned(),
    };
    let broken = report
        .broken
        .map(|(n, fault)| json!({ "line": n, "reason": fault.name() }));
    Output::new(
        text,
        json!({ "ok": broken.is_none(), "lines": report.lines, "head": last, "broken": broken }),
    )
}

pub(super) fn erase(store: &Store, contact: RecordId) -> Result<Vec<Output>, AdminError> {
    let done = admin::erase_contact(store, contact, SystemClock.now_ms())?;
    Ok(vec![erased(&done)])
}

fn erased(done: &Erasure) -> Output {
    let mut text = format!("{} is erased here, with its history", done.record);
    if !done.file_is_clean {
        text.push_str("\nthe log beside the database is in use and may still hold it: run the command again");
    }
    let named = |devices: &[Device]| -> String {
        let lines = devices
            .iter()
            .map(|d| format!("\n  {}  {}  {}", d.id, d.user, d.name));
        lines.collect()
    };
    if !done.until_next_sync.is_empty() {
        text.extend([
            "\nit goes from these devices with their next sync:",
            &named(&done.until_next_sync),
        ]);
    }
    if !done.out_of_reach.is_empty() {
        text.extend([
            "\nit cannot be erased from these, which are revoked:",
            &named(&done.out_of_reach),
        ]);
    }
    for (record, kind) in &done.mentioned_in {
        text.extend([format!(
            "\nits name, number or address stands in {kind} {record}: edit that by hand"
        )]);
    }
    text.push_str("\nit cannot be erased from backups and exported files");
    let ids = |devices: &[Device]| -> Vec<String> { devices.iter().map(|d| d.id.to_string()).collect() };
    let mentioned = done.mentioned_in.iter();
    let mentioned: Vec<Value> = mentioned
        .map(|(record, kind)| json!({ "record": record.to_string(), "kind": kind.name() }))
        .collect();
    Output::new(
        text,
        json!({
            "record": done.record.to_string(), "file_is_clean": done.file_is_clean,
            "until_next_sync": ids(&done.until_next_sync), "out_of_reach": ids(&done.out_of_reach),
            "mentioned_in": mentioned, "not_erased": ["backups", "exported files"],
        }),
    )
}
