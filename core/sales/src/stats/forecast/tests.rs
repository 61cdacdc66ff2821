//! Laws 30, 33 and 34, by number.

use chrono::Days;
use proptest::prelude::*;

use super::super::deal_log::{End, Moment, Outcome, Unit};
use super::*;

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).expect("a real day") + Days::new(number)
}

fn deal(id: u64, owner: &str, currency: &str, opened: u64, end: Option<(u64, Outcome)>) -> DealLog {
    DealLog {
        id: id.to_string(),
        unit: Unit {
            owner: owner.to_owned(),
            manager: None,
            region: Some("north".to_owned()),
        },
        currency: currency.to_owned(),
        amount_minor: 1_000,
        opened: Moment::from_day(day(opened)),
        recorded_from: Moment::from_day(day(0)),
        stages: Vec::new(),
        end: end.map(|(on, outcome)| End {
            when: Moment::from_day(day(on)),
            outcome,
            value_minor: if outcome == Outcome::Won { 1_000 } else { 0 },
        }),
    }
}

/// Two deals a day; each is won or lost by turns after 20 days.
fn steady(days: u64, today: u64) -> Vec<DealLog> {
    (0..days * 2)
        .map(|id| {
            let (opened, owner) = (id / 2, if id % 4 < 2 { "ada" } else { "ben" });
            let end = (
                opened + 20,
                if id % 2 == 0 { Outcome::Won } else { Outcome::Lost },
            );
            deal(id, owner, "EUR", opened, Some(end).filter(|(on, _)| *on <= today))
        })
        .collect()
}

fn window(from: u64, until: u64) -> Window {
    Window {
        from: day(from),
        until: day(until),
    }
}

