//! The columns of a CSV, recognised by the names that recorders give them.

use super::ReadError;
use super::map::ColumnMap;
use crate::{DATUM_MARKS, Datum};

/// The meaning of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ColumnKind {
    /// Wall-clock time in any form; the unit of a number follows from its size.
    Time,
    /// Wall-clock time as a number, with its unit in milliseconds.
    TimeIn(f64),
    /// Time of day, beside a column for the date.
    TimeOfDay,
    /// Date, beside a column for the time of day.
    Date,
    Lat,
    Lon,
    /// Latitude and longitude in one cell.
    LatLon,
    /// Longitude and latitude in one cell, as map services of China write them.
    LonLat,
    /// Accuracy radius, metres.
    Accuracy,
    /// Horizontal dilution of precision.
    Hdop,
    /// Speed, with the factor to metres a second.
    Speed(f64),
    /// Speed, in a unit that the column does not name: metres a second unless the path says otherwise.
    SpeedOfUnknownUnit,
    /// Bearing, with the factor to degrees.
    Bearing(f64),
    /// Altitude, with the factor to metres.
    Altitude(f64),
    Mock,
    /// Time since boot, with the factor to milliseconds.
    Monotonic(f64),
    GpsTime,
    RadioNoise,
    /// The mark that the recorder was off before the row.
    SegmentStart,
    /// The datum of the position of the row.
    Datum,
    /// The same, by the name of the column only: other values mean something else.
    PerhapsDatum,
}

/// Metres a second of a knot: 1,852 m an hour.
const KNOT_MPS: f64 = 1_852.0 / 3_600.0;

