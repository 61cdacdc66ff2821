//! Bringing a value back.

use super::{Book, BookError, deal, edit, set};
use fieldbook_model::ids::{ChangeHash, RecordId};
use fieldbook_model::{Fields, Record, Scalar};

impl Book {
    /// Writes `field` again as the change `to` wrote it: the losing side of a conflict, or an older value.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`]; [`BookError::NoSuchChange`] when the record has no such change or it did not write the
    /// field; [`BookError::Stage`] when it is an older stage of a deal in a process and the gate to it is shut.
    pub fn restore(&self, id: RecordId, field: &str, to: ChangeHash) -> Result<Record, BookError> {
        let stored = self.store.stored(id)?.ok_or(BookError::NoSuchRecord { id })?;
        let edits = edit::load(&stored.document)?.history();
        let then = edits.into_iter().find(|edit| edit.change == to);
        let mut then = then.ok_or(BookError::NoSuchChange { change: to })?.fields;
        let written = then.0.remove(field);
        // An edit of a record that was deleted meanwhile speaks against the deletion.
        let against = written.is_none() && field == "deleted" && self.is_against_deletion(id, to)?;
        let value = match written {
            Some(value) => value,
            None if against => Scalar::Bool(false),
            None => return Err(BookError::NoSuchChange { change: to }),
        };
        let patch = Fields::new().with(field, value);
        let record = &stored.record;
        if deal::moves_stage(record, &patch) {
            let stage = patch.text("stage").unwrap_or_default();
            let losing = deal::move_in(&then).filter(|made| deal::is_last_move(record, made));
            return match losing {
                Some(made) => self.settle_moves(id, made),
                None => self.set_stage(id, stage, &Fields::new()),
            };
        }
        set::refuse_second(record, &patch)?;
        let restored = self.edit(id, &patch)?;
        // As it is read: a record that is not deleted has no such field.
        if against { self.record(id) } else { Ok(restored) }
    }

    fn is_against_deletion(&self, id: RecordId, change: ChangeHash) -> Result<bool, BookError> {
        let lost = self.store.conflicts_of(id)?;
        Ok(lost
            .iter()
            .any(|lost| lost.field == "deleted" && lost.change == change))
    }
}
