//! The quality of a record: how complete, how fresh, how plausible, with the reasons.

use chrono::NaiveDate;
use fieldbook_model::{Kind, Money, Record};
use serde::Serialize;

use super::profile::is_open_deal;
use crate::facts::is_filled;
use crate::review::Finding;

/// Points of completeness, freshness and plausibility, of 100.
pub const POINTS: [u16; 3] = [70, 15, 15];
/// Contradictions from which nothing is left of plausibility.
pub const FINDINGS_MAX: usize = 3;

/// A contradiction or a placeholder in a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Implausible {
    /// A finding of the review's system.
    Found {
        /// The finding.
        #[serde(flatten)]
        finding: Finding,
    },
    /// A name that stands for none: `test`, `n/a`, `???`.
    Placeholder {
        /// The field.
        field: String,
    },
    /// An email address without an `@` between two parts.
    NoEmail {
        /// The field.
        field: String,
    },
    /// A telephone number of fewer than six digits.
    ShortNumber {
        /// The field.
        field: String,
    },
    /// A position at 0, 0: in the sea, the mark of a failed geocoder.
    NullIsland,
    /// An amount of nothing, or less.
    NoAmount,
    /// A day before 1990, or more than ten years ahead.
    StrangeDay {
        /// The field.
        field: String,
    },
}

/// The quality of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quality {
    /// 0 to 100.
    pub score: u16,
    /// Fields that are wanted of its kind.
    pub wanted: usize,
    /// Those of them that say nothing; `phone or email` where one is enough.
    pub missing: Vec<&'static str>,
    /// Days since the last write; `None` where its age does not matter or is not known.
    pub age_days: Option<i64>,
    /// Days until which a record of its kind is fresh; `None` where age does not matter.
    pub fresh_days: Option<i64>,
    /// The contradictions and placeholders in it.
    pub implausible: Vec<Implausible>,
}

