use std::sync::Arc;

use chrono::NaiveDate;

use super::*;
use crate::book::{CheckInRequest, OpenOptions};
use fieldbook_model::clock::{FixedClock, SeededRandom};
use fieldbook_plan::judge;

/// 2026-11-24T07:00:00Z, a Tuesday.
const SEVEN_MS: i64 = 1_795_503_600_000;

struct TestDevice {
    book: Book,
    clock: Arc<FixedClock>,
    _folder: tempfile::TempDir,
}

fn test_device() -> TestDevice {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FixedClock::at(SEVEN_MS));
    let mut options = OpenOptions::new(folder.path().join("book.db"));
    options.clock = clock.clone();
    options.random = Arc::new(SeededRandom::new(5));
    TestDevice {
        book: Book::open(options).unwrap(),
        clock,
        _folder: folder,
    }
}

impl TestDevice {
    /// A customer `n` hundred metres north of the middle of Norwich.
    fn shop(&self, n: u32, tier: &str, hours: &str) -> RecordId {
        let account = Fields::new().with("name", format!("Shop {n}")).with("tier", tier);
        let account = self.book.add(Kind::Account, &account).unwrap().id;
        let lat = 52.63 + f64::from(n) * 0.0009;
        let mut site = Fields::new()
            .with("account_id", Scalar::Id(account))
            .with("position", format!("{lat:.5},1.29700"));
        if !hours.is_empty() {
            site.set("opening_hours", hours);
        }
        self.book.add(Kind::Site, &site).unwrap();
        account
    }

    fn day(&self) -> PlannedDay {
        self.book.plan_day(&request()).unwrap()
    }
}

fn request() -> PlanDayRequest {
    PlanDayRequest {
        effort: PlanEffort::Iterations(2_000),
        start: Some(Position::new(52.63, 1.297).unwrap()),
        ..PlanDayRequest::new(NaiveDate::from_ymd_opt(2026, 11, 24).unwrap())
    }
}

fn visited(day: &PlannedDay) -> Vec<&str> {
    day.stops()
        .map(|(candidate, _)| candidate.account.title())
        .collect()
}

#[test]
fn a_day_keeps_to_opening_hours_and_is_planned_the_same_twice() {
    let device = test_device();
    device.shop(1, "A", "Tu 09:00-09:30");
    device.shop(2, "B", "");
    device.shop(3, "A", "Mo 08:00-18:00");
    device.shop(4, "C", "when Ada feels like it");
    let day = device.day();
    assert!(judge(&day.problem, &day.plan).ok);
    assert_eq!(day.plan.visits, device.day().plan.visits);
    let start = |name: &str| {
        let visit = day
            .stops()
            .find(|(candidate, _)| candidate.account.title() == name);
        visit.map(|(_, visit)| visit.start_s)
    };
    assert!((9 * 3_600..=9 * 3_600 + 600).contains(&start("Shop 1").unwrap()));
    assert_eq!(start("Shop 3"), None, "it is closed on Tuesdays");
    let left: Vec<_> = day
        .left_out()
        .map(|(candidate, left)| (candidate.account.title(), &left.reason))
        .collect();
    assert_eq!(left, [("Shop 3", &"closed all day".to_owned())]);
    let hours = |name: &str| {
        day.candidates
            .iter()
            .find(|c| c.account.title() == name)
            .map(|c| c.hours.clone())
    };
    assert_eq!(hours("Shop 4"), Some(HoursKnown::Unreadable));
    assert!(start("Shop 4").is_some(), "unreadable hours do not shut a door");
}

#[test]
fn a_place_that_is_perhaps_open_is_planned_and_marked() {
    let device = test_device();
    device.shop(1, "A", "\"by appointment\"");
    device.shop(2, "A", "Mo-Fr 08:00-18:00; PH off");
    device.shop(3, "A", "Mo-Fr 08:00-12:00 || \"ring the bell\"");
    let day = device.day();
    let known = |name: &str| {
        let candidate = day.candidates.iter().find(|c| c.account.title() == name);
        candidate.map(|candidate| candidate.hours.clone())
    };
    assert_eq!(known("Shop 1"), Some(HoursKnown::Perhaps));
    assert_eq!(
        known("Shop 2"),
        Some(HoursKnown::Perhaps),
        "the country is not known"
    );
    assert_eq!(
        known("Shop 3"),
        Some(HoursKnown::Read),
        "the certain hours count alone"
    );
    assert_eq!(visited(&day).len(), 3);
}

