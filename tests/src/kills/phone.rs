//! The phone: a child that opens a book, works, and says each act before it begins and after the core acknowledged it.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fieldbook_core::book::import::ImportKind;
use fieldbook_core::book::{Book, CheckInError, CheckInRequest, OpenOptions, Privacy, Query};
use fieldbook_core::clock::SeededRandom;
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Position;
use fieldbook_core::location::track::TrackFix;
use fieldbook_core::model::{Fields, Kind, PrivacyRules, RecordingMode};
use fieldbook_core::sync::http::Http;

use super::act::{Act, Said};
use super::{KillsError, Usage};

/// The hidden argument. After it: the book's file, the number of the round, a seed.
pub(super) const FLAG: &str = "--phone";

/// Longest duration of a sync.
const DEADLINE: Duration = Duration::from_secs(20);

/// One import in so many is of more lines than one transaction takes.
const LARGE_ONE_IN: usize = 12;

/// The most fixes in a row: now and then enough for the store to pack them.
const FIXES_MAX: usize = 150;

/// A phone at work.
struct Phone<'o> {
    book: Book,
    random: SeededRandom,
    round: u64,
    acts: u64,
    shops: Vec<RecordId>,
    files: Vec<(String, usize)>,
    open: Option<RecordId>,
    /// Number of further fixes in a row.
    fixes: usize,
    out: &'o mut dyn Write,
}

/// Works until its standard input ends, or until it is killed.
pub(super) fn run(arguments: &[String], out: &mut dyn Write) -> Result<(), KillsError> {
    let [file, round, seed] = arguments else {
        return Err(Usage::BadChild.into());
    };
    let number = |text: &String| text.parse::<u64>().map_err(|_| Usage::BadChild);
    let (round, seed) = (number(round)?, number(seed)?);
    let ended = stdin_ended();
    let book = Book::open(OpenOptions::new(Path::new(file)))?;
    let mut phone = Phone {
        shops: shops(&book)?,
        book,
        random: SeededRandom::new(seed),
        round,
        acts: 0,
        files: Vec::new(),
        open: None,
        fixes: 0,
        out,
    };
    while !ended.load(Ordering::SeqCst) {
        let act = phone.choose();
        phone.say(&Said::Begin(act.clone()))?;
        let said = phone.perform(&act)?;
        phone.say(&said)?;
    }
    Ok(())
}

/// A flag that is set when the parent process closes standard input or is gone.
fn stdin_ended() -> Arc<AtomicBool> {
    let ended = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&ended);
    std::thread::spawn(move || {
        // Whatever comes, or fails, the end of it is the end.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        flag.store(true, Ordering::SeqCst);
    });
    ended
}

/// The accounts that earlier rounds added one by one.
fn shops(book: &Book) -> Result<Vec<RecordId>, KillsError> {
    let page = book.page(&Query::first(Kind::Account, 100))?;
    let added = page
        .records
        .iter()
        .filter(|record| record.title().starts_with("shop"));
    Ok(added.map(|record| record.id).collect())
}

/// A file of accounts, each with a door of its own.
pub(super) fn file(prefix: &str, lines: usize, generation: u64) -> String {
    let mut text = String::from("external_id,name,remark,city,latitude,longitude\n");
    for n in 0..lines {
        let metres = n % 1_000;
        writeln!(
            text,
            "{prefix}-{n},zz {prefix} {n},{generation},Norwich,52.6{metres:03},1.2{metres:03}"
        )
        .expect("writing to a string cannot fail");
    }
    text
}

/// The fix of a second: somewhere on a long way.
pub(super) fn fix(at_s: u64) -> TrackFix {
    let step = u32::try_from(at_s % 1_000_000).unwrap_or(0);
    let at = Position::new(52.0 + f64::from(step) * 1e-6, 1.3).expect("that is in Norfolk");
    let at_ms = i64::try_from(at_s).unwrap_or(i64::MAX).saturating_mul(1_000);
    TrackFix::new(at_ms, at).with_accuracy(8.0)
}

