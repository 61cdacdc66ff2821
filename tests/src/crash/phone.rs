//! The phone: a child process that opens a book, performs acts, and reports each one before it begins and after the core
//! acknowledged it.

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

use super::act::{Act, Report};
use super::{CrashError, Usage};

/// The hidden argument. After it: the book's file, the number of the round, a seed.
pub(super) const FLAG: &str = "--phone";

/// Longest duration of a sync.
const DEADLINE: Duration = Duration::from_secs(20);

/// One import in this many has more lines than one transaction holds.
const LARGE_ONE_IN: usize = 12;

/// Greatest number of fixes in a row; sometimes enough for the store to pack them.
const FIXES_MAX: usize = 150;

/// The state of the phone's process.
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
pub(super) fn run(arguments: &[String], out: &mut dyn Write) -> Result<(), CrashError> {
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
        phone.report(&Report::Begin(act.clone()))?;
        let result = phone.perform(&act)?;
        phone.report(&result)?;
    }
    Ok(())
}

/// A flag that is set when the parent process closes standard input or is gone.
fn stdin_ended() -> Arc<AtomicBool> {
    let ended = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&ended);
    std::thread::spawn(move || {
        // The input is ignored; its end or a failure is the signal.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        flag.store(true, Ordering::SeqCst);
    });
    ended
}

/// The accounts that earlier rounds added one by one.
fn shops(book: &Book) -> Result<Vec<RecordId>, CrashError> {
    let page = book.page(&Query::first(Kind::Account, 100))?;
    let added = page
        .records
        .iter()
        .filter(|record| record.title().starts_with("shop"));
    Ok(added.map(|record| record.id).collect())
}

/// The text of a CSV file of accounts, each with one site.
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

/// The fix of a second, on a line to the north.
pub(super) fn fix(at_s: u64) -> TrackFix {
    let step = u32::try_from(at_s % 1_000_000).unwrap_or(0);
    let at = Position::new(52.0 + f64::from(step) * 1e-6, 1.3).expect("that is in Norfolk");
    let at_ms = i64::try_from(at_s).unwrap_or(i64::MAX).saturating_mul(1_000);
    TrackFix::new(at_ms, at).with_accuracy(8.0)
}

impl Phone<'_> {
    fn report(&mut self, report: &Report) -> Result<(), CrashError> {
        writeln!(self.out, "{report}")?;
        Ok(self.out.flush()?)
    }

    /// A number that no earlier act used.
    fn next_value(&self) -> u64 {
        self.round * 1_000_000 + self.acts
    }

    fn choose(&mut self) -> Act {
        self.acts += 1;
        if self.fixes > 0 {
            self.fixes -= 1;
            return Act::Fix {
                at_s: self.next_value(),
            };
        }
        let shop = (!self.shops.is_empty()).then(|| self.shops[self.random.below(self.shops.len())]);
        match (self.random.below(100), shop, self.open) {
            (0..15, ..) => self.import(),
            (15..45, Some(id), _) => Act::Set {
                id,
                value: self.next_value(),
            },
            (45..65, Some(account), None) => Act::CheckIn { account },
            (45..65, _, Some(visit)) => Act::CheckOut { visit },
            (65..80, ..) => Act::Sync,
            (80..88, ..) => {
                self.fixes = self.random.below(FIXES_MAX);
                Act::Fix {
                    at_s: self.next_value(),
                }
            }
            _ => Act::Add {
                name: format!("shop-{}", self.next_value()),
            },
        }
    }

    /// An import of a new file, or of an earlier file of this round with new remarks.
    fn import(&mut self) -> Act {
        let generation = self.next_value();
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

    fn perform(&mut self, act: &Act) -> Result<Report, CrashError> {
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
                    None => Ok(Report::Done(None)),
                    Some(line) => Err(CrashError::BadLine(line.to_string())),
                }
            }
            Act::Add { name } => {
                let added = self
                    .book
                    .add(Kind::Account, &Fields::new().with("name", name.as_str()))?;
                self.shops.push(added.id);
                Ok(Report::Done(Some(added.id)))
            }
            Act::Set { id, value } => {
                self.book.set_field(*id, "remark", remark(*value))?;
                Ok(Report::Done(None))
            }
            Act::CheckIn { account } => self.check_in(*account),
            Act::CheckOut { visit } => {
                self.open = None;
                self.book.check_out(*visit, &[], None)?;
                Ok(Report::Done(None))
            }
            Act::Fix { at_s } => {
                let rules = PrivacyRules::default();
                let privacy = Privacy {
                    rules: &rules,
                    mode: RecordingMode::Business,
                    zone: fieldbook_core::model::Zone::UTC,
                };
                self.book.record_fix(&fix(*at_s), &privacy)?;
                Ok(Report::Done(None))
            }
            Act::Sync => match self.book.sync_now(&Http::default(), Some(DEADLINE)) {
                Ok(_) => Ok(Report::Done(None)),
                Err(why) if why.is_connection() => Ok(Report::NotNow),
                Err(why) => Err(why.into()),
            },
        }
    }

    fn check_in(&mut self, account: RecordId) -> Result<Report, CrashError> {
        match self.book.check_in(account, &CheckInRequest::default()) {
            Ok(visit) => {
                self.open = Some(visit.id);
                Ok(Report::Done(Some(visit.id)))
            }
            // The phone of an earlier round was killed during a visit.
            Err(CheckInError::AlreadyOpen { visit }) => {
                self.open = Some(visit);
                Ok(Report::NotNow)
            }
            Err(why) => Err(why.into()),
        }
    }
}

/// The remark for a value. Two of three are long, so that unsent edits of an account are soon folded.
fn remark(value: u64) -> String {
    if value.is_multiple_of(3) {
        return value.to_string();
    }
    format!("{value} {}", "and so on, ".repeat(2_500))
}
