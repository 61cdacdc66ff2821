//! Loan applications of BPIC 2012 as deals: `stall14`, `lost14` and `dead`.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, NaiveDate};
use fieldbook_sales::stats::{
    DealLog, End, Fate, Moment, Outcome, StageVisit, StallOdds, StallSettings, Unit,
};

use crate::table::{Failure, Predictions, Table, days};

/// Predicts each day's file from `train.csv`.
pub(crate) fn predict(folder: &Path, out: &mut Predictions) -> Result<(), Failure> {
    let files = days(folder)?;
    if files.is_empty() {
        return Ok(());
    }
    let (train, cut_ms) = deals(&folder.join("train.csv"))?;
    let train: Vec<&DealLog> = train.iter().collect();
    let settings = StallSettings::default();
    let learned = [
        ("stall14", Fate::Stalled),
        ("lost14", Fate::Lost),
        ("dead", Fate::NeverWon),
    ]
    .map(|(task, fate)| (task, StallOdds::from_history(&train, cut_ms, fate, settings)));
    for (origin, path) in files {
        let at_ms = Moment::from_day(origin.parse().unwrap_or_default()).at_ms;
        for deal in deals(&path)?.0 {
            let Some(standing) = deal.standing(at_ms) else {
                continue;
            };
            for (task, odds) in &learned {
                out.odds(task, &origin, &deal.id, odds.odds(&standing).p)?;
            }
        }
    }
    Ok(())
}

/// The deals of a file, and the midnight after its last event.
fn deals(path: &Path) -> Result<(Vec<DealLog>, i64), Failure> {
    let table = Table::read(path)?;
    let mut cases: BTreeMap<&str, Vec<(Moment, &str)>> = BTreeMap::new();
    let mut last = i64::MIN;
    for row in table.rows() {
        let when = row.value("utc", moment)?;
        last = last.max(when.at_ms);
        cases
            .entry(row.text("case_id"))
            .or_default()
            .push((when, row.text("activity")));
    }
    let day_ms = Moment::from_day(NaiveDate::default() + chrono::Days::new(1)).at_ms;
    let deals = cases
        .into_iter()
        .filter_map(|(id, events)| deal(id, &events))
        .collect();
    Ok((
        deals,
        last.div_euclid(day_ms).saturating_add(1).saturating_mul(day_ms),
    ))
}

fn moment(text: &str) -> Option<Moment> {
    let when = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    Some(Moment {
        at_ms: when.timestamp_millis(),
        on: when.date_naive(),
    })
}

fn rank(activity: &str) -> Option<u32> {
    match activity {
        "A_PREACCEPTED" => Some(1),
        "A_ACCEPTED" => Some(2),
        "A_FINALIZED" | "O_SENT" => Some(3),
        "O_SENT_BACK" => Some(4),
        _ => None,
    }
}

fn outcome(activity: &str) -> Option<Outcome> {
    match activity {
        "A_ACTIVATED" | "A_APPROVED" | "A_REGISTERED" => Some(Outcome::Won),
        "A_CANCELLED" | "A_DECLINED" => Some(Outcome::Lost),
        _ => None,
    }
}

/// An application whose stage is the highest rank so far; `None` if it never got one.
fn deal(id: &str, events: &[(Moment, &str)]) -> Option<DealLog> {
    let end = events.iter().find_map(|(when, activity)| {
        outcome(activity).map(|outcome| End {
            when: *when,
            outcome,
            value_minor: 0,
        })
    });
    let mut stages: Vec<StageVisit> = Vec::new();
    for (when, activity) in events {
        let Some(rank) = rank(activity).filter(|rank| stages.last().is_none_or(|stay| stay.rank < *rank))
        else {
            continue;
        };
        if end.is_some_and(|end| end.when.at_ms <= when.at_ms) {
            break;
        }
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
    stages.last_mut()?.left_at_ms = end.map(|end| end.when.at_ms);
    let opened = events.first()?.0;
    let (unit, currency) = (Unit::default(), "EUR".to_owned());
    Some(DealLog {
        id: id.to_owned(),
        unit,
        currency,
        amount_minor: 0,
        opened,
        recorded_from: opened,
        stages,
        end,
    })
}
