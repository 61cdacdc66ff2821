//! Duplicates: records that two phones, or two files, made of one thing. They are shown, and merged by one call.
//!
//! Merging is an edit like any other: the duplicate is deleted and marked with the record that stays, and what hung on it
//! is moved. Two phones may merge at the same time, also the other way round; [`settle`] brings all of them to one state.

mod duplicates;
mod likeness;
mod settle;

pub use duplicates::{DuplicateGroup, DuplicateReason};

use std::collections::{HashMap, HashSet};

use super::edit::{self, WriteContext};
use super::{Book, BookError, set};
use crate::store::Write;
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{self, FieldFault, Policy, Why};
use fieldbook_model::{Fields, Kind, Record, Scalar};

/// The kinds that a person merges.
const MERGEABLE: [Kind; 4] = [Kind::Account, Kind::Site, Kind::Contact, Kind::Opportunity];

/// The kinds whose twins are merged with their account.
const MERGED_WITH_ACCOUNT: [Kind; 4] = [Kind::Site, Kind::Contact, Kind::Opportunity, Kind::Visit];

/// The result of a merge.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The record that stays, with what it took over.
    pub record: Record,
    /// The number of records that were moved to it.
    pub moved: u32,
    /// The records that are duplicates now: the one asked for first, then twins among what hung on both.
    pub merged: Vec<RecordId>,
}

/// One merge under way.
struct Merger<'w, 't> {
    write: &'w mut Write<'t>,
    context: WriteContext,
    moved: HashSet<RecordId>,
    merged: Vec<RecordId>,
}

impl Book {
    /// Merges a duplicate into the record that stays. `keep` keeps its values and takes those that it lacks from `drop`;
    /// all that hangs on `drop` is moved: sites, contacts, deals, visits, tasks, notes, roles. Twins among the moved (a site
    /// at the same door, a contact or a deal with the same key or of the same name that nothing tells apart) are merged too.
    /// `drop` is deleted, stays readable, and says what it was merged into. Nothing is lost: [`undelete`](Book::undelete)
    /// makes it a record of its own again.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`], [`BookError::Deleted`] of either; [`BookError::WrongKind`] when they are of two kinds;
    /// [`BookError::BadField`] for a kind that has no duplicates, and for sites of two accounts.
    ///
    /// # Examples
    /// ```
    /// use fieldbook_book::{Book, OpenOptions};
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-merge");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions::new(folder.join("book.db")))?;
    /// let shop = |city: &str| Fields::new().with("name", "Corner shop").with("city", city);
    /// let keep = book.add(Kind::Account, &shop("Ely"))?;
    /// let twin = book.add(Kind::Account, &shop("ELY"))?;
    /// assert_eq!(book.duplicates(10)?.len(), 1);
    /// let merged = book.merge(keep.id, twin.id)?;
    /// assert_eq!(merged.record.id, keep.id);
    /// assert_eq!(book.record(twin.id)?.fields.id("merged_into"), Some(keep.id));
    /// assert!(book.duplicates(10)?.is_empty());
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn merge(&self, keep: RecordId, drop: RecordId) -> Result<Merged, BookError> {
        let (kept, dropped) = (self.record(keep)?, self.record(drop)?);
        check(&kept, &dropped)?;
        let context = self.write_context();
        let (moved, merged) = if keep == drop {
            (0, Vec::new())
        } else {
            self.transaction(|write| {
                let mut merger = Merger {
                    write,
                    context,
                    moved: HashSet::new(),
                    merged: Vec::new(),
                };
                merger.merge(kept.kind, keep, drop)?;
                if kept.kind == Kind::Account {
                    merger.merge_twins(keep)?;
                }
                let moved = u32::try_from(merger.moved.len()).unwrap_or(u32::MAX);
                Ok::<_, BookError>((moved, merger.merged))
            })?
        };
        Ok(Merged {
            record: self.record(keep)?,
            moved,
            merged,
        })
    }

