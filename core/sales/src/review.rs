//! Three levels of review: what the rep checked off, what the manager looked at, and what the system finds.
//!
//! * The **self-check** is of the criteria of a stage that the rep checks off (`check.ID`).
//! * The **manager** looks at a sample that a hash draws from the record and the week: anybody can draw it again, and it is
//!   not chosen by who is watched. A review names the values that were looked at by their hashes, so a later edit reopens
//!   what it touches and nothing else.
//! * The **system** finds what contradicts itself, every time that it is asked. Nothing of that is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use fieldbook_location::Verdict;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{
    Body, DealEnd, Fields, Kind, MoveKind, Record, Scalar, StageMoves, VisitState, schema,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::canonical;
use crate::expr::Expr;
use crate::facts::{Fact, FactValue, Facts};
use crate::pack::{Process, Stage};

/// The prefix of the set of reviews; the id of the review follows, a `UUIDv7`.
pub const REVIEW_PREFIX: &str = "review/";

/// The share of records that a week's sample has, percent, where nothing else is said.
pub const SAMPLE_PERCENT: u8 = 10;

/// An ISO 8601 week: `2026-W48`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    /// The year of the week, which begins and ends by weeks.
    pub year: i32,
    /// The week, 1 to 53.
    pub week: u32,
}

/// A text that is no week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a week is written such as 2026-W48")]
pub struct BadWeek;

impl Week {
    /// The week in which a day lies.
    pub fn of_day(day: NaiveDate) -> Week {
        let week = day.iso_week();
        Week {
            year: week.year(),
            week: week.week(),
        }
    }
}

impl std::fmt::Display for Week {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-W{:02}", self.year, self.week)
    }
}

impl FromStr for Week {
    type Err = BadWeek;

    fn from_str(text: &str) -> Result<Week, BadWeek> {
        let (year, week) = text.split_once("-W").ok_or(BadWeek)?;
        let (year, week) = (
            year.parse().map_err(|_| BadWeek)?,
            week.parse().map_err(|_| BadWeek)?,
        );
        let first = NaiveDate::from_isoywd_opt(year, week, chrono::Weekday::Mon);
        first.map(|_| Week { year, week }).ok_or(BadWeek)
    }
}

/// True if the record is in the sample of the week: SHA-256 over record and week, as a number, below `percent` of its range.
/// It stands on nothing else, so a change of the owner leaves the sample as it is.
pub fn is_sampled(record: RecordId, week: Week, percent: u8) -> bool {
    let mut hash = Sha256::new();
    hash.update(b"fieldbook-review\0");
    hash.update(record.0);
    hash.update(week.to_string().as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let draw = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    u64::from(draw) * 100 < u64::from(percent.min(100)) << 32
}

/// The judgement of a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewVerdict {
    /// The values are right.
    Passed,
    /// Something is to be put right: the note says what.
    Failed,
}

/// One review, as the member `review/ID` of its record holds it. It is never changed and never removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The time of the review, Unix milliseconds.
    pub at_ms: i64,
    /// The name of whoever reviewed.
    pub by: String,
    /// The judgement.
    pub verdict: ReviewVerdict,
    /// What was said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The fields that were looked at, each with the first 8 bytes of the SHA-256 of its value in hexadecimal digits; an
    /// empty text for a field without a value.
    pub fields: BTreeMap<String, String>,
}

impl Review {
    /// The compact JSON that the record holds.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("numbers, texts and lists always have a JSON form")
    }
}

/// The hash of a field's value, as a review names it.
pub fn value_hash(value: Option<&Scalar>) -> String {
    match value {
        None | Some(Scalar::Cleared) => String::new(),
        Some(value) => canonical::short_hash(&value.to_json().to_string()),
    }
}

/// The fields of a record that a review looks at: those that are declared and no sets.
pub fn reviewed_fields(kind: Kind, fields: &Fields) -> BTreeMap<String, String> {
    let declared = schema::fields_of(kind).filter(|spec| !spec.is_set() && spec.name != "deleted");
    let hashes = declared.map(|spec| (spec.name.to_owned(), value_hash(fields.value(spec.name))));
    hashes.filter(|(_, hash)| !hash.is_empty()).collect()
}

/// The standing of the manager's review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ManagerState {
    /// Nobody has reviewed the record.
    Open,
    /// Reviewed, and what was looked at stands so.
    Reviewed {
        /// The last review.
        review: Review,
    },
    /// Some of what was looked at has changed since.
    Reopened {
        /// The last review.
        review: Review,
        /// The fields that changed; the others are as they were reviewed.
        changed: BTreeSet<String>,
    },
}

/// The last review of a record, by its time.
fn last_review(fields: &Fields) -> Option<Review> {
    let reviews = fields
        .members(REVIEW_PREFIX)
        .filter_map(|(id, value)| Some((id, serde_json::from_str::<Review>(value.text()?).ok()?)));
    let last = reviews.max_by(|(a_id, a), (b_id, b)| (a.at_ms, a_id).cmp(&(b.at_ms, b_id)));
    last.map(|(_, review)| review)
}

