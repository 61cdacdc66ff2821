//! `fieldbook-day/1`: the file format of a day, and the checks that turn it into a [`Day`].
//!
//! The period format shares these checks. The plan's own format is in `day_plan`.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::day::{Day, DayStop, LONGEST_S, Lunch, Travel, UNREACHABLE_S, Window};
use super::error::{ProblemError, ProblemErrorKind};
use super::speeds::{SpeedProfile, SpeedStep};

/// Identifier of the format.
pub const DAY_FORMAT: &str = "fieldbook-day/1";

/// A day as read from a file, unchecked; field names are the keys of the format. Unknown keys are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawDay {
    /// [`DAY_FORMAT`].
    pub format: String,
    /// The shift: working hours of the rep.
    pub shift: RawShift,
    /// The node to start from.
    pub start: i64,
    /// The node to end at; `null` ends the day at the last visit.
    pub end: Option<i64>,
    /// Travel times in seconds: a square matrix, row by row, zero on the diagonal.
    pub travel_s: Vec<Vec<i64>>,
    /// Speed steps over the day, in order: the share of the speed behind `travel_s`. Empty: the same speed
    /// all day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speeds: Vec<RawSpeedStep>,
    /// Cap on the total travel, in seconds; `null` is no cap.
    pub max_travel_s: Option<i64>,
    /// The break, if the day has one.
    pub lunch: Option<RawLunch>,
    /// The stops to choose from.
    pub stops: Vec<RawStop>,
}

/// Working hours, unchecked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawShift {
    /// The rep leaves the start no earlier, in seconds from local midnight.
    pub from: i64,
    /// The rep is at the end no later, in seconds from local midnight.
    pub until: i64,
}

/// A step of a speed profile, unchecked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawSpeedStep {
    /// First second of the step, from local midnight.
    pub from: i64,
    /// Percentage of the speed that the travel times assume, 1 to 100.
    pub percent: i64,
}

/// A break, unchecked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawLunch {
    /// The earliest begin, in seconds from local midnight.
    pub from: i64,
    /// The latest end, in seconds from local midnight.
    pub until: i64,
    /// Duration, in seconds.
    pub duration_s: i64,
}

/// A stop, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawStop {
    /// Id that the plan refers to.
    pub id: String,
    /// Index into the travel-time matrix.
    pub node: i64,
    /// Service time: duration of a visit, in seconds.
    pub service_s: i64,
    /// First and last second at which a visit may start, for each window.
    pub windows: Vec<[i64; 2]>,
    /// Value of a visit, 0 or more.
    #[serde(default)]
    pub value: i64,
    /// A mandatory visit comes before all values.
    #[serde(default)]
    pub must: bool,
}

/// Reads and checks the text of a day.
///
/// ```
/// let text = r#"{"format":"fieldbook-day/1","shift":{"from":28800,"until":61200},"start":0,"end":0,
///     "travel_s":[[0,600],[700,0]],"stops":[{"id":"a","node":1,"service_s":1200,"windows":[[28800,43200]],"value":5}]}"#;
/// let day = fieldbook_plan::read_day(text)?;
/// assert_eq!(day.travel.between(0, 1), 600);
/// let error = fieldbook_plan::read_day(&text.replace("700,0", "700")).unwrap_err();
/// assert_eq!(error.field, "travel_s[1]");
/// # Ok::<(), fieldbook_plan::ProblemError>(())
/// ```
///
/// # Errors
/// [`ProblemError`] names the first invalid field.
pub fn read_day(text: &str) -> Result<Day, ProblemError> {
    Day::try_from(read_json::<RawDay>(text)?)
}

/// Parses JSON; an error names the field at which parsing stopped.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ProblemError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (line, column) = (error.inner().line(), error.inner().column());
        let field = field_of(&error.path().to_string(), &error.inner().to_string());
        ProblemError::new(field, ProblemErrorKind::Form { line, column })
    })?;
    json.end().map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ProblemError::new(".", ProblemErrorKind::Form { line, column })
    })?;
    Ok(read)
}

/// Path of the field to blame. For a missing field the parser gives the path of its parent, and the field's
/// name only in the message.
fn field_of(path: &str, message: &str) -> String {
    let quoted = message.strip_prefix("missing field `");
    match (quoted.and_then(|rest| rest.split_once('`')), path) {
        (Some((name, _)), ".") => name.to_owned(),
        (Some((name, _)), path) => format!("{path}.{name}"),
        (None, path) => path.to_owned(),
    }
}