/// A field that is wanted, or several of which one is enough.
type Wanted = (&'static str, &'static [&'static str]);

const REACHABLE: Wanted = ("phone or email", &["phone", "email"]);

/// The fields that are wanted of a record.
fn wanted(record: &Record) -> Vec<Wanted> {
    let one = |field: &'static [&'static str]| (field[0], field);
    match record.kind {
        Kind::Account => vec![
            one(&["industry"]),
            one(&["tier"]),
            one(&["owner"]),
            one(&["city"]),
            one(&["country"]),
            REACHABLE,
        ],
        Kind::Site => vec![one(&["position"]), one(&["opening_hours"]), one(&["city"])],
        Kind::Contact => vec![one(&["account_id"]), one(&["role"]), REACHABLE],
        Kind::Opportunity => {
            let mut fields = vec![
                one(&["account_id"]),
                one(&["stage"]),
                one(&["amount"]),
                one(&["close_on"]),
                one(&["owner"]),
                one(&["source"]),
            ];
            if is_open_deal(record) {
                fields.push(one(&["next_step"]));
            }
            fields
        }
        Kind::Visit if record.fields.text("check_out").is_some() => vec![one(&["outcome"])],
        Kind::Visit if record.fields.text("check_in").is_none() => vec![one(&["purpose"])],
        Kind::Task => vec![one(&["due_on"]), one(&["owner"])],
        Kind::Lead => vec![one(&["company"]), one(&["source"]), REACHABLE],
        _ => Vec::new(),
    }
}

/// Days until which a record is fresh without a write; `None` where age does not matter.
fn fresh_days(record: &Record) -> Option<i64> {
    match record.kind {
        Kind::Account | Kind::Contact => Some(365),
        Kind::Site => Some(730),
        Kind::Opportunity if is_open_deal(record) => Some(30),
        Kind::Lead => Some(30),
        _ => None,
    }
}

/// True for a record whose quality falls with its age.
pub fn ages(record: &Record) -> bool {
    fresh_days(record).is_some()
}

/// The quality of a record as of `today`.
///
/// `written_on` is the day of its last write, which only a record that [`ages`] needs; `findings` is what the review's system
/// finds in it.
pub fn quality(
    record: &Record,
    written_on: Option<NaiveDate>,
    findings: &[Finding],
    today: NaiveDate,
) -> Quality {
    let wanted = wanted(record);
    let fields = &record.fields;
    let is_there = |field: &&str| match fields.text(field) {
        Some(text) => is_filled(text),
        None => fields.value(field).is_some(),
    };
    let missing: Vec<&'static str> = wanted
        .iter()
        .filter(|(_, fields)| !fields.iter().any(is_there))
        .map(|(name, _)| *name)
        .collect();
    let fresh_days = fresh_days(record);
    let age_days = fresh_days
        .and(written_on)
        .map(|day| (today - day).num_days().max(0));
    let mut implausible: Vec<Implausible> = findings
        .iter()
        // An empty field counts as missing, and only once.
        .filter(|finding| !matches!(finding, Finding::FieldEmpty { .. } | Finding::NoOutcome))
        .map(|finding| Implausible::Found {
            finding: finding.clone(),
        })
        .collect();
    implausible.extend(contradictions(record, today));
    implausible.sort();
    let share = [
        (!wanted.is_empty()).then(|| (wanted.len() - missing.len(), wanted.len())),
        fresh_days.zip(age_days).map(|(fresh, age)| {
            // Whole until it is due, nothing at twice the age.
            let left = usize::try_from(2 * fresh - age.clamp(fresh, 2 * fresh)).unwrap_or(0);
            (left, usize::try_from(fresh).unwrap_or(1))
        }),
        Some((FINDINGS_MAX - implausible.len().min(FINDINGS_MAX), FINDINGS_MAX)),
    ];
    Quality {
        score: score(share),
        wanted: wanted.len(),
        missing,
        age_days,
        fresh_days,
        implausible,
    }
}

/// The points of the parts that count, in percent of what these can have.
fn score(shares: [Option<(usize, usize)>; 3]) -> u16 {
    let (mut points, mut of) = (0, 0);
    for (share, most) in shares.into_iter().zip(POINTS) {
        if let Some((good, whole)) = share {
            // In thousandths of a point, so that nothing is rounded twice.
            points += usize::from(most) * 1_000 * good / whole.max(1);
            of += usize::from(most) * 1_000;
        }
    }
    let percent = (points * 100 + of / 2) / of.max(1);
    u16::try_from(percent.min(100)).unwrap_or(100)
}

fn contradictions(record: &Record, today: NaiveDate) -> Vec<Implausible> {
    let fields = &record.fields;
    let mut found = Vec::new();
    let own = |field: &str| field.to_owned();
    if let Some(name) = fields.text("name")
        && is_placeholder(name)
    {
        found.push(Implausible::Placeholder { field: own("name") });
    }
    if let Some(email) = fields.text("email").filter(|text| is_filled(text))
        && !is_email(email)
    {
        found.push(Implausible::NoEmail { field: own("email") });
    }
    if let Some(phone) = fields.text("phone").filter(|text| is_filled(text))
        && phone.chars().filter(char::is_ascii_digit).count() < 6
    {
        found.push(Implausible::ShortNumber { field: own("phone") });
    }
    if let Some(position) = fields.text("position")
        && position.split(',').all(|part| {
            part.trim()
                .parse::<f64>()
                .is_ok_and(|degrees| degrees.abs() < 1e-4)
        })
    {
        found.push(Implausible::NullIsland);
    }
    let amount: Option<Money> = fields.text("amount").and_then(|text| text.parse().ok());
    if amount.is_some_and(|money| money.minor <= 0) {
        found.push(Implausible::NoAmount);
    }
    for field in ["opened_on", "close_on", "due_on", "next_step_on"] {
        let day: Option<NaiveDate> = fields.text(field).and_then(|text| text.parse().ok());
        let first = NaiveDate::from_ymd_opt(1990, 1, 1);
        if day.is_some_and(|day| Some(day) < first || (day - today).num_days() > 3_652) {
            found.push(Implausible::StrangeDay { field: own(field) });
        }
    }
    found
}

/// True for a name that people write where a field must not be empty.
fn is_placeholder(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    !is_filled(&name)
        || matches!(
            name.as_str(),
            "test"
                | "n/a"
                | "na"
                | "none"
                | "unknown"
                | "tbd"
                | "todo"
                | "xxx"
                | "asdf"
                | "测试"
                | "未知"
                | "无"
        )
}

/// True for a text with one `@` between a name and a domain with a dot.
fn is_email(text: &str) -> bool {
    let text = text.trim();
    let Some((name, domain)) = text.split_once('@') else {
        return false;
    };
    let dot = domain.rfind('.');
    !name.is_empty()
        && !domain.contains('@')
        && dot.is_some_and(|dot| dot > 0 && dot + 1 < domain.len())
        && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests;
