//! Leads of X Education (`xedu`) and Olist (`olist`).

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{Days, NaiveDate};
use fieldbook_sales::stats::{Answer, Lead, LeadPoints};

use crate::table::{Failure, Predictions, Row, Table};

/// Columns that are written after the contact.
const FUTURE: [&str; 8] = [
    "Tags",
    "Lead Quality",
    "Lead Profile",
    "Last Notable Activity",
    "Asymmetrique Activity Index",
    "Asymmetrique Profile Index",
    "Asymmetrique Activity Score",
    "Asymmetrique Profile Score",
];

/// Ids and the outcome.
const NO_ANSWER: [&str; 3] = ["Prospect ID", "Lead Number", "Converted"];

/// A column of numbers has more different values than this.
const MOST_CATEGORIES: usize = 12;

/// Days ahead that Olist is asked about.
const AHEAD: Days = Days::new(30);

/// Predicts both test files.
pub(crate) fn predict(split: &Path, out: &mut Predictions) -> Result<(), Failure> {
    x_education(&split.join("xedu"), out)?;
    olist(&split.join("olist"), out)
}

fn learned(path: &Path, columns: &[&str], leads: &[(Lead, bool)]) -> Result<LeadPoints, Failure> {
    LeadPoints::from_leads(columns, &FUTURE, leads).map_err(|why| Failure::Refused {
        path: path.to_owned(),
        why: why.to_string(),
    })
}

fn x_education(folder: &Path, out: &mut Predictions) -> Result<(), Failure> {
    let path = folder.join("train.csv");
    if !path.exists() {
        return Ok(());
    }
    let train = Table::read(&path)?;
    let names: Vec<&str> = train
        .columns()
        .into_iter()
        .filter(|name| !FUTURE.contains(name) && !NO_ANSWER.contains(name))
        .collect();
    let columns: Vec<(&str, bool)> = names
        .iter()
        .map(|name| (*name, is_number(&train, name)))
        .collect();
    let leads: Vec<(Lead, bool)> = train
        .rows()
        .map(|row| (lead(row, &columns), row.text("Converted") == "1"))
        .collect();
    let points = learned(&path, &names, &leads)?;
    for row in Table::read(&folder.join("test.csv"))?.rows() {
        out.odds(
            "xedu",
            "",
            row.text("Prospect ID"),
            points.score(&lead(row, &columns)).p,
        )?;
    }
    Ok(())
}

fn is_missing(text: &str) -> bool {
    text.is_empty() || text == "Select"
}

fn is_number(table: &Table, column: &str) -> bool {
    let values: BTreeSet<&str> = table
        .rows()
        .map(|row| row.text(column))
        .filter(|text| !is_missing(text))
        .collect();
    values.len() > MOST_CATEGORIES && values.iter().all(|text| text.parse::<f64>().is_ok())
}

fn lead(row: Row<'_>, columns: &[(&str, bool)]) -> Lead {
    let answer = |(column, is_number): &(&str, bool)| match row.text(column) {
        text if is_missing(text) => Answer::Missing,
        text if *is_number => text.parse().map_or(Answer::Missing, Answer::Number),
        text => Answer::Text(text.to_owned()),
    };
    Lead {
        answers: columns.iter().map(answer).collect(),
    }
}

/// Only leads whose thirty days were over on the first day of the test are learned from.
fn olist(folder: &Path, out: &mut Predictions) -> Result<(), Failure> {
    let path = folder.join("train.csv");
    if !path.exists() {
        return Ok(());
    }
    let columns = [("origin", false)];
    let (train, test) = (Table::read(&path)?, Table::read(&folder.join("test.csv"))?);
    let first = test
        .rows()
        .map(|row| row.text("first_contact_date"))
        .min()
        .and_then(day);
    let mut leads = Vec::new();
    for row in train.rows() {
        let due = row.value("first_contact_date", day)? + AHEAD;
        if first.is_some_and(|first| due < first) {
            leads.push((
                lead(row, &columns),
                day(row.text("won_date")).is_some_and(|won| won <= due),
            ));
        }
    }
    let points = learned(&path, &["origin"], &leads)?;
    for row in test.rows() {
        out.odds(
            "olist",
            "",
            row.text("mql_id"),
            points.score(&lead(row, &columns)).p,
        )?;
    }
    Ok(())
}

fn day(text: &str) -> Option<NaiveDate> {
    text.get(..10)?.parse().ok()
}
