//! `fieldbook-period/1`: the file format of a period, and the checks that turn it into a [`Period`].

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::super::day::{Travel, Window};
use super::super::day_file::{
    RawLunch, RawShift, RawSpeedStep, at_least, duration, expect_format, lunch, node, read_json, shift,
    speed_profile, travel, windows,
};
use super::super::error::{ProblemError, ProblemErrorKind};
use super::problem::{Cadence, Customer, Period, WorkDay};

/// Identifier of the format.
pub const PERIOD_FORMAT: &str = "fieldbook-period/1";

/// The most working days of a period.
const MOST_DAYS: usize = 100;

/// Greatest day number, in either direction.
const FARTHEST_DAY: i64 = 1_000_000;

/// A period as read from a file, unchecked; field names are the keys of the format. Unknown keys are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawPeriod {
    /// [`PERIOD_FORMAT`].
    pub format: String,
    /// The working days.
    pub days: Vec<RawWorkDay>,
    /// The node to start from.
    pub start: i64,
    /// The node to end at; `null` ends each day at its last visit.
    pub end: Option<i64>,
    /// Travel times in seconds: a square matrix, row by row, zero on the diagonal.
    pub travel_s: Vec<Vec<i64>>,
    /// Speed steps over each day, in order: the share of the speed behind `travel_s`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speeds: Vec<RawSpeedStep>,
    /// The customers to choose from.
    pub customers: Vec<RawCustomer>,
}

/// A working day, unchecked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawWorkDay {
    /// Number of the day; gaps are differences of numbers.
    pub day: i64,
    /// Day of the week, 0 to 6.
    pub weekday: i64,
    /// The rep leaves the start no earlier, in seconds from local midnight.
    pub from: i64,
    /// The rep is at the end no later, in seconds from local midnight.
    pub until: i64,
    /// The break, if the day has one.
    pub lunch: Option<RawLunch>,
}

/// A customer, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawCustomer {
    /// Id that the plan refers to.
    pub id: String,
    /// Index into the travel-time matrix.
    pub node: i64,
    /// Service time: duration of a visit, in seconds.
    pub service_s: i64,
    /// Windows in which a visit may start, on every weekday.
    pub windows: Option<Vec<[i64; 2]>>,
    /// Windows in which a visit may start, by weekday; closed on weekdays without a key.
    pub windows_by_weekday: Option<BTreeMap<String, Vec<[i64; 2]>>>,
    /// Value of each visit, 0 or more.
    #[serde(default)]
    pub value: i64,
    /// Mandatory visits come before all values.
    #[serde(default)]
    pub must: bool,
    /// Number of visits wanted in the period.
    pub visits: i64,
    /// The least gap between two visits, in days.
    #[serde(default = "one")]
    pub min_gap_days: i64,
    /// The greatest gap, in days; `null` is no limit.
    pub max_gap_days: Option<i64>,
    /// The weekdays allowed; `null` allows all.
    pub weekdays: Option<Vec<i64>>,
    /// Day number of the last visit before the period.
    pub last_visit_day: Option<i64>,
}

fn one() -> i64 {
    1
}

/// Reads and checks the text of a period.
///
/// # Errors
/// [`ProblemError`] names the first invalid field.
pub fn read_period(text: &str) -> Result<Period, ProblemError> {
    Period::try_from(read_json::<RawPeriod>(text)?)
}

impl TryFrom<RawPeriod> for Period {
    type Error = ProblemError;

    fn try_from(raw: RawPeriod) -> Result<Period, ProblemError> {
        expect_format(&raw.format, PERIOD_FORMAT)?;
        let travel = travel(&raw.travel_s)?.with_speeds(speed_profile(&raw.speeds)?);
        let nodes = travel.nodes();
        Ok(Period {
            days: days(&raw.days)?,
            start: node("start", raw.start, nodes)?,
            end: raw.end.map(|end| node("end", end, nodes)).transpose()?,
            customers: customers(raw.customers, &travel)?,
            travel,
        })
    }
}

fn days(raw: &[RawWorkDay]) -> Result<Vec<WorkDay>, ProblemError> {
    if raw.len() > MOST_DAYS {
        let (count, most) = (raw.len(), MOST_DAYS);
        return Err(ProblemError::new(
            "days",
            ProblemErrorKind::TooMany { count, most },
        ));
    }
    let mut days: Vec<WorkDay> = Vec::with_capacity(raw.len());
    for (number, raw) in raw.iter().enumerate() {
        let path = format!("days[{number}]");
        let day = day_number(&format!("{path}.day"), raw.day)?;
        if days.iter().any(|other| other.day == day) {
            return Err(ProblemError::new(format!("{path}.day"), ProblemErrorKind::Twice));
        }
        let RawWorkDay { from, until, .. } = *raw;
        days.push(WorkDay {
            day,
            weekday: weekday(&format!("{path}.weekday"), raw.weekday)?,
            shift: shift(&path, RawShift { from, until })?,
            lunch: raw
                .lunch
                .map(|raw| lunch(&format!("{path}.lunch"), raw))
                .transpose()?,
        });
    }
    days.sort_by_key(|day| day.day);
    Ok(days)
}

