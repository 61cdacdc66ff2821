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
    Lat,
    Lon,
    /// Accuracy radius, metres.
    Accuracy,
    /// Horizontal dilution of precision.
    Hdop,
    /// Speed, with the factor to metres a second.
    Speed(f64),
    /// Bearing, with the factor to degrees.
    Bearing(f64),
    /// Altitude, with the factor to metres.
    Altitude(f64),
    Mock,
    /// Time since boot, with the factor to milliseconds.
    Monotonic(f64),
    GpsTime,
    RadioNoise,
}

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
    ("acc", ColumnKind::Accuracy),
    ("hacc", ColumnKind::Accuracy),
    ("ephm", ColumnKind::Accuracy),
    ("eph", ColumnKind::Accuracy),
    ("hdop", ColumnKind::Hdop),
    ("speedmps", ColumnKind::Speed(1.0)),
    ("speed", ColumnKind::Speed(1.0)),
    ("speedms", ColumnKind::Speed(1.0)),
    ("velocity", ColumnKind::Speed(1.0)),
    ("velocityms", ColumnKind::Speed(1.0)),
    ("velmps", ColumnKind::Speed(1.0)),
    ("speedkmh", ColumnKind::Speed(1.0 / 3.6)),
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
];

/// The columns of a file that are read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TrackColumns {
    /// Number and meaning of each, in ascending order.
    pub(super) read: Vec<(usize, ColumnKind)>,
    /// Field separator.
    pub(super) separator: u8,
}

impl TrackColumns {
    /// Finds the columns in a header. Unknown ones are ignored.
    pub(super) fn from_header(header: &str) -> Result<TrackColumns, ReadError> {
        let separator = separator(header);
        let names: Vec<String> = fields(header, separator).map(normalized).collect();
        let mut read: Vec<(usize, ColumnKind)> = Vec::new();
        for (name, kind) in NAMES {
            let taken = read.iter().any(|(_, other)| is_same_kind(*other, *kind));
            if let Some(at) = names.iter().position(|found| found == name).filter(|_| !taken) {
                read.push((at, *kind));
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
}

/// True if two columns have the same meaning.
fn is_same_kind(a: ColumnKind, b: ColumnKind) -> bool {
    let kind = |kind| match kind {
        ColumnKind::TimeIn(_) => std::mem::discriminant(&ColumnKind::Time),
        other => std::mem::discriminant(&other),
    };
    kind(a) == kind(b)
}

/// The most frequent separator of the header.
fn separator(header: &str) -> u8 {
    let count = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// A name in lower case, without spaces, brackets and signs.
fn normalized(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_whatever_their_dress() {
        let columns = TrackColumns::from_header(
            "\"Time (s)\",\"Latitude (°)\",\"Longitude (°)\",\"Height (m)\",nonsense",
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
        let columns = TrackColumns::from_header("Lng;LAT;tracked_at;hacc").expect("a header");
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
        let columns = TrackColumns::from_header("ts,time,lat,lon").expect("a header");
        assert_eq!(columns.read[0], (1, ColumnKind::Time));
    }

    #[test]
    fn a_header_without_a_needed_column_names_it() {
        assert_eq!(
            TrackColumns::from_header("time,lat"),
            Err(ReadError::NoColumn { field: "lon" })
        );
        assert_eq!(
            TrackColumns::from_header("lat,lon"),
            Err(ReadError::NoColumn { field: "time" })
        );
        assert_eq!(
            TrackColumns::from_header(""),
            Err(ReadError::NoColumn { field: "time" })
        );
    }
}
