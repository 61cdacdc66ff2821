//! Boxes that enclose a fence, for an index of candidates.

use super::position::Position;
use crate::units::Meters;

/// A box of longitudes and latitudes, in degrees, edges included. It never crosses the 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// South edge.
    pub min_lat: f64,
    /// West edge.
    pub min_lon: f64,
    /// North edge.
    pub max_lat: f64,
    /// East edge.
    pub max_lon: f64,
}

impl Bounds {
    /// Whether `at` lies in the box or on its edge.
    pub fn holds(&self, at: Position) -> bool {
        (self.min_lat..=self.max_lat).contains(&at.lat()) && (self.min_lon..=self.max_lon).contains(&at.lon())
    }

    /// The boxes that hold every point within `radius` of `center`, with a little to spare.
    ///
    /// Two when they cross the 180th meridian, the whole turn when they hold a pole.
    ///
    /// On a sphere of the smallest radius of curvature of WGS-84 (6,335,439 m, along the meridian at the equator) the
    /// angles come out larger than on the ellipsoid; the longitude is `asin(sin(angle) / cos(lat))` (Bronstein), widened
    /// by one part in a hundred.
    pub fn around(center: Position, radius: Meters) -> Vec<Bounds> {
        let angle = (radius.0 / 6_335_439.0).to_degrees();
        let (south, north) = (
            (center.lat() - angle).max(-90.0),
            (center.lat() + angle).min(90.0),
        );
        let ratio = angle.to_radians().sin() / center.lat().to_radians().cos();
        if south <= -90.0 || north >= 90.0 || ratio >= 1.0 || angle >= 90.0 {
            return vec![Bounds {
                min_lat: south,
                min_lon: -180.0,
                max_lat: north,
                max_lon: 180.0,
            }];
        }
        let half = (ratio.asin().to_degrees() * 1.01).min(180.0);
        Bounds::split(south, north, center.lon() - half, center.lon() + half)
    }

    /// One box, or two when `west..east` (which may lie beyond +-180) crosses the 180th meridian.
    pub(super) fn split(south: f64, north: f64, west: f64, east: f64) -> Vec<Bounds> {
        let of = |min_lon, max_lon| Bounds {
            min_lat: south,
            min_lon,
            max_lat: north,
            max_lon,
        };
        if east - west >= 360.0 {
            vec![of(-180.0, 180.0)]
        } else if west < -180.0 && east < -180.0 {
            vec![of(west + 360.0, east + 360.0)]
        } else if west > 180.0 {
            vec![of(west - 360.0, east - 360.0)]
        } else if west < -180.0 {
            vec![of(west + 360.0, 180.0), of(-180.0, east)]
        } else if east > 180.0 {
            vec![of(west, 180.0), of(-180.0, east - 360.0)]
        } else {
            vec![of(west, east)]
        }
    }
}
