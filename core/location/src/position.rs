//! Positions on the WGS-84 ellipsoid and the geodesic distance between them.

use std::fmt;
use std::str::FromStr;

use geo::Distance;

use crate::Meters;

/// A point on the WGS-84 ellipsoid, in degrees. Always finite and in range.
///
/// Coordinates in another datum are not a `Position`: [`to_wgs84`](super::to_wgs84) converts them.
///
/// ```
/// use fieldbook_location::Position;
/// let door: Position = "52.6309,1.2974".parse()?;
/// assert_eq!(door.to_string(), "52.6309000,1.2974000");
/// assert!(Position::new(91.0, 0.0).is_err());
/// # Ok::<(), fieldbook_location::PositionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    lat: f64,
    lon: f64,
}

/// The reason why a text or a pair of numbers is not a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    /// The latitude is not a number from -90 to 90.
    #[error("lat must be a number from -90 to 90")]
    Latitude,
    /// The longitude is not a number from -180 to 180.
    #[error("lon must be a number from -180 to 180")]
    Longitude,
    /// The text is not two numbers with a comma between.
    #[error("a position is written lat,lon such as 52.6309,1.2974")]
    Text,
}

impl PositionError {
    /// Name of the invalid field: `lat`, `lon`, or both.
    pub fn field(self) -> &'static str {
        match self {
            PositionError::Latitude => "lat",
            PositionError::Longitude => "lon",
            PositionError::Text => "lat,lon",
        }
    }
}

impl Position {
    /// The point at `lat`, `lon` degrees, north and east positive.
    ///
    /// # Errors
    /// [`PositionError`] names the coordinate that is not finite or out of range.
    pub fn new(lat: f64, lon: f64) -> Result<Position, PositionError> {
        // A range contains no NaN and no infinity.
        if !(-90.0..=90.0).contains(&lat) {
            return Err(PositionError::Latitude);
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(PositionError::Longitude);
        }
        Ok(Position { lat, lon })
    }

    /// Latitude, degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Longitude, degrees east.
    pub fn lon(self) -> f64 {
        self.lon
    }
}

impl fmt::Display for Position {
    /// Writes `lat,lon` with 7 decimals (1 cm), the format of the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.7},{:.7}", self.lat, self.lon)
    }
}

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Position, PositionError> {
        let (lat, lon) = text.split_once(',').ok_or(PositionError::Text)?;
        let number = |s: &str| s.trim().parse::<f64>().map_err(|_| PositionError::Text);
        Position::new(number(lat)?, number(lon)?)
    }
}

/// Geodesic distance on the WGS-84 ellipsoid (Karney 2013, exact to 15 nanometres).
pub fn distance(a: Position, b: Position) -> Meters {
    Meters(geo::Geodesic.distance(geo::Point::new(a.lon, a.lat), geo::Point::new(b.lon, b.lat)))
}

/// The difference of two longitudes along the shorter way: -180 to 180 degrees. `geo::utils::normalize_longitude` is
/// not used: its detour over 540 degrees rounds the last bits away.
pub(super) fn lon_difference(from_lon: f64, to_lon: f64) -> f64 {
    let turn = to_lon - from_lon;
    if turn > 180.0 {
        turn - 360.0
    } else if turn < -180.0 {
        turn + 360.0
    } else {
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_position_off_the_earth_is_refused_by_the_name_of_the_coordinate() {
        assert_eq!(Position::new(91.0, 0.0), Err(PositionError::Latitude));
        assert_eq!(Position::new(f64::NAN, 0.0), Err(PositionError::Latitude));
        assert_eq!(Position::new(0.0, f64::INFINITY), Err(PositionError::Longitude));
        assert_eq!(Position::new(0.0, -180.1), Err(PositionError::Longitude));
        for bad in ["", "1", "1;2", "a,b", "1,2,3", "52,6309,1,2974"] {
            assert_eq!(bad.parse::<Position>(), Err(PositionError::Text), "{bad}");
        }
        assert_eq!("95,0".parse::<Position>(), Err(PositionError::Latitude));
    }

    #[test]
    fn distances_agree_with_the_reference_of_geographiclib() {
        let Some(text) = fieldbook_testdata::text("vectors/geodesic/china_0.1m_to_300km.csv") else {
            return;
        };
        for line in text.lines().skip(1) {
            let n: Vec<f64> = line.split(',').map(|f| f.parse().unwrap()).collect();
            let (a, b) = (
                Position::new(n[0], n[1]).unwrap(),
                Position::new(n[2], n[3]).unwrap(),
            );
            assert!((distance(a, b).0 - n[4]).abs() < 1e-3, "{line}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_to_the_centimetre(lat in -90.0..=90.0f64, lon in -180.0..=180.0f64) {
            let at = Position::new(lat, lon).unwrap();
            let back: Position = at.to_string().parse().unwrap();
            prop_assert!(distance(at, back).0 < 0.01);
        }

        #[test]
        fn a_turn_is_never_more_than_half_way_round(a in -180.0..=180.0f64, b in -180.0..=180.0f64) {
            prop_assert!(lon_difference(a, b).abs() <= 180.0);
        }
    }
}
