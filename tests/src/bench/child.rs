//! A child process: one measurement, or one server.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use fieldbook_baseline::{SEARCHES, sample_account, sample_place};
use fieldbook_core::clock::Stopwatch;

use super::contender::{Contender, Failure, Phone};
use super::measure::{Measure, median};
use super::rows::{LOOKUPS, PAGE, RADIUS_M};
use super::{BenchError, Usage};

/// The hidden argument. After it: contender, folder, task, number, word.
pub(super) const FLAG: &str = "--child";

/// The task of a child. The number and the word that go with it are documented at each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Creates that many accounts.
    Create,
    /// Edits that many accounts, one by one; the time is the median. The word goes into the values, for what stands already
    /// need not be written.
    Edit,
    /// Opens the book and reads a page.
    Start,
    /// Searches for words.
    Search,
    /// Looks for sites around a position.
    Near,
    /// Joins the server that the word invites to.
    Join,
    /// Syncs; then there must be that many accounts.
    Sync,
    /// Edits that many accounts; the word goes into the values. Not a measurement.
    Change,
    /// Looks whether the last of that many changes is here, with the word in it. Not a measurement.
    Check,
    /// Serves until stdin ends; answers each line with an invitation.
    Serve,
}

impl Task {
    const ALL: [Task; 10] = [
        Task::Create,
        Task::Edit,
        Task::Start,
        Task::Search,
        Task::Near,
        Task::Join,
        Task::Sync,
        Task::Change,
        Task::Check,
        Task::Serve,
    ];

    /// Its name on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Task::Create => "create",
            Task::Edit => "edit",
            Task::Start => "start",
            Task::Search => "search",
            Task::Near => "near",
            Task::Join => "join",
            Task::Sync => "sync",
            Task::Change => "change",
            Task::Check => "check",
            Task::Serve => "serve",
        }
    }
}

/// A task with all that belongs to it.
struct Job<'a> {
    contender: &'a dyn Contender,
    folder: PathBuf,
    task: Task,
    number: usize,
    word: String,
}

/// Does what the arguments after [`FLAG`] say and prints one [`Measure`], or serves.
pub(super) fn run(
    contenders: &[Box<dyn Contender>],
    arguments: &[String],
    out: &mut dyn Write,
) -> Result<(), BenchError> {
    let job = parse(contenders, arguments).ok_or(Usage::BadChild)?;
    std::fs::create_dir_all(&job.folder)?;
    if job.task == Task::Serve {
        return serve(&job, out);
    }
    let measure = job.measure()?.with_disk(&job.folder)?.with_peak();
    writeln!(out, "{}", measure.to_json())?;
    Ok(())
}

fn parse<'a>(contenders: &'a [Box<dyn Contender>], arguments: &[String]) -> Option<Job<'a>> {
    let [name, folder, task, number, word] = arguments else {
        return None;
    };
    Some(Job {
        contender: contenders
            .iter()
            .find(|contender| contender.name() == name)?
            .as_ref(),
        folder: PathBuf::from(folder),
        task: Task::ALL.into_iter().find(|known| known.name() == task)?,
        number: number.parse().ok()?,
        word: word.clone(),
    })
}

fn serve(job: &Job<'_>, out: &mut dyn Write) -> Result<(), BenchError> {
    let mut host = job.contender.serve(&job.folder).map_err(|why| job.failed(why))?;
    for line in std::io::stdin().lock().lines() {
        line?;
        writeln!(out, "{}", host.invite().map_err(|why| job.failed(why))?)?;
        out.flush()?;
    }
    Ok(())
}