#[test]
fn an_appointment_is_kept_and_who_was_seen_today_is_no_candidate() {
    let device = test_device();
    let (met, promised) = (device.shop(1, "A", ""), device.shop(2, "C", ""));
    let at = Scalar::Time(SEVEN_MS + 4 * 3_600_000);
    let visit = Fields::new()
        .with("account_id", Scalar::Id(promised))
        .with("planned_at", at);
    device.book.add(Kind::Visit, &visit).unwrap();
    device.book.check_in(met, &CheckInRequest::default()).unwrap();
    let day = device.day();
    assert_eq!(visited(&day), ["Shop 2"]);
    let start_s = day.plan.visits[0].start_s;
    assert!((start_s - 11 * 3_600).abs() <= 900, "{start_s}");
}

#[test]
fn a_kept_plan_is_in_the_book_once() {
    let device = test_device();
    device.shop(1, "A", "");
    device.shop(2, "B", "");
    let kept = device.book.keep_plan(&device.day()).unwrap();
    assert_eq!(kept.len(), 2);
    let again = device.day();
    assert_eq!(device.book.keep_plan(&again).unwrap().len(), 2);
    let visits = device
        .book
        .day(request().date, &fieldbook_model::Zone::UTC)
        .unwrap();
    assert_eq!(visits.len(), 2, "promises are moved, never doubled");
}

#[test]
fn what_broke_the_day_changes_it_and_what_lies_behind_stays() {
    let device = test_device();
    for n in 1..=8 {
        device.shop(n, if n < 4 { "A" } else { "B" }, "");
    }
    let day = device.day();
    let first = day.plan.visits[0].clone();
    let second: RecordId = day.plan.visits[1].id.parse().unwrap();
    let now_s = first.start_s + 60;
    let effort = PlanEffort::Iterations(2_000);
    let after = device
        .book
        .replan_day(&day, now_s, &Disruption::Cancelled(second), effort)
        .unwrap();
    assert_eq!(after.plan.visits[0].start_s, first.start_s);
    assert!(
        after
            .plan
            .visits
            .iter()
            .all(|visit| visit.id != second.to_string())
    );

    device.clock.advance(1_000);
    let urgent = device.shop(20, "C", "");
    let after = device
        .book
        .replan_day(&after, now_s, &Disruption::Urgent(urgent), effort)
        .unwrap();
    assert!(after.stops().any(|(candidate, _)| candidate.account.id == urgent));
    assert!(
        judge(&after.problem, &after.plan)
            .violations
            .iter()
            .all(|v| !matches!(v, fieldbook_plan::Violation::UnknownStop { .. }))
    );
    assert_eq!(
        after.plan.moved.as_deref().map(<[String]>::len),
        after.plan.moved.as_ref().map(Vec::len)
    );
    assert_eq!(
        device
            .book
            .replan_day(&day, now_s, &Disruption::Cancelled(RecordId([7; 16])), effort)
            .err(),
        Some(PlanDayError::NoCandidate {
            account: RecordId([7; 16])
        })
    );
}

#[test]
fn what_must_be_seen_says_who_falls_out() {
    let device = test_device();
    for n in 1..=30 {
        device.shop(n, "A", "");
    }
    let poor = device.shop(31, "none", "");
    let day = device.day();
    assert!(
        day.left_out().any(|(candidate, _)| candidate.account.id == poor),
        "30 better ones fill the day"
    );
    let with = device.book.what_if(&day, poor).unwrap();
    assert!(
        with.day
            .stops()
            .any(|(candidate, _)| candidate.account.id == poor)
    );
    assert!(!with.fall_out.is_empty());
}

