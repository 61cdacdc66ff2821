//! The acknowledged acts, and the check that a book still has them.

use std::collections::{BTreeMap, BTreeSet};

use fieldbook_core::ids::RecordId;
use fieldbook_core::location::track::TrackFix;
use fieldbook_core::model::{Kind, Scalar};

use super::act::{Act, Moment, Said};
use super::contents::{Contents, Shown};
use super::phone::fix;

/// Number of lines of a file that the core makes durable together.
const LINES_A_TIME: usize = 2_000;

/// An imported file: how long it is, and the latest remark that was acknowledged, 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct File {
    lines: usize,
    generation: u64,
}

/// All that a phone was told is done.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    /// Accounts with the latest remark, 0 for none.
    shops: BTreeMap<RecordId, u64>,
    /// Files by the prefix of their keys.
    files: BTreeMap<String, File>,
    /// Visits, and whether they are over.
    visits: BTreeMap<RecordId, bool>,
    /// The seconds of the fixes, and whether each was acknowledged.
    fixes: BTreeMap<u64, bool>,
    under_way: Option<Act>,
    /// Number of acknowledged acts.
    pub(super) acknowledged: u64,
}

impl Ledger {
    /// Takes down what a phone said. Whether that was the end of a sync.
    pub(super) fn hear(&mut self, said: &Said) -> bool {
        match said {
            Said::Begin(act) => {
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
            Said::NotNow => {
                self.under_way = None;
                false
            }
            Said::Done(made) => {
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

    /// The current moment.
    pub(super) fn moment(&self) -> Moment {
        self.under_way.as_ref().map_or(Moment::Between, Act::moment)
    }

    /// The act under way came to no end: nobody knows whether it was done.
    pub(super) fn cut(&mut self) {
        self.under_way = None;
    }

    /// The acknowledged acts that are not in `book`, one sentence each.
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
        let found = Imported::of(book);
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

    /// The acknowledged fixes that are not in the `track` of a book, one sentence each.
    pub(super) fn missing_of(&self, track: &[TrackFix]) -> Vec<String> {
        let kept: BTreeSet<i64> = track.iter().map(TrackFix::at_ms).collect();
        let acknowledged = self.fixes.iter().filter(|(_, acknowledged)| **acknowledged);
        acknowledged
            .filter(|(at_s, _)| !kept.contains(&fix(**at_s).at_ms()))
            .map(|(at_s, _)| format!("the fix of second {at_s} was kept and is not there"))
            .collect()
    }

    /// The fixes of a `track` that are there twice, or that nobody took, one sentence each.
    pub(super) fn strange_in(&self, track: &[TrackFix]) -> Vec<String> {
        let taken: BTreeSet<i64> = self.fixes.keys().map(|at_s| fix(*at_s).at_ms()).collect();
        let mut seen = BTreeSet::new();
        let strange = track
            .iter()
            .filter(|kept| !taken.contains(&kept.at_ms()) || !seen.insert(kept.at_ms()));
        strange
            .map(|kept| {
                format!(
                    "a fix at {} ms is there that was not taken, or twice",
                    kept.at_ms()
                )
            })
            .collect()
    }

    /// The acts that are in `book` only in part, one sentence each.
    pub(super) fn halves_in(&self, book: &Contents) -> Vec<String> {
        let found = Imported::of(book);
        let mut halves = Vec::new();
        for (prefix, file) in &self.files {
            let mut before = u64::MAX;
            for from in (0..file.lines).step_by(LINES_A_TIME) {
                let batch = from..file.lines.min(from + LINES_A_TIME);
                let first = found.generation(prefix, from);
                let whole = batch.clone().all(|n| {
                    found.generation(prefix, n) == first && found.has_door(prefix, n) == (first > 0)
                });
                if !whole || first > before {
                    halves.push(format!("file {prefix}: lines {batch:?} are there in part"));
                }
                before = first;
            }
        }
        halves
    }
}

/// The number that an act wrote into a remark, 0 for none.
fn remark(shown: &Shown) -> u64 {
    let text = shown.fields.text("remark");
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The records that a book has of imported files, by key.
struct Imported<'c> {
    accounts: BTreeMap<&'c str, u64>,
    doors: BTreeSet<&'c str>,
}

impl Imported<'_> {
    fn of(book: &Contents) -> Imported<'_> {
        let mut imported = Imported {
            accounts: BTreeMap::new(),
            doors: BTreeSet::new(),
        };
        for shown in book.values() {
            let Some(key) = shown.fields.text("external_id") else {
                continue;
            };
            match shown.kind {
                Kind::Account => drop(imported.accounts.insert(key, remark(shown))),
                // A door without its account is none.
                Kind::Site if matches!(shown.fields.value("account_id"), Some(Scalar::Id(id)) if book.contains_key(id)) =>
                {
                    imported.doors.insert(key);
                }
                _ => {}
            }
        }
        imported
    }

    /// The remark of that line's account, 0 when it is not there.
    fn generation(&self, prefix: &str, line: usize) -> u64 {
        let key = format!("{prefix}-{line}");
        self.accounts.get(key.as_str()).copied().unwrap_or(0)
    }

    fn has_door(&self, prefix: &str, line: usize) -> bool {
        self.doors.contains(format!("{prefix}-{line}").as_str())
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

    fn take(book: &Book, text: &str) {
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

    fn imported(lines: usize, generation: u64) -> [Said; 2] {
        let act = Act::Import {
            prefix: "f".to_owned(),
            lines,
            generation,
        };
        [Said::Begin(act), Said::Done(None)]
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
        let mut told = |said: &[Said]| {
            for said in said {
                ledger.hear(said);
            }
            ledger.missing_in(&contents(&book).unwrap()).len()
        };
        let add = |id| [Said::Begin(Act::Add { name: name.clone() }), Said::Done(Some(id))];
        assert_eq!(told(&add(shop.id)), 0);
        let check_in = Act::CheckIn { account: shop.id };
        assert_eq!(told(&[Said::Begin(check_in), Said::Done(Some(visit.id))]), 0);
        let set = Act::Set {
            id: shop.id,
            value: 3,
        };
        assert_eq!(told(&[Said::Begin(set.clone())]), 0, "nobody knows yet");
        assert_eq!(told(&[Said::Done(None)]), 1);
        let check_out = Act::CheckOut { visit: visit.id };
        assert_eq!(told(&[Said::Begin(check_out), Said::Done(None)]), 2);
        assert_eq!(told(&add(stranger)), 3);
        assert_eq!(told(&imported(2, 1)), 4);
        assert_eq!(told(&[Said::Begin(Act::Sync), Said::NotNow]), 4);
    }

    #[test]
    fn a_fix_that_was_acknowledged_is_missed_and_one_that_nobody_took_is_strange() {
        let mut ledger = Ledger::default();
        for at_s in [1, 2] {
            ledger.hear(&Said::Begin(Act::Fix { at_s }));
            ledger.hear(&Said::Done(None));
        }
        ledger.hear(&Said::Begin(Act::Fix { at_s: 3 }));
        let said = |track: &[TrackFix]| (ledger.missing_of(track).len(), ledger.strange_in(track).len());
        assert_eq!(said(&[fix(1), fix(2)]), (0, 0));
        assert_eq!(said(&[fix(1), fix(2), fix(3)]), (0, 0), "it may have been kept");
        assert_eq!(said(&[fix(2), fix(2), fix(9)]), (1, 2));
    }

    #[test]
    fn an_import_is_there_by_whole_transactions_or_it_is_a_half() {
        let folder = tempfile::tempdir().unwrap();
        let book = book(&folder);
        let mut ledger = Ledger::default();
        ledger.hear(&imported(2_300, 5)[0]);
        let halves = |book: &Book| ledger.halves_in(&contents(book).unwrap()).len();
        assert_eq!(halves(&book), 0, "not begun");
        take(&book, &file("f", 1_999, 5));
        assert_eq!(halves(&book), 1, "one line short of a transaction");
        take(&book, &file("f", 2_000, 5));
        assert_eq!(halves(&book), 0, "one of two transactions");
        take(&book, &file("f", 2_300, 5));
        assert_eq!(halves(&book), 0, "both");
        take(&book, &file("f", 40, 6));
        assert_eq!(halves(&book), 1, "some lines brought up to date");
    }
}
