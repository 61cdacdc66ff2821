//! The restore: five phones and a random day, a backup in the middle of it, and the server put back to it.

use fieldbook_core::book::Book;
use fieldbook_core::clock::{Random as _, SeededRandom};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Scalar};

use super::Options;
use super::office::{DrillError, Office, differing, hold, not_held, shop, stuck, sync};

/// Number of phones.
const PHONES: usize = 5;

/// Number of acts before the backup, and after it.
const ACTS: usize = 25;

/// Number of rounds in which all phones sync until nothing changes any more.
const ROUNDS: usize = 4;

/// Drills the restore for each seed. What a phone held before the restore is there afterwards on all phones, nothing is
/// stuck, and all hold the same.
pub(super) fn restore(options: &Options) -> Result<String, DrillError> {
    let (mut edits, seeds) = (0, options.seeds);
    for seed in 1..=seeds {
        let day = Day::begin(options, seed)?;
        edits += day.run().map_err(|why| not_held(format!("seed {seed}: {why}")))?;
    }
    Ok(format!(
        "{seeds} seeds, {PHONES} phones each: {edits} edits after the backups, 0 lost, 0 stuck, 0 diverged"
    ))
}

struct Day {
    office: Office,
    phones: Vec<Book>,
    random: SeededRandom,
    shops: Vec<RecordId>,
    /// Each edit as record, field and value; the last of a field of a record counts.
    written: Vec<(RecordId, Kind)>,
}

impl Day {
    fn begin(options: &Options, seed: u64) -> Result<Day, DrillError> {
        let office = Office::open(options)?;
        let names = (0..PHONES).map(|n| format!("rep{n}"));
        let phones = names
            .map(|name| office.rep(&name, "North"))
            .collect::<Result<_, _>>()?;
        Ok(Day {
            office,
            phones,
            random: SeededRandom::new(seed),
            shops: Vec::new(),
            written: Vec::new(),
        })
    }

    fn below(&self, n: usize) -> usize {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        usize::from_le_bytes(bytes) % n.max(1)
    }

    fn run(mut self) -> Result<usize, DrillError> {
        for _ in 0..ACTS {
            self.act()?;
        }
        let backup = self.office.path("night.db");
        let backup = backup.to_string_lossy().into_owned();
        let data = self.office.data();
        let (code, told) = self.office.run(&["backup", "--to", &backup], &data)?;
        hold(code == 0, || told)?;
        let before = self.written.len();
        for _ in 0..ACTS {
            self.act()?;
        }
        self.office.kill()?;
        let (code, told) = self.office.run(&["restore", "--from", &backup], &data)?;
        hold(code == 0, || told)?;
        self.office.start()?;
        for _ in 0..ROUNDS {
            for phone in &self.phones {
                sync(phone)?;
            }
        }
        self.check()?;
        Ok(self.written.len() - before)
    }

    /// One act of a random phone.
    fn act(&mut self) -> Result<(), DrillError> {
        let phone = self.below(PHONES);
        let (act, value) = (self.below(10), format!("v{}", self.written.len()));
        let of_all = self.below(self.shops.len());
        let book = &self.phones[phone];
        let known = self
            .shops
            .get(of_all)
            .copied()
            .filter(|shop| book.record(*shop).is_ok());
        let written = match (act, known) {
            (0..=3, Some(shop)) => {
                let field = ["phone", "tier", "city"][self.below(3)];
                book.set_field(shop, field, value).map_err(not_held)?;
                (shop, Kind::Account)
            }
            (4..=5, Some(shop)) => {
                let note = Fields::new()
                    .with("text", value)
                    .with("account_id", Scalar::Id(shop));
                (book.add(Kind::Note, &note).map_err(not_held)?.id, Kind::Note)
            }
            (6..=8, _) => return sync(book),
            _ => {
                let made = shop(book, &value)?;
                self.shops.push(made);
                (made, Kind::Account)
            }
        };
        self.written.push(written);
        Ok(())
    }

    fn check(&self) -> Result<(), DrillError> {
        let first = &self.phones[0];
        for (n, phone) in self.phones.iter().enumerate() {
            let left = stuck(phone)?;
            hold(left == 0, || format!("{left} edits are stuck on phone {n}"))?;
            let lost = self
                .written
                .iter()
                .filter(|(id, _)| phone.record(*id).is_err())
                .count();
            hold(lost == 0, || {
                format!("{lost} edited records are lost on phone {n}")
            })?;
            let differ = differing(first, phone)?;
            hold(differ == 0, || format!("{differ} records differ on phone {n}"))?;
        }
        let counted = self
            .shops
            .iter()
            .map(|id| first.history(*id).map(|edits| edits.len()));
        let histories: usize = counted.sum::<Result<_, _>>().map_err(not_held)?;
        let edits = self
            .written
            .iter()
            .filter(|(_, kind)| *kind == Kind::Account)
            .count();
        hold(histories >= edits, || {
            format!("{histories} of {edits} edits of accounts are there")
        })
    }
}