/// Normalised names (see [`normalized`]). In each group the better name comes first: it is read if a file has several.
const NAMES: &[(&str, ColumnKind)] = &[
    ("time", ColumnKind::Time),
    ("timestamp", ColumnKind::Time),
    ("at", ColumnKind::Time),
    ("utc", ColumnKind::Time),
    ("datetime", ColumnKind::Time),
    ("trackedat", ColumnKind::Time),
    ("recordedat", ColumnKind::Time),
    ("fixtime", ColumnKind::Time),
    ("utctime", ColumnKind::Time),
    ("gpstimestamp", ColumnKind::Time),
    ("createdat", ColumnKind::Time),
    ("loctime", ColumnKind::Time),
    ("unixtimemillis", ColumnKind::TimeIn(1.0)),
    ("utctimems", ColumnKind::TimeIn(1.0)),
    ("timestampms", ColumnKind::TimeIn(1.0)),
    ("timems", ColumnKind::TimeIn(1.0)),
    ("atms", ColumnKind::TimeIn(1.0)),
    ("epochms", ColumnKind::TimeIn(1.0)),
    ("unixtime", ColumnKind::Time),
    ("epoch", ColumnKind::Time),
    ("ts", ColumnKind::Time),
    ("times", ColumnKind::TimeIn(1_000.0)),
    ("seconds", ColumnKind::TimeIn(1_000.0)),
    ("lat", ColumnKind::Lat),
    ("latitude", ColumnKind::Lat),
    ("latitudedegrees", ColumnKind::Lat),
    ("latdeg", ColumnKind::Lat),
    ("latitudedeg", ColumnKind::Lat),
    ("lon", ColumnKind::Lon),
    ("lng", ColumnKind::Lon),
    ("long", ColumnKind::Lon),
    ("longitude", ColumnKind::Lon),
    ("longitudedegrees", ColumnKind::Lon),
    ("londeg", ColumnKind::Lon),
    ("lngdeg", ColumnKind::Lon),
    ("longitudedeg", ColumnKind::Lon),
    ("accuracym", ColumnKind::Accuracy),
    ("accuracy", ColumnKind::Accuracy),
    ("horizontalaccuracy", ColumnKind::Accuracy),
    ("horizontalaccuracym", ColumnKind::Accuracy),
    ("haccuracy", ColumnKind::Accuracy),
    ("accuracymeters", ColumnKind::Accuracy),
    ("accuracyhorizontal", ColumnKind::Accuracy),
    ("positionaccuracy", ColumnKind::Accuracy),
    ("acc", ColumnKind::Accuracy),
    ("hacc", ColumnKind::Accuracy),
    ("ephm", ColumnKind::Accuracy),
    ("eph", ColumnKind::Accuracy),
    ("hdop", ColumnKind::Hdop),
    ("speedmps", ColumnKind::Speed(1.0)),
    ("speedms", ColumnKind::Speed(1.0)),
    ("speed", ColumnKind::SpeedOfUnknownUnit),
    ("velocity", ColumnKind::SpeedOfUnknownUnit),
    ("velocityms", ColumnKind::Speed(1.0)),
    ("velmps", ColumnKind::Speed(1.0)),
    ("speedkmh", ColumnKind::Speed(1.0 / 3.6)),
    ("speedkph", ColumnKind::Speed(1.0 / 3.6)),
    ("velocitykmh", ColumnKind::Speed(1.0 / 3.6)),
    ("speedkn", ColumnKind::Speed(KNOT_MPS)),
    ("speedkt", ColumnKind::Speed(KNOT_MPS)),
    ("speedkts", ColumnKind::Speed(KNOT_MPS)),
    ("speedknots", ColumnKind::Speed(KNOT_MPS)),
    ("speedmph", ColumnKind::Speed(0.447_04)),
    ("bearingdeg", ColumnKind::Bearing(1.0)),
    ("bearing", ColumnKind::Bearing(1.0)),
    ("bearingdegrees", ColumnKind::Bearing(1.0)),
    ("coursedeg", ColumnKind::Bearing(1.0)),
    ("course", ColumnKind::Bearing(1.0)),
    ("heading", ColumnKind::Bearing(1.0)),
    ("headingdeg", ColumnKind::Bearing(1.0)),
    ("direction", ColumnKind::Bearing(1.0)),
    ("cograd", ColumnKind::Bearing(180.0 / std::f64::consts::PI)),
    ("altitudem", ColumnKind::Altitude(1.0)),
    ("altitude", ColumnKind::Altitude(1.0)),
    ("altm", ColumnKind::Altitude(1.0)),
    ("alt", ColumnKind::Altitude(1.0)),
    ("elevation", ColumnKind::Altitude(1.0)),
    ("ele", ColumnKind::Altitude(1.0)),
    ("height", ColumnKind::Altitude(1.0)),
    ("heightm", ColumnKind::Altitude(1.0)),
    ("altitudemeters", ColumnKind::Altitude(1.0)),
    ("altfeet", ColumnKind::Altitude(0.3048)),
    ("mock", ColumnKind::Mock),
    ("ismock", ColumnKind::Mock),
    ("mocklocation", ColumnKind::Mock),
    ("ismocklocation", ColumnKind::Mock),
    ("isfrommockprovider", ColumnKind::Mock),
    ("simulated", ColumnKind::Mock),
    ("issimulated", ColumnKind::Mock),
    ("issimulatedbysoftware", ColumnKind::Mock),
    ("monotonicms", ColumnKind::Monotonic(1.0)),
    ("elapsedrealtimems", ColumnKind::Monotonic(1.0)),
    ("elapsedrealtimenanos", ColumnKind::Monotonic(1e-6)),
    ("gpsat", ColumnKind::GpsTime),
    ("gpstime", ColumnKind::GpsTime),
    ("gpstimems", ColumnKind::GpsTime),
    ("gpsatms", ColumnKind::GpsTime),
    ("noiseperms", ColumnKind::RadioNoise),
    ("radionoise", ColumnKind::RadioNoise),
    ("segmentstart", ColumnKind::SegmentStart),
    ("zeit", ColumnKind::Time),
    ("zeitstempel", ColumnKind::Time),
    ("uhrzeit", ColumnKind::Time),
    ("heure", ColumnKind::Time),
    ("horodatage", ColumnKind::Time),
    ("hora", ColumnKind::Time),
    ("时间", ColumnKind::Time),
    ("時間", ColumnKind::Time),
    ("定位时间", ColumnKind::Time),
    ("breite", ColumnKind::Lat),
    ("breitengrad", ColumnKind::Lat),
    ("latitud", ColumnKind::Lat),
    ("纬度", ColumnKind::Lat),
    ("緯度", ColumnKind::Lat),
    ("längengrad", ColumnKind::Lon),
    ("laengengrad", ColumnKind::Lon),
    ("longitud", ColumnKind::Lon),
    ("经度", ColumnKind::Lon),
    ("經度", ColumnKind::Lon),
    ("genauigkeit", ColumnKind::Accuracy),
    ("genauigkeitm", ColumnKind::Accuracy),
    ("précision", ColumnKind::Accuracy),
    ("précisionm", ColumnKind::Accuracy),
    ("precisión", ColumnKind::Accuracy),
    ("precisiónm", ColumnKind::Accuracy),
    ("定位精度", ColumnKind::Accuracy),
    ("geschwindigkeit", ColumnKind::SpeedOfUnknownUnit),
    ("geschwindigkeitkmh", ColumnKind::Speed(1.0 / 3.6)),
    ("vitesse", ColumnKind::SpeedOfUnknownUnit),
    ("vitessekmh", ColumnKind::Speed(1.0 / 3.6)),
    ("velocidad", ColumnKind::SpeedOfUnknownUnit),
    ("velocidadkmh", ColumnKind::Speed(1.0 / 3.6)),
    ("速度", ColumnKind::SpeedOfUnknownUnit),
    ("速度kmh", ColumnKind::Speed(1.0 / 3.6)),
    ("höhe", ColumnKind::Altitude(1.0)),
    ("höhem", ColumnKind::Altitude(1.0)),
    ("altitud", ColumnKind::Altitude(1.0)),
    ("海拔", ColumnKind::Altitude(1.0)),
    ("position", ColumnKind::LatLon),
    ("latlon", ColumnKind::LatLon),
    ("latlng", ColumnKind::LatLon),
    ("latlong", ColumnKind::LatLon),
    ("lonlat", ColumnKind::LonLat),
    ("lnglat", ColumnKind::LonLat),
    ("经纬度", ColumnKind::LonLat),
    ("經緯度", ColumnKind::LonLat),
];

