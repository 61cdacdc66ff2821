//! Edits of fields.

use super::{Book, BookError, deal};
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{self, FieldFault, Policy, Why};
use fieldbook_model::{CLAIM_PREFIX, Fields, MOVE_PREFIX, Record, Scalar, TOUCH_PREFIX};
use fieldbook_sales::review::REVIEW_PREFIX;
use fieldbook_sales::rule::RULE_PREFIX;

impl Book {
    /// Writes the fields of `patch`; [`Scalar::Cleared`] clears one. What already stands so makes no change. A field that
    /// several people wrote at once is settled by writing it, even with the value shown.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`], [`BookError::Deleted`], [`BookError::BadField`]; [`BookError::Stage`] when the `stage`
    /// of a deal in a process is written and its gate is shut.
    pub fn set(&self, id: RecordId, patch: &Fields) -> Result<Record, BookError> {
        let record = self.record(id)?;
        if record.deleted {
            return Err(BookError::Deleted { id });
        }
        patch
            .0
            .iter()
            .try_for_each(|(key, value)| schema::check(record.kind, key, value))?;
        self.check_custom(record.kind, patch)?;
        self.check_references(record.kind, patch)?;
        refuse_reserved(patch)?;
        refuse_second(&record, patch)?;
        if deal::moves_stage(&record, patch) {
            return self.set_deal(id, patch);
        }
        self.edit(id, patch)
    }

    /// Writes fields of a deal in a process, its stage among them.
    fn set_deal(&self, id: RecordId, patch: &Fields) -> Result<Record, BookError> {
        let mut beside = patch.clone();
        match beside.0.remove("stage") {
            Some(Scalar::Text(stage)) => self.set_stage(id, &stage, &beside),
            _ => Err(FieldFault::new("stage", Why::Missing).into()),
        }
    }

    /// Writes one field.
    ///
    /// # Errors
    /// As [`set`](Book::set).
    pub fn set_field(&self, id: RecordId, key: &str, value: impl Into<Scalar>) -> Result<Record, BookError> {
        self.set(id, &Fields::new().with(key, value))
    }
}

/// True if a field counts by its first value, and the record has one that is not `value`.
fn is_second(record: &Record, key: &str, value: &Scalar) -> bool {
    schema::policy(record.kind, key) == Policy::First
        && record.fields.0.get(key).is_some_and(|known| known != value)
}

/// A field that counts by its first value is not written again.
pub(super) fn refuse_second(record: &Record, patch: &Fields) -> Result<(), BookError> {
    let second = patch.0.iter().find(|(key, value)| is_second(record, key, value));
    second.map_or(Ok(()), |(key, _)| {
        Err(FieldFault::new(key, Why::WrittenOnce).into())
    })
}

/// Leaves out of a patch what would be a second value of a field that counts by its first.
pub(super) fn drop_second(record: &Record, patch: &mut Fields) {
    patch.0.retain(|key, value| !is_second(record, key, value));
}

/// Sets whose members calls of their own write, about the record that has them and no other.
const OF_ONE_RECORD: [&str; 6] = [
    "link/",
    MOVE_PREFIX,
    RULE_PREFIX,
    REVIEW_PREFIX,
    CLAIM_PREFIX,
    TOUCH_PREFIX,
];

/// True if a field attests something of its record alone: no hand writes it, and a merge does not carry it over.
pub(super) fn is_of_one_record(key: &str) -> bool {
    OF_ONE_RECORD.iter().any(|prefix| key.starts_with(prefix))
}

/// A visit's arrival and departure, and what attests them, are written by check-in and check-out alone, deletion by
/// delete, the mark of a duplicate by merge, a deal's moves by its gate, the marks of rules by the rules, reviews by whoever
/// may review, claims and touches of a lead by the calls for them.
pub(super) fn refuse_reserved(patch: &Fields) -> Result<(), BookError> {
    let is_reserved = |key: &&String| {
        matches!(
            key.as_str(),
            "check_in" | "check_out" | "deleted" | "same_as" | "merged_into"
        ) || key.starts_with("photo/")
            || is_of_one_record(key)
    };
    let reserved = patch.0.keys().find(is_reserved);
    reserved.map_or(Ok(()), |key| Err(FieldFault::new(key, Why::Unknown).into()))
}
