//! The CSV reader: a header with names of columns, then a fix a line.

use std::borrow::Cow;
use std::io::BufRead;

use super::columns::{ColumnKind, TrackColumns};
use super::line;
use super::{BYTES_MAX, ReadError, RowProblem, TrackFile, speed_unit, time};
use crate::track::fix::TrackFix;
use crate::{Fix, Position, PositionError};

/// Metres of error per unit of dilution of precision: the range error of a phone under an open sky.
const M_PER_HDOP: f64 = 5.0;
/// The largest dilution with which a phone records a position; a larger number is an accuracy in metres.
const HDOP_MAX: f64 = 10.0;
/// The dilution that NMEA receivers write for "none", 99.9 or so.
const HDOP_NONE: f64 = 99.0;

/// The meaning of a value named `hdop`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum HdopUnit {
    /// Horizontal dilution of precision, as its name says; a number too large for one is metres.
    #[default]
    Dilution,
    /// Accuracy in metres: `OsmAnd` and Locus write the phone's accuracy there, as GPX 1.1 has no element for it.
    Metres,
}

impl HdopUnit {
    /// Accuracy, metres, of an `hdop`; `None` if it states none.
    fn accuracy_m(self, hdop: f64) -> Option<f64> {
        match self {
            _ if hdop <= 0.0 => None,
            HdopUnit::Metres => Some(hdop),
            HdopUnit::Dilution if hdop > HDOP_NONE => None,
            HdopUnit::Dilution if hdop > HDOP_MAX => Some(hdop),
            HdopUnit::Dilution => Some(hdop * M_PER_HDOP),
        }
    }
}

pub(super) fn read(mut input: impl BufRead) -> Result<TrackFile, ReadError> {
    let (mut bytes, mut number) = (Vec::new(), 0);
    let mut file = TrackFile::default();
    let (mut columns, mut separator) = (None::<TrackColumns>, None);
    let mut seen_bytes = 0;
    while line::next(&mut input, &mut bytes, number + 1)? {
        number += 1;
        seen_bytes += bytes.len() as u64 + 1;
        if seen_bytes > BYTES_MAX {
            return Err(ReadError::TooLarge);
        }
        let text = String::from_utf8_lossy(&bytes);
        if text.trim().is_empty() {
            continue;
        }
        match &columns {
            None if line::separator_line(&text).is_some() && separator.is_none() => {
                separator = line::separator_line(&text);
            }
            None => columns = Some(TrackColumns::from_header(&text, separator)?),
            Some(columns) => file.push(parse_row(&text, columns), number)?,
        }
    }
    let columns = columns.ok_or(ReadError::Empty)?;
    if columns.is_speed_unit_open() {
        speed_unit::calibrate(&mut file.fixes);
    }
    Ok(file)
}

/// The values of a row or point, before they are validated as a fix.
#[derive(Debug, Default)]
pub(super) struct FixFields {
    pub(super) at_ms: Option<i64>,
    /// Time of day, milliseconds, if its column has no date, and the date, if that has a column.
    pub(super) of_day_ms: Option<i64>,
    pub(super) date_ms: Option<i64>,
    pub(super) lat: Option<f64>,
    pub(super) lon: Option<f64>,
    pub(super) accuracy_m: Option<f64>,
    pub(super) hdop: Option<f64>,
    pub(super) hdop_unit: HdopUnit,
    pub(super) speed_mps: Option<f64>,
    pub(super) bearing_deg: Option<f64>,
    pub(super) altitude_m: Option<f64>,
    pub(super) radio_noise: Option<f64>,
    pub(super) monotonic_ms: Option<i64>,
    pub(super) gps_at_ms: Option<i64>,
    pub(super) mock: bool,
    pub(super) starts_segment: bool,
}

