//! The judge on good plans with one defect each.

use crate::{
    Day, DayPlan, Effort, SpeedProfile, SpeedStep, UnassignedStop, Violation, judge, read_day, solve,
};

/// Two visits with lunch between them; a third stop is closed.
fn good() -> (Day, DayPlan) {
    let day = read_day(
        r#"{"format":"fieldbook-day/1","shift":{"from":28800,"until":61200},"start":0,"end":0,
        "travel_s":[[0,600,900],[700,0,500],[800,400,0]],"max_travel_s":3000,
        "lunch":{"from":41400,"until":50400,"duration_s":1800},
        "stops":[{"id":"a","node":1,"service_s":1200,"windows":[[28800,43200]],"value":5},
                 {"id":"b","node":2,"service_s":1200,"windows":[[36000,36600],[50400,61200]],"value":7,"must":true},
                 {"id":"c","node":2,"service_s":60,"windows":[],"value":9}]}"#,
    )
    .unwrap();
    let plan = solve(&day, &Effort::iterations(10), 1);
    assert_eq!(plan.visits.len(), 2);
    assert!(judge(&day, &plan).ok);
    (day, plan)
}

/// Violations found after `breaks` has changed the problem or the plan.
fn broken(breaks: impl FnOnce(&mut Day, &mut DayPlan)) -> Vec<Violation> {
    let (mut day, mut plan) = good();
    breaks(&mut day, &mut plan);
    judge(&day, &plan).violations
}

macro_rules! sees {
    ($found:expr, $pattern:pat) => {{
        let found = $found;
        assert!(
            found.iter().any(|violation| matches!(violation, $pattern)),
            "{found:?}"
        );
    }};
}

#[test]
fn a_stop_that_does_not_exist_comes_twice_or_is_forgotten_is_seen() {
    sees!(
        broken(|_, plan| plan.visits[0].id = "x".to_owned()),
        Violation::UnknownStop { .. }
    );
    sees!(
        broken(|_, plan| plan.visits.push(plan.visits[0].clone())),
        Violation::Twice { .. }
    );
    sees!(
        broken(|_, plan| plan.unassigned.clear()),
        Violation::Forgotten { .. }
    );
    let both = |_: &mut Day, plan: &mut DayPlan| {
        plan.unassigned.push(UnassignedStop {
            id: plan.visits[0].id.clone(),
            reason: String::new(),
            why: None,
        });
    };
    sees!(broken(both), Violation::Twice { .. });
}

#[test]
fn times_that_do_not_add_up_are_seen() {
    sees!(
        broken(|_, plan| plan.visits[0].arrive_s = 28_800),
        Violation::SetsOutEarly { .. }
    );
    sees!(
        broken(|_, plan| plan.visits[1].arrive_s += 1),
        Violation::WrongArrival { .. }
    );
    sees!(
        broken(|_, plan| plan.visits[1].arrive_s -= 1),
        Violation::WrongArrival { .. }
    );
    sees!(
        broken(|_, plan| plan.visits[0].start_s = plan.visits[0].arrive_s - 1),
        Violation::StartsBeforeArrival { .. }
    );
    sees!(
        broken(|_, plan| plan.visits[0].leave_s -= 1),
        Violation::LeavesEarly { .. }
    );
}

#[test]
fn arrivals_as_on_empty_roads_are_seen_in_the_rush_hour() {
    let rush = |from: i32, percent: i32| {
        let step = SpeedStep { from, percent };
        SpeedProfile::new(vec![step]).unwrap()
    };
    let from = |at: i32, percent: i32| {
        move |day: &mut Day, _: &mut DayPlan| day.travel = day.travel.clone().with_speeds(rush(at, percent))
    };
    sees!(broken(from(0, 50)), Violation::SetsOutEarly { .. });
    sees!(broken(from(29_400, 99)), Violation::WrongArrival { .. });
    let (_, plan) = good();
    let last = i32::try_from(plan.visits[1].leave_s).unwrap();
    sees!(broken(from(last, 1)), Violation::EndsEarly { .. });
}

#[test]
fn closed_doors_are_seen_also_between_two_windows() {
    sees!(
        broken(|day, _| day.stops[0].windows.clear()),
        Violation::Closed { .. }
    );
    let between = |_: &mut Day, plan: &mut DayPlan| {
        let visit = plan.visits.iter_mut().find(|visit| visit.id == "b").unwrap();
        visit.start_s = 40_000;
    };
    sees!(broken(between), Violation::Closed { .. });
}

