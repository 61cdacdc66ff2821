//! One round: a phone works, a process is killed, and all files are checked.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use fieldbook_core::book::{Book, Checkup, OpenOptions};
use fieldbook_core::clock::SeededRandom;
use fieldbook_core::sync::http::Http;

use super::act::{Moment, Report};
use super::contents::{contents, differing};
use super::ledger::Ledger;
use super::options::Options;
use super::server::ServerProcess;
use super::tally::{Failure, Tally, Victim};
use super::{CrashError, integrity, phone};

/// Rounds with the same server and phones. The limit keeps the check of all records fast.
const ROUNDS_PER_SERVER: u64 = 20;

/// Longest delay between the start of an act and the kill, in microseconds.
const KILL_DELAY_MAX_US: u64 = 150_000;

/// Longest wait for the next line of a phone.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// A server, the phone that is killed, and a second phone that is not.
struct Company {
    server: ServerProcess,
    file: PathBuf,
    checker: Book,
    ledger: Ledger,
    /// The acts that were acknowledged at the last sync.
    synced: Ledger,
    /// The last change of the phone's book up to which rows were compared with documents.
    compared: i64,
}

/// Runs all rounds.
pub(super) fn all(options: &Options, out: &mut dyn Write) -> Result<Tally, CrashError> {
    let random = SeededRandom::new(options.seed);
    let mut tally = Tally::default();
    while tally.rounds < options.rounds {
        let folder = match &options.dir {
            Some(dir) => tempfile::tempdir_in(dir)?,
            None => tempfile::tempdir()?,
        };
        let mut company = Company::set_up(folder.path())?;
        let last = options.rounds.min(tally.rounds + ROUNDS_PER_SERVER);
        while tally.rounds < last {
            tally.rounds += 1;
            let failures = company.round(&mut tally, &random)?;
            for (failure, what) in &failures {
                writeln!(out, "round {}: {failure:?}: {what}", tally.rounds)?;
            }
        }
        company.check_fresh_phone(folder.path(), &mut tally, out)?;
    }
    Ok(tally)
}

/// A phone's process and the lines that it writes.
struct PhoneProcess {
    child: Child,
    lines: Receiver<String>,
}

impl PhoneProcess {
    fn start(file: &Path, round: u64, random: &SeededRandom) -> Result<PhoneProcess, CrashError> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(phone::FLAG)
            .arg(file)
            .arg(round.to_string())
            .arg(random.next_u64().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (sender, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                let mut read = BufReader::new(stdout);
                let mut line = String::new();
                // The kill cut a line that has no end: it is ignored.
                while read.read_line(&mut line).is_ok_and(|n| n > 0) && line.ends_with('\n') {
                    if sender.send(line.trim_end().to_owned()).is_err() {
                        break;
                    }
                    line.clear();
                }
            });
        }
        Ok(PhoneProcess { child, lines })
    }

    /// Waits for the next line.
    fn next(&self) -> Result<Report, CrashError> {
        let silent = |_| CrashError::Silent { who: "phone" };
        parse_report(&self.lines.recv_timeout(SILENCE_MAX).map_err(silent)?)
    }
}

fn parse_report(line: &str) -> Result<Report, CrashError> {
    line.parse().map_err(|_| CrashError::BadLine(line.to_owned()))
}

impl Company {
    fn set_up(folder: &Path) -> Result<Company, CrashError> {
        let server = ServerProcess::set_up(&folder.join("office"))?;
        let file = folder.join("phone.db");
        drop(server.join(&file, "Ada")?);
        let checker = server.join(&folder.join("checker.db"), "Ben")?;
        Ok(Company {
            server,
            file,
            checker,
            ledger: Ledger::default(),
            synced: Ledger::default(),
            compared: 0,
        })
    }

    fn record(&mut self, report: &Report) {
        if self.ledger.record(report) {
            self.synced = self.ledger.clone();
        }
    }

    fn round(
        &mut self,
        tally: &mut Tally,
        random: &SeededRandom,
    ) -> Result<Vec<(Failure, String)>, CrashError> {
        self.server.start()?;
        let before = self.ledger.acknowledged;
        let process = PhoneProcess::start(&self.file, tally.rounds, random)?;
        let victim = self.work_and_kill(process, tally, random)?;
        let mut failures = Vec::new();
        self.check(victim, &mut failures)?;
        tally.acknowledged += self.ledger.acknowledged - before;
        for (failure, _) in &failures {
            tally.add_failures(*failure, 1);
        }
        Ok(failures)
    }

