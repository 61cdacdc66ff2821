//! Laws 25 to 28 on real histories: BPIC 2012 (loan applications) and the Maven CRM sample. Skipped where the data are absent.

#![allow(
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    reason = "counts of some thousand deals; a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::io::Read;

use chrono::{DateTime, Days, NaiveDate};
use fieldbook_sales::stats::{
    DealLog, End, Moment, Outcome, StageVisit, Unit, cohort, conversion, dwell, zombie_after,
};

fn assert_near(found: f64, right: f64, within: f64) {
    assert!((found - right).abs() <= within, "{found} is not {right}");
}

fn unit() -> Unit {
    Unit {
        owner: "rep".to_owned(),
        ..Unit::default()
    }
}

/// The dev half of the Maven sample, as of its last day; fields contain no comma but in names that are not read.
fn maven() -> Option<Vec<DealLog>> {
    let text = fieldbook_testdata::text("crm/maven_crm/sales_pipeline.csv")?;
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| names.iter().position(|other| *other == name).unwrap();
    let [stage, engaged, closed] = ["deal_stage", "engage_date", "close_date"].map(column);
    let recorded_from = Moment::from_day(NaiveDate::from_ymd_opt(2017, 3, 1).unwrap());
    let deal = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let day = |index: usize| cells[index].parse().ok().map(Moment::from_day);
        let outcome = if cells[stage] == "Won" {
            Outcome::Won
        } else {
            Outcome::Lost
        };
        Some(DealLog {
            id: cells[0].to_owned(),
            unit: unit(),
            currency: "USD".to_owned(),
            amount_minor: 0,
            opened: day(engaged)?,
            recorded_from,
            stages: Vec::new(),
            end: day(closed).map(|when| End {
                when,
                outcome,
                value_minor: 0,
            }),
        })
    };
    Some(lines.filter_map(deal).collect())
}

#[test]
fn law_26_on_maven_the_cohort_is_below_the_share_of_the_closed_deals() {
    let Some(logs) = maven() else { return };
    let deals: Vec<&DealLog> = logs.iter().collect();
    let last = NaiveDate::from_ymd_opt(2017, 12, 31).unwrap();
    let all = cohort(&deals, NaiveDate::MIN, NaiveDate::MAX);
    assert_near(all.won as f64 / (all.won + all.lost) as f64, 0.634, 5e-4);
    // 138 days is the longest cycle: what is older and open stays open.
    let old = cohort(&deals, NaiveDate::MIN, last - Days::new(137));
    assert_near(old.won_share.unwrap(), 0.506, 5e-4);
    assert_near(old.open as f64 / old.n as f64, 0.209, 5e-4);
}

#[test]
fn law_25_on_maven_nearly_no_deal_beyond_the_limit_is_won() {
    let Some(logs) = maven() else { return };
    let deals: Vec<&DealLog> = logs.iter().collect();
    let limit = zombie_after(&deals, 30, 180);
    assert_eq!(
        limit.learned_from,
        Some(deals.iter().filter(|deal| deal.is_won()).count())
    );
    let last = NaiveDate::from_ymd_opt(2017, 12, 31).unwrap();
    let age = |deal: &DealLog| (deal.end.map_or(last, |end| end.when.on) - deal.opened.on).num_days();
    let beyond: Vec<_> = deals.iter().filter(|deal| age(deal) > limit.days).collect();
    let never_won = beyond.iter().filter(|deal| !deal.is_won()).count();
    assert!(
        never_won as f64 / beyond.len() as f64 > 0.95,
        "{never_won} of {} after {} days",
        beyond.len(),
        limit.days
    );
}

fn rank(activity: &str) -> u32 {
    match activity {
        "A_PREACCEPTED" => 1,
        "A_ACCEPTED" => 2,
        "A_FINALIZED" | "O_SENT" => 3,
        "O_SENT_BACK" => 4,
        _ => 0,
    }
}

