//! The acknowledged acts, and the check that a book still has them.

use std::collections::{BTreeMap, BTreeSet};

use fieldbook_core::ids::RecordId;
use fieldbook_core::location::track::TrackFix;
use fieldbook_core::model::{Kind, Scalar};

use super::act::{Act, Moment, Report};
use super::contents::{Contents, Shown};
use super::phone::fix;

/// Number of imported lines that the core commits in one transaction.
const LINES_PER_TRANSACTION: usize = 2_000;

/// An imported file: its number of lines and its latest acknowledged remark, 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct File {
    lines: usize,
    generation: u64,
}

/// All acts that the core acknowledged.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    /// Accounts with their latest acknowledged remark, 0 for none.
    shops: BTreeMap<RecordId, u64>,
    /// Files by the prefix of their keys.
    files: BTreeMap<String, File>,
    /// Visits; true for those that were checked out.
    visits: BTreeMap<RecordId, bool>,
    /// Fixes by their second; true for those that were acknowledged.
    fixes: BTreeMap<u64, bool>,
    under_way: Option<Act>,
    /// Number of acknowledged acts.
    pub(super) acknowledged: u64,
}

impl Ledger {
    /// Records a report of the phone. Returns true if it ends a sync.
    pub(super) fn record(&mut self, report: &Report) -> bool {
        match report {
            Report::Begin(act) => {
                if let Act::Import { prefix, lines, .. } = act {
                    let begun = File {
                        lines: *lines,
                        generation: 0,
                    };
                    self.files.entry(prefix.clone()).or_insert(begun);
                }
                if let Act::Fix { at_s } = act {
                    self.fixes.entry(*at_s).or_insert(false);
                }
                self.under_way = Some(act.clone());
                false
            }
            Report::NotNow => {
                self.under_way = None;
                false
            }
            Report::Done(made) => {
                let act = self.under_way.take();
                let synced = act == Some(Act::Sync);
                self.acknowledge(act, *made);
                synced
            }
        }
    }

    fn acknowledge(&mut self, act: Option<Act>, made: Option<RecordId>) {
        self.acknowledged += 1;
        match (act, made) {
            (
                Some(Act::Import {
                    prefix,
                    lines,
                    generation,
                }),
                _,
            ) => {
                self.files.insert(prefix, File { lines, generation });
            }
            (Some(Act::Add { .. }), Some(id)) => {
                self.shops.insert(id, 0);
            }
            (Some(Act::Set { id, value }), _) => {
                self.shops.insert(id, value);
            }
            (Some(Act::CheckIn { .. }), Some(visit)) => {
                self.visits.entry(visit).or_insert(false);
            }
            (Some(Act::Fix { at_s }), _) => {
                self.fixes.insert(at_s, true);
            }
            (Some(Act::CheckOut { visit }), _) => {
                self.visits.insert(visit, true);
            }
            _ => {}
        }
    }

    /// The moment of a kill that happens now.
    pub(super) fn moment(&self) -> Moment {
        self.under_way.as_ref().map_or(Moment::Between, Act::moment)
    }

    /// Drops the act under way: after a kill it may be stored or not.
    pub(super) fn drop_act_under_way(&mut self) {
        self.under_way = None;
    }

    /// Acknowledged acts that are not in `book`, one sentence each.
    pub(super) fn missing_in(&self, book: &Contents) -> Vec<String> {
        let mut missing = Vec::new();
        for (id, value) in &self.shops {
            match book.get(id) {
                None => missing.push(format!("account {id} was added and is not there")),
                Some(shown) if remark(shown) < *value => {
                    missing.push(format!("account {id} was set to {value}, has {}", remark(shown)));
                }
                Some(_) => {}
            }
        }
        for (id, over) in &self.visits {
            match book.get(id) {
                None => missing.push(format!("visit {id} was begun and is not there")),
                Some(shown) if *over && shown.fields.text("check_out").is_none() => {
                    missing.push(format!("visit {id} was ended and is still open"));
                }
                Some(_) => {}
            }
        }
        let found = Imported::in_book(book);
        for (prefix, file) in self.files.iter().filter(|(_, file)| file.generation > 0) {
            let least = (0..file.lines).map(|n| found.generation(prefix, n)).min();
            if least < Some(file.generation) {
                missing.push(format!(
                    "file {prefix} was imported as {}, has {least:?}",
                    file.generation
                ));
            }
        }
        missing
    }