/// The time of a review that is written at `now_ms`: later than every one that the record has, also when the clock stands
/// still or was set back.
pub fn next_review_ms(fields: &Fields, now_ms: i64) -> i64 {
    last_review(fields).map_or(now_ms, |last| now_ms.max(last.at_ms.saturating_add(1)))
}

/// The standing of a record's last review. Of several the latest by its time counts.
pub fn manager_state(kind: Kind, fields: &Fields) -> ManagerState {
    let Some(review) = last_review(fields) else {
        return ManagerState::Open;
    };
    let now = reviewed_fields(kind, fields);
    let keys: BTreeSet<&String> = review.fields.keys().chain(now.keys()).collect();
    let changed: BTreeSet<String> = keys
        .into_iter()
        .filter(|key| review.fields.get(*key) != now.get(*key))
        .cloned()
        .collect();
    if changed.is_empty() {
        ManagerState::Reviewed { review }
    } else {
        ManagerState::Reopened { review, changed }
    }
}

/// The rep's self-check of a stage: each criterion that is checked off by hand, with whether it is.
pub fn self_check(stage: &Stage, facts: &Facts) -> BTreeMap<String, bool> {
    let mut checks = BTreeMap::new();
    for criterion in &stage.exit {
        let Ok(expr) = Expr::parse(&criterion.test) else {
            continue;
        };
        for fact in expr.facts() {
            if let Some(id) = fact.strip_prefix("check.") {
                let is_checked = facts.get(fact) == Fact::Known(FactValue::Bool(true));
                checks.insert(id.to_owned(), is_checked);
            }
        }
    }
    checks
}

/// What the system finds about a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// A field that the stage of the deal requires is empty.
    FieldEmpty {
        /// The field.
        field: String,
    },
    /// The deal passed a gate that was shut, and what was missing then still is.
    ForcedGate {
        /// The criteria that were missing.
        missing: Vec<String>,
    },
    /// An open deal with a closing day that has passed.
    ClosingDayPassed,
    /// The deal was won without an amount.
    WonWithoutAmount,
    /// The deal closes before it was opened.
    ClosesBeforeOpened,
    /// The check-in of a visit lies outside the fence. One that could not be verified says nothing against the rep.
    CheckInOffSite,
    /// A visit was held and nobody wrote down what came of it.
    NoOutcome,
    /// Two people wrote a field at once and nobody chose.
    Conflicts {
        /// Values that are not shown.
        count: u32,
    },
}

/// What contradicts itself or is missing in a record, as of `today`.
pub fn findings(
    record: &Record,
    process: Option<&Process>,
    facts: Option<&Facts>,
    today: NaiveDate,
) -> Vec<Finding> {
    let mut found = Vec::new();
    if record.conflicts > 0 {
        found.push(Finding::Conflicts {
            count: record.conflicts,
        });
    }
    match record.kind {
        Kind::Opportunity => deal_findings(record, process, facts, today, &mut found),
        Kind::Visit => visit_findings(record, &mut found),
        _ => {}
    }
    found.sort();
    found
}

fn deal_findings(
    record: &Record,
    process: Option<&Process>,
    facts: Option<&Facts>,
    today: NaiveDate,
    found: &mut Vec<Finding>,
) {
    let fields = &record.fields;
    let day = |key: &str| -> Option<NaiveDate> { fields.text(key)?.parse().ok() };
    let moves = StageMoves::fold(fields);
    let end = DealEnd::of_deal(fields, moves.as_ref());
    if end.is_none() && day("close_on").is_some_and(|close| close < today) {
        found.push(Finding::ClosingDayPassed);
    }
    if end == Some(DealEnd::Won) && fields.text("amount").is_none() {
        found.push(Finding::WonWithoutAmount);
    }
    if let (Some(opened), Some(close)) = (day("opened_on"), day("close_on"))
        && close < opened
    {
        found.push(Finding::ClosesBeforeOpened);
    }
    let Some(moves) = moves else { return };
    let last = moves.current_move();
    if last.kind == MoveKind::Forced && !last.missing.is_empty() {
        found.push(Finding::ForcedGate {
            missing: last.missing.clone(),
        });
    }
    let stage = process.and_then(|process| process.stage(&moves.current().stage));
    if let (Some(stage), Some(facts)) = (stage, facts) {
        let empty = crate::gate::unfilled(stage, facts).into_iter();
        found.extend(empty.map(|unmet| Finding::FieldEmpty {
            field: unmet.criterion,
        }));
    }
}

fn visit_findings(record: &Record, found: &mut Vec<Finding>) {
    let Body::Visit(visit) = record.body() else { return };
    let (VisitState::Open { check_in } | VisitState::Closed { check_in, .. }) = &visit.state else {
        return;
    };
    if check_in.assessment.verdict == Verdict::OffSite {
        found.push(Finding::CheckInOffSite);
    }
    if matches!(visit.state, VisitState::Closed { .. }) && visit.outcome.is_none() {
        found.push(Finding::NoOutcome);
    }
}

#[cfg(test)]
mod tests;
