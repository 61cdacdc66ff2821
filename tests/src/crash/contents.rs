//! All records of a book, without what differs between phones.

use std::collections::BTreeMap;

use fieldbook_core::book::{Book, Deleted, PAGE_MAX, Query};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind};

use super::CrashError;

/// A record as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown {
    pub(super) kind: Kind,
    pub(super) fields: Fields,
    deleted: bool,
    conflicts: u32,
}

/// Every record by its id.
pub(crate) type Contents = BTreeMap<RecordId, Shown>;

/// Reads a whole book page by page, as an app does.
pub(crate) fn contents(book: &Book) -> Result<Contents, CrashError> {
    let mut all = Contents::new();
    for kind in Kind::ALL {
        for deleted in [Deleted::Hide, Deleted::Only] {
            let mut query = Query {
                deleted,
                ..Query::first(kind, PAGE_MAX)
            };
            loop {
                let page = book.page(&query)?;
                query.after = page.records.last().map(|record| record.id);
                all.extend(page.records.into_iter().map(|record| {
                    let shown = Shown {
                        kind,
                        fields: record.fields,
                        deleted: record.deleted,
                        conflicts: record.conflicts,
                    };
                    (record.id, shown)
                }));
                if !page.more {
                    break;
                }
            }
        }
    }
    Ok(all)
}

/// Number of records that differ between two books.
pub(crate) fn differing(one: &Contents, other: &Contents) -> usize {
    let here = one.iter().filter(|(id, shown)| other.get(id) != Some(shown));
    let only_there = other.keys().filter(|id| !one.contains_key(id));
    here.count() + only_there.count()
}
