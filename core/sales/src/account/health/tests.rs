use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// A clinic that is visited, buys, and can be reached.
fn clinic() -> AccountLife {
    AccountLife {
        today: day("2026-11-29"),
        every_days: 30,
        visits_since: Some(day("2026-01-05")),
        visits: ["2026-07-01", "2026-09-01", "2026-11-09"].map(day).into(),
        won: vec![
            (day("2026-02-01"), Some(money("10000.00 EUR"))),
            (day("2026-08-01"), Some(money("12000.00 EUR"))),
        ],
        lost: 1,
        open_deals: 2,
        troubled_deals: 1,
        open_tasks: 4,
        overdue_tasks: 1,
        done_tasks: 3,
        has_contacts: true,
        contacts: 3,
        reachable_contacts: 2,
    }
}

fn points(life: &AccountLife) -> Vec<Option<u16>> {
    let reasons = health(life, &HealthRules::default()).reasons;
    reasons.iter().map(|reason| reason.points).collect()
}

#[test]
fn a_score_is_the_sum_of_its_parts_and_says_why() {
    let health = health(&clinic(), &HealthRules::default());
    let says: Vec<String> = health
        .reasons
        .iter()
        .map(|reason| {
            format!(
                "{}/{} {}",
                reason.points.unwrap_or_default(),
                reason.of,
                reason.says
            )
        })
        .collect();
    assert_eq!(
        says,
        [
            "30/30 20 days since the last visit, due every 30",
            "10/20 2 open deals, 1 in trouble",
            "15/20 4 open tasks, 1 overdue",
            "20/20 won 12000.00 EUR in 180 days, 10000.00 EUR in the 180 before",
            "10/10 3 contacts, 2 reachable",
        ]
    );
    assert_eq!((health.score, health.grade), (Some(85), Some(HealthGrade::Good)));
}

#[test]
fn the_visit_part_falls_from_the_day_on_which_it_is_due() {
    for (last, expected) in [
        ("2026-11-29", 30),
        ("2026-10-30", 30),
        ("2026-10-15", 15),
        ("2026-09-30", 0),
        ("2026-01-30", 0),
    ] {
        let life = AccountLife {
            visits: vec![day(last)],
            ..clinic()
        };
        assert_eq!(points(&life)[0], Some(expected), "{last}");
    }
    let never = AccountLife {
        visits: Vec::new(),
        ..clinic()
    };
    assert_eq!(points(&never)[0], Some(0));
    let new = AccountLife {
        visits_since: Some(day("2026-11-20")),
        ..never.clone()
    };
    assert_eq!(points(&new)[0], None, "its first visit is not due yet");
    let unrecorded = AccountLife {
        visits_since: None,
        ..never
    };
    assert_eq!(points(&unrecorded)[0], None);
}

#[test]
fn what_nobody_wrote_down_costs_no_points_and_too_little_gives_no_score() {
    let bought = AccountLife {
        today: day("2026-11-29"),
        won: vec![(day("2026-10-01"), Some(money("5000 CNY")))],
        has_contacts: true,
        contacts: 1,
        reachable_contacts: 1,
        ..AccountLife::default()
    };
    assert_eq!(points(&bought), [None, Some(0), None, Some(20), Some(5)]);
    let unkept = AccountLife {
        has_contacts: false,
        ..bought.clone()
    };
    assert_eq!(points(&unkept)[4], None);
    let found = health(&bought, &HealthRules::default());
    assert_eq!((found.score, found.grade), (Some(50), Some(HealthGrade::Watch)));
    let unknown = health(&AccountLife::default(), &HealthRules::default());
    assert_eq!((unknown.score, unknown.grade), (None, None));
}

#[test]
fn the_trend_is_of_the_currency_in_which_most_deals_were_won_and_never_of_two() {
    let mut life = clinic();
    life.won = vec![
        (day("2026-11-01"), Some(money("1.00 EUR"))),
        (day("2026-03-01"), Some(money("4.00 EUR"))),
        (day("2026-11-02"), Some(money("900000 JPY"))),
    ];
    let reason = health(&life, &HealthRules::default()).reasons.remove(3);
    assert_eq!(
        (reason.points, reason.says.as_str()),
        (Some(5), "won 1.00 EUR in 180 days, 4.00 EUR in the 180 before")
    );
    life.won = vec![(day("2024-01-01"), Some(money("9.00 EUR")))];
    assert_eq!(points(&life)[3], Some(0), "it bought once and never again");
    life.won = vec![(day("2026-11-01"), None)];
    assert_eq!(points(&life)[3], None);
}