impl TryFrom<RawDay> for Day {
    type Error = ProblemError;

    fn try_from(raw: RawDay) -> Result<Day, ProblemError> {
        expect_format(&raw.format, DAY_FORMAT)?;
        let travel = travel(&raw.travel_s)?.with_speeds(speed_profile(&raw.speeds)?);
        let nodes = travel.nodes();
        let max_travel_s = raw.max_travel_s.map(|s| at_least("max_travel_s", s, 0));
        Ok(Day {
            shift: shift("shift", raw.shift)?,
            start: node("start", raw.start, nodes)?,
            end: raw.end.map(|end| node("end", end, nodes)).transpose()?,
            travel,
            max_travel_s: max_travel_s.transpose()?,
            lunch: raw.lunch.map(|raw| lunch("lunch", raw)).transpose()?,
            stops: stops(raw.stops, nodes)?,
        })
    }
}

pub(super) fn expect_format(found: &str, expected: &'static str) -> Result<(), ProblemError> {
    if found == expected {
        Ok(())
    } else {
        Err(ProblemError::new("format", ProblemErrorKind::Format { expected }))
    }
}

/// Checks a single stop, such as one inserted by a replan event.
pub(super) fn stop(path: &str, raw: RawStop, nodes: usize) -> Result<DayStop, ProblemError> {
    Ok(DayStop {
        node: node(&format!("{path}.node"), raw.node, nodes)?,
        service_s: duration(&format!("{path}.service_s"), raw.service_s)?,
        windows: windows(&format!("{path}.windows"), &raw.windows)?,
        value: at_least(&format!("{path}.value"), raw.value, 0)?,
        mandatory: raw.must,
        id: raw.id,
    })
}

fn stops(raw: Vec<RawStop>, nodes: usize) -> Result<Vec<DayStop>, ProblemError> {
    let mut seen = HashSet::with_capacity(raw.len());
    let mut total = 0_i64;
    let mut stops = Vec::with_capacity(raw.len());
    for (number, raw) in raw.into_iter().enumerate() {
        let path = format!("stops[{number}]");
        if !seen.insert(raw.id.clone()) {
            return Err(ProblemError::new(format!("{path}.id"), ProblemErrorKind::Twice));
        }
        let stop = stop(&path, raw, nodes)?;
        total = total
            .checked_add(stop.value)
            .ok_or_else(|| ProblemError::new(format!("{path}.value"), ProblemErrorKind::Overflow))?;
        stops.push(stop);
    }
    Ok(stops)
}

pub(super) fn travel(rows: &[Vec<i64>]) -> Result<Travel, ProblemError> {
    let nodes = rows.len();
    let mut seconds = Vec::with_capacity(nodes.saturating_mul(nodes).min(1 << 24));
    for (from, row) in rows.iter().enumerate() {
        if row.len() != nodes {
            let length = row.len();
            return Err(ProblemError::new(
                format!("travel_s[{from}]"),
                ProblemErrorKind::Ragged { length, nodes },
            ));
        }
        for (to, value) in row.iter().enumerate() {
            seconds.push(drive(from, to, *value)?);
        }
    }
    Ok(Travel::new(nodes, seconds).expect("every row was measured and every time checked"))
}

fn drive(from: usize, to: usize, value: i64) -> Result<i32, ProblemError> {
    let wrong = |wrong| ProblemError::new(format!("travel_s[{from}][{to}]"), wrong);
    if from == to && value != 0 {
        return Err(wrong(ProblemErrorKind::AwayFromItself { seconds: value }));
    }
    if value < 0 {
        return Err(wrong(ProblemErrorKind::TooSmall { value, least: 0 }));
    }
    let most = i64::from(UNREACHABLE_S);
    i32::try_from(value).map_err(|_| wrong(ProblemErrorKind::TooLarge { value, most }))
}

