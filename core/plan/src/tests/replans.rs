//! Replans: the past stays, promises hold or are named, events without effect change nothing.

use proptest::prelude::*;

use super::wild::{self, FROM, checked};
use crate::{
    Day, DayPlan, Effort, PROMISE_S, Promises, RawReplanEvent, RawStop, RawStopHours, ReplanEvent,
    UnassignedReason, Violation, judge, read_day, read_replan_event, replan, replan_with_promises, solve,
};

fn effort() -> Effort<'static> {
    Effort::iterations(60)
}

#[derive(Debug, Clone)]
enum What {
    Delay(i64),
    Cancel(usize),
    Insert(i64, i64),
    Close(usize, i64),
    Here(usize),
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        (0_i64..6_000).prop_map(What::Delay),
        (0..30_usize).prop_map(What::Cancel),
        (FROM..FROM + 20_000, 0_i64..90).prop_map(|(from, value)| What::Insert(from, value)),
        (0..30_usize, FROM..FROM + 20_000).prop_map(|(which, from)| What::Close(which, from)),
        (0..8_usize).prop_map(What::Here),
    ]
}

/// The event, if the day has a stop for it.
fn event(what: &What, day: &Day) -> Option<ReplanEvent> {
    let id = |which: usize| (!day.stops.is_empty()).then(|| day.stops[which % day.stops.len()].id.clone());
    let raw = match *what {
        What::Delay(seconds) => RawReplanEvent::DelayS(seconds),
        What::Here(which) => RawReplanEvent::Here(i64::try_from(which % day.travel.nodes()).unwrap()),
        What::Cancel(which) => RawReplanEvent::Cancel(id(which)?),
        What::Close(which, from) => RawReplanEvent::Close(RawStopHours {
            id: id(which)?,
            windows: vec![[from, from + 3_000]],
        }),
        What::Insert(from, value) => RawReplanEvent::Insert(RawStop {
            id: "new".to_owned(),
            node: 0,
            service_s: 600,
            windows: vec![[from, from + 5_000]],
            value,
            must: value > 60,
        }),
    };
    let is_there = matches!(raw, RawReplanEvent::Insert(_)) && day.stops.iter().any(|stop| stop.id == "new");
    (!is_there).then(|| ReplanEvent::from_raw(raw, day).unwrap())
}

/// Violations allowed when a disruption leaves no alternative.
fn is_unavoidable(violation: &Violation) -> bool {
    use Violation::{EndsLate, NoLunch, TooMuchTravel};
    matches!(violation, EndsLate { .. } | NoLunch | TooMuchTravel { .. })
}

fn begun(plan: &DayPlan, now_s: i64) -> Vec<(String, i64, i64)> {
    let visits = plan.visits.iter().filter(|visit| visit.start_s <= now_s);
    visits
        .map(|visit| (visit.id.clone(), visit.arrive_s, visit.start_s))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_happens_the_new_plan_keeps_to_the_new_day_and_the_past_stays(
        raw in wild::day(20), now in 0_i64..25_000, what in what(),
    ) {
        let day = checked(&raw);
        let now_s = FROM + now;
        let Some(event) = event(&what, &day) else { return Ok(()) };
        let old = solve(&day, &effort(), 1);
        // A visit in progress cannot be cancelled, and its opening hours no longer matter.
        let touched = match &event { ReplanEvent::Cancel(id) => Some(id), ReplanEvent::Close(stop) => Some(&stop.id), _ => None };
        prop_assume!(!begun(&old, now_s).iter().any(|(id, ..)| Some(id) == touched));
        let new = replan(&day, &old, now_s, &event, &effort(), 1);
        let judgement = judge(&event.applied(&day), &new);
        let nothing_more = new.visits.iter().zip(&old.visits).all(|(new, old)| (&new.id, new.start_s) == (&old.id, old.start_s));
        // Travel already driven cannot be undone.
        let strayed = new.reported.last().is_some_and(|here| {
            let cut = DayPlan { visits: new.visits[..here.after].to_vec(), ..new.clone() };
            day.max_travel_s.is_some_and(|most| judge(&day, &cut).travel_s > most)
        });
        let violations = judgement.violations.iter()
            .filter(|violation| !(strayed && matches!(violation, Violation::TooMuchTravel { .. })))
           .filter(|violation| !(nothing_more && is_unavoidable(violation)))
            // A delay, or an unplanned way, may take the whole lunch window.
            .filter(|violation| !(matches!(event, ReplanEvent::Delay(_) | ReplanEvent::Here(_)) && **violation == Violation::NoLunch));
        prop_assert_eq!(violations.collect::<Vec<_>>(), Vec::<&Violation>::new(), "{:?}\nwas {:?}", new, old);
        prop_assert_eq!(begun(&old, now_s), new.visits[..begun(&old, now_s).len()].iter()
            .map(|visit| (visit.id.clone(), visit.arrive_s, visit.start_s)).collect::<Vec<_>>());
    }

    #[test]
    fn an_event_that_changes_nothing_changes_nothing(raw in wild::day(20), now in 0_i64..25_000) {
        let day = checked(&raw);
        let old = solve(&day, &effort(), 1);
        let new = replan(&day, &old, FROM + now, &ReplanEvent::Delay(0), &effort(), 1);
        prop_assert_eq!(new.moved, Some(Vec::new()));
        prop_assert_eq!(new.visits, old.visits);
    }

    #[test]
    fn promises_do_not_drift_from_replan_to_replan(
        raw in wild::day(20), now in prop::collection::vec(0_i64..12_000, 2..5), what in prop::collection::vec(what(), 5),
    ) {
        let mut day = checked(&raw);
        let mut plan = solve(&day, &effort(), 1);
        let mut promises = Promises::from_plan(&plan);
        let mut now_s = FROM;
        for (after, what) in now.iter().zip(&what) {
            now_s += after;
            let Some(event) = event(what, &day) else { return Ok(()) };
            let new = replan_with_promises(&day, &plan, &promises, now_s, &event, &effort(), 1);
            let moved = new.moved.clone().unwrap_or_default();
            for visit in new.visits.iter().filter(|visit| visit.start_s > now_s && !moved.contains(&visit.id)) {
                let promised_s = promises.start_s(&visit.id).unwrap_or(visit.start_s);
                prop_assert!((visit.start_s - promised_s).abs() <= PROMISE_S, "{}", visit.id);
            }
            promises = promises.after(&new);
            for id in &moved {
                let told = new.visits.iter().find(|visit| visit.id == *id).map(|visit| visit.start_s);
                prop_assert_eq!(promises.start_s(id), told);
            }
            day = event.applied(&day);
            plan = new;
        }
    }

    #[test]
    fn replanning_repeats(raw in wild::day(20), now in 0_i64..25_000, what in what()) {
        let day = checked(&raw);
        let Some(event) = event(&what, &day) else { return Ok(()) };
        let old = solve(&day, &effort(), 1);
        let new = || replan(&day, &old, FROM + now, &event, &effort(), 5);
        prop_assert_eq!(new(), new());
    }
}