#[test]
fn an_end_too_early_or_too_late_is_seen() {
    sees!(
        broken(|_, plan| plan.ends_s = 30_000),
        Violation::EndsEarly { .. }
    );
    sees!(broken(|_, plan| plan.ends_s = 61_201), Violation::EndsLate { .. });
    sees!(
        broken(|day, _| day.shift.until = 30_000),
        Violation::EndsLate { .. }
    );
}

#[test]
fn a_lunch_that_is_missing_misplaced_or_unasked_is_seen() {
    sees!(broken(|_, plan| plan.lunch_s = None), Violation::NoLunch);
    sees!(broken(|day, _| day.lunch = None), Violation::UnaskedLunch);
    sees!(
        broken(|_, plan| plan.lunch_s = Some(41_399)),
        Violation::LunchOutsideWindow { .. }
    );
    sees!(
        broken(|_, plan| plan.lunch_s = Some(48_601)),
        Violation::LunchOutsideWindow { .. }
    );
    let travelling = |day: &mut Day, plan: &mut DayPlan| {
        day.lunch.as_mut().unwrap().window.from = 28_800;
        plan.lunch_s = Some(plan.visits[1].arrive_s - 60);
    };
    sees!(broken(travelling), Violation::LunchInterrupts { .. });
    let serving = |day: &mut Day, plan: &mut DayPlan| {
        day.lunch.as_mut().unwrap().window.from = 28_800;
        plan.lunch_s = Some(plan.visits[0].start_s);
    };
    sees!(broken(serving), Violation::LunchInterrupts { .. });
}

#[test]
fn too_much_travel_and_wrong_sums_are_seen() {
    sees!(
        broken(|day, _| day.max_travel_s = Some(100)),
        Violation::TooMuchTravel { .. }
    );
    sees!(broken(|_, plan| plan.value += 1), Violation::WrongValue { .. });
    sees!(
        broken(|_, plan| plan.travel_s -= 1),
        Violation::WrongTravel { .. }
    );
}

#[test]
fn a_missed_must_is_counted_and_no_crime() {
    let (day, mut plan) = good();
    plan.visits.clear();
    plan.unassigned = day
        .stops
        .iter()
        .map(|stop| UnassignedStop {
            id: stop.id.clone(),
            reason: String::new(),
            why: None,
        })
        .collect();
    (plan.value, plan.travel_s, plan.lunch_s, plan.ends_s) = (0, 0, Some(45_000), 50_000);
    let judgement = judge(&day, &plan);
    assert!(judgement.ok, "{:?}", judgement.violations);
    assert_eq!(judgement.mandatory_missed, 1);
}

#[test]
fn a_plan_of_the_wildest_numbers_is_judged_and_not_choked_on() {
    let found = broken(|_, plan| {
        for visit in &mut plan.visits {
            (visit.arrive_s, visit.start_s, visit.leave_s) = (i64::MAX, i64::MIN, i64::MAX);
        }
        (plan.lunch_s, plan.ends_s, plan.value) = (Some(i64::MAX), i64::MIN, i64::MAX);
    });
    assert!(found.len() > 3, "{found:?}");
}

#[test]
fn the_reference_plans_of_the_shared_data_pass() {
    let mut passed = 0;
    for name in [
        "small-01", "small-02", "small-03", "small-04", "day-01", "day-03", "day-05", "big-01", "wide-01",
    ] {
        let (Some(day), Some(plan)) = (
            super::shared_data(&format!("field_days/{name}.json")),
            super::shared_data(&format!("field_days/{name}.plan.json")),
        ) else {
            return;
        };
        let judgement = judge(&read_day(&day).unwrap(), &crate::read_plan(&plan).unwrap());
        assert!(judgement.ok, "{name}: {:?}", judgement.violations);
        passed += 1;
    }
    assert_eq!(passed, 9);
}

#[test]
fn a_place_where_nobody_can_have_been_is_seen() {
    let here = |after, node, leave_s| {
        broken(move |_, plan| {
            plan.reported = vec![crate::ReportedPosition {
                after,
                node,
                at_s: 40_000,
                leave_s,
            }];
        })
    };
    sees!(here(1, 9, 41_000), Violation::NotHere { node: 9, after: 1 });
    sees!(here(7, 1, 41_000), Violation::NotHere { .. });
    sees!(here(1, 1, 39_000), Violation::NotHere { .. });
    sees!(here(1, 0, 41_000), Violation::WrongArrival { .. });
}