/// Checks the steps of a speed profile, as they stand under `speeds`.
///
/// # Errors
/// [`ProblemError`] names the first invalid field, such as `speeds[1].from`.
pub fn speed_profile(raw: &[RawSpeedStep]) -> Result<SpeedProfile, ProblemError> {
    let mut steps: Vec<SpeedStep> = Vec::with_capacity(raw.len());
    for (number, step) in raw.iter().enumerate() {
        let from = seconds(&format!("speeds[{number}].from"), step.from)?;
        if let Some(before) = steps.last().filter(|before| before.from >= from) {
            let (value, least) = (step.from, i64::from(before.from) + 1);
            let wrong = ProblemErrorKind::TooSmall { value, least };
            return Err(ProblemError::new(format!("speeds[{number}].from"), wrong));
        }
        let field = format!("speeds[{number}].percent");
        let value = at_least(&field, step.percent, 1)?;
        let percent = i32::try_from(value).ok().filter(|percent| *percent <= 100);
        let percent = percent
            .ok_or_else(|| ProblemError::new(field, ProblemErrorKind::TooLarge { value, most: 100 }))?;
        steps.push(SpeedStep { from, percent });
    }
    Ok(SpeedProfile::new(steps).expect("the steps are in order and their percentages checked"))
}

pub(super) fn node(field: &str, node: i64, nodes: usize) -> Result<usize, ProblemError> {
    usize::try_from(node)
        .ok()
        .filter(|node| *node < nodes)
        .ok_or_else(|| ProblemError::new(field, ProblemErrorKind::UnknownNode { node, nodes }))
}

pub(super) fn at_least(field: &str, value: i64, least: i64) -> Result<i64, ProblemError> {
    if value < least {
        return Err(ProblemError::new(
            field,
            ProblemErrorKind::TooSmall { value, least },
        ));
    }
    Ok(value)
}

/// Checks a time or duration: at most [`LONGEST_S`], so that four of them add up in 32 bits.
pub(super) fn seconds(field: &str, value: i64) -> Result<i32, ProblemError> {
    let most = i64::from(LONGEST_S);
    if value > most {
        return Err(ProblemError::new(
            field,
            ProblemErrorKind::TooLarge { value, most },
        ));
    }
    let value = at_least(field, value, 0)?;
    Ok(i32::try_from(value).expect("it is not above LONGEST_S"))
}

/// Checks a duration that may be practically infinite: values above [`LONGEST_S`] become [`LONGEST_S`] plus
/// one second.
pub(super) fn duration(field: &str, value: i64) -> Result<i32, ProblemError> {
    let most = i64::from(i32::MAX);
    if value > most {
        return Err(ProblemError::new(
            field,
            ProblemErrorKind::TooLarge { value, most },
        ));
    }
    let value = at_least(field, value, 0)?.min(i64::from(LONGEST_S) + 1);
    Ok(i32::try_from(value).expect("it is not above LONGEST_S and one"))
}

pub(super) fn shift(path: &str, raw: RawShift) -> Result<Window, ProblemError> {
    let from = seconds(&format!("{path}.from"), raw.from)?;
    let until = seconds(&format!("{path}.until"), raw.until)?;
    if until < from {
        let wrong = ProblemErrorKind::Reversed {
            from: raw.from,
            until: raw.until,
        };
        return Err(ProblemError::new(format!("{path}.until"), wrong));
    }
    Ok(Window { from, until })
}

pub(super) fn lunch(path: &str, raw: RawLunch) -> Result<Lunch, ProblemError> {
    let RawLunch { from, until, .. } = raw;
    Ok(Lunch {
        window: shift(path, RawShift { from, until })?,
        duration_s: duration(&format!("{path}.duration_s"), raw.duration_s)?,
    })
}

/// Sorts windows and merges those that touch. A closing time beyond [`LONGEST_S`] is cut to it.
pub(super) fn windows(path: &str, raw: &[[i64; 2]]) -> Result<Vec<Window>, ProblemError> {
    let mut windows = Vec::with_capacity(raw.len());
    for (number, [from, until]) in raw.iter().copied().enumerate() {
        let from_s = duration(&format!("{path}[{number}][0]"), from)?;
        let until_s = duration(&format!("{path}[{number}][1]"), until)?;
        if until < from {
            let field = format!("{path}[{number}]");
            return Err(ProblemError::new(
                field,
                ProblemErrorKind::Reversed { from, until },
            ));
        }
        windows.push(Window {
            from: from_s,
            until: until_s,
        });
    }
    windows.sort_unstable();
    windows.dedup_by(|next, kept| {
        let touches = next.from <= kept.until;
        if touches {
            kept.until = kept.until.max(next.until);
        }
        touches
    });
    Ok(windows)
}