pub(super) type FieldError = (&'static str, RowProblem);

fn parse_row(text: &str, columns: &TrackColumns) -> Result<TrackFix, FieldError> {
    let mut fields = FixFields::default();
    let mut wanted = columns.read.iter().peekable();
    for (at, field) in line::fields(text, columns.separator).enumerate() {
        match wanted.peek() {
            Some((column, kind)) if *column == at => {
                wanted.next();
                if !field.is_empty() {
                    fields.set(*kind, field)?;
                }
            }
            Some(_) => {}
            None => break,
        }
    }
    fields.into_fix()
}

impl FixFields {
    pub(super) fn set(&mut self, kind: ColumnKind, field: &str) -> Result<(), FieldError> {
        match kind {
            ColumnKind::Time => self.at_ms = Some(time::parse(field).ok_or(("time", RowProblem::NotATime))?),
            ColumnKind::TimeIn(unit_ms) => {
                let ms = number("time", field)?.and_then(|n| time::scaled(n, unit_ms));
                self.at_ms = Some(ms.ok_or(("time", RowProblem::NotATime))?);
            }
            ColumnKind::TimeOfDay => match time::parse(field) {
                // A column beside the date may hold both.
                Some(at_ms) => self.at_ms = Some(at_ms),
                None => {
                    self.of_day_ms = Some(time::of_day_ms(field).ok_or(("time", RowProblem::NotATime))?);
                }
            },
            ColumnKind::Date => {
                self.date_ms = Some(time::date_ms(field).ok_or(("date", RowProblem::NotATime))?);
            }
            ColumnKind::Lat => self.lat = number("lat", field)?,
            ColumnKind::Lon => self.lon = number("lon", field)?,
            ColumnKind::Accuracy => self.accuracy_m = number("accuracy_m", field)?,
            ColumnKind::Hdop => self.hdop = number("hdop", field)?,
            ColumnKind::SegmentStart => {
                self.starts_segment = parse_bool(field).ok_or(("segment_start", RowProblem::NotANumber))?;
            }
            ColumnKind::SpeedOfUnknownUnit => self.speed_mps = number("speed_mps", field)?,
            ColumnKind::Speed(unit) => self.speed_mps = number("speed_mps", field)?.map(|n| n * unit),
            ColumnKind::Bearing(unit) => self.bearing_deg = number("bearing_deg", field)?.map(|n| n * unit),
            // Recorders write -777 (GeoLife) or less for "none".
            ColumnKind::Altitude(unit) => {
                self.altitude_m = number("altitude_m", field)?
                    .filter(|n| *n > -777.0)
                    .map(|n| n * unit);
            }
            ColumnKind::Mock => self.mock = parse_bool(field).ok_or(("mock", RowProblem::NotANumber))?,
            ColumnKind::Monotonic(unit) => {
                self.monotonic_ms = number("monotonic_ms", field)?.and_then(|n| time::scaled(n, unit));
            }
            ColumnKind::GpsTime => {
                self.gps_at_ms = Some(time::parse(field).ok_or(("gps_at", RowProblem::NotATime))?);
            }
            ColumnKind::RadioNoise => self.radio_noise = number("noise_per_ms", field)?,
        }
        Ok(())
    }

    /// True if a value of that kind was set.
    pub(super) fn has(&self, kind: ColumnKind) -> bool {
        match kind {
            ColumnKind::Accuracy => self.accuracy_m.is_some(),
            ColumnKind::Hdop => self.hdop.is_some(),
            ColumnKind::Speed(_) | ColumnKind::SpeedOfUnknownUnit => self.speed_mps.is_some(),
            ColumnKind::Bearing(_) => self.bearing_deg.is_some(),
            _ => false,
        }
    }

    /// The fix, if all required values are present and possible. Impossible optional values are left out, except for
    /// the accuracy: a negative one (iOS marks an invalid position so) or one above a thousand kilometres invalidates
    /// the fix.
    pub(super) fn into_fix(self) -> Result<TrackFix, FieldError> {
        let missing = |field| (field, RowProblem::Missing);
        let by_date = self
            .date_ms
            .zip(self.of_day_ms)
            .map(|(date, of_day)| date + of_day);
        let at_ms = self.at_ms.or(by_date).ok_or(match self.of_day_ms {
            Some(_) => missing("date"),
            None => missing("time"),
        })?;
        let (lat, lon) = (self.lat.ok_or(missing("lat"))?, self.lon.ok_or(missing("lon"))?);
        let position = Position::new(lat, lon)
            .map_err(|error: PositionError| (error.field(), RowProblem::Impossible))?;
        let by_hdop = self.hdop.and_then(|hdop| self.hdop_unit.accuracy_m(hdop));
        let accuracy_m = self.accuracy_m.or(by_hdop).unwrap_or(0.0);
        if !(0.0..=Fix::ACCURACY_MAX.0).contains(&accuracy_m) {
            return Err(("accuracy_m", RowProblem::Impossible));
        }
        let mut fix = TrackFix::new(at_ms, position)
            .with_accuracy(accuracy_m)
            .with_speed(self.speed_mps.filter(|speed| *speed < 20_000.0).unwrap_or(-1.0))
            .with_bearing(
                self.bearing_deg
                    .filter(|bearing| *bearing <= 360.0)
                    .unwrap_or(-1.0),
            )
            .with_altitude(
                self.altitude_m
                    .filter(|altitude| altitude.abs() < 1e6)
                    .unwrap_or(f64::NAN),
            )
            .with_radio_noise(self.radio_noise.unwrap_or(f64::NAN))
            .with_mock(self.mock)
            .with_segment_start(self.starts_segment);
        if let Some(ms) = self.monotonic_ms {
            fix = fix.with_monotonic(ms);
        }
        if let Some(ms) = self.gps_at_ms {
            fix = fix.with_gps_time(ms);
        }
        Ok(fix)
    }
}

/// A number; `None` for `NaN`, `null` and the like, which is an error only where one is required.
pub(super) fn number(name: &'static str, field: &str) -> Result<Option<f64>, FieldError> {
    if ["nan", "null", "none", "na", "n/a", "-"]
        .iter()
        .any(|none| field.eq_ignore_ascii_case(none))
    {
        return Ok(None);
    }
    let number: f64 = field
        .parse()
        .or_else(|_| with_decimal_point(field).parse())
        .map_err(|_| (name, RowProblem::NotANumber))?;
    if number.is_finite() {
        Ok(Some(number))
    } else {
        Err((name, RowProblem::Impossible))
    }
}

/// The number with a decimal point in place of its decimal comma, if it has exactly one comma and no point.
fn with_decimal_point(field: &str) -> Cow<'_, str> {
    match field.split_once(',') {
        Some((whole, part)) if !part.contains([',', '.']) && !whole.contains('.') => {
            format!("{whole}.{part}").into()
        }
        _ => field.into(),
    }
}

fn parse_bool(field: &str) -> Option<bool> {
    match field.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "t" | "y" | "1.0" => Some(true),
        "0" | "false" | "no" | "f" | "n" | "0.0" | "null" | "none" | "nan" => Some(false),
        _ => None,
    }
}
