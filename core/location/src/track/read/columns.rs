//! The columns of a CSV, recognised by the names that recorders give them.

use super::ReadError;
use super::line::fields;

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
];

/// Normalised names of a column that holds the date only.
const DATE_NAMES: [&str; 6] = ["date", "utcdate", "gpsdate", "dateutc", "localdate", "dategmt"];
/// Normalised names of columns that only a report or database of Traccar has together; its speeds are in knots.
const TRACCAR_NAMES: [&str; 3] = ["servertime", "devicetime", "fixtime"];

/// The columns of a file that are read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TrackColumns {
    /// Number and meaning of each, in ascending order.
    pub(super) read: Vec<(usize, ColumnKind)>,
    /// Field separator.
    pub(super) separator: u8,
}

impl TrackColumns {
    /// Finds the columns in a header. Unknown ones are ignored. Without a known `separator` the most frequent one counts.
    pub(super) fn from_header(header: &str, separator: Option<u8>) -> Result<TrackColumns, ReadError> {
        let separator = separator.unwrap_or_else(|| most_frequent_separator(header));
        let names: Vec<String> = fields(header, separator).map(normalized).collect();
        let mut read: Vec<(usize, ColumnKind)> = Vec::new();
        for (name, kind) in NAMES {
            let taken = read.iter().any(|(_, other)| is_same_kind(*other, *kind));
            if let Some(at) = names.iter().position(|found| found == name).filter(|_| !taken) {
                read.push((at, *kind));
            }
        }
        add_date(&names, &mut read);
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
            if !read.iter().any(|(_, kind)| is_same_kind(*kind, needed)) {
                return Err(ReadError::NoColumn { field });
            }
        }
        read.sort_by_key(|(at, _)| *at);
        Ok(TrackColumns { read, separator })
    }

    /// True if the unit of the speeds follows from the path only.
    pub(super) fn is_speed_unit_open(&self) -> bool {
        self.read
            .iter()
            .any(|(_, kind)| *kind == ColumnKind::SpeedOfUnknownUnit)
    }
}

/// Adds a column for the date: beside a column for the time, which then holds the time of day, or in place of one.
fn add_date(names: &[String], read: &mut Vec<(usize, ColumnKind)>) {
    let date = names.iter().position(|name| DATE_NAMES.contains(&name.as_str()));
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

/// The most frequent separator of the header.
fn most_frequent_separator(header: &str) -> u8 {
    let count = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// A name in lower case, without spaces, brackets and signs. `t_s` and `t (s)` are a time in seconds, `ts` is a time stamp.
fn normalized(name: &str) -> String {
    let normalized: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if normalized == "ts" && name.trim().len() > 2 {
        return "times".to_owned();
    }
    normalized
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_whatever_their_dress() {
        let columns = TrackColumns::from_header(
            "\"Time (s)\",\"Latitude (°)\",\"Longitude (°)\",\"Height (m)\",nonsense",
            None,
        )
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
        let columns = TrackColumns::from_header("Lng;LAT;tracked_at;hacc", None).expect("a header");
        assert_eq!(columns.separator, b';');
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
        let columns = TrackColumns::from_header("ts,time,lat,lon", None).expect("a header");
        assert_eq!(columns.read[0], (1, ColumnKind::Time));
    }

    #[test]
    fn a_header_without_a_needed_column_names_it() {
        assert_eq!(
            TrackColumns::from_header("time,lat", None),
            Err(ReadError::NoColumn { field: "lon" })
        );
        assert_eq!(
            TrackColumns::from_header("lat,lon", None),
            Err(ReadError::NoColumn { field: "time" })
        );
        assert_eq!(
            TrackColumns::from_header("", None),
            Err(ReadError::NoColumn { field: "time" })
        );
    }
}