    /// Acknowledged fixes that are not in the `track` of a book, one sentence each.
    pub(super) fn missing_fixes(&self, track: &[TrackFix]) -> Vec<String> {
        let stored: BTreeSet<i64> = track.iter().map(TrackFix::at_ms).collect();
        let acknowledged = self.fixes.iter().filter(|(_, acknowledged)| **acknowledged);
        acknowledged
            .filter(|(at_s, _)| !stored.contains(&fix(**at_s).at_ms()))
            .map(|(at_s, _)| format!("the fix of second {at_s} was kept and is not there"))
            .collect()
    }

    /// Fixes of a `track` that are there twice or were never recorded, one sentence each.
    pub(super) fn unexpected_fixes(&self, track: &[TrackFix]) -> Vec<String> {
        let taken: BTreeSet<i64> = self.fixes.keys().map(|at_s| fix(*at_s).at_ms()).collect();
        let mut seen = BTreeSet::new();
        let strange = track
            .iter()
            .filter(|fix| !taken.contains(&fix.at_ms()) || !seen.insert(fix.at_ms()));
        strange
            .map(|fix| {
                format!(
                    "a fix at {} ms is there that was not taken, or twice",
                    fix.at_ms()
                )
            })
            .collect()
    }

    /// Acts that are only partly in `book`, one sentence each.
    pub(super) fn partial_in(&self, book: &Contents) -> Vec<String> {
        let found = Imported::in_book(book);
        let mut partial = Vec::new();
        for (prefix, file) in &self.files {
            let mut before = u64::MAX;
            for from in (0..file.lines).step_by(LINES_PER_TRANSACTION) {
                let batch = from..file.lines.min(from + LINES_PER_TRANSACTION);
                let first = found.generation(prefix, from);
                let whole = batch.clone().all(|n| {
                    found.generation(prefix, n) == first && found.has_site(prefix, n) == (first > 0)
                });
                if !whole || first > before {
                    partial.push(format!("file {prefix}: lines {batch:?} are there in part"));
                }
                before = first;
            }
        }
        partial
    }
}

/// The number that an act wrote at the beginning of the remark of a record, 0 for none.
fn remark(shown: &Shown) -> u64 {
    let text = shown
        .fields
        .text("remark")
        .and_then(|text| text.split(' ').next());
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The records of a book that come from imported files, by key.
struct Imported<'c> {
    accounts: BTreeMap<&'c str, u64>,
    sites: BTreeSet<&'c str>,
}

