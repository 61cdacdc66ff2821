//! Invalid input: malformed problems are refused with their field, infeasible ones are planned.

use serde_json::{Value, json};

use crate::{DayPlan, Effort, UnassignedReason, judge, read_day, read_plan, solve};

fn sample() -> Value {
    json!({
        "format": "fieldbook-day/1", "shift": {"from": 28800, "until": 61200}, "start": 0, "end": 0,
        "travel_s": [[0, 600], [700, 0]], "speeds": [{"from": 0, "percent": 100}, {"from": 25200, "percent": 100}],
        "max_travel_s": null,
        "lunch": {"from": 41400, "until": 50400, "duration_s": 1800},
        "stops": [{"id": "a", "node": 1, "service_s": 1200, "windows": [[28800, 43200]], "value": 5, "must": false},
                  {"id": "b", "node": 1, "service_s": 1200, "windows": [[28800, 61200]], "value": 5, "must": false}]
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut day = sample();
    *day.pointer_mut(pointer).expect("the field is there") = value;
    day
}

/// The field named in the refusal of a malformed day.
fn error_field(day: &Value) -> String {
    read_day(&day.to_string()).expect_err(&day.to_string()).field
}

fn planned(day: &Value) -> DayPlan {
    let day = read_day(&day.to_string()).unwrap();
    let plan = solve(&day, &Effort::iterations(50), 1);
    let judgement = judge(&day, &plan);
    assert!(judgement.ok, "{:?}", judgement.violations);
    plan
}

fn why(plan: &DayPlan, id: &str) -> UnassignedReason {
    let left = plan
        .unassigned
        .iter()
        .find(|left| left.id == id)
        .expect("it is left out");
    left.why.expect("it has a reason")
}

#[test]
fn a_malformed_day_is_refused_with_the_name_of_its_field() {
    let cases = [
        ("/format", json!("fieldbook-day/2"), "format"),
        ("/shift/from", json!(-1), "shift.from"),
        ("/shift/until", json!(28799), "shift.until"),
        ("/shift/until", json!(500_000_001), "shift.until"),
        ("/start", json!(2), "start"),
        ("/start", json!(null), "start"),
        ("/end", json!(-1), "end"),
        ("/travel_s/1", json!([700]), "travel_s[1]"),
        ("/travel_s", json!([]), "start"),
        ("/travel_s/0/1", json!(-1), "travel_s[0][1]"),
        ("/travel_s/0/1", json!(2_147_483_648_u32), "travel_s[0][1]"),
        ("/travel_s/0/1", json!(1.5), "travel_s[0][1]"),
        ("/travel_s/0/0", json!(3), "travel_s[0][0]"),
        ("/speeds/0/percent", json!(0), "speeds[0].percent"),
        ("/speeds/0/percent", json!(101), "speeds[0].percent"),
        ("/speeds/0/from", json!(-1), "speeds[0].from"),
        ("/speeds/1/from", json!(0), "speeds[1].from"),
        ("/speeds/1", json!({"from": 7}), "speeds[1].percent"),
        ("/max_travel_s", json!(-3), "max_travel_s"),
        ("/lunch/until", json!(41399), "lunch.until"),
        ("/lunch/duration_s", json!(-1), "lunch.duration_s"),
        ("/stops/1/id", json!("a"), "stops[1].id"),
        ("/stops/1/node", json!(2), "stops[1].node"),
        ("/stops/0/service_s", json!(-1), "stops[0].service_s"),
        ("/stops/0/windows/0", json!([5, 4]), "stops[0].windows[0]"),
        ("/stops/0/windows/0", json!([-5, 4]), "stops[0].windows[0][0]"),
        ("/stops/0/windows/0", json!([5]), "stops[0].windows[0]"),
        ("/stops/0/windows/0/1", json!(1e30), "stops[0].windows[0][1]"),
        ("/stops/0/value", json!(-1), "stops[0].value"),
        ("/stops/1/value", json!(i64::MAX), "stops[1].value"),
        ("/stops/0/must", json!("yes"), "stops[0].must"),
        ("/stops", json!({}), "stops"),
    ];
    for (pointer, value, field) in cases {
        assert_eq!(error_field(&with(pointer, value)), field, "{pointer}");
    }
    assert_eq!(read_day("").unwrap_err().field, ".");
    assert_eq!(read_day("[] x").unwrap_err().field, ".");
    assert_eq!(read_day("{}").unwrap_err().field, "format");
    assert_eq!(read_plan("[]").unwrap_err().field, ".");
}

#[test]
fn a_day_without_stops_has_a_plan_and_an_unknown_field_is_passed_over() {
    let mut day = with("/stops", json!([]));
    day["spare"] = json!([1, 2]);
    let plan = planned(&day);
    assert!(plan.visits.is_empty() && plan.proved && plan.lunch_s.is_some());
}

#[test]
fn a_stop_that_cannot_be_visited_says_why() {
    let closed = planned(&with("/stops/0/windows", json!([])));
    assert_eq!(why(&closed, "a"), UnassignedReason::ClosedAllDay);
    let beyond = planned(&with("/stops/0/windows", json!([[70_000, i32::MAX]])));
    assert!(matches!(
        why(&beyond, "a"),
        UnassignedReason::OutsideShift { opens_s: 70_000, .. }
    ));
    let early = planned(&with("/stops/0/windows", json!([[28_800, 29_000]])));
    let expected = UnassignedReason::ClosesTooEarly {
        arrive_s: 29_400,
        short_by_s: 400,
    };
    assert_eq!(why(&early, "a"), expected);
    assert_eq!(
        early.unassigned[0].reason,
        "closes 7 min before you could arrive at 8:10"
    );
    let long = planned(&with("/stops/0/service_s", json!(i32::MAX)));
    assert!(matches!(why(&long, "a"), UnassignedReason::EndsTooLate { .. }));
    let far = planned(&with("/travel_s/0/1", json!(i32::MAX)));
    assert!(matches!(why(&far, "a"), UnassignedReason::ClosesTooEarly { .. }));
    let capped = planned(&with("/max_travel_s", json!(1_299)));
    let expected = UnassignedReason::TooFar {
        travel_s: 1_300,
        allowed_s: 1_299,
    };
    assert_eq!(why(&capped, "a"), expected);
}

#[test]
fn musts_that_exclude_each_other_lose_only_one_and_it_says_so() {
    let mut day = sample();
    for at in 0..2 {
        day["stops"][at]["must"] = json!(true);
        day["stops"][at]["windows"] = json!([[36_000, 36_000]]);
    }
    let plan = planned(&day);
    assert_eq!(plan.visits.len(), 1);
    let reason = plan.unassigned[0].why.unwrap();
    assert_eq!(
        reason,
        UnassignedReason::ExcludedByMusts {
            displaced: 1,
            musts: 1
        }
    );
}

#[test]
fn a_day_that_cannot_be_kept_is_planned_empty() {
    for day in [
        with("/shift/until", json!(28_800)),
        with("/travel_s/1/0", json!(i32::MAX)),
        with("/lunch/duration_s", json!(i32::MAX)),
    ] {
        planned(&day);
    }
    let mut stuck = sample();
    stuck["end"] = json!(1);
    stuck["travel_s"] = json!([[0, i32::MAX], [i32::MAX, 0]]);
    let plan = planned(&stuck);
    assert!(plan.visits.is_empty());
    assert_eq!(plan.unassigned.len(), 2);
}

#[test]
fn ten_thousand_stops_are_planned() {
    let mut day = sample();
    let stop = |at: usize| {
        json!({"id": format!("s{at}"), "node": at % 2, "service_s": 600,
               "windows": [[28_800 + at, 61_200]], "value": at % 97, "must": at == 5_000})
    };
    day["stops"] = (0..10_000).map(stop).collect();
    let plan = planned(&day);
    assert!(plan.visits.len() > 40 && plan.visits.iter().any(|visit| visit.id == "s5000"));
}
