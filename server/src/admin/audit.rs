//! The audit log: what administrators did, who joined and who was refused, what was read. Each line names the hash of the
//! one before, so a line that was changed, removed or put in is found.

use fieldbook_model::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::AdminError;
use crate::store::{AuditLine, Store, StoreError, Tx};

/// The number of lines that are read at once.
const PAGE: u32 = 1_000;

/// The hash before the first line.
const NOTHING: [u8; 32] = [0; 32];

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// The number of lines, from the first on, that hold.
    pub lines: u64,
    /// The hash of the last of them, in hexadecimal; keep it elsewhere to prove later that nothing was cut off.
    pub head: String,
    /// The number of the first line that does not hold, and the reason.
    pub broken: Option<(u64, AuditFault)>,
}

/// The reason why a line of the audit log does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFault {
    /// Its text is not the one that its hash was made of.
    Changed,
    /// A line before it is missing, or was put in: it does not name the hash before it.
    Unchained,
    /// The log is shorter than the head that is to be in it, or has another line there.
    Cut,
}

impl AuditFault {
    /// The word that programs read. The words never change.
    pub fn name(self) -> &'static str {
        match self {
            AuditFault::Changed => "changed",
            AuditFault::Unchained => "unchained",
            AuditFault::Cut => "cut",
        }
    }
}

/// Appends a line about an act of an administrator to the transaction that does it.
pub(crate) fn note(tx: &Tx<'_>, now_ms: i64, act: &str, details: Value) -> Result<(), StoreError> {
    append(tx, now_ms, act, tx.operator(), "local", details)
}

/// Appends a line at the time of the machine's clock, for an act that has no time of its own.
pub(super) fn note_now(tx: &Tx<'_>, act: &str, details: Value) -> Result<(), StoreError> {
    note(tx, SystemClock.now_ms(), act, details)
}

/// Appends a line about something that came over the network, in a transaction of its own.
pub(crate) fn note_request(
    store: &Store,
    now_ms: i64,
    act: &str,
    who: &str,
    address: &str,
    details: Value,
) -> Result<(), StoreError> {
    let tx = store.write()?;
    append(&tx, now_ms, act, who, address, details)?;
    tx.commit()
}

/// Notes that data were read out: a backup, or a list with what people wrote.
///
/// # Errors
/// [`AdminError::Store`].
pub fn note_export(store: &Store, what: &str, now_ms: i64) -> Result<(), AdminError> {
    let tx = store.write()?;
    note(&tx, now_ms, "export", json!({ "what": what }))?;
    Ok(tx.commit()?)
}

/// The lines of the audit log from number `first` on, at most `limit`: each is one JSON object.
///
/// # Errors
/// [`AdminError::Store`].
pub fn audit_log(store: &Store, first: u64, limit: u32) -> Result<Vec<String>, AdminError> {
    let lines = store.read()?.audit_lines(first, limit)?;
    Ok(lines.into_iter().map(|line| line.line).collect())
}

/// Verifies the chain of the audit log, and that it has the line `head` (number and hash) if one is given.
///
/// # Errors
/// [`AdminError::Store`].
pub fn verify_audit(store: &Store, head: Option<(u64, &str)>) -> Result<AuditReport, AdminError> {
    let tx = store.read()?;
    let (mut next, mut before) = (0, NOTHING);
    let mut head_found = head.is_none();
    let broken = 'lines: loop {
        let page = tx.audit_lines(next, PAGE)?;
        if page.is_empty() {
            break None;
        }
        for line in page {
            if let Some(fault) = fault(&line, next, &before) {
                break 'lines Some((next, fault));
            }
            head_found |=
                head.is_some_and(|(n, hash)| n == line.n && hash.eq_ignore_ascii_case(&hex(&line.hash)));
            (next, before) = (line.n + 1, line.hash);
        }
    };
    let cut = || (!head_found).then(|| (head.map_or(0, |(n, _)| n), AuditFault::Cut));
    Ok(AuditReport {
        lines: next,
        head: hex(&before),
        broken: broken.or_else(cut),
    })
}

fn append(
    tx: &Tx<'_>,
    now_ms: i64,
    act: &str,
    who: &str,
    address: &str,
    details: Value,
) -> Result<(), StoreError> {
    let last = tx.last_audit_line()?;
    let (n, before) = last.map_or((0, NOTHING), |last| (last.n + 1, last.hash));
    let mut line = json!({ "n": n, "at_ms": now_ms, "act": act, "who": who, "address": address });
    line["details"] = details;
    line["before"] = hex(&before).into();
    let line = line.to_string();
    let hash = AuditLine::hash_of(&line);
    tx.append_audit_line(&AuditLine { n, line, hash })
}

fn fault(line: &AuditLine, n: u64, before: &[u8; 32]) -> Option<AuditFault> {
    if AuditLine::hash_of(&line.line) != line.hash {
        return Some(AuditFault::Changed);
    }
    let read: Value = serde_json::from_str(&line.line).unwrap_or_default();
    let chained = line.n == n && read["n"] == json!(n) && read["before"] == json!(hex(before));
    (!chained).then_some(AuditFault::Unchained)
}

fn hex(hash: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