impl Imported<'_> {
    fn in_book(book: &Contents) -> Imported<'_> {
        let mut imported = Imported {
            accounts: BTreeMap::new(),
            sites: BTreeSet::new(),
        };
        for shown in book.values() {
            let Some(key) = shown.fields.text("external_id") else {
                continue;
            };
            match shown.kind {
                Kind::Account => drop(imported.accounts.insert(key, remark(shown))),
                // A site without its account does not count.
                Kind::Site if matches!(shown.fields.value("account_id"), Some(Scalar::Id(id)) if book.contains_key(id)) =>
                {
                    imported.sites.insert(key);
                }
                _ => {}
            }
        }
        imported
    }

    /// The remark of that line's account, 0 if the account is missing.
    fn generation(&self, prefix: &str, line: usize) -> u64 {
        let key = format!("{prefix}-{line}");
        self.accounts.get(key.as_str()).copied().unwrap_or(0)
    }

    fn has_site(&self, prefix: &str, line: usize) -> bool {
        self.sites.contains(format!("{prefix}-{line}").as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldbook_core::book::import::ImportKind;
    use fieldbook_core::book::{Book, CheckInRequest, OpenOptions};
    use fieldbook_core::model::Fields;

    use super::super::contents::contents;
    use super::super::phone::file;

    fn book(folder: &tempfile::TempDir) -> Book {
        Book::open(OpenOptions::new(folder.path().join("book.db"))).unwrap()
    }

    fn import(book: &Book, text: &str) {
        let kind = ImportKind::Accounts;
        book.import(
            kind,
            "shops.csv",
            &mut text.as_bytes(),
            &fieldbook_core::book::ImportOptions::default(),
            &mut |_| {},
        )
        .unwrap();
    }

    fn imported(lines: usize, generation: u64) -> [Report; 2] {
        let act = Act::Import {
            prefix: "f".to_owned(),
            lines,
            generation,
        };
        [Report::Begin(act), Report::Done(None)]
    }

    #[test]
    fn every_act_that_is_not_in_the_book_is_missed() {
        let folder = tempfile::tempdir().unwrap();
        let book = book(&folder);
        let shop = book
            .add(Kind::Account, &Fields::new().with("name", "Shop"))
            .unwrap();
        let visit = book.check_in(shop.id, &CheckInRequest::default()).unwrap();
        let name = "Shop".to_owned();
        let stranger = RecordId([9; 16]);
        let mut ledger = Ledger::default();
        let mut missing_after = |reports: &[Report]| {
            for report in reports {
                ledger.record(report);
            }
            ledger.missing_in(&contents(&book).unwrap()).len()
        };
        let add = |id| {
            [
                Report::Begin(Act::Add { name: name.clone() }),
                Report::Done(Some(id)),
            ]
        };
        assert_eq!(missing_after(&add(shop.id)), 0);
        let check_in = Act::CheckIn { account: shop.id };
        assert_eq!(
            missing_after(&[Report::Begin(check_in), Report::Done(Some(visit.id))]),
            0
        );
        let set = Act::Set {
            id: shop.id,
            value: 3,
        };
        assert_eq!(
            missing_after(&[Report::Begin(set.clone())]),
            0,
            "nobody knows yet"
        );
        assert_eq!(missing_after(&[Report::Done(None)]), 1);
        let check_out = Act::CheckOut { visit: visit.id };
        assert_eq!(missing_after(&[Report::Begin(check_out), Report::Done(None)]), 2);
        assert_eq!(missing_after(&add(stranger)), 3);
        assert_eq!(missing_after(&imported(2, 1)), 4);
        assert_eq!(missing_after(&[Report::Begin(Act::Sync), Report::NotNow]), 4);
    }

    #[test]
    fn a_fix_that_was_acknowledged_is_missed_and_one_that_nobody_took_is_strange() {
        let mut ledger = Ledger::default();
        for at_s in [1, 2] {
            ledger.record(&Report::Begin(Act::Fix { at_s }));
            ledger.record(&Report::Done(None));
        }
        ledger.record(&Report::Begin(Act::Fix { at_s: 3 }));
        let counts = |track: &[TrackFix]| {
            (
                ledger.missing_fixes(track).len(),
                ledger.unexpected_fixes(track).len(),
            )
        };
        assert_eq!(counts(&[fix(1), fix(2)]), (0, 0));
        assert_eq!(counts(&[fix(1), fix(2), fix(3)]), (0, 0), "it may have been kept");
        assert_eq!(counts(&[fix(2), fix(2), fix(9)]), (1, 2));
    }

    #[test]
    fn an_import_is_there_by_whole_transactions_or_it_is_a_half() {
        let folder = tempfile::tempdir().unwrap();
        let book = book(&folder);
        let mut ledger = Ledger::default();
        ledger.record(&imported(2_300, 5)[0]);
        let partial = |book: &Book| ledger.partial_in(&contents(book).unwrap()).len();
        assert_eq!(partial(&book), 0, "not begun");
        import(&book, &file("f", 1_999, 5));
        assert_eq!(partial(&book), 1, "one line short of a transaction");
        import(&book, &file("f", 2_000, 5));
        assert_eq!(partial(&book), 0, "one of two transactions");
        import(&book, &file("f", 2_300, 5));
        assert_eq!(partial(&book), 0, "both");
        import(&book, &file("f", 40, 6));
        assert_eq!(partial(&book), 1, "some lines brought up to date");
    }
}