    /// Merges all records that [`duplicates`](Book::duplicates) finds by their key, each into the oldest; the duplicates.
    ///
    /// # Errors
    /// [`BookError`] of the file. What was merged before stays merged.
    pub fn merge_keyed(&self) -> Result<Vec<RecordId>, BookError> {
        let mut all = Vec::new();
        loop {
            let groups = self.duplicates(usize::MAX)?;
            let keyed = groups
                .into_iter()
                .filter(|group| group.reason == DuplicateReason::Key);
            let before = all.len();
            for group in keyed {
                let mut live = Vec::new();
                for record in &group.records {
                    if !self.record(record.id)?.deleted {
                        live.push(record.id);
                    }
                }
                let Some((keep, others)) = live.split_first() else {
                    continue;
                };
                for drop in others {
                    all.extend(self.merge(*keep, *drop)?.merged);
                }
            }
            if all.len() == before {
                return Ok(all);
            }
        }
    }
}

fn check(kept: &Record, dropped: &Record) -> Result<(), BookError> {
    for record in [kept, dropped] {
        if record.deleted {
            return Err(BookError::Deleted { id: record.id });
        }
    }
    if kept.kind != dropped.kind {
        return Err(BookError::WrongKind {
            id: dropped.id,
            found: dropped.kind,
            wanted: kept.kind,
        });
    }
    if !MERGEABLE.contains(&kept.kind) {
        let expected = "accounts, sites, contacts or opportunities";
        return Err(FieldFault::new("kind", Why::Malformed { expected }).into());
    }
    let accounts = (kept.fields.id("account_id"), dropped.fields.id("account_id"));
    if kept.kind == Kind::Site && accounts.0 != accounts.1 {
        let expected = "two sites of one account";
        return Err(FieldFault::new("account_id", Why::Malformed { expected }).into());
    }
    Ok(())
}

impl Merger<'_, '_> {
    fn merge(&mut self, kind: Kind, keep: RecordId, drop: RecordId) -> Result<(), BookError> {
        let (Some(kept), Some(dropped)) = (self.write.stored(keep)?, self.write.stored(drop)?) else {
            return Ok(());
        };
        let taken = lacking(&kept.record, &dropped.record);
        if !taken.0.is_empty() {
            edit::edit(self.write, self.context, kept, &taken)?;
        }
        let mark = Fields::new()
            .with("deleted", Scalar::Bool(true))
            .with("merged_into", Scalar::Id(keep));
        edit::edit(self.write, self.context, dropped, &mark)?;
        self.merged.push(drop);
        let into = HashMap::from([(drop, keep)]);
        let moved = settle::move_hanging(self.write, self.context, kind, drop, &into)?;
        self.moved.extend(moved);
        Ok(())
    }

    /// Merges what was moved to an account with its twins there.
    fn merge_twins(&mut self, account: RecordId) -> Result<(), BookError> {
        let moved = self.moved.clone();
        for kind in MERGED_WITH_ACCOUNT {
            let mut known = Vec::new();
            let mut came = Vec::new();
            for id in self.write.of_account(kind, Some(account), None)? {
                if let Some(stored) = self.write.stored(id)? {
                    let list = if moved.contains(&id) {
                        &mut came
                    } else {
                        &mut known
                    };
                    list.push(stored.record);
                }
            }
            for drop in came {
                let twin = known.iter().position(|one| likeness::are_twins(one, &drop));
                if let Some(at) = twin {
                    let keep = known.swap_remove(at);
                    self.merge(kind, keep.id, drop.id)?;
                }
            }
        }
        Ok(())
    }
}

/// The values of `dropped` that `kept` lacks. Where a deal stands, and what counts by its first value, is its own.
fn lacking(kept: &Record, dropped: &Record) -> Fields {
    let own = |key: &str| {
        matches!(
            key,
            "deleted" | "merged_into" | "account_id" | "stage" | "same_as"
        ) || set::is_of_one_record(key)
    };
    let mut taken = dropped.fields.clone();
    taken
        .0
        .retain(|key, value| !own(key) && *value != Scalar::Cleared && kept.fields.value(key).is_none());
    let remarks = (kept.fields.text("remark"), dropped.fields.text("remark"));
    if let (Some(one), Some(other)) = remarks
        && schema::policy(kept.kind, "remark") == Policy::KeepAll
        && !one.contains(other)
    {
        let both = format!("{one}\n{other}");
        if both.len() <= schema::LONG_TEXT_BYTES_MAX {
            taken.set("remark", both);
        }
    }
    set::drop_second(kept, &mut taken);
    taken
}
