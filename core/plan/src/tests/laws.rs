//! Days: properties of every plan, with brute force as the reference on small ones.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::brute_force::{self, Objective};
use super::wild::{self, FROM, checked};
use crate::{Day, DayPlan, Effort, RawDay, judge, solve};

fn planned(day: &Day, iterations: u64) -> DayPlan {
    let plan = solve(day, &Effort::iterations(iterations), 1);
    let judgement = judge(day, &plan);
    assert!(judgement.ok, "{:?} in {plan:?}", judgement.violations);
    plan
}

fn objective(day: &Day, plan: &DayPlan) -> Objective {
    let all: i64 = day.stops.iter().map(|stop| stop.value).sum();
    (judge(day, plan).mandatory_missed, all - plan.value, plan.travel_s)
}

fn visited(plan: &DayPlan) -> BTreeSet<String> {
    plan.visits.iter().map(|visit| visit.id.clone()).collect()
}

/// The numbers of a plan without ids and search effort.
fn times(plan: &DayPlan) -> Vec<(i64, i64, i64)> {
    let times = plan
        .visits
        .iter()
        .map(|visit| (visit.arrive_s, visit.start_s, visit.leave_s));
    times
        .chain([(plan.ends_s, plan.lunch_s.unwrap_or(-1), plan.travel_s)])
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_plan_passes_the_judge_and_gives_each_absence_its_reason(raw in wild::day(30)) {
        let day = checked(&raw);
        let plan = planned(&day, 40);
        prop_assert_eq!(plan.visits.len() + plan.unassigned.len(), day.stops.len());
        prop_assert!(plan.unassigned.iter().all(|left| !left.reason.is_empty() && left.why.is_some()));
    }

    #[test]
    fn a_small_day_is_planned_as_well_as_can_be(raw in wild::day(5)) {
        let day = checked(&raw);
        let plan = planned(&day, 50);
        prop_assert!(plan.proved);
        match brute_force::best(&day) {
            Some(best) => prop_assert_eq!(objective(&day, &plan), best),
            None => prop_assert!(plan.visits.is_empty()),
        }
    }

    #[test]
    fn one_more_candidate_never_lowers_the_value(raw in wild::day(10)) {
        let mut fewer = raw.clone();
        let Some(last) = fewer.stops.pop() else { return Ok(()) };
        prop_assume!(!last.must);
        let (day, fewer) = (checked(&raw), checked(&fewer));
        let (more, less) = (planned(&day, 50), planned(&fewer, 50));
        prop_assume!(more.proved && less.proved);
        prop_assert!(judge(&day, &more).mandatory_missed <= judge(&fewer, &less).mandatory_missed);
        prop_assert!(more.value >= less.value || judge(&day, &more).mandatory_missed < judge(&fewer, &less).mandatory_missed);
    }

    #[test]
    fn a_wider_window_never_makes_the_day_worse(raw in wild::day(9), which in 0..9_usize, by in 0..5_000_i64) {
        let mut wider = raw.clone();
        let Some(window) = wider.stops.get_mut(which).and_then(|stop| stop.windows.first_mut()) else { return Ok(()) };
        window[1] += by;
        let (narrow, wide) = (checked(&raw), checked(&wider));
        let (before, after) = (planned(&narrow, 50), planned(&wide, 50));
        prop_assume!(before.proved && after.proved);
        if brute_force_is_needed(&before) { return Ok(()) }
        prop_assert!(objective(&wide, &after) <= objective(&narrow, &before));
    }

    #[test]
    fn faster_roads_never_make_the_day_worse(raw in wild::day(9), by in 0_i64..60) {
        let mut faster = raw.clone();
        for step in &mut faster.speeds {
            step.percent = (step.percent + by).min(100);
        }
        let (slow, fast) = (checked(&raw), checked(&faster));
        let (before, after) = (planned(&slow, 50), planned(&fast, 50));
        prop_assume!(before.proved && after.proved);
        if brute_force_is_needed(&before) { return Ok(()) }
        prop_assert!(objective(&fast, &after) <= objective(&slow, &before));
    }

    #[test]
    fn the_order_of_the_file_does_not_matter(raw in wild::day(9), turn in 0..9_usize) {
        let mut turned = raw.clone();
        if !turned.stops.is_empty() {
            let by = turn % turned.stops.len();
            turned.stops.rotate_left(by);
        }
        let (one, other) = (checked(&raw), checked(&turned));
        prop_assert_eq!(objective(&one, &planned(&one, 50)), objective(&other, &planned(&other, 50)));
    }

    #[test]
    fn names_do_not_matter(raw in wild::day(20)) {
        let mut renamed = raw.clone();
        for (at, stop) in renamed.stops.iter_mut().enumerate() {
            stop.id = format!("{:02}", 99 - at);
        }
        prop_assert_eq!(times(&planned(&checked(&raw), 40)), times(&planned(&checked(&renamed), 40)));
    }

    #[test]
    fn the_time_of_day_does_not_matter(raw in wild::day(20), by in -FROM + 4_000..40_000) {
        let later = shifted(&raw, by);
        let (early, late) = (planned(&checked(&raw), 40), planned(&checked(&later), 40));
        prop_assert_eq!(visited(&early), visited(&late));
        let moved: Vec<i64> = early.visits.iter().map(|visit| visit.start_s + by).collect();
        let starts: Vec<i64> = late.visits.iter().map(|visit| visit.start_s).collect();
        prop_assert_eq!(moved, starts);
    }

    #[test]
    fn the_same_seed_and_iterations_give_the_same_plan(raw in wild::day(40), seed: u64) {
        let day = checked(&raw);
        let plan = || solve(&day, &Effort::iterations(60), seed);
        prop_assert_eq!(plan(), plan());
    }

    #[test]
    fn searching_longer_is_never_worse(raw in wild::day(40)) {
        let day = checked(&raw);
        let few = objective(&day, &planned(&day, 10));
        prop_assert!(objective(&day, &planned(&day, 80)) <= few || planned(&day, 10).visits.is_empty());
    }
}

/// An infeasible day is planned empty, and its travel carries no meaning.
fn brute_force_is_needed(plan: &DayPlan) -> bool {
    plan.visits.is_empty()
}

fn shifted(raw: &RawDay, by: i64) -> RawDay {
    let mut later = raw.clone();
    later.shift.from += by;
    later.shift.until += by;
    if let Some(lunch) = &mut later.lunch {
        lunch.from += by;
        lunch.until += by;
    }
    for step in &mut later.speeds {
        step.from += by;
    }
    for window in later.stops.iter_mut().flat_map(|stop| &mut stop.windows) {
        *window = window.map(|time| time + by);
    }
    later
}