#[test]
fn a_book_without_places_and_a_shift_that_ends_before_it_begins_are_refused() {
    let device = test_device();
    let nowhere = PlanDayRequest {
        start: None,
        ..request()
    };
    assert_eq!(device.book.plan_day(&nowhere).err(), Some(PlanDayError::NoPlaces));
    let shift = Window {
        from: 3_600,
        until: 0,
    };
    match device.book.plan_day(&PlanDayRequest { shift, ..request() }) {
        Err(PlanDayError::Problem(problem)) => assert_eq!(problem.field, "shift.until"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_is_somewhere_else_is_planned_from_there_and_who_stands_at_a_site_is_at_it() {
    let device = test_device();
    for n in 1..=8 {
        device.shop(n, "A", "");
    }
    let day = device.day();
    let first = &day.plan.visits[0];
    let effort = PlanEffort::Iterations(2_000);
    let here = |lat: f64, now_s: i64| {
        let there = Disruption::Here(Position::new(lat, 1.297).unwrap());
        let after = device.book.replan_day(&day, now_s, &there, effort).unwrap();
        assert!(judge(&after.problem, &after.plan).ok);
        after
    };
    // At the second stop, a few metres from its door, as planned.
    let (candidate, second) = day.stops().nth(1).unwrap();
    let same = here(candidate.position.lat() + 0.000_2, second.start_s);
    assert_eq!(same.plan.visits, day.plan.visits);
    assert_eq!(same.plan.moved, Some(Vec::new()));
    // Eleven kilometres away after the first visit.
    let now_s = first.leave_s + 30;
    let away = here(52.73, now_s);
    assert_eq!(away.plan.visits[0].start_s, first.start_s);
    assert_eq!(away.places.names.last(), Some(&DayPlace::OnTheWay));
    let seen = away.plan.reported[0];
    assert_eq!(seen.node, away.places.at.len() - 1);
    assert!(away.plan.visits[1].arrive_s > now_s + 600);
    assert!(away.plan.travel_s > day.plan.travel_s);
}

#[test]
fn hours_that_end_before_they_begin_are_refused_and_others_are_kept_to() {
    let device = test_device();
    for n in 1..=4 {
        device.shop(n, "A", "");
    }
    let day = device.day();
    let last: RecordId = day.plan.visits[3].id.parse().unwrap();
    let effort = PlanEffort::Iterations(500);
    let open = |from, until| {
        let hours = Disruption::Hours(last, vec![Window { from, until }]);
        device.book.replan_day(&day, 30_600, &hours, effort)
    };
    match open(50_000, 40_000) {
        Err(PlanDayError::Problem(problem)) => assert_eq!(problem.field, "close.windows[0]"),
        other => panic!("{other:?}"),
    }
    let after = open(50_000, 52_000).unwrap();
    let visit = after
        .plan
        .visits
        .iter()
        .find(|visit| visit.id == last.to_string());
    assert!((50_000..=52_000).contains(&visit.unwrap().start_s));
}

#[test]
fn the_travel_times_of_a_host_are_driven_and_how_far_a_plan_is_can_be_asked() {
    let device = test_device();
    let (near, far) = (device.shop(1, "A", ""), device.shop(2, "A", ""));
    let places = device.book.plan_places(&request()).unwrap();
    assert_eq!(places.names[0], DayPlace::Start);
    let usual = device.day();
    assert_eq!(usual.travel.to_string(), "estimated: detour 1.30");
    let site = |account: RecordId| {
        let of = |candidate: &&Candidate| candidate.account.id == account;
        DayPlace::Site(usual.candidates.iter().find(of).unwrap().site.id)
    };
    let drive = |from, to, seconds| Drive { from, to, seconds };
    let given = GivenTravel::new(&[
        drive(DayPlace::Start, site(far), 60),
        drive(site(far), site(near), 60),
        drive(site(near), DayPlace::Start, 60),
        drive(DayPlace::Start, site(near), 9_000),
        drive(site(near), site(far), 9_000),
    ]);
    let request = PlanDayRequest {
        travel: TravelSource::Given(given.unwrap()),
        ..request()
    };
    let day = device.book.plan_day(&request).unwrap();
    assert_eq!(
        (visited(&day), day.plan.travel_s),
        (vec!["Shop 2", "Shop 1"], 180)
    );
    assert_eq!(day.travel.given_of, (5, 6));
    let progress = device.book.plan_progress();
    assert!(!progress.running);
    assert_eq!(
        (progress.iterations, progress.value),
        (day.plan.iterations, day.plan.value)
    );
}

#[test]
fn what_the_last_visit_came_to_counts() {
    let device = test_device();
    let shop = device.shop(1, "A", "");
    let visit = device.book.check_in(shop, &CheckInRequest::default()).unwrap();
    device.clock.advance(600_000);
    device
        .book
        .check_out(visit.id, &[], Some("Owner not in"))
        .unwrap();
    let tomorrow = PlanDayRequest {
        date: request().date.succ_opt().unwrap(),
        ..request()
    };
    let day = device.book.plan_day(&tomorrow).unwrap();
    let said = day.candidates[0].worth.terms.last().map(ToString::to_string);
    assert_eq!(said.as_deref(), Some("the last visit came to \"not in\": 20"));
}
