//! One round: a phone works, somebody is killed, and everything is looked at.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use fieldbook_core::book::{Book, Checkup, OpenOptions};
use fieldbook_core::clock::SeededRandom;
use fieldbook_core::sync::http::Http;

use super::act::{Moment, Said};
use super::contents::{contents, differing};
use super::ledger::Ledger;
use super::office::Office;
use super::options::Options;
use super::tally::{Tally, Trouble, Victim};
use super::{KillsError, phone, soundness};

/// Number of rounds for which a server and its phones live, so that the check of everything stays quick.
const ROUNDS_AN_OFFICE: u64 = 20;

/// Longest time from the begin of an act to a kill.
const LATEST_US: u64 = 150_000;

/// Longest silence of a phone between two lines.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// An office, the phone that is killed, and another one that is not.
struct Company {
    office: Office,
    file: PathBuf,
    checker: Book,
    ledger: Ledger,
    /// The acts that had been acknowledged at the last sync.
    synced: Ledger,
    /// Up to which change of the phone's book rows were compared with documents.
    compared: i64,
}

/// Does all the rounds.
pub(super) fn all(options: &Options, out: &mut dyn Write) -> Result<Tally, KillsError> {
    let random = SeededRandom::new(options.seed);
    let mut tally = Tally::default();
    while tally.rounds < options.rounds {
        let folder = match &options.dir {
            Some(dir) => tempfile::tempdir_in(dir)?,
            None => tempfile::tempdir()?,
        };
        let mut company = Company::found(folder.path())?;
        let last = options.rounds.min(tally.rounds + ROUNDS_AN_OFFICE);
        while tally.rounds < last {
            tally.rounds += 1;
            let troubles = company.round(&mut tally, &random)?;
            for (trouble, what) in &troubles {
                writeln!(out, "round {}: {trouble:?}: {what}", tally.rounds)?;
            }
        }
        company.part(folder.path(), &mut tally, out)?;
    }
    Ok(tally)
}

/// A phone's process and what it says.
struct Working {
    child: Child,
    lines: Receiver<String>,
}

impl Working {
    fn start(file: &Path, round: u64, random: &SeededRandom) -> Result<Working, KillsError> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(phone::FLAG)
            .arg(file)
            .arg(round.to_string())
            .arg(random.next_u64().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (told, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                let mut read = BufReader::new(stdout);
                let mut line = String::new();
                // A line without its end was cut by the kill: it says nothing.
                while read.read_line(&mut line).is_ok_and(|n| n > 0) && line.ends_with('\n') {
                    if told.send(line.trim_end().to_owned()).is_err() {
                        break;
                    }
                    line.clear();
                }
            });
        }
        Ok(Working { child, lines })
    }

    /// The next line, however long it takes.
    fn next(&self) -> Result<Said, KillsError> {
        let silent = |_| KillsError::Silent { who: "phone" };
        said(&self.lines.recv_timeout(SILENCE_MAX).map_err(silent)?)
    }
}

fn said(line: &str) -> Result<Said, KillsError> {
    line.parse().map_err(|_| KillsError::Babble(line.to_owned()))
}

impl Company {
    fn found(folder: &Path) -> Result<Company, KillsError> {
        let office = Office::found(&folder.join("office"))?;
        let file = folder.join("phone.db");
        drop(office.join(&file, "Ada")?);
        let checker = office.join(&folder.join("checker.db"), "Ben")?;
        Ok(Company {
            office,
            file,
            checker,
            ledger: Ledger::default(),
            synced: Ledger::default(),
            compared: 0,
        })
    }

    fn hear(&mut self, said: &Said) {
        if self.ledger.hear(said) {
            self.synced = self.ledger.clone();
        }
    }

    fn round(
        &mut self,
        tally: &mut Tally,
        random: &SeededRandom,
    ) -> Result<Vec<(Trouble, String)>, KillsError> {
        self.office.open()?;
        let before = self.ledger.acknowledged;
        let working = Working::start(&self.file, tally.rounds, random)?;
        let victim = self.work_and_kill(working, tally, random)?;
        let mut troubles = Vec::new();
        self.look(victim, &mut troubles)?;
        tally.acknowledged += self.ledger.acknowledged - before;
        for (trouble, _) in &troubles {
            tally.trouble(*trouble, 1);
        }
        Ok(troubles)
    }