/// Normalised names of a column that holds the date only.
const DATE_NAMES: [&str; 9] = [
    "date",
    "utcdate",
    "gpsdate",
    "dateutc",
    "localdate",
    "dategmt",
    "fecha",
    "日期",
    "定位日期",
];
/// Normalised names of columns that only a report or database of Traccar has together; its speeds are in knots.
const TRACCAR_NAMES: [&str; 3] = ["servertime", "devicetime", "fixtime"];

/// The columns of a file that are read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TrackColumns {
    /// Number and meaning of each, in ascending order.
    pub(super) read: Vec<(usize, ColumnKind)>,
    /// The datum that the names of the columns of the position state.
    pub(super) datum: Option<Datum>,
}

impl TrackColumns {
    /// Finds the columns in a header: those that `map` names, then those of known names. Others are ignored.
    pub(super) fn from_header(header: &[String], map: &ColumnMap) -> Result<TrackColumns, ReadError> {
        let mut names: Vec<String> = header.iter().map(|name| normalized(name)).collect();
        let mut read: Vec<(usize, ColumnKind)> = Vec::new();
        for (kind, column) in map.fields() {
            let exact = header
                .iter()
                .position(|name| name.trim().eq_ignore_ascii_case(column));
            let alike = || names.iter().position(|name| *name == normalized(column));
            let at = exact.or_else(alike).ok_or_else(|| ReadError::NoSuchColumn {
                column: column.to_owned(),
            })?;
            names[at].clear();
            read.push((at, kind));
        }
        let has_date = read.iter().any(|(_, kind)| *kind == ColumnKind::Date);
        for (name, kind) in NAMES {
            let taken = read.iter().any(|(_, other)| is_same_kind(*other, *kind));
            if let Some(at) = names.iter().position(|found| found == name).filter(|_| !taken) {
                read.push((at, *kind));
            }
        }
        take_marked_position(&names, &mut read);
        if has_date {
            time_beside_date(&mut read);
        } else {
            add_date(&names, &mut read);
        }
        add_datum(&names, &mut read);
        let has = |name: &&str| names.iter().any(|found| found == name);
        if TRACCAR_NAMES.iter().all(has) {
            for (_, kind) in &mut read {
                if *kind == ColumnKind::SpeedOfUnknownUnit {
                    *kind = ColumnKind::Speed(KNOT_MPS);
                }
            }
        }
        for (field, needed) in [
            ("time", ColumnKind::Time),
            ("lat", ColumnKind::Lat),
            ("lon", ColumnKind::Lon),
        ] {
            let together = needed != ColumnKind::Time
                && read
                    .iter()
                    .any(|(_, kind)| matches!(kind, ColumnKind::LatLon | ColumnKind::LonLat));
            if !together && !read.iter().any(|(_, kind)| is_same_kind(*kind, needed)) {
                return Err(ReadError::NoColumn { field });
            }
        }
        if read.iter().any(|(_, kind)| *kind == ColumnKind::Lat) {
            // Two columns are more certain than one cell with two numbers.
            read.retain(|(_, kind)| !matches!(kind, ColumnKind::LatLon | ColumnKind::LonLat));
        }
        read.sort_by_key(|(at, _)| *at);
        let places = read.iter().filter(|(_, kind)| kind.is_place());
        let datum = places
            .filter_map(|(at, _)| marked(&normalized(&header[*at])))
            .map(|(_, datum)| datum)
            .next();
        Ok(TrackColumns { read, datum })
    }

