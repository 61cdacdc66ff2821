//! A new record.

use super::{Book, BookError, edit, set};
use fieldbook_model::schema::{self, FieldFault, FieldType};
use fieldbook_model::{Fields, Kind, Record, Scalar};

impl Book {
    /// Makes a record of `kind`. Its id is made here and now, so others may point to it before any server has heard of it.
    ///
    /// # Errors
    /// [`BookError::BadField`] when a field does not take its value, is not declared, or is required and absent;
    /// [`BookError::NoSuchRecord`] when it points to a record that is not here. A kind that this version does not know
    /// cannot be added: only a version that knows it can check its fields.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use fieldbook_book::{Book, OpenOptions};
    /// use fieldbook_model::clock::FixedClock;
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-records");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions {
    ///     clock: Arc::new(FixedClock::at(1_795_510_800_000)),
    ///     ..OpenOptions::new(folder.join("book.db"))
    /// })?;
    /// let shop = book.add(Kind::Account, &Fields::new().with("name", "Corner shop"))?;
    /// let shop = book.set_field(shop.id, "name", "Corner café")?;
    /// assert_eq!(book.record(shop.id)?.title(), "Corner café");
    /// assert!(book.delete(shop.id)?.deleted);
    /// assert!(!book.undelete(shop.id)?.deleted);
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add(&self, kind: Kind, fields: &Fields) -> Result<Record, BookError> {
        if matches!(kind, Kind::Other(_)) {
            return Err(FieldFault::new("kind", schema::Why::Unknown).into());
        }
        set::refuse_reserved(fields)?;
        schema::check_new(kind, fields)?;
        self.check_custom(kind, fields)?;
        self.check_references(kind, fields)?;
        let (id, context) = (self.new_id(), self.write_context());
        self.transaction(|write| edit::create(write, context, id, kind, fields))?;
        self.record(id)
    }

    /// A record by its id, deleted or not.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`].
    pub fn record(&self, id: fieldbook_model::ids::RecordId) -> Result<Record, BookError> {
        self.store.record(id)?.ok_or(BookError::NoSuchRecord { id })
    }

    /// A record of the kind that a call needs, and not a deleted one.
    pub(super) fn live_record(
        &self,
        id: fieldbook_model::ids::RecordId,
        wanted: Kind,
    ) -> Result<Record, BookError> {
        let record = self.record(id)?;
        if record.kind != wanted {
            return Err(BookError::WrongKind {
                id,
                found: record.kind,
                wanted,
            });
        }
        if record.deleted {
            return Err(BookError::Deleted { id });
        }
        Ok(record)
    }

    /// Checks that what the fields point to is here and of the right kind.
    pub(super) fn check_references(&self, kind: Kind, fields: &Fields) -> Result<(), BookError> {
        for (key, value) in &fields.0 {
            let Scalar::Id(id) = value else { continue };
            let found = self.record(*id)?.kind;
            match schema::spec(kind, key).map(|spec| spec.takes) {
                Some(FieldType::Ref(wanted)) if wanted != found => {
                    return Err(BookError::WrongKind {
                        id: *id,
                        found,
                        wanted,
                    });
                }
                None if !matches!(kind, Kind::Other(_)) => {
                    return Err(FieldFault::new(key, schema::Why::Unknown).into());
                }
                _ => {}
            }
        }
        Ok(())
    }
}
