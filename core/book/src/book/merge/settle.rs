//! Merges that phones made without knowing of each other, brought to one state.
//!
//! Each step is a function of what is in the book, so it does not matter which device takes it, nor how often: what hangs
//! on a duplicate is moved to the record that stays, and of records that were merged into each other the oldest stays.

use std::collections::{HashMap, HashSet};

use super::super::edit::{self, WriteContext};
use super::super::{Book, BookError};
use crate::store::Write;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Scalar};

/// The record that stays of those that `id` was merged into, each into the next; of a circle the one with the smallest id.
pub(super) fn surviving(into: &HashMap<RecordId, RecordId>, id: RecordId) -> RecordId {
    let (mut path, mut at) = (vec![id], id);
    while let Some(next) = into.get(&at) {
        if let Some(start) = path.iter().position(|seen| seen == next) {
            return path[start..].iter().min().copied().unwrap_or(*next);
        }
        path.push(*next);
        at = *next;
    }
    at
}

impl Book {
    /// Moves what came to hang on duplicates since they were merged, and brings back the oldest of records that were merged
    /// into each other.
    pub(in crate::book) fn settle_merges(&self) -> Result<(), BookError> {
        let into: HashMap<RecordId, RecordId> = self.store.merged_away()?.into_iter().collect();
        if into.is_empty() {
            return Ok(());
        }
        let circle = into.keys().any(|id| surviving(&into, *id) == *id);
        if !circle && !self.store.has_hanging(into.keys().copied())? {
            return Ok(());
        }
        let context = self.write_context();
        let mut dropped: Vec<RecordId> = into.keys().copied().collect();
        dropped.sort_unstable();
        self.transaction(|write| {
            for id in dropped {
                let Some(stored) = write.stored(id)? else {
                    continue;
                };
                if surviving(&into, id) == id {
                    let back = Fields::new()
                        .with("deleted", Scalar::Bool(false))
                        .with("merged_into", Scalar::Cleared);
                    edit::edit(write, context, stored, &back)?;
                } else {
                    move_hanging(write, context, stored.record.kind, id, &into)?;
                }
            }
            Ok(())
        })
    }
}

/// Moves what hangs on a duplicate to the record that stays; the records that were moved. A record that stays elsewhere, in
/// a territory that this book has not, is left to those who have it.
pub(super) fn move_hanging(
    write: &mut Write<'_>,
    context: WriteContext,
    kind: Kind,
    dropped: RecordId,
    into: &HashMap<RecordId, RecordId>,
) -> Result<HashSet<RecordId>, BookError> {
    let keep = surviving(into, dropped);
    if write.stored(keep)?.is_none() {
        return Ok(HashSet::new());
    }
    let mut moved = HashSet::new();
    for id in write.hanging_on(dropped, kind)? {
        let Some(stored) = write.stored(id)? else {
            continue;
        };
        let patch = turned(&stored.record.fields, dropped, keep);
        if !patch.0.is_empty() {
            edit::edit(write, context, stored, &patch)?;
            moved.insert(id);
        }
    }
    Ok(moved)
}

/// The fields that point to `from`, pointing to `to` instead.
fn turned(fields: &Fields, from: RecordId, to: RecordId) -> Fields {
    let mut patch = Fields::new();
    for key in ["account_id", "site_id", "about_id"] {
        if fields.id(key) == Some(from) {
            patch.set(key, Scalar::Id(to));
        }
    }
    let person = from.to_string();
    for (role, value) in fields.members("role/") {
        if let Some(name) = role.strip_prefix(&person)
            && name.starts_with(':')
            && *value != Scalar::Cleared
        {
            patch.set(&format!("role/{role}"), Scalar::Cleared);
            let moved = format!("role/{to}{name}");
            if fields.value(&moved).is_none() {
                patch.set(&moved, value.clone());
            }
        }
    }
    patch
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(n: u8) -> RecordId {
        RecordId([n; 16])
    }

    #[test]
    fn a_chain_leads_to_its_end_and_a_circle_to_its_oldest() {
        let into = HashMap::from([(id(3), id(2)), (id(2), id(1))]);
        assert_eq!(surviving(&into, id(3)), id(1));
        let circle = HashMap::from([(id(3), id(2)), (id(2), id(3)), (id(9), id(3))]);
        assert_eq!(
            [3, 2, 9, 7].map(|n| surviving(&circle, id(n))),
            [id(2), id(2), id(2), id(7)]
        );
    }

    proptest! {
        /// Whatever was merged into what, all that are connected have one survivor, and it is the survivor of itself.
        #[test]
        fn all_that_are_merged_agree_on_who_stays(pairs in proptest::collection::hash_map(0u8..12, 0u8..12, 0..12)) {
            let into: HashMap<_, _> = pairs.iter().map(|(from, to)| (id(*from), id(*to))).collect();
            for (from, to) in &into {
                let stays = surviving(&into, *from);
                prop_assert_eq!(stays, surviving(&into, *to));
                prop_assert_eq!(stays, surviving(&into, stays));
            }
        }
    }
}
