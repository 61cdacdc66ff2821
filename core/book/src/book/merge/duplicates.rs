//! Records that may be in the book twice.

use std::collections::HashMap;

use super::super::account_names::folded;
use super::super::{Book, BookError, salesforce};
use super::likeness::{self, PlacedAccount};
use crate::store::ListedAccount;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Kind, Record};

/// The ground on which records are taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DuplicateReason {
    /// They have one key of another system, so they are one record there.
    Key,
    /// They have one name, and neither address nor position tells them apart.
    Name,
}

impl DuplicateReason {
    /// The word for it: `key` or `name`.
    pub fn name(self) -> &'static str {
        match self {
            DuplicateReason::Key => "key",
            DuplicateReason::Name => "name",
        }
    }
}

/// Records that are, or may be, one.
#[derive(Debug, Clone, PartialEq)]
pub struct DuplicateGroup {
    /// The ground for it.
    pub reason: DuplicateReason,
    /// Two records or more of one kind, the oldest first.
    pub records: Vec<Record>,
}

impl Book {
    /// The records that are in the book twice, at most `limit` groups: accounts with one key, then accounts of one name at
    /// one place, then contacts and opportunities with one key at one account. [`merge`](Book::merge) makes one of two.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn duplicates(&self, limit: usize) -> Result<Vec<DuplicateGroup>, BookError> {
        let accounts = self.store.listed_accounts()?;
        let mut groups = Vec::new();
        for ids in keyed_twice(&accounts) {
            groups.push(self.group(DuplicateReason::Key, &ids)?);
        }
        let is_keyed = |ids: &[RecordId], groups: &[DuplicateGroup]| {
            groups.iter().any(|group| {
                let known: Vec<RecordId> = group.records.iter().map(|record| record.id).collect();
                ids.iter().all(|id| known.contains(id))
            })
        };
        for ids in of_one_name(&accounts) {
            if groups.len() >= limit {
                break;
            }
            for ids in self.at_one_place(&ids)? {
                if !is_keyed(&ids, &groups) {
                    groups.push(self.group(DuplicateReason::Name, &ids)?);
                }
            }
        }
        for kind in [Kind::Contact, Kind::Opportunity] {
            for ids in self.store.keyed_twice(kind)? {
                groups.push(self.group(DuplicateReason::Key, &ids)?);
            }
        }
        groups.truncate(limit);
        Ok(groups)
    }

    fn group(&self, reason: DuplicateReason, ids: &[RecordId]) -> Result<DuplicateGroup, BookError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        let records: Result<Vec<Record>, BookError> = ids.iter().map(|id| self.record(*id)).collect();
        Ok(DuplicateGroup {
            reason,
            records: records?,
        })
    }

    /// Of accounts of one name, those that may be one, in groups of two or more.
    fn at_one_place(&self, ids: &[RecordId]) -> Result<Vec<Vec<RecordId>>, BookError> {
        let mut placed = Vec::new();
        for id in ids {
            let sites = self.of_account(*id, Kind::Site, 2)?;
            let position = match &sites[..] {
                [site] => site.fields.text("position").map(str::to_owned),
                _ => None,
            };
            placed.push(PlacedAccount {
                record: self.record(*id)?,
                position,
            });
        }
        let mut groups: Vec<Vec<PlacedAccount>> = Vec::new();
        for account in placed {
            let alike = |group: &&mut Vec<PlacedAccount>| {
                group.iter().all(|known| likeness::may_be_one(known, &account))
            };
            match groups.iter_mut().find(alike) {
                Some(group) => group.push(account),
                None => groups.push(vec![account]),
            }
        }
        let several = groups.into_iter().filter(|group| group.len() > 1);
        Ok(several
            .map(|group| group.iter().map(|account| account.record.id).collect())
            .collect())
    }
}

/// The accounts that share a key, in the order of their first.
fn keyed_twice(accounts: &[ListedAccount]) -> Vec<Vec<RecordId>> {
    let keyed = accounts.iter().filter_map(|account| {
        let key = account.external_id.as_deref()?;
        // Of the two forms of an id of Salesforce the shorter one stands for both.
        let other = salesforce::other_form(key).filter(|other| other.len() < key.len());
        Some((other.unwrap_or_else(|| key.to_owned()), account.id))
    });
    several(keyed)
}

/// The accounts that share a name, whatever its case, width and spacing.
fn of_one_name(accounts: &[ListedAccount]) -> Vec<Vec<RecordId>> {
    several(accounts.iter().map(|account| (folded(&account.name), account.id)))
}

/// The ids that share a text, in the order of the first of each.
fn several(texts: impl Iterator<Item = (String, RecordId)>) -> Vec<Vec<RecordId>> {
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<RecordId>> = Vec::new();
    for (text, id) in texts {
        let place = *at.entry(text).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(id);
    }
    groups.retain(|group| group.len() > 1);
    groups
}
