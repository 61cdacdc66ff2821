//! Which column of a CSV is which, by the names that recorders give them.

use super::ReadError;
use super::line::fields;

/// What a column says of a fix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Says {
    /// The wall clock in any form; a number's unit is told by its size.
    Time,
    /// The wall clock, a number of units of so many milliseconds.
    TimeIn(f64),
    Lat,
    Lon,
    /// Metres.
    Accuracy,
    /// Horizontal dilution of precision.
    Hdop,
    /// Times so much in metres a second.
    Speed(f64),
    /// Times so much in degrees.
    Bearing(f64),
    /// Times so much in metres.
    Altitude(f64),
    Mock,
    /// Times so much in milliseconds.
    Monotonic(f64),
    GpsTime,
    RadioNoise,
}

/// Names as they remain without case, spaces, brackets and signs. In each group the better name comes first: where a file
/// has several, that one is read.
const NAMES: &[(&str, Says)] = &[
    ("time", Says::Time),
    ("timestamp", Says::Time),
    ("at", Says::Time),
    ("utc", Says::Time),
    ("datetime", Says::Time),
    ("trackedat", Says::Time),
    ("recordedat", Says::Time),
    ("fixtime", Says::Time),
    ("utctime", Says::Time),
    ("gpstimestamp", Says::Time),
    ("createdat", Says::Time),
    ("loctime", Says::Time),
    ("unixtimemillis", Says::TimeIn(1.0)),
    ("utctimems", Says::TimeIn(1.0)),
    ("timestampms", Says::TimeIn(1.0)),
    ("timems", Says::TimeIn(1.0)),
    ("atms", Says::TimeIn(1.0)),
    ("epochms", Says::TimeIn(1.0)),
    ("unixtime", Says::Time),
    ("epoch", Says::Time),
    ("ts", Says::Time),
    ("times", Says::TimeIn(1_000.0)),
    ("seconds", Says::TimeIn(1_000.0)),
    ("lat", Says::Lat),
    ("latitude", Says::Lat),
    ("latitudedegrees", Says::Lat),
    ("latdeg", Says::Lat),
    ("latitudedeg", Says::Lat),
    ("lon", Says::Lon),
    ("lng", Says::Lon),
    ("long", Says::Lon),
    ("longitude", Says::Lon),
    ("longitudedegrees", Says::Lon),
    ("londeg", Says::Lon),
    ("lngdeg", Says::Lon),
    ("longitudedeg", Says::Lon),
    ("accuracym", Says::Accuracy),
    ("accuracy", Says::Accuracy),
    ("horizontalaccuracy", Says::Accuracy),
    ("horizontalaccuracym", Says::Accuracy),
    ("haccuracy", Says::Accuracy),
    ("accuracymeters", Says::Accuracy),
    ("acc", Says::Accuracy),
    ("hacc", Says::Accuracy),
    ("ephm", Says::Accuracy),
    ("eph", Says::Accuracy),
    ("hdop", Says::Hdop),
    ("speedmps", Says::Speed(1.0)),
    ("speed", Says::Speed(1.0)),
    ("speedms", Says::Speed(1.0)),
    ("velocity", Says::Speed(1.0)),
    ("velocityms", Says::Speed(1.0)),
    ("velmps", Says::Speed(1.0)),
    ("speedkmh", Says::Speed(1.0 / 3.6)),
    ("bearingdeg", Says::Bearing(1.0)),
    ("bearing", Says::Bearing(1.0)),
    ("bearingdegrees", Says::Bearing(1.0)),
    ("coursedeg", Says::Bearing(1.0)),
    ("course", Says::Bearing(1.0)),
    ("heading", Says::Bearing(1.0)),
    ("headingdeg", Says::Bearing(1.0)),
    ("direction", Says::Bearing(1.0)),
    ("cograd", Says::Bearing(180.0 / std::f64::consts::PI)),
    ("altitudem", Says::Altitude(1.0)),
    ("altitude", Says::Altitude(1.0)),
    ("altm", Says::Altitude(1.0)),
    ("alt", Says::Altitude(1.0)),
    ("elevation", Says::Altitude(1.0)),
    ("ele", Says::Altitude(1.0)),
    ("height", Says::Altitude(1.0)),
    ("heightm", Says::Altitude(1.0)),
    ("altitudemeters", Says::Altitude(1.0)),
    ("altfeet", Says::Altitude(0.3048)),
    ("mock", Says::Mock),
    ("ismock", Says::Mock),
    ("mocklocation", Says::Mock),
    ("ismocklocation", Says::Mock),
    ("isfrommockprovider", Says::Mock),
    ("simulated", Says::Mock),
    ("issimulated", Says::Mock),
    ("issimulatedbysoftware", Says::Mock),
    ("monotonicms", Says::Monotonic(1.0)),
    ("elapsedrealtimems", Says::Monotonic(1.0)),
    ("elapsedrealtimenanos", Says::Monotonic(1e-6)),
    ("gpsat", Says::GpsTime),
    ("gpstime", Says::GpsTime),
    ("gpstimems", Says::GpsTime),
    ("gpsatms", Says::GpsTime),
    ("noiseperms", Says::RadioNoise),
    ("radionoise", Says::RadioNoise),
];