impl Job<'_> {
    fn failed(&self, why: Failure) -> BenchError {
        BenchError::Contender {
            name: self.contender.name(),
            why,
        }
    }

    fn expect<T: PartialEq + ToString>(&self, expected: &T, found: &T) -> Result<(), BenchError> {
        if expected == found {
            return Ok(());
        }
        let (expected, found) = (expected.to_string(), found.to_string());
        Err(BenchError::Wrong {
            name: self.contender.name(),
            expected,
            found,
        })
    }

    /// Does the task; the book is closed when this returns.
    fn measure(&self) -> Result<Measure, BenchError> {
        let started = Stopwatch::start();
        let mut phone = self
            .contender
            .open(&self.folder)
            .map_err(|why| self.failed(why))?;
        let phone = phone.as_mut();
        let measured = match self.task {
            Task::Create => create(phone, self.number),
            Task::Edit => edit(phone, self.number, &self.word),
            Task::Start => phone
                .first_page(PAGE)
                .map(|_| Measure::of_time(started.elapsed())),
            Task::Search => search(phone),
            Task::Near => near(phone),
            Task::Join => phone.join(&self.word).map(|()| Measure::default()),
            Task::Sync => sync(phone),
            Task::Change => change(phone, self.number, &self.word),
            Task::Check => Ok(Measure::default()),
            Task::Serve => Err("a server is not a phone".into()),
        };
        let measure = measured.map_err(|why| self.failed(why))?;
        self.check(phone)?;
        Ok(measure)
    }

    /// Checks that the book holds what it must hold after the task.
    fn check(&self, phone: &mut dyn Phone) -> Result<(), BenchError> {
        match self.task {
            Task::Create | Task::Sync => {
                self.expect(&self.number, &phone.count().map_err(|why| self.failed(why))?)
            }
            Task::Check => {
                let last = self.number - 1;
                let (field, value) = changed(last, &self.word);
                let ids = phone.ids(self.number).map_err(|why| self.failed(why))?;
                let id = ids
                    .last()
                    .ok_or_else(|| self.failed("there are no accounts".into()))?;
                self.expect(&value, &phone.field(id, field).map_err(|why| self.failed(why))?)
            }
            _ => Ok(()),
        }
    }
}

/// The contender takes the accounts one by one, as from a file, and commits when it likes; the making of them is not
/// counted.
fn create(phone: &mut dyn Phone, count: usize) -> Result<Measure, Failure> {
    let mut making = Duration::ZERO;
    let mut accounts = (0..count).map(|i| {
        let watch = Stopwatch::start();
        let account = sample_account(i);
        making += watch.elapsed();
        account
    });
    let watch = Stopwatch::start();
    phone.create(&mut accounts)?;
    let time = watch.elapsed();
    Ok(Measure::of_time(time.saturating_sub(making)))
}

fn edit(phone: &mut dyn Phone, count: usize, word: &str) -> Result<Measure, Failure> {
    let ids = phone.ids(count)?;
    let mut times = Vec::with_capacity(count);
    for (n, id) in ids.iter().enumerate() {
        let (field, value) = changed(n, word);
        let watch = Stopwatch::start();
        phone.edit(id, field, &value)?;
        times.push(watch.elapsed());
    }
    Ok(Measure {
        time: median(times.into_iter()),
        ..Measure::default()
    })
}

fn change(phone: &mut dyn Phone, count: usize, word: &str) -> Result<Measure, Failure> {
    for (n, id) in phone.ids(count)?.iter().enumerate() {
        let (field, value) = changed(n, word);
        phone.edit(id, field, &value)?;
    }
    Ok(Measure::default())
}

/// The field and value of the `n`-th edit: two telephone numbers, then a note, which is in the text index too.
fn changed(n: usize, word: &str) -> (&'static str, String) {
    if n % 3 == 2 {
        ("notes", format!("Asked about order {n} of {word}, call back."))
    } else {
        ("phone", format!("+44 1603 {n:06} ext {word}"))
    }
}

fn search(phone: &mut dyn Phone) -> Result<Measure, Failure> {
    let watch = Stopwatch::start();
    for text in SEARCHES.iter().cycle().take(LOOKUPS) {
        phone.search(text, PAGE)?;
    }
    Ok(mean(watch))
}

fn near(phone: &mut dyn Phone) -> Result<Measure, Failure> {
    let watch = Stopwatch::start();
    for (lat, lon) in (0..LOOKUPS).map(sample_place) {
        phone.near(lat, lon, f64::from(RADIUS_M), PAGE)?;
    }
    Ok(mean(watch))
}

fn mean(watch: Stopwatch) -> Measure {
    let lookups = u32::try_from(LOOKUPS).expect("a hundred");
    Measure::of_time(watch.elapsed() / lookups)
}

fn sync(phone: &mut dyn Phone) -> Result<Measure, Failure> {
    let watch = Stopwatch::start();
    let traffic = phone.sync()?;
    Ok(Measure::of_time(watch.elapsed()).with_traffic(traffic))
}

/// The arguments that make this program do a task.
pub(super) fn arguments<'a>(
    name: &'a str,
    folder: &'a Path,
    task: Task,
    number: &'a str,
    word: &'a str,
) -> [&'a std::ffi::OsStr; 6] {
    [
        FLAG.as_ref(),
        name.as_ref(),
        folder.as_ref(),
        task.name().as_ref(),
        number.as_ref(),
        word.as_ref(),
    ]
}
