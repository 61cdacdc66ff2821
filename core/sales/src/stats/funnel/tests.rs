//! Laws 14 to 16, 26 to 28 and 36, by number.

use proptest::prelude::*;

use super::super::deal_log::tests::deal;
use super::*;

fn now(day: i64) -> i64 {
    Moment::from_day(NaiveDate::from_ymd_opt(2026, 1, 1).expect("a real day")).at_ms + day * DAY_MS
}

fn stages() -> Vec<Stage> {
    (1..=4)
        .map(|rank| Stage {
            id: format!("s{rank}"),
            rank,
        })
        .collect()
}

#[test]
fn law_14_a_reopened_deal_has_both_numbers() {
    let log = deal(
        "a",
        &[(1, 0, Some(4)), (1, 10, Some(16))],
        Some((16, Outcome::Won)),
    );
    let deals = [&log];
    let visit = dwell(&deals, "s1", now(20));
    assert_eq!((visit.n, visit.median_days), (2, Some(4.0)));
    let sum = dwell_total(&deals, "s1", now(20));
    assert_eq!((sum.n, sum.median_days), (1, Some(10.0)));
}

#[test]
fn law_15_a_back_move_adds_to_the_stay_and_converts_once() {
    let log = deal(
        "a",
        &[(3, 0, Some(2)), (4, 2, Some(5)), (3, 5, Some(9)), (4, 9, None)],
        None,
    );
    let deals = [&log];
    let found = funnel(&deals, &stages(), now(10), 30, Scope::OwnBook);
    assert_eq!(
        (found.stages[2].entries, found.stages[2].dwell_total.median_days),
        (2, Some(6.0))
    );
    assert_eq!(
        (
            found.stages[2].conversion.reached,
            found.stages[2].conversion.passed
        ),
        (1, 1)
    );
    assert_eq!((found.stages[3].standing, found.stages[3].dwell.open), (1, 1));
}

#[test]
fn law_16_a_skipped_stage_is_passed_and_has_no_dwell() {
    let log = deal("a", &[(2, 0, Some(3)), (4, 3, None)], None);
    let found = funnel(&[&log], &stages(), now(10), 30, Scope::OwnBook);
    let (second, third) = (&found.stages[1], &found.stages[2]);
    assert_eq!((second.conversion.reached, second.conversion.passed), (1, 1));
    assert_eq!(
        (third.conversion.reached, third.conversion.passed, third.entries),
        (1, 1, 0)
    );
    assert_eq!(
        (third.dwell.n, third.dwell.median_days, third.dwell_total.n),
        (0, None, 0)
    );
}

#[test]
fn law_26_open_deals_are_not_left_out() {
    // Ten are lost fast; ten take 20 days to be won, and half of these are open at day 15.
    let lost: Vec<_> = (0..10)
        .map(|i| deal(&format!("l{i}"), &[(1, 0, Some(2))], Some((2, Outcome::Lost))))
        .collect();
    let won: Vec<_> = (0..10)
        .map(|i| deal(&format!("w{i}"), &[(1, 0, Some(20))], Some((20, Outcome::Won))))
        .collect();
    let known: Vec<_> = lost
        .iter()
        .chain(&won)
        .filter_map(|log| log.as_of(log.opened.on + chrono::Days::new(15), now(16) - 1))
        .collect();
    let deals: Vec<_> = known.iter().collect();
    let found = conversion(&deals, 1, None, now(16), 30);
    assert_eq!(
        (found.reached, found.passed, found.lost, found.open),
        (20, 0, 10, 10)
    );
    assert_eq!(found.closed_only, Some(0.0));
    let all: Vec<_> = lost.iter().chain(&won).collect();
    let at_end = conversion(&all, 1, None, now(30), 30)
        .within_horizon
        .expect("there are deals");
    assert!((at_end.value - 0.5).abs() < 1e-12);
}

