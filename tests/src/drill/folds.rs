//! A long note is edited thousands of times with no signal.

use std::sync::atomic::{AtomicBool, Ordering};

use fieldbook_core::book::{Checkup, Http};
use fieldbook_core::model::{Fields, Kind};
use fieldbook_core::sync::{Post, Reply, Transport, TransportError};

use super::Options;
use super::office::{DrillError, Office, differing, hold, not_held, stuck, sync};
use crate::faults::long_text;

/// Number of edits.
const EDITS: usize = 10_000;

/// The most bytes that the file may have.
const FILE_BYTES_MAX: u64 = 2_000_000;

/// A line on which each answer is lost.
struct AnswersLost(Http, AtomicBool);

impl Transport for AnswersLost {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        self.0.post(post)?;
        self.1.store(true, Ordering::SeqCst);
        Err(TransportError::TimedOut)
    }
}

/// 10,000 edits of a note of 10 kB with no signal, and a push in the middle of them whose answer is lost.
pub(super) fn folds(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let (ada, ben) = (office.rep("Ada", "North")?, office.rep("Ben", "North")?);
    sync(&ada)?;
    let note = Fields::new().with("text", long_text(0));
    let note = ada.add(Kind::Note, &note).map_err(not_held)?.id;
    let lost = AnswersLost(Http::default(), AtomicBool::new(false));
    for n in 1..=EDITS {
        ada.set_field(note, "text", long_text(n)).map_err(not_held)?;
        if n == EDITS / 2 {
            let answered = ada.sync_now(&lost, None).is_ok();
            hold(!answered && lost.1.load(Ordering::SeqCst), || {
                "the push did not arrive, or was answered".to_owned()
            })?;
        }
    }
    let status = ada.status(Checkup::Quick).map_err(not_held)?;
    hold(status.database_bytes < FILE_BYTES_MAX, || {
        format!("the file has {} bytes", status.database_bytes)
    })?;
    sync(&ada)?;
    sync(&ben)?;
    let shown = ben.record(note).map_err(not_held)?.fields;
    hold(shown.text("text") == Some(long_text(EDITS).as_str()), || {
        "the last edit is not what the other phone shows".to_owned()
    })?;
    let (differ, stuck) = (differing(&ada, &ben)?, stuck(&ada)?);
    hold((differ, stuck) == (0, 0), || {
        format!("{differ} differ, {stuck} stuck")
    })?;
    let history = ben.history(note).map_err(not_held)?.len();
    Ok(format!(
        "{EDITS} edits, {} unsent changes in a file of {} kB, {history} in the history of the other phone",
        status.unsent,
        status.database_bytes / 1_000
    ))
}
