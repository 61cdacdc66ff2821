//! Running the planner against the clock, and the rows of the table.

use std::fmt;
use std::time::Duration;

use fieldbook_core::clock::Stopwatch;
use fieldbook_core::plan::{
    Day, DayPlan, Effort, RawReplanEvent, RawStop, ReplanEvent, StopCriterion, judge, replan, solve,
};

use super::instances::{Best, Instance};

/// A row of the table.
pub(super) struct Row {
    title: String,
    instances: usize,
    limit_ms: u64,
    /// In percent: the mean of the medians, and the worst of all.
    mean: f64,
    worst: f64,
    at_best: usize,
    better: Vec<String>,
    mandatory_missed: usize,
    per_second: u64,
    goal: String,
}

impl Row {
    /// The head of the table.
    pub(super) const HEAD: &'static str = "\
| set | instances | limit | mean gap | worst | at best known | musts missed | iterations/s | goal |
|---|---|---|---|---|---|---|---|---|";
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "| {} | {} | {} ms | {:.3} % | {:.2} % | {} | {} | {} | {} |",
            self.title,
            self.instances,
            self.limit_ms,
            self.mean,
            self.worst,
            self.at_best,
            self.mandatory_missed,
            self.per_second,
            self.goal
        )?;
        for better in &self.better {
            write!(f, "\nbetter than the best known: {better}")?;
        }
        Ok(())
    }
}

/// A time limit.
pub(super) struct Limit {
    pub(super) watch: Stopwatch,
    time: Duration,
}

impl Limit {
    /// So many milliseconds from now.
    pub(super) fn ms(ms: u64) -> Limit {
        Limit {
            watch: Stopwatch::start(),
            time: Duration::from_millis(ms),
        }
    }
}

impl StopCriterion for Limit {
    fn is_met(&self) -> bool {
        self.watch.elapsed() >= self.time
    }
}

/// The planner on every instance, each with every seed, each within `ms`.
pub(super) fn measure(title: &str, instances: &[&Instance], ms: u64, seeds: u64, goal: &str) -> Row {
    let mut row = Row {
        title: title.to_owned(),
        instances: instances.len(),
        limit_ms: ms,
        mean: 0.0,
        worst: 0.0,
        at_best: 0,
        better: Vec::new(),
        mandatory_missed: 0,
        per_second: 0,
        goal: goal.to_owned(),
    };
    let (mut iterations, mut spent) = (0, Duration::ZERO);
    let mut medians = Vec::new();
    for instance in instances {
        // Without a best known the best of a long run stands for it.
        let best = instance.best.unwrap_or_else(|| {
            Best::Value(solve(&instance.day, &Effort::until(&Limit::ms(1_000)), 99).value)
        });
        let mut gaps = Vec::new();
        for seed in 0..seeds {
            let limit = Limit::ms(ms);
            let plan = solve(&instance.day, &Effort::until(&limit), seed);
            iterations += plan.iterations;
            spent += limit.watch.elapsed();
            let (gap, missed) = gap(&instance.day, &plan, best);
            row.mandatory_missed += missed;
            if gap < 0.0 {
                row.better
                    .push(format!("{} {} {} s", instance.name, plan.value, plan.travel_s));
            }
            gaps.push(gap);
        }
        gaps.sort_by(f64::total_cmp);
        row.worst = gaps.last().copied().unwrap_or(0.0).max(row.worst);
        let median = gaps[gaps.len() / 2];
        row.at_best += usize::from(median <= 0.0);
        medians.push(median);
    }
    row.mean = mean(&medians);
    row.per_second = rate(iterations, spent);
    row
}