    /// Lets the phone work until the drawn moment, then kills.
    fn work_and_kill(
        &mut self,
        mut process: PhoneProcess,
        tally: &mut Tally,
        random: &SeededRandom,
    ) -> Result<Victim, CrashError> {
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
            let report = process.next()?;
            self.record(&report);
            if matches!(&report, Report::Begin(act) if act.moment() == wanted) {
                if passes == 0 {
                    break;
                }
                passes -= 1;
            }
        }
        // Short acts take a few milliseconds, so most kills are early and some are late.
        let draw = random.next_u64() % 1_000;
        let delay = KILL_DELAY_MAX_US * draw * draw * draw / 1_000_000_000;
        std::thread::sleep(Duration::from_micros(delay));
        if victim.has_server() {
            self.server.kill()?;
        }
        if victim.has_phone() {
            process.child.kill()?;
            self.record_rest(&process)?;
            tally.add_kill(self.ledger.moment(), victim);
        } else {
            while let Ok(line) = process.lines.try_recv() {
                self.record(&parse_report(&line)?);
            }
            tally.add_kill(self.ledger.moment(), victim);
            // The phone works without a server for a while, then ends because its standard input closes.
            std::thread::sleep(Duration::from_millis(random.next_u64() % 60));
            drop(process.child.stdin.take());
            self.record_rest(&process)?;
        }
        let ended = process.child.wait()?;
        if !victim.has_phone() && !ended.success() {
            return Err(CrashError::Silent { who: "phone" });
        }
        self.ledger.drop_act_under_way();
        Ok(victim)
    }

    /// Records all lines that the phone wrote before its end.
    fn record_rest(&mut self, process: &PhoneProcess) -> Result<(), CrashError> {
        for line in &process.lines {
            self.record(&parse_report(&line)?);
        }
        Ok(())
    }

    /// Checks all files, then syncs the phones.
    fn check(&mut self, victim: Victim, failures: &mut Vec<(Failure, String)>) -> Result<(), CrashError> {
        let mut note = |failure, what: Vec<String>| {
            failures.extend(what.into_iter().map(|what| (failure, what)));
        };
        note(Failure::Corrupt, integrity::server_defects(&self.server.file())?);
        let (wrong, compared) = integrity::book_defects(&self.file, self.compared)?;
        note(Failure::Corrupt, wrong);
        self.compared = compared;

        let phone = Book::open(OpenOptions::new(&self.file))?;
        if phone.recovery().is_some() {
            note(Failure::Corrupt, vec!["the book was mended".to_owned()]);
        }
        let held = contents(&phone)?;
        note(Failure::Lost, self.ledger.missing_in(&held));
        note(Failure::Partial, self.ledger.partial_in(&held));
        let track = phone.track(i64::MIN, i64::MAX)?;
        note(Failure::Lost, self.ledger.missing_fixes(&track));
        note(Failure::Partial, self.ledger.unexpected_fixes(&track));

        if victim.has_server() {
            self.server.start()?;
        }
        self.checker.sync_now(&Http::default(), None)?;
        note(Failure::Lost, self.synced.missing_in(&contents(&self.checker)?));
        phone.sync_now(&Http::default(), None)?;
        self.checker.sync_now(&Http::default(), None)?;
        self.synced = self.ledger.clone();
        let status = phone.status(Checkup::Quick)?;
        if status.unsent + status.refused + status.conflicts > 0 {
            note(
                Failure::Diverged,
                vec![format!(
                    "{} unsent, {} refused, {} conflicts after the sync",
                    status.unsent, status.refused, status.conflicts
                )],
            );
        }
        let (mine, theirs) = (contents(&phone)?, contents(&self.checker)?);
        note(Failure::Lost, self.ledger.missing_in(&mine));
        match differing(&mine, &theirs) {
            0 => {}
            n => note(
                Failure::Diverged,
                vec![format!("{n} records differ on the other phone")],
            ),
        }
        Ok(())
    }

    /// Syncs a new, empty phone, which must then hold the same records as the others.
    fn check_fresh_phone(
        self,
        folder: &Path,
        tally: &mut Tally,
        out: &mut dyn Write,
    ) -> Result<(), CrashError> {
        let fresh = self.server.join(&folder.join("fresh.db"), "Cem")?;
        fresh.sync_now(&Http::default(), None)?;
        let (mine, theirs) = (contents(&fresh)?, contents(&self.checker)?);
        let differ = differing(&mine, &theirs);
        if differ > 0 {
            writeln!(out, "a fresh phone: {differ} records differ")?;
            tally.add_failures(Failure::Diverged, 1);
        }
        tally.records += mine.len();
        Ok(())
    }
}
