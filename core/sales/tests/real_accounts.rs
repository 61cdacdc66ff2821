//! Accounts and teams of the Maven CRM sample, against figures that a separate program counted. Skipped where the data are
//! absent.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use fieldbook_sales::account::{AccountLife, HealthRules, churn};
use fieldbook_sales::stats::{DiagnosisAnswer, DiagnosisRules, Evidence, diagnose};

/// A deal that was won: agent, account, opened, closed.
type Won = (String, String, NaiveDate, NaiveDate);

fn won() -> Option<Vec<Won>> {
    let text = fieldbook_testdata::text("crm/maven_crm/sales_pipeline.csv")?;
    let lines = text.trim_start_matches('\u{feff}').lines().skip(1);
    let deals = lines.filter_map(|line| {
        // opportunity_id, sales_agent, product, account, deal_stage, engage_date, close_date, close_value
        let cells: Vec<&str> = line.split(',').collect();
        (cells[4] == "Won").then(|| {
            (
                cells[1].to_owned(),
                cells[3].to_owned(),
                cells[5].parse().unwrap(),
                cells[6].parse().unwrap(),
            )
        })
    });
    Some(deals.collect())
}

fn last_day() -> NaiveDate {
    "2017-12-31".parse().unwrap()
}

#[test]
fn one_account_of_85_left_by_its_own_rhythm() {
    let Some(won) = won() else { return };
    let mut lives: BTreeMap<String, AccountLife> = BTreeMap::new();
    for (_, account, _, closed) in won.into_iter().filter(|(_, account, ..)| !account.is_empty()) {
        let life = lives.entry(account).or_default();
        life.today = last_day();
        life.won.push((closed, None));
    }
    assert_eq!(lives.len(), 85);
    let judged: Vec<(&str, String)> = lives
        .iter()
        .map(|(account, life)| (account.as_str(), churn(life, &HealthRules::default())))
        .filter(|(_, churn)| churn.state() != "active")
        .map(|(account, churn)| (account, churn.sentence()))
        .collect();
    let says = "silent for 72 days since 2017-10-20; its rhythm is 7 days, 60 are the limit";
    assert_eq!(judged, [("Vehement Capital Partners", says.to_owned())]);
}

#[test]
fn the_slowest_team_takes_38_percent_longer_than_the_fastest() {
    let Some(won) = won() else { return };
    let teams = fieldbook_testdata::text("crm/maven_crm/sales_teams.csv").unwrap();
    let manager: BTreeMap<&str, &str> = teams
        .lines()
        .filter_map(|line| {
            let (agent, rest) = line.split_once(',')?;
            Some((agent, rest.split_once(',')?.0))
        })
        .collect();
    let from = last_day() - Days::new(180);
    let mut cycles: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (agent, _, opened, closed) in won.into_iter().filter(|(.., closed)| *closed >= from) {
        let team = manager[agent.as_str()].to_owned();
        cycles.entry(team).or_default().push((closed - opened).num_days());
    }
    let evidence = Evidence {
        cycles,
        ..Evidence::default()
    };
    let answers = diagnose(&evidence, &DiagnosisRules::default());
    let gap = answers.iter().find(|one| one.question == "cycle_gap").unwrap();
    assert_eq!((gap.answer, gap.percent), (DiagnosisAnswer::Yes, Some(38)));
    assert_eq!(
        gap.says,
        "Celia Rouche takes 62 days to win (306 deals), Rocco Neubert takes 45 (299 deals)"
    );
}