/// The node where a plan has the rep at some time, if any.
fn stands(day: &Day, plan: &DayPlan, now_s: i64) -> Option<usize> {
    let visit = plan
        .visits
        .iter()
        .find(|visit| visit.arrive_s <= now_s && now_s <= visit.leave_s)?;
    Some(day.stops.iter().find(|stop| stop.id == visit.id)?.node)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn to_be_where_the_plan_has_one_changes_nothing(raw in wild::day(20), now in 0_i64..25_000) {
        let day = checked(&raw);
        let old = solve(&day, &effort(), 1);
        let Some(node) = stands(&day, &old, FROM + now) else { return Ok(()) };
        let new = replan(&day, &old, FROM + now, &ReplanEvent::Here(node), &effort(), 1);
        prop_assert_eq!(new.moved, Some(Vec::new()));
        prop_assert_eq!(new.visits, old.visits);
    }

    #[test]
    fn one_thing_after_another_still_keeps_to_the_day(
        raw in wild::day(12), nows in prop::collection::vec(0_i64..6_000, 4), whats in prop::collection::vec(what(), 4),
        wheres in prop::collection::vec(0..8_usize, 4),
    ) {
        let mut day = checked(&raw);
        let mut plan = solve(&day, &effort(), 1);
        let mut now_s = FROM;
        let mut violations = Vec::new();
        for ((more_s, what), node) in nows.iter().zip(&whats).zip(&wheres) {
            now_s += more_s;
            for what in [&What::Here(*node), what] {
                let Some(event) = event(what, &day) else { continue };
                let touched = match &event {
                    ReplanEvent::Cancel(id) => Some(id.clone()),
                    ReplanEvent::Close(stop) => Some(stop.id.clone()),
                    ReplanEvent::Insert(_) | ReplanEvent::Delay(_) | ReplanEvent::Here(_) => None,
                };
                if begun(&plan, now_s).iter().any(|(id, ..)| Some(id) == touched.as_ref()) {
                    continue;
                }
                let new = replan(&day, &plan, now_s, &event, &effort(), 1);
                day = event.applied(&day);
                violations = judge(&day, &new).violations;
                violations.retain(|violation| !is_unavoidable(violation));
                prop_assert_eq!(&violations, &Vec::new(), "{:?} at {} made {:?} of {:?}", event, now_s, new, plan);
                plan = new;
            }
        }
        prop_assert!(violations.is_empty());
    }
}

fn any_time() -> impl Strategy<Value = i64> {
    prop_oneof![FROM..FROM + 20_000, Just(i64::MIN), Just(i64::MAX), any::<i64>()]
}

proptest! {
    #[test]
    fn a_plan_that_lies_about_where_the_rep_was_breaks_nothing(
        raw in wild::day(8), now in 0_i64..25_000, what in what(),
        here in prop::collection::vec((0..12_usize, 0..12_usize, any_time(), any_time()), 0..4),
    ) {
        let day = checked(&raw);
        let mut plan = solve(&day, &effort(), 1);
        plan.reported = here
            .into_iter()
            .map(|(after, node, at_s, leave_s)| crate::ReportedPosition { after, node, at_s, leave_s })
            .collect();
        let _ = judge(&day, &plan);
        let Some(event) = event(&what, &day) else { return Ok(()) };
        let new = replan(&day, &plan, FROM + now, &event, &effort(), 1);
        let _ = judge(&event.applied(&day), &new);
    }
}