#[test]
fn law_28_time_before_the_records_is_no_exposure() {
    let mut log = deal("a", &[(1, 0, Some(50))], Some((50, Outcome::Won)));
    log.recorded_from = Moment {
        at_ms: now(40),
        on: log.opened.on + chrono::Days::new(40),
    };
    let early = deal("b", &[(1, 0, Some(10))], Some((10, Outcome::Won)));
    let other = deal("c", &[(1, 0, Some(30))], Some((30, Outcome::Won)));
    // At day 10 and 30 only the two recorded deals are at risk: half, then none is left.
    assert_eq!(
        dwell(&[&log, &early, &other], "s1", now(60)).median_days,
        Some(10.0)
    );
    log.recorded_from = log.opened;
    assert_eq!(
        dwell(&[&log, &early, &other], "s1", now(60)).median_days,
        Some(30.0)
    );
}

#[test]
fn law_36_a_funnel_says_whose_deals_it_counts() {
    let log = deal("a", &[(1, 0, None)], None);
    assert_eq!(
        funnel(&[&log], &stages(), now(1), 30, Scope::OwnBook).heading(),
        "own book, 1 deal"
    );
    let team = Scope::Team {
        as_of: Moment {
            at_ms: now(1),
            on: log.opened.on,
        },
    };
    assert_eq!(
        funnel(&[&log, &log], &stages(), now(1), 30, team).heading(),
        "team as of 2026-01-01, 2 deals"
    );
}

#[test]
fn a_cohort_is_half_open_and_counts_its_open_deals() {
    let logs = [
        deal("a", &[], Some((5, Outcome::Won))),
        deal("b", &[], Some((5, Outcome::Lost))),
        deal("c", &[(1, 0, None)], None),
    ];
    let deals: Vec<_> = logs.iter().collect();
    let day = logs[0].opened.on;
    let found = cohort(&deals, day, day + chrono::Days::new(1));
    assert_eq!((found.n, found.won, found.lost, found.open), (3, 1, 1, 1));
    assert_eq!(cohort(&deals, day - chrono::Days::new(1), day).won_share, None);
}

#[test]
fn cycle_time_names_the_wins_behind_it() {
    let logs: Vec<_> = (1..=10)
        .map(|days| deal("a", &[], Some((days, Outcome::Won))))
        .collect();
    let deals: Vec<_> = logs.iter().collect();
    let found = cycle(&deals, logs[0].opened.on + chrono::Days::new(20), 5);
    assert_eq!(
        (found.won, found.median_days, found.p90_days),
        (10, Some(5), Some(9))
    );
    assert!((found.won_within_horizon.expect("there are deals").value - 0.5).abs() < 1e-12);
    assert_eq!(cycle(&[], logs[0].opened.on, 5).median_days, None);
}

proptest! {
    #[test]
    fn law_16_a_funnel_never_widens(
        raw in prop::collection::vec((prop::collection::vec((1_u32..5, 0_i64..9), 0..6), 0_u8..3), 0..25),
    ) {
        let logs: Vec<_> = raw.iter().map(|(moves, end)| random_deal(moves, *end)).collect();
        for log in &logs {
            prop_assert_eq!(log.check(), Ok(()));
        }
        let deals: Vec<_> = logs.iter().collect();
        let found = funnel(&deals, &stages(), now(200), 30, Scope::OwnBook);
        for pair in found.stages.windows(2) {
            prop_assert_eq!(pair[0].conversion.passed, pair[1].conversion.reached);
            prop_assert!(pair[0].conversion.reached >= pair[1].conversion.reached);
        }
        for stage in &found.stages {
            let seen = &stage.conversion;
            prop_assert_eq!(seen.passed + seen.lost + seen.open, seen.reached);
            prop_assert!(stage.dwell_total.n <= stage.dwell.n);
        }
    }
}

fn random_deal(moves: &[(u32, i64)], end: u8) -> DealLog {
    let mut day = 0;
    let last = moves.len().checked_sub(1);
    let mut visits = Vec::new();
    for (index, (rank, long)) in moves.iter().enumerate() {
        let left = (Some(index) != last || end > 0).then_some(day + long);
        visits.push((*rank, day, left));
        day += long;
    }
    let outcome = match end {
        0 => None,
        1 => Some((day, Outcome::Won)),
        _ => Some((day, Outcome::Lost)),
    };
    deal("r", &visits, outcome)
}
