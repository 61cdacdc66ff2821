//! One record at the gate: its document is loaded once, and change after change is judged against it.

use std::panic::catch_unwind;

use automerge::{Change as AmChange, ExpandedChange};

use super::loaded::Loaded;
use super::{Admission, DOCUMENT_BYTES_MAX, Refusal, chunk, rules};
use crate::clock::Stamp;
use crate::doc::{Damaged, Document, Edit};
use crate::ids::ChangeHash;

/// A record to which changes are admitted one after the other, at a cost that does not grow with those before.
#[derive(Debug)]
pub struct RecordGate {
    /// The stored bytes, with the changes that were admitted since.
    bytes: Vec<u8>,
    loaded: Option<Loaded>,
    pace: Pace,
    /// True if changes that were admitted together damaged the document.
    spoiled: bool,
}

/// The moment at which admitted changes are applied to the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// All together, at the end.
    Together,
    /// Each at once.
    OneByOne,
}

/// A change that meets every rule and is not in the document yet.
#[derive(Debug)]
pub struct Checked<'b> {
    bytes: &'b [u8],
    change: AmChange,
    expanded: ExpandedChange,
    edit: Edit,
}

impl Checked<'_> {
    /// The content of the change.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }
}

/// The result of a check that refused nothing.
#[derive(Debug)]
pub enum Check<'b> {
    /// The change is new: [`RecordGate::admit`] takes it.
    New(Box<Checked<'b>>),
    /// The change was here already; taking it again changes nothing.
    Known,
}

/// Judges changes of one record by `judge`, and returns its result with the gate.
///
/// `stored` are the record's bytes so far, empty for a new record; they must have been admitted earlier, or be a
/// [`Damaged`] document that no change can mend. All changes that `judge` admits are applied together. Should they damage
/// the document, which no change that meets the rules is known to do, `judge` is called again and each change is applied
/// by itself, so that only the one at fault is refused.
pub fn judge_record<T>(stored: Vec<u8>, mut judge: impl FnMut(&mut RecordGate) -> T) -> (T, RecordGate) {
    let stored_len = stored.len();
    let mut gate = RecordGate::new(stored, Pace::Together);
    let judged = judge(&mut gate);
    gate.apply_waiting();
    if !gate.spoiled {
        return (judged, gate);
    }
    gate.bytes.truncate(stored_len);
    let mut gate = RecordGate::new(gate.bytes, Pace::OneByOne);
    (judge(&mut gate), gate)
}

impl RecordGate {
    fn new(stored: Vec<u8>, pace: Pace) -> RecordGate {
        RecordGate {
            bytes: stored,
            loaded: None,
            pace,
            spoiled: false,
        }
    }

    /// The stored bytes and the admitted changes behind them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The stored bytes with the admitted changes behind them, and the document that they load as.
    ///
    /// # Errors
    /// [`Damaged`] if the bytes do not load, which no admitted change causes.
    pub fn finish(mut self) -> Result<(Vec<u8>, Document), Damaged> {
        let inner = match self.loaded.take() {
            Some(loaded) => loaded.into_document(),
            None => Document::load(&self.bytes)?.inner,
        };
        Ok((self.bytes, Document { inner }))
    }

    /// Checks a change by the rules, and leaves the record as it is.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn check<'b>(
        &mut self,
        claimed: ChangeHash,
        bytes: &'b [u8],
        admission: &Admission<'_>,
    ) -> Result<Check<'b>, Refusal> {
        if self.bytes.len() + bytes.len() > DOCUMENT_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        if chunk::hash_of(bytes)? != claimed {
            return Err(Refusal::HashMismatch);
        }
        let (change, expanded) = decode(bytes)?;
        let edit = rules::check_alone(&change, &expanded, claimed, admission)?;
        let loaded = self.loaded()?;
        if loaded.has(&change.hash()) {
            return Ok(Check::Known);
        }
        let checked = rules::check_against(loaded, &change, &expanded, admission.kind);
        if checked == Err(Refusal::WouldDamage) {
            self.spoil();
        }
        checked?;
        Ok(Check::New(Box::new(Checked {
            bytes,
            change,
            expanded,
            edit,
        })))
    }

    /// The latest stamp among the changes that a checked change stands on; the earliest there is for one that creates the
    /// record. An honest change comes after it.
    pub fn stands_on(&mut self, checked: &Checked<'_>) -> Stamp {
        let Ok(loaded) = self.loaded() else {
            return Stamp::default();
        };
        let times = checked.change.deps().iter().filter_map(|dep| loaded.time(dep));
        times.filter_map(Stamp::from_packed).max().unwrap_or_default()
    }

    /// Takes a change that [`check`](RecordGate::check) has passed since the last one was taken.
    ///
    /// # Errors
    /// [`Refusal::WouldDamage`]; the record is then as it was.
    pub fn admit(&mut self, checked: Checked<'_>) -> Result<Edit, Refusal> {
        let pace = self.pace;
        let loaded = self.loaded()?;
        loaded.push(checked.change, &checked.expanded);
        if pace == Pace::OneByOne {
            let applied = loaded.apply_waiting();
            if applied.is_err() {
                self.loaded = None;
            }
            applied?;
        }
        self.bytes.extend_from_slice(checked.bytes);
        Ok(checked.edit)
    }

    fn apply_waiting(&mut self) {
        let applied = self.loaded.as_mut().map_or(Ok(()), Loaded::apply_waiting);
        if applied.is_err() {
            self.spoil();
        }
    }

    /// Drops a document that changes have damaged.
    fn spoil(&mut self) {
        self.loaded = None;
        self.spoiled = true;
    }

    fn loaded(&mut self) -> Result<&mut Loaded, Refusal> {
        if self.loaded.is_none() {
            self.loaded = Some(Loaded::load(&self.bytes)?);
        }
        Ok(self.loaded.as_mut().expect("loaded a line above"))
    }
}

/// Lets one change in on its own.
pub(super) fn admit_one(
    stored: &[u8],
    claimed: ChangeHash,
    bytes: &[u8],
    admission: &Admission<'_>,
) -> Result<Option<(Document, Edit)>, Refusal> {
    let mut gate = RecordGate::new(stored.to_vec(), Pace::OneByOne);
    let Check::New(checked) = gate.check(claimed, bytes, admission)? else {
        return Ok(None);
    };
    let edit = gate.admit(*checked)?;
    let (_, document) = gate.finish().map_err(|_| Refusal::WouldDamage)?;
    Ok(Some((document, edit)))
}

/// Decodes a change and encodes it again: only the one canonical encoding is let in, so that what we check and what
/// Automerge will apply are the same thing.
fn decode(bytes: &[u8]) -> Result<(AmChange, ExpandedChange), Refusal> {
    let decoded = catch_unwind(|| {
        let change = AmChange::from_bytes(bytes.to_vec()).ok()?;
        let expanded = change.decode();
        let again = AmChange::from(expanded.clone());
        (change.raw_bytes() == bytes && again.raw_bytes() == bytes).then_some((change, expanded))
    });
    decoded.ok().flatten().ok_or(Refusal::Malformed)
}