    /// True if the file itself states the datum of its positions.
    pub(super) fn states_datum(&self) -> bool {
        self.datum.is_some() || self.read.iter().any(|(_, kind)| kind.is_datum())
    }

    /// True if the unit of the speeds follows from the path only.
    pub(super) fn is_speed_unit_open(&self) -> bool {
        self.read
            .iter()
            .any(|(_, kind)| *kind == ColumnKind::SpeedOfUnknownUnit)
    }
}

impl ColumnKind {
    /// True for a part of the position, or all of it.
    fn is_place(self) -> bool {
        matches!(
            self,
            ColumnKind::Lat | ColumnKind::Lon | ColumnKind::LatLon | ColumnKind::LonLat
        )
    }

    fn is_datum(self) -> bool {
        matches!(self, ColumnKind::Datum | ColumnKind::PerhapsDatum)
    }
}

/// Adds a column that is called `datum`, unless that is the date.
fn add_datum(names: &[String], read: &mut Vec<(usize, ColumnKind)>) {
    let column = names.iter().position(|name| name == "datum" || name == "坐标系");
    let is_free = |at: &usize| read.iter().all(|(other, kind)| other != at && !kind.is_datum());
    if let Some(at) = column.filter(is_free) {
        read.push((at, ColumnKind::PerhapsDatum));
    }
}

/// A normalised name without the mark of its datum, with that datum; `None` for a name without a mark.
fn marked(name: &str) -> Option<(String, Datum)> {
    let marks = DATUM_MARKS.iter().filter(|(mark, _)| !mark.is_empty());
    // `bd09ll` before `bd09`.
    let longest = marks
        .filter(|(mark, _)| name.ends_with(mark) || (!mark.is_ascii() && name.contains(mark)))
        .max_by_key(|(mark, _)| mark.len())?;
    Some((name.replacen(longest.0, "", 1), longest.1))
}

/// Adds columns of positions whose names state their datum, such as `lat_gcj02` and `lon_gcj02`, if there are no others:
/// both of one datum.
fn take_marked_position(names: &[String], read: &mut Vec<(usize, ColumnKind)>) {
    if read.iter().any(|(_, kind)| kind.is_place()) {
        return;
    }
    let known = |name: &str| {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, kind)| *kind).filter(|kind| kind.is_place())
    };
    let found: Vec<(usize, ColumnKind, Datum)> = names
        .iter()
        .enumerate()
        .filter_map(|(at, name)| {
            let (bare, datum) = marked(name)?;
            Some((at, known(&bare)?, datum))
        })
        .collect();
    let of = |wanted: ColumnKind, datum| {
        let column = found.iter().find(|(_, kind, of)| *kind == wanted && *of == datum);
        column.map(|(at, kind, _)| (*at, *kind))
    };
    for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
        if let (Some(lat), Some(lon)) = (of(ColumnKind::Lat, datum), of(ColumnKind::Lon, datum)) {
            read.extend([lat, lon]);
            return;
        }
    }
    let pair = found
        .iter()
        .find(|(_, kind, _)| matches!(kind, ColumnKind::LatLon | ColumnKind::LonLat));
    read.extend(pair.map(|(at, kind, _)| (*at, *kind)));
}

/// Adds a column for the date: beside a column for the time, which then holds the time of day, or in place of one.
fn add_date(names: &[String], read: &mut Vec<(usize, ColumnKind)>) {
    let date = names.iter().position(|name| DATE_NAMES.contains(&name.as_str()));
    let date = date.or_else(|| german_date(names));
    let time = read
        .iter()
        .position(|(_, kind)| is_same_kind(*kind, ColumnKind::Time));
    match (date, time) {
        (Some(date), Some(time)) if read[time].1 == ColumnKind::Time => {
            read[time].1 = ColumnKind::TimeOfDay;
            read.push((date, ColumnKind::Date));
        }
        (Some(date), None) => read.push((date, ColumnKind::Time)),
        _ => {}
    }
}

/// The column `Datum`, which is a date beside a `Zeit` or `Uhrzeit`, and elsewhere the reference frame of the position.
fn german_date(names: &[String]) -> Option<usize> {
    let has_clock = names
        .iter()
        .any(|name| ["zeit", "uhrzeit"].contains(&name.as_str()));
    names.iter().position(|name| has_clock && name == "datum")
}

/// Makes the column for the time one of the time of day only.
fn time_beside_date(read: &mut [(usize, ColumnKind)]) {
    for (_, kind) in read {
        if *kind == ColumnKind::Time {
            *kind = ColumnKind::TimeOfDay;
        }
    }
}

