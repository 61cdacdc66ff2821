//! Four weeks with five hundred customers: against a long run, and against planning one day after the other.

use std::collections::HashMap;

use fieldbook_core::clock::SeededRandom;
use fieldbook_core::plan::{
    Effort, PERIOD_FORMAT, Period, RawCustomer, RawPeriod, RawWorkDay, solve, solve_period,
};

use super::runs::{Limit, percent, rate};

/// The limits that have goals, in milliseconds.
const LIMITS_MS: [u64; 3] = [200, 2_000, 10_000];
/// The long run.
const LONG_MS: u64 = 60_000;

/// The rows of the table. Limits above `most_ms` are left out, except two seconds; the long run is not made unless it is
/// allowed, and then its row says so.
pub(super) fn rows(most_ms: u64) -> Vec<String> {
    let period = generated_period(500, 20);
    let long = (most_ms >= LONG_MS).then(|| run(&period, LONG_MS));
    let mut rows = Vec::new();
    for ms in LIMITS_MS.into_iter().filter(|ms| *ms <= most_ms.max(2_000)) {
        let here = run(&period, ms);
        let (by_day, missing) = day_by_day(&period, ms);
        let gap = match &long {
            Some(long) => format!(
                "{:.2} % to {} s",
                percent(long.value - here.value, long.value),
                LONG_MS / 1_000
            ),
            None => format!("no long run without --most-ms {LONG_MS}"),
        };
        rows.push(format!(
            "| period, 500 customers, 20 days | 1 | {ms} ms | {gap} | value {}, {} travel s | day by day {by_day}: {:+.2} % | {} ({missing} day by day) | {} | 1 % / 0.3 %, +3 % |",
            here.value,
            here.travel_s,
            percent(here.value - by_day, by_day),
            here.missing,
            here.per_second
        ));
    }
    rows
}

/// The result of a run.
struct Outcome {
    value: i64,
    travel_s: i64,
    missing: usize,
    per_second: u64,
}

fn run(period: &Period, ms: u64) -> Outcome {
    let limit = Limit::ms(ms);
    let plan = solve_period(period, &Effort::until(&limit), 1);
    Outcome {
        value: plan.value,
        travel_s: plan.travel_s,
        missing: plan.mandatory_visits_missing,
        per_second: rate(plan.iterations, limit.watch.elapsed()),
    }
}

/// The value, and the musts' visits missing, of the day planner called for each day in turn with the customers whom their
/// cadence allows on it. Each day has its share of the time.
fn day_by_day(period: &Period, ms: u64) -> (i64, usize) {
    let mut seen: HashMap<String, (usize, i32)> = HashMap::new();
    let mut value = 0;
    for work in &period.days {
        let mut day = period.day(work);
        let allowed = period.customers.iter().map(|customer| {
            let (visits, last) = match seen.get(&customer.id) {
                Some((visits, last)) => (*visits, Some(*last)),
                None => (0, customer.cadence.last_visit_day),
            };
            visits < customer.cadence.visits && customer.cadence.may_follow(last, work.day)
        });
        let stops = std::mem::take(&mut day.stops).into_iter().zip(&period.customers);
        day.stops = stops
            .zip(allowed)
            .filter(|(_, allowed)| *allowed)
            .map(|((mut stop, customer), _)| {
                stop.mandatory = customer.mandatory;
                stop
            })
            .collect();
        let share = (ms / period.days.len() as u64).max(1);
        let plan = solve(&day, &Effort::until(&Limit::ms(share)), 1);
        value += plan.value;
        for visit in plan.visits {
            let before = seen.get(&visit.id).map_or(0, |(visits, _)| *visits);
            seen.insert(visit.id, (before + 1, work.day));
        }
    }
    let musts = period.customers.iter().filter(|customer| customer.mandatory);
    let missing = musts.map(|customer| {
        let visits = seen.get(&customer.id).map_or(0, |(visits, _)| *visits);
        customer.cadence.visits - visits
    });
    (value, missing.sum())
}

/// Customers scattered over a square of towns, weekly to monthly.
pub(super) fn generated_period(customers: usize, days: i64) -> Period {
    let rng = SeededRandom::new(5);
    let draw = |below: usize| i64::try_from(rng.below(below)).unwrap_or(0);
    let towns: Vec<(i64, i64)> = (0..12).map(|_| (draw(5_000), draw(5_000))).collect();
    let mut places = vec![(2_500, 2_500)];
    let mut raw = Vec::new();
    for at in 0..customers {
        let town = towns[usize::try_from(draw(12)).unwrap_or(0)];
        places.push((town.0 + draw(800), town.1 + draw(800)));
        let (visits, min_gap_days, max_gap_days) = [(4, 4, 10), (2, 9, 19), (1, 1, 28)][at % 3];
        raw.push(RawCustomer {
            id: format!("c{at}"),
            node: i64::try_from(at + 1).unwrap_or(0),
            service_s: 600 + 300 * draw(5),
            windows: Some(vec![[28_800 + 1_800 * draw(4), 43_200], [46_800, 61_200]]),
            windows_by_weekday: None,
            value: 5 + draw(40),
            must: at % 25 == 0,
            visits,
            min_gap_days,
            max_gap_days: Some(max_gap_days),
            weekdays: None,
            last_visit_day: None,
        });
    }
    let drive = |a: &(i64, i64), b: &(i64, i64)| (a.0 - b.0).abs() + (a.1 - b.1).abs();
    let work = |at: i64| RawWorkDay {
        day: at / 5 * 7 + at % 5,
        weekday: at % 5,
        from: 28_800,
        until: 61_200,
        lunch: None,
    };
    let raw = RawPeriod {
        format: PERIOD_FORMAT.to_owned(),
        days: (0..days).map(work).collect(),
        start: 0,
        end: Some(0),
        travel_s: places
            .iter()
            .map(|a| places.iter().map(|b| drive(a, b)).collect())
            .collect(),
        speeds: Vec::new(),
        customers: raw,
    };
    Period::try_from(raw).expect("the generator keeps to the format")
}
