//! `cargo run --release -p fieldbook-tests --bin sales_speed -- [DEALS]`: time of funnel, dwell, forecast and warnings' odds over
//! a history of deals (100,000 unless told), of gates, and of moves and warnings in a book of a tenth as many deals, on one
//! core: the median of five runs, one row each.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use fieldbook_book::{AdvanceRequest, Book, DealView, OpenOptions};
use fieldbook_model::clock::{FixedClock, SeededRandom, Stopwatch};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Scalar};
use fieldbook_sales::facts::Facts;
use fieldbook_sales::gate;
use fieldbook_sales::pack::PackLibrary;
use fieldbook_sales::stats::{
    DealLog, End, Fate, Forecaster, Group, HazardSettings, Moment, Outcome, Scope, Stage, StageVisit,
    StallOdds, StallSettings, Unit, Window, dwell, funnel,
};

const DEALS: u64 = 100_000;
const RUNS: usize = 5;
const DAY_MS: i64 = 86_400_000;
/// Three years of history.
const HISTORY_DAYS: u64 = 1095;

fn main() -> ExitCode {
    let deals = std::env::args()
        .nth(1)
        .map_or(Some(DEALS), |text| text.parse().ok());
    let Some(deals) = deals else {
        drop(writeln!(std::io::stderr(), "usage: sales_speed [DEALS]"));
        return ExitCode::from(2);
    };
    match measure(deals, &mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing better can be done when even this cannot be written.
            drop(writeln!(std::io::stderr(), "sales_speed: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(deals: u64, out: &mut impl Write) -> std::io::Result<()> {
    let start = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap_or_default();
    let today = Moment::from_day(start + Days::new(HISTORY_DAYS));
    let logs: Vec<DealLog> = (0..deals).map(|id| deal(id, start, today)).collect();
    let deals: Vec<&DealLog> = logs.iter().collect();
    let stages: Vec<Stage> = (1..=4)
        .map(|rank| Stage {
            id: format!("stage-{rank}"),
            rank,
        })
        .collect();
    let window = Window::quarter(today.on, 1);
    writeln!(
        out,
        "| {} deals, {} visits | ms |\n|---|---|",
        logs.len(),
        logs.iter().map(|log| log.stages.len()).sum::<usize>()
    )?;
    row(out, "funnel of four stages, with both dwells", || {
        funnel(&deals, &stages, today.at_ms, 30, Scope::OwnBook).deals
    })?;
    row(out, "dwell of one stage", || {
        dwell(&deals, "stage-2", today.at_ms).n
    })?;
    row(out, "forecast of the quarter, company", || {
        Forecaster::new(&deals, today.on, window, &HazardSettings::default())
            .map_or(0, |forecaster| forecaster.forecast(&Group::Company).len())
    })?;
    row(out, "forecast of the quarter, company and 20 owners", || {
        Forecaster::new(&deals, today.on, window, &HazardSettings::default()).map_or(0, |forecaster| {
            forecaster
                .groups()
                .iter()
                .map(|group| forecaster.forecast(group).len())
                .sum()
        })
    })?;
    row(out, "stall odds learned from all", || {
        StallOdds::from_history(&deals, today.at_ms, Fate::Stalled, StallSettings::default()).n()
    })?;
    gates(out, today.on)?;
    book(out, logs.len() / 10)
}

/// A thousand gates of the shipped process, on a deal that lacks nearly everything.
fn gates(out: &mut impl Write, today: NaiveDate) -> std::io::Result<()> {
    let library = PackLibrary::shipped();
    let Some(process) = library.latest("solution-sale") else {
        return Ok(());
    };
    let deal = Fields::new()
        .with("amount", "4800.00 EUR")
        .with("next_step", "call");
    row(out, "1,000 ways to the order judged, over four gates", || {
        (0..1_000)
            .filter_map(|_| gate::judge_way(process, None, "won", &Facts::of_deal(today, &deal)).ok())
            .map(|verdict| verdict.missing.len())
            .sum()
    })
}

/// Moves and warnings in a book of open deals, each with an account of its own.
fn book(out: &mut impl Write, deals: usize) -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let clock = Arc::new(FixedClock::at(1_795_510_800_000));
    let made = fill(&folder.path().join("book.db"), &clock, deals.max(10)).map_err(std::io::Error::other)?;
    writeln!(
        out,
        "| a plain durable edit of a deal, of {} | {:.3} |",
        made.ids.len(),
        made.edit_ms
    )?;
    writeln!(
        out,
        "| a deal advanced through its gate | {:.3} |",
        made.advance_ms
    )?;
    clock.advance(40 * DAY_MS);
    let title = format!("warnings of {} open deals in a book", made.ids.len());
    row(out, &title, || {
        made.book
            .deal_warnings(&DealView::default())
            .map_or(0, |warned| warned.len())
    })
}

struct Filled {
    book: Book,
    ids: Vec<RecordId>,
    /// Mean time of an edit of one field, milliseconds.
    edit_ms: f64,
    /// Mean time of a move to the first stage, milliseconds.
    advance_ms: f64,
}

fn fill(path: &Path, clock: &Arc<FixedClock>, deals: usize) -> Result<Filled, Box<dyn Error + Send + Sync>> {
    let book = Book::open(OpenOptions {
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(1)),
        ..OpenOptions::new(path)
    })?;
    let mut ids = Vec::with_capacity(deals);
    for n in 0..deals {
        let account = Fields::new()
            .with("name", format!("Shop {n}"))
            .with("country", "DE");
        let account = book.add(Kind::Account, &account)?.id;
        let deal = Fields::new()
            .with("name", format!("Deal {n}"))
            .with("account_id", Scalar::Id(account));
        ids.push(book.add(Kind::Opportunity, &deal)?.id);
    }
    let mean = |watch: &Stopwatch| {
        watch.elapsed().as_secs_f64() * 1000.0 / f64::from(u32::try_from(deals).unwrap_or(1))
    };
    let watch = Stopwatch::start();
    for id in &ids {
        book.set_field(*id, "source", "Fair")?;
    }
    let edit_ms = mean(&watch);
    let watch = Stopwatch::start();
    for id in &ids {
        book.advance(*id, "lead_validation", &AdvanceRequest::default())?;
    }
    Ok(Filled {
        edit_ms,
        advance_ms: mean(&watch),
        book,
        ids,
    })
}

fn row(out: &mut impl Write, title: &str, act: impl Fn() -> usize) -> std::io::Result<()> {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let watch = Stopwatch::start();
            let found = std::hint::black_box(act());
            assert!(found > 0, "{title} found nothing");
            watch.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    writeln!(out, "| {title} | {:.0} |", times[RUNS / 2])
}

/// A number that looks random, the same on every machine (the finaliser of `SplitMix64`).
fn mixed(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A deal that goes up to four stages of 1 to 30 days each, and is then won or lost, as far as that is known today.
fn deal(id: u64, start: NaiveDate, today: Moment) -> DealLog {
    let random = |about: u64| mixed(id * 16 + about);
    let opened = Moment::from_day(start + Days::new(random(0) % HISTORY_DAYS));
    let (mut at_ms, last) = (opened.at_ms, 1 + random(1) % 4);
    let mut stages = Vec::new();
    for rank in (1..=4).take_while(|rank| u64::from(*rank) <= last) {
        let long = 1 + i64::try_from(random(1 + u64::from(rank)) % (30 * 86_400_000)).unwrap_or(0);
        let left = Some(at_ms + long).filter(|left| *left <= today.at_ms);
        stages.push(StageVisit {
            stage: format!("stage-{rank}"),
            rank,
            entered_at_ms: at_ms,
            left_at_ms: left,
        });
        at_ms += long;
        if left.is_none() {
            break;
        }
    }
    let outcome = if random(7) % 10 < 6 {
        Outcome::Won
    } else {
        Outcome::Lost
    };
    let amount_minor = 100_000 + i64::try_from(random(8) % 900_000).unwrap_or(0);
    let is_over = at_ms <= today.at_ms;
    let on = start + Days::new(u64::try_from((at_ms - Moment::from_day(start).at_ms) / DAY_MS).unwrap_or(0));
    DealLog {
        id: id.to_string(),
        unit: Unit {
            owner: format!("owner-{}", random(9) % 20),
            ..Unit::default()
        },
        currency: "EUR".to_owned(),
        amount_minor,
        opened,
        recorded_from: Moment::from_day(start),
        stages,
        end: is_over.then_some(End {
            when: Moment { at_ms, on },
            outcome,
            value_minor: if outcome == Outcome::Won { amount_minor } else { 0 },
        }),
    }
}