/// The gap between a plan and the best known one, in percent, and the mandatory visits that it misses beyond it. A
/// missed mandatory visit counts as 100 %.
fn gap(day: &Day, plan: &DayPlan, best: Best) -> (f64, usize) {
    let judgement = judge(day, plan);
    assert!(
        judgement.ok,
        "the planner made a plan that its judge refuses: {:?}",
        judgement.violations
    );
    let missed = judgement.mandatory_missed;
    match best {
        Best::Value(value) => (percent(value - plan.value, value), 0),
        Best::Travel(travel) if missed == 0 => (percent(plan.travel_s - travel, travel), 0),
        Best::All(musts, value, _) if missed <= musts => (percent(value - plan.value, value), 0),
        Best::All(musts, ..) => (100.0, missed - musts),
        Best::Travel(_) => (100.0, missed),
    }
}

/// Three events on each field day, five milliseconds each, against a second.
pub(super) fn replans(days: &[Instance], seeds: u64) -> String {
    let (mut gaps, mut moved, mut moved_long) = (Vec::new(), 0, 0);
    for instance in days {
        let old = solve(&instance.day, &Effort::until(&Limit::ms(200)), 1);
        for (now_s, event) in events(instance, &old) {
            let run = |ms: u64, seed: u64| {
                let limit = Limit::ms(ms);
                replan(&instance.day, &old, now_s, &event, &Effort::until(&limit), seed)
            };
            let long = run(1_000, 0);
            let mut short: Vec<DayPlan> = (0..seeds).map(|seed| run(5, seed)).collect();
            short.sort_by_key(|plan| plan.value);
            let median = &short[short.len() / 2];
            gaps.push(percent(long.value - median.value, long.value.max(1)));
            moved += median.moved.as_ref().map_or(0, Vec::len);
            moved_long += long.moved.as_ref().map_or(0, Vec::len);
        }
    }
    let worst = gaps.iter().copied().fold(0.0, f64::max);
    format!(
        "| replan | {} | 5 ms | {:.3} % | {worst:.2} % | moved promises {moved}, after 1 s {moved_long} | | | <= 0.2 % |",
        gaps.len(),
        mean(&gaps)
    )
}

/// A delay, a cancellation and an insertion, when a third of the visits are made.
fn events(instance: &Instance, old: &DayPlan) -> Vec<(i64, ReplanEvent)> {
    let Some(visit) = old.visits.get(old.visits.len() / 3) else {
        return Vec::new();
    };
    let next = old.visits.get(old.visits.len() / 3 + 2);
    let spare = serde_json::from_str::<serde_json::Value>(&instance.text).unwrap_or_default();
    let spare = serde_json::from_value::<RawStop>(spare["spare"][0].clone()).ok();
    let raw = [
        Some(RawReplanEvent::DelayS(1_500)),
        next.map(|next| RawReplanEvent::Cancel(next.id.clone())),
        spare.map(RawReplanEvent::Insert),
    ];
    let events = raw.into_iter().flatten();
    events
        .filter_map(|raw| Some((visit.start_s, ReplanEvent::from_raw(raw, &instance.day).ok()?)))
        .collect()
}

/// The very first solve of this process, one iteration of it: what a rep waits for after the app starts.
pub(super) fn first_solve(instance: &Instance) -> String {
    let watch = Stopwatch::start();
    let plan = solve(&instance.day, &Effort::iterations(1), 0);
    let us = watch.elapsed().as_micros();
    let candidates = instance.day.stops.len();
    format!(
        "first solve after start, {}, {candidates} candidates: {us} us, value {} (goal: <= 5 ms)\n",
        instance.name, plan.value
    )
}

#[expect(clippy::cast_precision_loss, reason = "values and travel are far below 2^52")]
pub(super) fn percent(lost: i64, of: i64) -> f64 {
    100.0 * lost as f64 / of as f64
}

#[expect(clippy::cast_precision_loss, reason = "a table has few rows")]
fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len().max(1) as f64
}

pub(super) fn rate(iterations: u64, spent: Duration) -> u64 {
    let us = u64::try_from(spent.as_micros()).unwrap_or(u64::MAX).max(1);
    iterations.saturating_mul(1_000_000) / us
}