fn forecaster<'a>(deals: &'a [&'a DealLog], today: u64, asked: Window) -> Forecaster<'a> {
    Forecaster::new(deals, day(today), asked, &HazardSettings::default()).expect("a window with days")
}

#[test]
fn law_30_a_steady_team_is_forecast_at_its_pace_and_not_at_its_pipeline() {
    let logs = steady(301, 300);
    let deals: Vec<_> = logs.iter().collect();
    let found = &forecaster(&deals, 300, window(241, 331)).forecast(&Group::Company)[0];
    // One win of 1,000 a day: 60 days booked, 30 to come; 40 deals are open, which is not what 30 days bring.
    assert_eq!((found.booked_minor, found.open_deals), (60_000, 40));
    assert!((27_000..=33_000).contains(&found.rest_minor), "{found:?}");
    assert!(
        found.rest_lo_minor < 30_000 && 30_000 < found.rest_hi_minor,
        "{found:?}"
    );
    assert!(
        found.unborn_minor > 5_000,
        "the last ten days' wins are not born yet: {found:?}"
    );
    assert_eq!(found.open_minor + found.unborn_minor, found.rest_minor);
    assert_eq!(found.calibration.len(), CALIBRATION_WINDOWS);
    assert!(
        found.calibration.iter().all(|past| past.realised_minor == 30_000),
        "{:?}",
        found.calibration
    );
    assert!(found.quota_odds(60_000) > 0.999 && found.quota_odds(200_000) < 0.001);
    let even = found.quota_odds(found.total_minor());
    assert!((even - 0.5).abs() < 1e-6, "{even}");
}

#[test]
fn law_33_two_currencies_are_two_forecasts() {
    let mut logs = steady(100, 100);
    logs.push(deal(9_000, "ada", "JPY", 50, Some((90, Outcome::Won))));
    let deals: Vec<_> = logs.iter().collect();
    let forecaster = forecaster(&deals, 100, window(60, 131));
    let found = forecaster.forecast(&Group::Company);
    let booked: Vec<_> = found
        .iter()
        .map(|one| (one.currency.as_str(), one.booked_minor))
        .collect();
    assert_eq!(booked, [("EUR", 41_000), ("JPY", 1_000)]);
    assert_eq!(forecaster.forecast(&Group::Owner("ben".to_owned())).len(), 1);
    assert_eq!(forecaster.forecast_in(&Group::Company, "USD"), None);
}

#[test]
fn law_34_quarters_are_half_open_in_the_fiscal_calendar() {
    let on = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a real day");
    let asked = Window::quarter(on(2026, 3, 31), 1);
    assert_eq!(
        asked,
        Window {
            from: on(2026, 1, 1),
            until: on(2026, 4, 1)
        }
    );
    assert!(asked.contains(on(2026, 3, 31)) && !asked.contains(on(2026, 4, 1)));
    assert_eq!(Window::quarter(on(2026, 1, 15), 2).from, on(2025, 11, 1));
    // The day is the one of the company's zone: 23:30 on 31 March in New York is 1 April in UTC.
    let mut late = deal(1, "ada", "EUR", 10, Some((89, Outcome::Won)));
    late.end = late.end.map(|end| End {
        when: Moment {
            at_ms: Moment::from_day(day(90)).at_ms + 12_600_000,
            ..end.when
        },
        ..end
    });
    let deals = [&late];
    let found = forecaster(&deals, 90, asked).forecast(&Group::Company);
    assert_eq!(found[0].booked_minor, 1_000);
}

#[test]
fn a_window_that_is_over_has_nothing_to_come() {
    let logs = steady(100, 100);
    let deals: Vec<_> = logs.iter().collect();
    let found = &forecaster(&deals, 100, window(40, 70)).forecast(&Group::Company)[0];
    assert_eq!(
        (found.booked_minor, found.rest_minor, found.rest_hi_minor),
        (30_000, 0, 0)
    );
    assert_eq!((found.quota_odds(30_000), found.quota_odds(30_001)), (1.0, 0.0));
}

#[test]
fn windows_that_cannot_be_forecast_are_refused() {
    let asked = window(5, 5);
    let refused = Forecaster::new(&[], day(0), asked, &HazardSettings::default()).err();
    assert_eq!(
        refused,
        Some(ForecastError::EmptyWindow {
            from: day(5),
            until: day(5)
        })
    );
    let far = Forecaster::new(&[], day(0), window(0, 900), &HazardSettings::default()).err();
    assert_eq!(far, Some(ForecastError::TooFar { days: 899 }));
    assert!(
        forecaster(&[], 0, window(0, 90))
            .forecast(&Group::Company)
            .is_empty()
    );
}

#[test]
fn the_parts_of_a_company_are_named_in_order() {
    let logs = steady(10, 10);
    let deals: Vec<_> = logs.iter().collect();
    let groups = forecaster(&deals, 10, window(0, 90)).groups();
    let owner = |name: &str| Group::Owner(name.to_owned());
    assert_eq!(
        groups,
        [
            Group::Company,
            Group::Region("north".to_owned()),
            owner("ada"),
            owner("ben")
        ]
    );
}

proptest! {
    #[test]
    fn no_history_breaks_a_forecast(
        raw in prop::collection::vec((0_u64..200, 0_u64..120, 0_u8..3), 0..60), today in 0_u64..200, from in 0_u64..250, long in 1_u64..120,
    ) {
        let logs: Vec<_> = raw
            .iter()
            .zip(0..)
            .map(|(&(opened, after, end), id)| {
                let outcome = if end == 1 { Outcome::Won } else { Outcome::Lost };
                deal(id, "ada", "EUR", opened, (end > 0).then_some((opened + after, outcome)))
            })
            .collect();
        let deals: Vec<_> = logs.iter().collect();
        let all = forecaster(&deals, today, window(from, from + long));
        let (company, own) = (all.forecast(&Group::Company), all.forecast(&Group::Owner("ada".to_owned())));
        for (company, own) in company.iter().zip(&own) {
            prop_assert!(0 <= own.rest_lo_minor && own.rest_lo_minor <= own.rest_minor && own.rest_minor <= own.rest_hi_minor);
            // A part that is the whole company has the company's forecast.
            prop_assert!((own.rest_minor - company.rest_minor).abs() <= 1);
            prop_assert!((0.0..=1.0).contains(&own.quota_odds(5_000)));
        }
    }
}