fn customers(raw: Vec<RawCustomer>, travel: &Travel) -> Result<Vec<Customer>, ProblemError> {
    let mut seen = HashSet::with_capacity(raw.len());
    let mut total = 0_i64;
    let mut customers = Vec::with_capacity(raw.len());
    for (number, raw) in raw.into_iter().enumerate() {
        let path = format!("customers[{number}]");
        if !seen.insert(raw.id.clone()) {
            return Err(ProblemError::new(format!("{path}.id"), ProblemErrorKind::Twice));
        }
        let customer = customer(&path, raw, travel)?;
        let visits = i64::try_from(customer.cadence.visits).unwrap_or(i64::MAX);
        let all = customer
            .value
            .checked_mul(visits)
            .and_then(|all| total.checked_add(all));
        total = all.ok_or_else(|| ProblemError::new(format!("{path}.value"), ProblemErrorKind::Overflow))?;
        customers.push(customer);
    }
    Ok(customers)
}

fn customer(path: &str, raw: RawCustomer, travel: &Travel) -> Result<Customer, ProblemError> {
    let field = |name: &str| format!("{path}.{name}");
    let windows = windows_of(path, &raw)?;
    let gap = |name: &str, value: i64| day_number(&field(name), at_least(&field(name), value, 0)?);
    Ok(Customer {
        node: node(&field("node"), raw.node, travel.nodes())?,
        service_s: duration(&field("service_s"), raw.service_s)?,
        windows,
        value: at_least(&field("value"), raw.value, 0)?,
        mandatory: raw.must,
        cadence: Cadence {
            visits: usize::try_from(gap("visits", raw.visits)?).unwrap_or(0),
            min_gap: gap("min_gap_days", raw.min_gap_days)?,
            max_gap: raw
                .max_gap_days
                .map_or(Ok(i32::MAX), |days| gap("max_gap_days", days))?,
            last_visit_day: raw
                .last_visit_day
                .map(|day| day_number(&field("last_visit_day"), day))
                .transpose()?,
        },
        id: raw.id,
    })
}

/// Windows by weekday, empty on weekdays that are not allowed.
fn windows_of(path: &str, raw: &RawCustomer) -> Result<[Vec<Window>; 7], ProblemError> {
    let mut all: [Vec<Window>; 7] = Default::default();
    match (&raw.windows, &raw.windows_by_weekday) {
        (Some(_), Some(_)) => {
            let other = "windows_by_weekday";
            return Err(ProblemError::new(
                format!("{path}.windows"),
                ProblemErrorKind::Excludes { other },
            ));
        }
        (None, None) => {}
        (Some(raw), None) => all.fill(windows(&format!("{path}.windows"), raw)?),
        (None, Some(by_weekday)) => {
            for (name, raw) in by_weekday {
                let field = format!("{path}.windows_by_weekday.{name}");
                let number = name.parse().unwrap_or(-1);
                all[weekday(&field, number)?] = windows(&field, raw)?;
            }
        }
    }
    let Some(allowed) = &raw.weekdays else {
        return Ok(all);
    };
    let mut is_allowed = [false; 7];
    for (number, day) in allowed.iter().enumerate() {
        is_allowed[weekday(&format!("{path}.weekdays[{number}]"), *day)?] = true;
    }
    for (windows, _) in all.iter_mut().zip(is_allowed).filter(|(_, allowed)| !allowed) {
        windows.clear();
    }
    Ok(all)
}

fn weekday(field: &str, value: i64) -> Result<usize, ProblemError> {
    let value = at_least(field, value, 0)?;
    let number = usize::try_from(value).ok().filter(|number| *number < 7);
    number.ok_or_else(|| ProblemError::new(field, ProblemErrorKind::TooLarge { value, most: 6 }))
}

fn day_number(field: &str, value: i64) -> Result<i32, ProblemError> {
    let value = at_least(field, value, -FARTHEST_DAY)?;
    if value > FARTHEST_DAY {
        let most = FARTHEST_DAY;
        return Err(ProblemError::new(
            field,
            ProblemErrorKind::TooLarge { value, most },
        ));
    }
    Ok(i32::try_from(value).expect("a million fits"))
}