    /// Lets the phone work until the moment comes, and kills.
    fn work_and_kill(
        &mut self,
        mut working: Working,
        tally: &mut Tally,
        random: &SeededRandom,
    ) -> Result<Victim, KillsError> {
        let victim = match random.below(100) {
            0..50 => Victim::Phone,
            50..80 => Victim::Server,
            _ => Victim::Both,
        };
        let wanted = match victim {
            Victim::Server => Moment::Sync,
            _ => [
                Moment::Import,
                Moment::Edit,
                Moment::CheckIn,
                Moment::Fix,
                Moment::Sync,
            ][random.below(5)],
        };
        let mut passes = random.below(3);
        loop {
            let said = working.next()?;
            self.hear(&said);
            if matches!(&said, Said::Begin(act) if act.moment() == wanted) {
                if passes == 0 {
                    break;
                }
                passes -= 1;
            }
        }
        // Short acts take a few milliseconds: most kills come early, some late.
        let chance = random.next_u64() % 1_000;
        let delay = LATEST_US * chance * chance * chance / 1_000_000_000;
        std::thread::sleep(Duration::from_micros(delay));
        if victim.has_server() {
            self.office.kill()?;
        }
        if victim.has_phone() {
            working.child.kill()?;
            self.hear_out(&working)?;
            tally.kill(self.ledger.moment(), victim);
        } else {
            while let Ok(line) = working.lines.try_recv() {
                self.hear(&said(&line)?);
            }
            tally.kill(self.ledger.moment(), victim);
            // It goes on without a server for a while, and is asked to end.
            std::thread::sleep(Duration::from_millis(random.next_u64() % 60));
            drop(working.child.stdin.take());
            self.hear_out(&working)?;
        }
        let ended = working.child.wait()?;
        if !victim.has_phone() && !ended.success() {
            return Err(KillsError::Silent { who: "phone" });
        }
        self.ledger.cut();
        Ok(victim)
    }

    /// Hears everything that was said before the end.
    fn hear_out(&mut self, working: &Working) -> Result<(), KillsError> {
        for line in &working.lines {
            self.hear(&said(&line)?);
        }
        Ok(())
    }

    /// Looks at everything, and brings it in step again.
    fn look(&mut self, victim: Victim, troubles: &mut Vec<(Trouble, String)>) -> Result<(), KillsError> {
        let mut note = |trouble, what: Vec<String>| {
            troubles.extend(what.into_iter().map(|what| (trouble, what)));
        };
        note(Trouble::Unsound, soundness::of_office(&self.office.file())?);
        let (wrong, compared) = soundness::of_book(&self.file, self.compared)?;
        note(Trouble::Unsound, wrong);
        self.compared = compared;

        let phone = Book::open(OpenOptions::new(&self.file))?;
        if phone.recovery().is_some() {
            note(Trouble::Unsound, vec!["the book was mended".to_owned()]);
        }
        let held = contents(&phone)?;
        note(Trouble::Lost, self.ledger.missing_in(&held));
        note(Trouble::Half, self.ledger.halves_in(&held));
        let track = phone.track(i64::MIN, i64::MAX)?;
        note(Trouble::Lost, self.ledger.missing_of(&track));
        note(Trouble::Half, self.ledger.strange_in(&track));

        if victim.has_server() {
            self.office.open()?;
        }
        self.checker.sync_now(&Http::default(), None)?;
        note(Trouble::Lost, self.synced.missing_in(&contents(&self.checker)?));
        phone.sync_now(&Http::default(), None)?;
        self.checker.sync_now(&Http::default(), None)?;
        self.synced = self.ledger.clone();
        let status = phone.status(Checkup::Quick)?;
        if status.unsent + status.refused + status.conflicts > 0 {
            note(
                Trouble::Unequal,
                vec![format!(
                    "{} unsent, {} refused, {} conflicts after the sync",
                    status.unsent, status.refused, status.conflicts
                )],
            );
        }
        let (mine, theirs) = (contents(&phone)?, contents(&self.checker)?);
        note(Trouble::Lost, self.ledger.missing_in(&mine));
        match differing(&mine, &theirs) {
            0 => {}
            n => note(
                Trouble::Unequal,
                vec![format!("{n} records differ on the other phone")],
            ),
        }
        Ok(())
    }

    /// A phone that has nothing yet takes everything from the server: it must hold what the others hold.
    fn part(self, folder: &Path, tally: &mut Tally, out: &mut dyn Write) -> Result<(), KillsError> {
        let fresh = self.office.join(&folder.join("fresh.db"), "Cem")?;
        fresh.sync_now(&Http::default(), None)?;
        let (mine, theirs) = (contents(&fresh)?, contents(&self.checker)?);
        let differ = differing(&mine, &theirs);
        if differ > 0 {
            writeln!(out, "a fresh phone: {differ} records differ")?;
            tally.trouble(Trouble::Unequal, 1);
        }
        tally.records += mine.len();
        Ok(())
    }
}
