//! Deals of the Maven CRM sample: `rest`, `attain` and `win30`.

use std::path::{Path, PathBuf};

use chrono::{Days, Months, NaiveDate};
use fieldbook_sales::stats::{
    DealLog, End, Forecaster, Group, Hazard, HazardSettings, Moment, Outcome, Unit, Window,
};

use crate::table::{Failure, Predictions, Row, Table, days};

const AHEAD_DAYS: u32 = 30;

/// Predicts each day's file from itself.
pub(crate) fn predict(folder: &Path, out: &mut Predictions) -> Result<(), Failure> {
    for (origin, path) in days(folder)? {
        let as_of: NaiveDate = origin.parse().unwrap_or_default();
        let table = Table::read(&path)?;
        let logs = table.rows().map(deal).collect::<Result<Vec<_>, _>>()?;
        let deals: Vec<&DealLog> = logs.iter().collect();
        let hazard = Hazard::from_history(&deals, as_of, &HazardSettings::default());
        for deal in deals.iter().filter(|deal| deal.is_open()) {
            let age = (as_of - deal.opened.on).num_days();
            out.odds("win30", &origin, &deal.id, hazard.won_within(age, AHEAD_DAYS))?;
        }
        money_of(&origin, as_of, &deals, out).map_err(|failure| failure.within(&path))?;
    }
    Ok(())
}

/// `rest` and `attain` of every group: the three months that end thirty days after `as_of`, against the three before.
fn money_of(
    origin: &str,
    as_of: NaiveDate,
    deals: &[&DealLog],
    out: &mut Predictions,
) -> Result<(), Failure> {
    let until = as_of + Days::new(u64::from(AHEAD_DAYS) + 1);
    let from = until - Months::new(3);
    let before = Window {
        from: from - Months::new(3),
        until: from,
    };
    let forecaster = Forecaster::new(deals, as_of, Window { from, until }, &HazardSettings::default())
        .map_err(|why| Failure::Refused {
            path: PathBuf::new(),
            why: why.to_string(),
        })?;
    for group in forecaster.groups() {
        let id = match &group {
            Group::Company => "company:all".to_owned(),
            Group::Region(key) => format!("region:{key}"),
            Group::Manager(key) => format!("manager:{key}"),
            Group::Owner(key) => format!("agent:{key}"),
        };
        let quota = deals
            .iter()
            .filter(|deal| deal.is_won() && group.contains(deal))
            .filter_map(|deal| deal.end.filter(|end| before.contains(end.when.on)))
            .map(|end| end.value_minor)
            .sum();
        for forecast in forecaster.forecast(&group) {
            let amounts = [
                forecast.rest_minor,
                forecast.rest_lo_minor,
                forecast.rest_hi_minor,
            ]
            .map(major);
            out.money("rest", origin, &id, amounts)?;
            out.odds("attain", origin, &id, forecast.quota_odds(quota))?;
        }
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "cents of some millions")]
fn major(minor: i64) -> f64 {
    minor as f64 / 100.0
}

fn money(text: &str) -> Option<i64> {
    let amount: f64 = text.parse().ok()?;
    format!("{:.0}", amount * 100.0).parse().ok()
}

/// Closings are recorded from 2017-03-01 on, openings from earlier.
fn deal(row: Row<'_>) -> Result<DealLog, Failure> {
    let day = |text: &str| text.parse::<NaiveDate>().ok().map(Moment::from_day);
    let opened = row.value("engage_date", day)?;
    let recorded_from = row.value("engage_date", |_| {
        NaiveDate::from_ymd_opt(2017, 3, 1).map(Moment::from_day)
    })?;
    let end = if row.text("close_date").is_empty() {
        None
    } else {
        let outcome = if row.text("won") == "1" {
            Outcome::Won
        } else {
            Outcome::Lost
        };
        Some(End {
            when: row.value("close_date", day)?,
            outcome,
            value_minor: row.value("close_value", money)?,
        })
    };
    let keyed = |column: &str| Some(row.text(column).to_owned());
    Ok(DealLog {
        id: row.text("id").to_owned(),
        unit: Unit {
            owner: row.text("agent").to_owned(),
            manager: keyed("manager"),
            region: keyed("region"),
        },
        currency: "USD".to_owned(),
        amount_minor: row.value("list", money)?,
        opened,
        recorded_from,
        stages: Vec::new(),
        end,
    })
}