#[test]
fn an_account_leaves_by_its_own_rhythm() {
    let rules = HealthRules::default();
    let silent = |today: &str| {
        let life = AccountLife {
            today: day(today),
            visits: ["2026-01-01", "2026-02-10", "2026-03-22"].map(day).into(),
            ..AccountLife::default()
        };
        churn(&life, &rules)
    };
    assert_eq!(silent("2026-05-01").state(), "active");
    assert_eq!(
        silent("2026-06-10").state(),
        "at_risk",
        "80 days are the limit: 60 of them and 20 more"
    );
    assert_eq!(
        silent("2026-06-10").sentence(),
        "silent for 80 days since 2026-03-22; its rhythm is 40 days, 80 are the limit"
    );
    let Churn::Left { since, rhythm } = silent("2026-12-01") else {
        panic!()
    };
    assert_eq!((since, rhythm.events, rhythm.days), (day("2026-06-11"), 3, 40));
    let gone = AccountLife {
        today: day("2027-03-01"),
        visits: vec![day("2026-08-20")],
        ..clinic()
    };
    assert_eq!(
        health(&gone, &rules).grade,
        Some(HealthGrade::Poor),
        "whatever its parts say, it left"
    );
    let twice = AccountLife {
        today: day("2026-12-01"),
        visits: ["2020-01-01", "2020-02-01"].map(day).into(),
        ..AccountLife::default()
    };
    assert_eq!(churn(&twice, &rules), Churn::NotEnough { events: 2, needed: 3 });
    let often = AccountLife {
        today: day("2026-11-10"),
        visits: ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"]
            .map(day)
            .into(),
        ..twice
    };
    assert_eq!(
        churn(&often, &rules).state(),
        "active",
        "a burst of visits is no rhythm of one day"
    );
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0..3_000i32).prop_map(|n| NaiveDate::from_num_days_from_ce_opt(738_000 + n).unwrap())
}

fn any_life() -> impl Strategy<Value = AccountLife> {
    let won = (any_day(), proptest::option::of(any::<i64>())).prop_map(|(day, minor)| {
        let minor = minor.map(|minor| Money {
            minor,
            ..money("1.00 EUR")
        });
        (day, minor)
    });
    (
        (any_day(), any::<i64>(), proptest::option::of(any_day())),
        proptest::collection::vec(any_day(), 0..8),
        proptest::collection::vec(won, 0..8),
        [0..9usize, 0..9usize, 0..9usize, 0..9usize],
    )
        .prop_map(
            |((today, every_days, visits_since), visits, won, [a, b, c, d])| AccountLife {
                today,
                every_days,
                visits_since,
                visits,
                won,
                lost: a,
                open_deals: b,
                troubled_deals: b.min(a),
                open_tasks: c,
                overdue_tasks: c.min(d),
                done_tasks: d,
                has_contacts: d > 0,
                contacts: d,
                reachable_contacts: d.min(c),
            },
        )
}

proptest! {
    #[test]
    fn no_part_has_more_points_than_it_may_and_the_score_is_a_percentage(life in any_life()) {
        let health = health(&life, &HealthRules::default());
        prop_assert!(health.score.is_none_or(|score| score <= 100));
        for reason in health.reasons {
            prop_assert!(reason.points.is_none_or(|points| points <= reason.of), "{:?}", reason);
        }
    }

    #[test]
    fn a_visit_today_brings_an_account_back_whatever_was_before(life in any_life()) {
        let rules = HealthRules::default();
        let mut visited = life.clone();
        visited.visits.push(life.today);
        let state = churn(&visited, &rules).state();
        prop_assert!(["active", "not_enough"].contains(&state), "{}", state);
        let (before, after) = (health(&life, &rules).reasons[0].points, health(&visited, &rules).reasons[0].points);
        prop_assert!(after >= before && after == Some(rules.visit_points));
    }

    #[test]
    fn silence_never_heals(life in any_life(), days in 0..2_000u64) {
        // The future of the data is cut off, so that waiting brings nothing new.
        let mut life = life;
        life.visits.retain(|day| *day <= life.today);
        life.won.retain(|(day, _)| *day <= life.today);
        let rank = |life: &AccountLife| match churn(life, &HealthRules::default()) {
            Churn::NotEnough { .. } => 0,
            Churn::Active(_) => 1,
            Churn::AtRisk(_) => 2,
            Churn::Left { .. } => 3,
        };
        let later = AccountLife { today: life.today + Days::new(days), ..life.clone() };
        prop_assert!(rank(&later) >= rank(&life));
        if let (Churn::Left { since: a, .. }, Churn::Left { since: b, .. }) = (churn(&life, &HealthRules::default()), churn(&later, &HealthRules::default())) {
            prop_assert_eq!(a, b, "the day on which it left stands");
        }
    }
}
