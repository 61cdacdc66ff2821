//! Metres between points that are near each other, without the price of a geodesic.
//!
//! A local plane: degrees times the length of a degree. Distances that must be exact are [`distance`](crate::distance).
//! `geo` has no such plane: its `Geodesic` takes 350 ns a pair (a fix of a track takes 75 ns in all), and its `Haversine`
//! is off by up to 0.5 %.

use geo::Coord;

use crate::Position;
use crate::position::lon_difference;

/// Semi-major axis of WGS-84, metres.
const SEMI_MAJOR_AXIS_M: f64 = 6_378_137.0;
/// First eccentricity of WGS-84, squared.
const E2: f64 = 0.006_694_379_990_14;

/// The lengths of a degree at some latitude of the WGS-84 ellipsoid: exact there, off by one part in 10,000 at 30 km.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DegreeScale {
    /// Metres a degree of latitude.
    lat_m: f64,
    /// Metres a degree of longitude.
    lon_m: f64,
}

impl DegreeScale {
    /// The lengths at `lat` degrees, from the radii of curvature along the meridian and of the parallel.
    pub(super) fn at(lat: f64) -> DegreeScale {
        let (sin, cos) = lat.to_radians().sin_cos();
        let w2 = 1.0 - E2 * sin * sin;
        let normal_m = SEMI_MAJOR_AXIS_M / w2.sqrt();
        DegreeScale {
            lat_m: (normal_m * (1.0 - E2) / w2).to_radians(),
            lon_m: (normal_m * cos).to_radians(),
        }
    }

    /// Metres east (`x`) and north (`y`) of a difference in degrees.
    pub(super) fn meters(self, degrees: Coord<f64>) -> Coord<f64> {
        Coord {
            x: degrees.x * self.lon_m,
            y: degrees.y * self.lat_m,
        }
    }

    /// Metres east and north from `from` to `to`.
    pub(super) fn offset(self, from: Position, to: Position) -> (f64, f64) {
        (
            lon_difference(from.lon(), to.lon()) * self.lon_m,
            (to.lat() - from.lat()) * self.lat_m,
        )
    }

    /// Metres between two points.
    pub(super) fn distance_m(self, a: Position, b: Position) -> f64 {
        let (east, north) = self.offset(a, b);
        (east * east + north * north).sqrt()
    }

    /// The point `east_m` and `north_m` metres from `from`.
    pub(super) fn point(self, from: Position, (east_m, north_m): (f64, f64)) -> Position {
        let lat = (from.lat() + north_m / self.lat_m).clamp(-90.0, 90.0);
        let turned = if self.lon_m > 1e-6 {
            east_m / self.lon_m
        } else {
            0.0
        };
        let lon = from.lon() + turned;
        let lon = if lon > 180.0 {
            lon - 360.0
        } else if lon < -180.0 {
            lon + 360.0
        } else {
            lon
        };
        Position::new(lat, lon.clamp(-180.0, 180.0)).unwrap_or(from)
    }
}

/// The scale of the current position, recomputed after 200 m to the north or south: good to one part in 10,000.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScaleCache {
    lat: f64,
    scale: DegreeScale,
}

impl Default for ScaleCache {
    fn default() -> ScaleCache {
        ScaleCache {
            lat: 0.0,
            scale: DegreeScale::at(0.0),
        }
    }
}

impl ScaleCache {
    /// The scale near `at`.
    pub(super) fn near(&mut self, at: Position) -> DegreeScale {
        if (at.lat() - self.lat).abs() > 0.002 {
            *self = ScaleCache {
                lat: at.lat(),
                scale: DegreeScale::at(at.lat()),
            };
        }
        self.scale
    }
}

/// Metres between two points, by the scale halfway between them.
pub(super) fn planar_distance_m(a: Position, b: Position) -> f64 {
    DegreeScale::at(f64::midpoint(a.lat(), b.lat())).distance_m(a, b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::distance;

    proptest! {
        #[test]
        fn a_few_kilometres_are_measured_like_along_the_ellipsoid(
            lat in -80.0..80.0f64, lon in -180.0..180.0f64, east in -3_000.0..3_000.0f64, north in -3_000.0..3_000.0f64,
        ) {
            let from = Position::new(lat, lon).unwrap();
            let to = DegreeScale::at(lat).point(from, (east, north));
            prop_assert!((planar_distance_m(from, to) - distance(from, to).0).abs() <= 0.01 + distance(from, to).0 * 2e-5);
        }
    }
}