impl Phone<'_> {
    fn say(&mut self, said: &Said) -> Result<(), KillsError> {
        writeln!(self.out, "{said}")?;
        Ok(self.out.flush()?)
    }

    /// A number that no act before had.
    fn fresh(&self) -> u64 {
        self.round * 1_000_000 + self.acts
    }

    fn choose(&mut self) -> Act {
        self.acts += 1;
        if self.fixes > 0 {
            self.fixes -= 1;
            return Act::Fix { at_s: self.fresh() };
        }
        let shop = (!self.shops.is_empty()).then(|| self.shops[self.random.below(self.shops.len())]);
        match (self.random.below(100), shop, self.open) {
            (0..15, ..) => self.import(),
            (15..45, Some(id), _) => Act::Set {
                id,
                value: self.fresh(),
            },
            (45..65, Some(account), None) => Act::CheckIn { account },
            (45..65, _, Some(visit)) => Act::CheckOut { visit },
            (65..80, ..) => Act::Sync,
            (80..88, ..) => {
                self.fixes = self.random.below(FIXES_MAX);
                Act::Fix { at_s: self.fresh() }
            }
            _ => Act::Add {
                name: format!("shop-{}", self.fresh()),
            },
        }
    }

    /// A new file, or one of this round again with other remarks.
    fn import(&mut self) -> Act {
        let generation = self.fresh();
        let again = !self.files.is_empty() && self.random.below(3) == 0;
        let (prefix, lines) = if again {
            self.files[self.random.below(self.files.len())].clone()
        } else if self.random.below(LARGE_ONE_IN) == 0 {
            (format!("f{generation}"), 2_300)
        } else {
            (format!("f{generation}"), 20 + self.random.below(280))
        };
        if !again {
            self.files.push((prefix.clone(), lines));
        }
        Act::Import {
            prefix,
            lines,
            generation,
        }
    }

    fn perform(&mut self, act: &Act) -> Result<Said, KillsError> {
        match act {
            Act::Import {
                prefix,
                lines,
                generation,
            } => {
                let text = file(prefix, *lines, *generation);
                let kind = ImportKind::Accounts;
                let report = self.book.import(
                    kind,
                    "shops.csv",
                    &mut text.as_bytes(),
                    &fieldbook_core::book::ImportOptions::default(),
                    &mut |_| {},
                )?;
                match report.refused.first() {
                    None => Ok(Said::Done(None)),
                    Some(line) => Err(KillsError::Babble(line.to_string())),
                }
            }
            Act::Add { name } => {
                let added = self
                    .book
                    .add(Kind::Account, &Fields::new().with("name", name.as_str()))?;
                self.shops.push(added.id);
                Ok(Said::Done(Some(added.id)))
            }
            Act::Set { id, value } => {
                self.book.set_field(*id, "remark", value.to_string())?;
                Ok(Said::Done(None))
            }
            Act::CheckIn { account } => self.check_in(*account),
            Act::CheckOut { visit } => {
                self.open = None;
                self.book.check_out(*visit, &[], None)?;
                Ok(Said::Done(None))
            }
            Act::Fix { at_s } => {
                let rules = PrivacyRules::default();
                let privacy = Privacy {
                    rules: &rules,
                    mode: RecordingMode::Business,
                    zone: fieldbook_core::model::Zone::UTC,
                };
                self.book.record_fix(&fix(*at_s), &privacy)?;
                Ok(Said::Done(None))
            }
            Act::Sync => match self.book.sync_now(&Http::default(), Some(DEADLINE)) {
                Ok(_) => Ok(Said::Done(None)),
                Err(why) if why.is_connection() => Ok(Said::NotNow),
                Err(why) => Err(why.into()),
            },
        }
    }

    fn check_in(&mut self, account: RecordId) -> Result<Said, KillsError> {
        match self.book.check_in(account, &CheckInRequest::default()) {
            Ok(visit) => {
                self.open = Some(visit.id);
                Ok(Said::Done(Some(visit.id)))
            }
            // Whoever was here before us was killed at a customer's.
            Err(CheckInError::AlreadyOpen { visit }) => {
                self.open = Some(visit);
                Ok(Said::NotNow)
            }
            Err(why) => Err(why.into()),
        }
    }
}