/// The meaning of a field by its name as [`ColumnMap`] takes it, with the name.
pub(super) fn field_kind(name: &str) -> Option<(&'static str, ColumnKind)> {
    const FIELDS: &[(&str, ColumnKind)] = &[
        ("time", ColumnKind::Time),
        ("date", ColumnKind::Date),
        ("lat", ColumnKind::Lat),
        ("lon", ColumnKind::Lon),
        ("position", ColumnKind::LatLon),
        ("position_lon_lat", ColumnKind::LonLat),
        ("accuracy_m", ColumnKind::Accuracy),
        ("hdop", ColumnKind::Hdop),
        ("speed_mps", ColumnKind::Speed(1.0)),
        ("speed_kmh", ColumnKind::Speed(1.0 / 3.6)),
        ("bearing_deg", ColumnKind::Bearing(1.0)),
        ("altitude_m", ColumnKind::Altitude(1.0)),
        ("mock", ColumnKind::Mock),
        ("gps_at", ColumnKind::GpsTime),
        ("segment_start", ColumnKind::SegmentStart),
        ("datum", ColumnKind::Datum),
    ];
    FIELDS.iter().find(|(known, _)| *known == name).copied()
}

/// The meaning of an element of a GPX extension, by its local name: one that describes the fix itself.
pub(super) fn extension_kind(local_name: &str) -> Option<ColumnKind> {
    let name = normalized(local_name);
    let (_, kind) = NAMES.iter().find(|(known, _)| *known == name)?;
    let describes_fix = matches!(
        kind,
        ColumnKind::Accuracy
            | ColumnKind::Speed(_)
            | ColumnKind::SpeedOfUnknownUnit
            | ColumnKind::Bearing(_)
            | ColumnKind::Hdop
    );
    describes_fix.then_some(*kind)
}

/// True if two columns have the same meaning.
fn is_same_kind(a: ColumnKind, b: ColumnKind) -> bool {
    let kind = |kind| match kind {
        ColumnKind::TimeIn(_) | ColumnKind::TimeOfDay => std::mem::discriminant(&ColumnKind::Time),
        ColumnKind::SpeedOfUnknownUnit => std::mem::discriminant(&ColumnKind::Speed(1.0)),
        other => std::mem::discriminant(&other),
    };
    kind(a) == kind(b)
}

/// A name in lower case, without spaces, brackets and signs. `t_s` and `t (s)` are a time in seconds, `ts` is a time stamp.
fn normalized(name: &str) -> String {
    let normalized: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    if normalized == "ts" && name.trim().len() > 2 {
        return "times".to_owned();
    }
    normalized
}

#[cfg(test)]
mod tests {
    use super::super::rows::CsvRows;
    use super::*;

    fn columns_of(header: &str) -> Result<TrackColumns, ReadError> {
        let rows = CsvRows::open(header.as_bytes())?;
        TrackColumns::from_header(rows.header(), &ColumnMap::default())
    }

    #[test]
    fn names_are_matched_whatever_their_dress() {
        let columns = columns_of("\"Time (s)\",\"Latitude (°)\",\"Longitude (°)\",\"Height (m)\",nonsense")
            .expect("a header");
        let kind: Vec<ColumnKind> = columns.read.iter().map(|(_, kind)| *kind).collect();
        assert_eq!(
            kind,
            [
                ColumnKind::TimeIn(1_000.0),
                ColumnKind::Lat,
                ColumnKind::Lon,
                ColumnKind::Altitude(1.0)
            ]
        );
        let columns = columns_of("Lng;LAT;tracked_at;hacc").expect("a header");
        assert_eq!(
            columns.read,
            [
                (0, ColumnKind::Lon),
                (1, ColumnKind::Lat),
                (2, ColumnKind::Time),
                (3, ColumnKind::Accuracy)
            ]
        );
    }

    #[test]
    fn the_better_of_two_names_is_read() {
        let columns = columns_of("ts,time,lat,lon").expect("a header");
        assert_eq!(columns.read[0], (1, ColumnKind::Time));
    }

    #[test]
    fn a_header_without_a_needed_column_names_it() {
        assert_eq!(columns_of("time,lat"), Err(ReadError::NoColumn { field: "lon" }));
        assert_eq!(columns_of("lat,lon"), Err(ReadError::NoColumn { field: "time" }));
        assert_eq!(
            TrackColumns::from_header(&[], &ColumnMap::default()),
            Err(ReadError::NoColumn { field: "time" })
        );
    }
}
