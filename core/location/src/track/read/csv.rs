//! The CSV reader: a header with names of columns, then a fix a line.

use std::io::BufRead;

use super::columns::{ColumnKind, TrackColumns};
use super::map::ColumnMap;
use super::rows::{CsvRows, NextRow};
use super::{ReadError, RowProblem, TrackFile, speed_unit, time};
use crate::csv::{CellBuffer, decimal};
use crate::track::fix::TrackFix;
use crate::{Datum, Fix, PositionError, to_wgs84};

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

pub(super) fn read(input: impl BufRead, map: &ColumnMap) -> Result<TrackFile, ReadError> {
    let mut rows = CsvRows::open(input)?;
    let columns = TrackColumns::from_header(rows.header(), map)?;
    let mut file = TrackFile {
        states_datum: columns.states_datum(),
        ..TrackFile::default()
    };
    loop {
        let row = match rows.next()? {
            NextRow::End => break,
            NextRow::Refused(problem) => Err(("row", problem)),
            NextRow::Cells => parse_row(rows.cells(), &columns),
        };
        file.push(row, rows.line())?;
    }
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
    /// The datum of the position, if the row or the names of its columns state one.
    pub(super) datum: Option<Datum>,
}

pub(super) type FieldError = (&'static str, RowProblem);

fn parse_row(cells: &CellBuffer, columns: &TrackColumns) -> Result<TrackFix, FieldError> {
    let mut fields = FixFields {
        datum: columns.datum,
        ..FixFields::default()
    };
    for (column, kind) in &columns.read {
        let cell = cells.bytes(*column).trim_ascii();
        if !cell.is_empty() {
            fields.set(*kind, String::from_utf8_lossy(cell).trim())?;
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
            ColumnKind::LatLon => (self.lat, self.lon) = pair(field)?,
            ColumnKind::LonLat => (self.lon, self.lat) = pair(field)?,
            ColumnKind::Accuracy => self.accuracy_m = number("accuracy_m", field)?,
            ColumnKind::Hdop => self.hdop = number("hdop", field)?,
            ColumnKind::SegmentStart => {
                self.starts_segment = parse_bool(field).ok_or(("segment_start", RowProblem::NotANumber))?;
            }
            ColumnKind::Datum => {
                self.datum = Some(field.parse().map_err(|_| ("datum", RowProblem::NotADatum))?);
            }
            ColumnKind::PerhapsDatum => self.datum = field.parse().ok().or(self.datum),
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
        let position = to_wgs84(self.datum.unwrap_or_default(), lat, lon)
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
    match decimal(field) {
        Some(number) => Ok(Some(number)),
        None if field.parse::<f64>().is_ok() => Err((name, RowProblem::Impossible)),
        None => Err((name, RowProblem::NotANumber)),
    }
}

/// The two numbers of a position in one cell, between a semicolon, a comma or a blank.
fn pair(field: &str) -> Result<(Option<f64>, Option<f64>), FieldError> {
    let field = field.trim_matches(['(', ')', '[', ']']);
    let (one, other) = [';', ',', '，', ' ']
        .iter()
        .find_map(|between| field.split_once(*between))
        .ok_or(("position", RowProblem::NotANumber))?;
    Ok((number("position", one.trim())?, number("position", other.trim())?))
}

fn parse_bool(field: &str) -> Option<bool> {
    match field.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "t" | "y" | "1.0" => Some(true),
        "0" | "false" | "no" | "f" | "n" | "0.0" | "null" | "none" | "nan" => Some(false),
        _ => None,
    }
}
