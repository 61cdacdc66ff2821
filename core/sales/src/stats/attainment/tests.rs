use proptest::prelude::*;

use super::super::deal_log::tests::deal;
use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn forecast(booked_minor: i64, rest_minor: i64) -> Forecast {
    Forecast {
        currency: "EUR".into(),
        open_deals: 3,
        booked_minor,
        rest_minor,
        open_minor: rest_minor,
        unborn_minor: 0,
        rest_lo_minor: 0,
        rest_hi_minor: rest_minor * 2,
        deviation_minor: 0.0,
        calibration: Vec::new(),
    }
}

const QUARTER: fn() -> Window = || Window::quarter("2026-11-29".parse().unwrap(), 1);

#[test]
fn attainment_says_what_is_booked_what_is_missing_and_at_what_pace() {
    let found = attainment(
        money("100.00 EUR"),
        &forecast(4_000, 5_000),
        QUARTER(),
        day("2026-11-29"),
    );
    assert_eq!((found.attained_percent, found.forecast_percent), (40, 90));
    assert_eq!((found.days, found.elapsed_percent), ((60, 92), 65));
    assert_eq!(found.missing, money("60.00 EUR"));
    assert_eq!(found.missing_a_week, Some(money("13.12 EUR")));
    assert_eq!(found.booked_a_week, Some(money("4.66 EUR")));
    assert!(found.odds.abs() < 1e-9);
}

#[test]
fn a_quota_that_is_reached_misses_nothing_and_a_window_that_is_over_has_no_pace() {
    let found = attainment(
        money("100.00 EUR"),
        &forecast(12_000, 0),
        QUARTER(),
        day("2027-02-01"),
    );
    assert_eq!((found.attained_percent, found.missing), (120, money("0.00 EUR")));
    assert_eq!((found.missing_a_week, found.days), (None, (92, 92)));
    assert!((found.odds - 1.0).abs() < 1e-9);
    let early = attainment(money("100.00 EUR"), &forecast(0, 0), QUARTER(), day("2026-09-01"));
    assert_eq!((early.days.0, early.booked_a_week), (0, None));
}

#[test]
fn law_34_periods_are_half_open_and_follow_each_other() {
    let from = |length, n| -> Vec<String> {
        let windows = periods(length, day("2026-11-29"), n, 4);
        windows.iter().map(|window| window.from.to_string()).collect()
    };
    assert_eq!(from(PeriodLength::Week, 2), ["2026-11-16", "2026-11-23"]);
    assert_eq!(
        from(PeriodLength::Month, 3),
        ["2026-09-01", "2026-10-01", "2026-11-01"]
    );
    assert_eq!(from(PeriodLength::Quarter, 2), ["2026-07-01", "2026-10-01"]);
}

#[test]
fn a_deal_counts_in_the_period_of_its_act() {
    // Opened on 2026-01-01, won on 2026-02-01.
    let deals = [
        deal("won", &[(1, 0, Some(31))], Some((31, Outcome::Won))),
        deal("lost", &[(1, 0, Some(30))], Some((30, Outcome::Lost))),
        deal("open", &[(1, 0, None)], None),
    ];
    let deals: Vec<&DealLog> = deals.iter().collect();
    let visits = [
        (day("2026-01-31"), "a".to_owned()),
        (day("2026-02-01"), "a".to_owned()),
        (day("2026-02-28"), "a".to_owned()),
    ];
    let windows = periods(PeriodLength::Month, day("2026-02-10"), 2, 1);
    let found = metrics(&deals, &visits, &windows, day("2026-02-10"));
    let january = &found[0];
    assert_eq!(
        (
            january.opened,
            january.won,
            january.lost,
            january.visits,
            january.is_over
        ),
        (3, 0, 1, 1, true)
    );
    let february = &found[1];
    assert_eq!(
        (
            february.won,
            february.cycle_days,
            february.visits,
            february.accounts_visited,
            february.is_over
        ),
        (1, Some(31), 2, 1, false)
    );
    assert_eq!(february.money, ["100.00 EUR"]);
}

proptest! {
    #[test]
    fn each_deal_that_ended_is_in_one_period(days in proptest::collection::vec(0..400i64, 0..30), n in 1..30u32) {
        let logs: Vec<DealLog> = days.iter().map(|d| deal("d", &[], Some((*d, Outcome::Won)))).collect();
        let deals: Vec<&DealLog> = logs.iter().collect();
        for length in [PeriodLength::Week, PeriodLength::Month, PeriodLength::Quarter] {
            let windows = periods(length, day("2027-02-04"), n, 2);
            prop_assert!(windows.windows(2).all(|two| two[0].until == two[1].from));
            let found = metrics(&deals, &[], &windows, day("2027-02-04"));
            let (from, until) = (windows[0].from, windows[windows.len() - 1].until);
            let wanted = logs.iter().filter(|log| log.end.is_some_and(|end| from <= end.when.on && end.when.on < until)).count();
            prop_assert_eq!(found.iter().map(|period| period.won).sum::<usize>(), wanted);
        }
    }
}
