//! Periods: cadences are kept, longer searches are no worse, malformed problems are refused.

use proptest::prelude::*;

use super::wild::{self, FROM};
use crate::{
    Effort, PERIOD_FORMAT, Period, PeriodPlan, PeriodViolation, RawCustomer, RawLunch, RawPeriod, RawWorkDay,
    Shortfall, Violation, judge_period, read_period, solve_period,
};

fn drives(nodes: usize) -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(0_i64..4_000, nodes), nodes).prop_map(|mut rows| {
        (0..rows.len()).for_each(|at| rows[at][at] = 0);
        rows
    })
}

fn customer(nodes: i64) -> impl Strategy<Value = RawCustomer> {
    let windows = prop::collection::vec((FROM..FROM + 20_000, 0_i64..20_000), 0..3);
    let gaps = (0_i64..5, 0_i64..10);
    let days = prop::option::weighted(0.5, prop::collection::vec(0_i64..7, 0..5));
    let last = prop::option::weighted(0.5, -12_i64..0);
    (
        0..nodes,
        0_i64..3_000,
        windows,
        0_i64..50,
        0..6,
        0_i64..5,
        gaps,
        days,
        last,
    )
        .prop_map(
            |(node, service_s, windows, value, must, visits, (least, more), weekdays, last_visit_day)| {
                RawCustomer {
                    id: String::new(),
                    node,
                    service_s,
                    windows: Some(
                        windows
                            .iter()
                            .map(|(from, length)| [*from, from + length])
                            .collect(),
                    ),
                    windows_by_weekday: None,
                    value,
                    must: must == 0,
                    visits,
                    min_gap_days: least,
                    max_gap_days: Some(least + more),
                    weekdays,
                    last_visit_day,
                }
            },
        )
}

fn period() -> impl Strategy<Value = RawPeriod> {
    let day = (0_i64..2, 8_000_i64..30_000, any::<bool>());
    (2_usize..7, prop::collection::vec(day, 0..10))
        .prop_flat_map(|(nodes, days)| {
            let n = i64::try_from(nodes).unwrap();
            let customers = prop::collection::vec(customer(n), 0..15);
            (
                drives(nodes),
                customers,
                prop::option::weighted(0.7, 0..n),
                Just(days),
                wild::speeds(),
            )
        })
        .prop_map(|(travel_s, mut customers, end, days, speeds)| {
            for (at, customer) in customers.iter_mut().enumerate() {
                customer.id = format!("c{at}");
            }
            let mut number = -1;
            let days = days.into_iter().map(|(off, length, lunches)| {
                number += 1 + off;
                RawWorkDay {
                    day: number,
                    weekday: number % 7,
                    from: FROM,
                    until: FROM + length,
                    lunch: lunches.then_some(RawLunch {
                        from: FROM + 6_000,
                        until: FROM + 12_000,
                        duration_s: 1_800,
                    }),
                }
            });
            RawPeriod {
                format: PERIOD_FORMAT.to_owned(),
                days: days.collect(),
                start: 0,
                end,
                travel_s,
                speeds,
                customers,
            }
        })
}

proptest! {
    // Long enough that single days are re-solved between others, which must not break the gaps of cadences.
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn a_long_search_passes_the_judge_and_is_no_worse_than_a_short_one(raw in period()) {
        let period = Period::try_from(raw).unwrap();
        let (short, long) = (0, 4_200);
        let planned = |iterations| solve_period(&period, &Effort::iterations(iterations), 1);
        let (short, long) = (planned(short), planned(long));
        let judgement = judge_period(&period, &long);
        prop_assert!(judgement.ok, "{:?}", judgement.violations);
        let gain = |plan: &PeriodPlan| (std::cmp::Reverse(plan.mandatory_visits_missing), plan.value);
        prop_assert!(gain(&long) >= gain(&short));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn every_plan_of_a_period_passes_its_judge_and_says_who_is_seen_too_rarely(
        raw in period(), iterations in 0..60u64,
    ) {
        // A few iterations end during the initial construction.
        let period = Period::try_from(raw).unwrap();
        let plan = solve_period(&period, &Effort::iterations(iterations), 1);
        let judgement = judge_period(&period, &plan);
        prop_assert!(judgement.ok, "{:?}", judgement.violations);
        prop_assert_eq!(judgement.mandatory_visits_missing, plan.mandatory_visits_missing);
        for unmet in &plan.unassigned {
            prop_assert!(unmet.planned < unmet.wanted && unmet.why.is_some());
        }
    }

    #[test]
    fn the_same_seed_and_iterations_give_the_same_weeks(raw in period(), seed: u64) {
        let period = Period::try_from(raw).unwrap();
        let plan = || solve_period(&period, &Effort::iterations(50), seed);
        prop_assert_eq!(plan(), plan());
    }
}

/// Two weeks, three customers a short drive away: one weekly on Mondays, one twice with four to nine days
/// between, one whose cadence cannot be kept.
fn fortnight() -> Period {
    let days: Vec<String> = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]
        .map(|day| {
            format!(
                r#"{{"day":{day},"weekday":{},"from":28800,"until":61200,"lunch":null}}"#,
                day % 7
            )
        })
        .to_vec();
    let text = format!(
        r#"{{"format":"fieldbook-period/1","days":[{}],"start":0,"end":0,"travel_s":[[0,600],[600,0]],"customers":[
        {{"id":"mondays","node":1,"service_s":1800,"windows":[[28800,61200]],"value":5,"must":true,"visits":2,
          "min_gap_days":7,"max_gap_days":7,"weekdays":[0],"last_visit_day":-7}},
        {{"id":"twice","node":1,"service_s":1800,"windows_by_weekday":{{"1":[[28800,61200]],"4":[[28800,61200]]}},
          "value":3,"must":false,"visits":2,"min_gap_days":4,"max_gap_days":9,"weekdays":null,"last_visit_day":null}},
        {{"id":"overdue","node":1,"service_s":1800,"windows":[[28800,61200]],"value":9,"must":false,"visits":2,
          "min_gap_days":2,"max_gap_days":9,"weekdays":null,"last_visit_day":-30}}]}}"#,
        days.join(",")
    );
    read_period(&text).unwrap()
}