fn outcome(activity: &str) -> Option<Outcome> {
    match activity {
        "A_APPROVED" | "A_REGISTERED" | "A_ACTIVATED" => Some(Outcome::Won),
        "A_CANCELLED" | "A_DECLINED" => Some(Outcome::Lost),
        _ => None,
    }
}

/// Applications of the dev half as known at the end of 2011; the stage is the highest rank so far.
fn bpic(now_ms: i64) -> Option<Vec<DealLog>> {
    let path = fieldbook_testdata::find("crm/bpic2012_loan_funnel/events.csv.gz")?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| names.iter().position(|other| *other == name).unwrap();
    let [id, utc, activity] = ["case_id", "utc", "activity"].map(column);
    let mut cases: BTreeMap<String, Vec<(Moment, String)>> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let when = DateTime::parse_from_rfc3339(cells[utc]).unwrap().to_utc();
        let moment = Moment {
            at_ms: when.timestamp_millis(),
            on: when.date_naive(),
        };
        if moment.at_ms < now_ms {
            cases
                .entry(cells[id].to_owned())
                .or_default()
                .push((moment, cells[activity].to_owned()));
        }
    }
    Some(
        cases
            .into_iter()
            .filter_map(|(id, events)| application(id, &events))
            .collect(),
    )
}

fn application(id: String, events: &[(Moment, String)]) -> Option<DealLog> {
    let end = events.iter().find_map(|(when, name)| {
        outcome(name).map(|outcome| End {
            when: *when,
            outcome,
            value_minor: 0,
        })
    });
    let mut stages: Vec<StageVisit> = Vec::new();
    for (when, name) in events
        .iter()
        .filter(|(when, _)| end.is_none_or(|end| when.at_ms < end.when.at_ms))
    {
        let rank = rank(name);
        if rank > stages.last().map_or(0, |stay| stay.rank) {
            if let Some(stay) = stages.last_mut() {
                stay.left_at_ms = Some(when.at_ms);
            }
            stages.push(StageVisit {
                stage: format!("rank-{rank}"),
                rank,
                entered_at_ms: when.at_ms,
                left_at_ms: None,
            });
        }
    }
    stages.last_mut()?.left_at_ms = end.map(|end| end.when.at_ms);
    let opened = events.first()?.0;
    let currency = "EUR".to_owned();
    Some(DealLog {
        id,
        unit: unit(),
        currency,
        amount_minor: 0,
        opened,
        recorded_from: opened,
        stages,
        end,
    })
}

#[test]
fn laws_26_and_27_on_bpic_open_offers_count() {
    let now_ms = Moment::from_day(NaiveDate::from_ymd_opt(2012, 1, 1).unwrap()).at_ms;
    let Some(logs) = bpic(now_ms) else { return };
    let deals: Vec<&DealLog> = logs
        .iter()
        .filter(|log| log.stages.iter().any(|stay| stay.rank == 3))
        .collect();
    let offers = dwell(&deals, "rank-3", now_ms);
    assert_eq!(offers.n, 2815);
    assert_near(offers.median_days.unwrap(), 10.92, 0.01);
    assert_near(offers.closed_mean_days.unwrap(), 13.12, 0.01);
    let found = conversion(&deals, 3, Some(4), now_ms, 30);
    assert_near(found.passed as f64 / found.reached as f64, 0.573, 1e-3);
    assert_near(found.closed_only.unwrap(), 0.687, 1e-3);
    assert_near(found.within_horizon.unwrap().value, 0.634, 1e-3);
    let old: Vec<&DealLog> = deals
        .iter()
        .copied()
        .filter(|log| {
            log.stages
                .iter()
                .any(|stay| stay.rank == 3 && now_ms - stay.entered_at_ms >= 45 * 86_400_000)
        })
        .collect();
    let cohort = conversion(&old, 3, Some(4), now_ms, 30);
    assert_near(cohort.passed as f64 / cohort.reached as f64, 0.671, 1e-3);
}
