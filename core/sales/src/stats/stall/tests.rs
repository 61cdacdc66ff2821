//! Laws 24 and 25, by number.

use super::super::deal_log::tests::deal;
use super::*;

fn standing(stage: &str, days: i64) -> Standing {
    Standing {
        stage: stage.to_owned(),
        in_stage_ms: days * DAY_MS,
    }
}

/// Ten deals that move on from stage 1 on their third day, and ten that stay in it for good.
fn history() -> Vec<DealLog> {
    let quick = (0..10).map(|i| {
        deal(
            &format!("q{i}"),
            &[(1, 0, Some(3)), (2, 3, Some(9))],
            Some((9, Outcome::Won)),
        )
    });
    let slow = (0..10).map(|i| deal(&format!("s{i}"), &[(1, 0, None)], None));
    quick.chain(slow).collect()
}

fn at(day: i64) -> i64 {
    history()[0].opened.at_ms + day * DAY_MS
}

#[test]
fn law_24_the_odds_name_the_count_behind_them() {
    let logs = history();
    let deals: Vec<_> = logs.iter().collect();
    // Looks on days 20, 19, ... 0; a deal seen on day 12 and on day 13 is one stay in that bucket.
    let odds = StallOdds::from_history(&deals, at(34), Fate::Stalled, StallSettings::default());
    let slow = odds.odds(&standing("s1", 13));
    assert_eq!((slow.n, slow.of_n), (10, 10));
    assert!(slow.p > 0.9 && slow.p < 1.0, "{slow:?}");
    let quick = odds.odds(&standing("s2", 3));
    assert_eq!((quick.n, quick.of_n), (10, 0));
    assert!(quick.p < 0.4, "{quick:?}");
}

#[test]
fn law_24_only_answers_that_were_known_are_learned_from() {
    let logs = history();
    let deals: Vec<_> = logs.iter().collect();
    let odds = StallOdds::from_history(&deals, at(10), Fate::Stalled, StallSettings::default());
    assert_eq!(odds.n(), 0);
    let nothing = odds.odds(&standing("s1", 3));
    assert_eq!((nothing.n, nothing.of_n), (0, 0));
    assert!((nothing.p - 0.5).abs() < 1e-12);
}

#[test]
fn a_loss_is_no_step_forward() {
    let lost = deal("l", &[(1, 0, Some(5))], Some((5, Outcome::Lost)));
    let settings = StallSettings {
        ahead_days: 10,
        step_days: 1,
        strength: 1.0,
    };
    let stalled = StallOdds::from_history(&[&lost], at(12), Fate::Stalled, settings);
    let gone = StallOdds::from_history(&[&lost], at(12), Fate::Lost, settings);
    let here = standing("s1", 1);
    assert_eq!((stalled.odds(&here).of_n, gone.odds(&here).of_n), (1, 1));
    assert_eq!(
        StallOdds::from_history(&[&lost], at(4), Fate::NeverWon, settings).n(),
        0
    );
}

#[test]
fn law_25_a_zombie_is_older_than_nearly_every_win_of_thirty_or_more() {
    let logs: Vec<_> = (1..=100)
        .map(|days| deal("a", &[], Some((days, Outcome::Won))))
        .collect();
    let all: Vec<_> = logs.iter().collect();
    assert_eq!(
        zombie_after(&all, 30, 180),
        ZombieLimit {
            days: 99,
            learned_from: Some(100)
        }
    );
    assert_eq!(
        zombie_after(&all[..29], 30, 180),
        ZombieLimit {
            days: 180,
            learned_from: None
        }
    );
}

#[test]
fn a_deal_stands_nowhere_before_its_start_and_after_its_end() {
    let log = deal("a", &[(1, 2, Some(5)), (2, 5, Some(9))], Some((9, Outcome::Won)));
    assert_eq!(log.standing(at(1)), None);
    assert_eq!(log.standing(at(4)), Some(standing("s1", 2)));
    assert_eq!(log.standing(at(5)), Some(standing("s2", 0)));
    assert_eq!(log.standing(at(9)), None);
}