#[test]
fn a_wrong_total_of_a_period_is_written_like_that_of_a_day() {
    let total = PeriodViolation::WrongTotal(Violation::WrongValue {
        found: 1,
        expected: 2,
    });
    let json = serde_json::json!({"code": "wrong_value", "found": 1, "expected": 2});
    assert_eq!(serde_json::to_value(&total).unwrap(), json);
    assert_eq!(total.to_string(), "says value 1; it is 2");
}

fn planned() -> (Period, PeriodPlan) {
    let period = fortnight();
    let plan = solve_period(&period, &Effort::iterations(200), 1);
    (period, plan)
}

fn days_of(plan: &PeriodPlan, id: &str) -> Vec<i64> {
    let days = plan
        .days
        .iter()
        .filter(|day| day.visits.iter().any(|visit| visit.id == id));
    days.map(|day| day.day).collect()
}

#[test]
fn cadences_are_kept_and_whoever_they_forbid_is_named() {
    let (_, plan) = planned();
    assert_eq!(days_of(&plan, "mondays"), [0, 7]);
    assert_eq!(days_of(&plan, "twice").len(), 2);
    assert_eq!(plan.value, 16);
    let expected = Shortfall::OutOfCadence {
        last_visit_day: -30,
        min_gap: 2,
        max_gap: 9,
    };
    assert_eq!(plan.unassigned.len(), 1);
    assert_eq!(plan.unassigned[0].why, Some(expected));
}

#[test]
fn the_judge_sees_broken_gaps_strange_days_and_wrong_sums() {
    let broken = |breaks: &dyn Fn(&mut PeriodPlan)| {
        let (period, mut plan) = planned();
        breaks(&mut plan);
        judge_period(&period, &plan).violations
    };
    assert_eq!(broken(&|_| ()), []);
    let moved = broken(&|plan| {
        let visits = std::mem::take(&mut plan.days[5].visits);
        plan.days[4].visits = visits;
    });
    assert!(
        moved
            .iter()
            .any(|v| matches!(v, PeriodViolation::Gap { gap: 4, .. })),
        "{moved:?}"
    );
    let strange = broken(&|plan| plan.days[3].day = 5);
    assert!(strange.contains(&PeriodViolation::UnknownDay { day: 5 }));
    let twice = broken(&|plan| plan.days[3].day = 0);
    assert!(twice.contains(&PeriodViolation::DayTwice { day: 0 }));
    let late = broken(&|plan| plan.days[0].visits[0].start_s = 70_000);
    assert!(
        late.iter()
            .any(|v| matches!(v, PeriodViolation::OnDay { day: 0, .. }))
    );
    assert!(
        broken(&|plan| plan.value += 1)
            .iter()
            .any(|v| matches!(v, PeriodViolation::WrongTotal(Violation::WrongValue { .. })))
    );
    assert!(
        broken(&|plan| plan.travel_s += 1)
            .iter()
            .any(|v| matches!(v, PeriodViolation::WrongTotal(Violation::WrongTravel { .. })))
    );
}

#[test]
fn a_malformed_period_is_refused_with_the_name_of_its_field() {
    let good = r#"{"format":"fieldbook-period/1","days":[{"day":0,"weekday":0,"from":1,"until":9}],"start":0,"end":null,
        "travel_s":[[0]],"customers":[{"id":"a","node":0,"service_s":1,"windows":[[1,2]],"value":1,"must":false,
        "visits":1,"min_gap_days":1,"max_gap_days":9,"weekdays":[0],"last_visit_day":null}]}"#;
    assert!(read_period(good).is_ok());
    let cases = [
        ("\"weekday\":0", "\"weekday\":7", "days[0].weekday"),
        ("\"until\":9", "\"until\":0", "days[0].until"),
        ("\"node\":0", "\"node\":1", "customers[0].node"),
        ("\"visits\":1", "\"visits\":-1", "customers[0].visits"),
        (
            "\"weekdays\":[0]",
            "\"weekdays\":[0,9]",
            "customers[0].weekdays[1]",
        ),
        (
            "\"min_gap_days\":1",
            "\"min_gap_days\":-1",
            "customers[0].min_gap_days",
        ),
        (
            "\"windows\":[[1,2]]",
            "\"windows_by_weekday\":{\"x\":[]}",
            "customers[0].windows_by_weekday.x",
        ),
        ("\"value\":1", "\"value\":1.5", "customers[0].value"),
        ("[[0]]", "[[0,1]]", "travel_s[0]"),
    ];
    for (from, to, field) in cases {
        assert_eq!(read_period(&good.replace(from, to)).unwrap_err().field, field);
    }
}