/// The columns of a file that are read: where, and what they say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    /// Ascending by place.
    pub(super) read: Vec<(usize, Says)>,
    /// What stands between fields.
    pub(super) separator: u8,
}

impl Columns {
    /// Finds them in a header. Unknown ones are left out.
    pub(super) fn of(header: &str) -> Result<Columns, ReadError> {
        let separator = separator(header);
        let names: Vec<String> = fields(header, separator).map(bare).collect();
        let mut read: Vec<(usize, Says)> = Vec::new();
        for (name, says) in NAMES {
            let taken = read.iter().any(|(_, other)| same(*other, *says));
            if let Some(at) = names.iter().position(|found| found == name).filter(|_| !taken) {
                read.push((at, *says));
            }
        }
        for (field, needed) in [("time", Says::Time), ("lat", Says::Lat), ("lon", Says::Lon)] {
            if !read.iter().any(|(_, says)| same(*says, needed)) {
                return Err(ReadError::NoColumn { field });
            }
        }
        read.sort_by_key(|(at, _)| *at);
        Ok(Columns { read, separator })
    }
}

/// Whether two columns say the same thing in other words.
fn same(a: Says, b: Says) -> bool {
    let kind = |says| match says {
        Says::TimeIn(_) => std::mem::discriminant(&Says::Time),
        other => std::mem::discriminant(&other),
    };
    kind(a) == kind(b)
}

/// What separates most.
fn separator(header: &str) -> u8 {
    let count = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// A name without all that varies.
fn bare(name: &str) -> String {
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
        let columns = Columns::of("\"Time (s)\",\"Latitude (°)\",\"Longitude (°)\",\"Height (m)\",nonsense")
            .expect("a header");
        let says: Vec<Says> = columns.read.iter().map(|(_, says)| *says).collect();
        assert_eq!(
            says,
            [Says::TimeIn(1_000.0), Says::Lat, Says::Lon, Says::Altitude(1.0)]
        );
        let columns = Columns::of("Lng;LAT;tracked_at;hacc").expect("a header");
        assert_eq!(columns.separator, b';');
        assert_eq!(
            columns.read,
            [
                (0, Says::Lon),
                (1, Says::Lat),
                (2, Says::Time),
                (3, Says::Accuracy)
            ]
        );
    }

    #[test]
    fn the_better_of_two_names_is_read() {
        let columns = Columns::of("ts,time,lat,lon").expect("a header");
        assert_eq!(columns.read[0], (1, Says::Time));
    }

    #[test]
    fn a_header_without_a_needed_column_names_it() {
        assert_eq!(Columns::of("time,lat"), Err(ReadError::NoColumn { field: "lon" }));
        assert_eq!(Columns::of("lat,lon"), Err(ReadError::NoColumn { field: "time" }));
        assert_eq!(Columns::of(""), Err(ReadError::NoColumn { field: "time" }));
    }
}