/// Three stops in a row, ten minutes apart, half an hour each, the last with a fixed time.
fn street() -> Day {
    read_day(
        r#"{"format":"fieldbook-day/1","shift":{"from":28800,"until":61200},"start":0,"end":0,
        "travel_s":[[0,600,1200,1800],[600,0,600,1200],[1200,600,0,600],[1800,1200,600,0]],
        "stops":[{"id":"a","node":1,"service_s":1800,"windows":[[28800,61200]],"value":5},
                 {"id":"b","node":2,"service_s":1800,"windows":[[28800,61200]],"value":7},
                 {"id":"c","node":3,"service_s":1800,"windows":[[36000,36600]],"value":9,"must":true}]}"#,
    )
    .unwrap()
}

fn ids(plan: &DayPlan) -> Vec<&str> {
    plan.visits.iter().map(|visit| visit.id.as_str()).collect()
}

#[test]
fn a_cancelled_visit_is_gone_and_no_broken_promise() {
    let day = street();
    let old = solve(&day, &effort(), 1);
    let new = replan(
        &day,
        &old,
        28_800,
        &ReplanEvent::Cancel("b".to_owned()),
        &effort(),
        1,
    );
    assert_eq!(ids(&new), ["a", "c"]);
    assert_eq!(new.moved, Some(Vec::new()));
    assert_eq!(new.unassigned[0].why, Some(UnassignedReason::Cancelled));
}

#[test]
fn a_promise_is_kept_by_waiting_when_a_cancellation_would_make_it_early() {
    let day = street();
    let old = solve(&day, &effort(), 1);
    assert_eq!(ids(&old), ["a", "b", "c"]);
    let promised = old.visits[1].start_s;
    let new = replan(
        &day,
        &old,
        28_800,
        &ReplanEvent::Cancel("a".to_owned()),
        &effort(),
        1,
    );
    assert_eq!(new.moved, Some(Vec::new()));
    assert!((new.visits[0].start_s - promised).abs() <= 900);
}

#[test]
fn an_appointment_is_kept_and_the_visit_that_no_longer_fits_is_named() {
    let day = street();
    let old = solve(&day, &effort(), 1);
    let event = read_replan_event(r#"{"delay_s":3600}"#, &day).unwrap();
    let new = replan(&day, &old, old.visits[0].start_s, &event, &effort(), 1);
    assert_eq!(ids(&new)[0], "a");
    assert!(ids(&new).contains(&"c"));
    assert_eq!(
        new.visits[1].arrive_s - new.visits[0].leave_s,
        i64::from(day.travel.between(1, 3))
    );
    assert_eq!(new.moved, Some(vec!["b".to_owned()]));
}

#[test]
fn who_is_somewhere_else_drives_on_from_there_and_the_plan_says_so() {
    let day = street();
    let old = solve(&day, &effort(), 1);
    // At 8:45 the first visit is over; the rep is at the last stop and not on the way to the second.
    let new = replan(&day, &old, 31_500, &ReplanEvent::Here(3), &effort(), 1);
    assert!(judge(&day, &new).ok, "{:?}", judge(&day, &new));
    assert_eq!(ids(&new)[0], "a");
    let here = new.reported[0];
    assert_eq!((here.after, here.node, here.at_s), (1, 3, 31_500));
    let next = &new.visits[1];
    assert_eq!(
        next.arrive_s - here.leave_s,
        i64::from(day.travel.between(3, if next.id == "b" { 2 } else { 3 }))
    );
    let text = serde_json::to_string(&new).unwrap();
    assert_eq!(crate::read_plan(&text).unwrap(), new);
    assert!(!serde_json::to_string(&old).unwrap().contains("here"));
}

#[test]
fn an_event_about_nobody_is_refused_with_its_field() {
    let day = street();
    let field = |text: &str| read_replan_event(text, &day).unwrap_err().field;
    assert_eq!(field(r#"{"cancel":"x"}"#), "cancel");
    assert_eq!(field(r#"{"close":{"id":"x","windows":[]}}"#), "close.id");
    assert_eq!(
        field(r#"{"close":{"id":"a","windows":[[2,1]]}}"#),
        "close.windows[0]"
    );
    assert_eq!(field(r#"{"delay_s":-1}"#), "delay_s");
    assert_eq!(field(r#"{"here":4}"#), "here");
    assert_eq!(field(r#"{"here":-1}"#), "here");
    assert_eq!(field(r#"{"explode":1}"#), ".");
    let insert = |id: &str, node: i64| {
        format!(
            r#"{{"insert":{{"id":"{id}","node":{node},"service_s":1,"windows":[],"value":1,"must":false}}}}"#
        )
    };
    assert_eq!(field(&insert("a", 1)), "insert.id");
    assert_eq!(field(&insert("z", 4)), "insert.node");
}
