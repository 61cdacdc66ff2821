//! Bounding boxes of a fence, for an index of candidates. The exact test is the fence's own.

use super::position::Position;
use crate::Meters;

/// A box of longitudes and latitudes, in degrees, edges included. It never crosses the 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Latitude of the south edge.
    pub min_lat: f64,
    /// Longitude of the west edge.
    pub min_lon: f64,
    /// Latitude of the north edge.
    pub max_lat: f64,
    /// Longitude of the east edge.
    pub max_lon: f64,
}

impl Bounds {
    /// True if `at` lies in the box or on its edge.
    pub fn contains(&self, at: Position) -> bool {
        (self.min_lat..=self.max_lat).contains(&at.lat()) && (self.min_lon..=self.max_lon).contains(&at.lon())
    }

    /// The boxes that contain every point within `radius` of `center`, with a small margin.
    ///
    /// Two boxes across the 180th meridian; all longitudes around a pole.
    ///
    /// On a sphere of the smallest radius of curvature of WGS-84 (6,335,439 m, along the meridian at the equator) the
    /// angles are larger than on the ellipsoid. The longitude is `asin(sin(angle) / cos(lat))` (Bronstein), widened by
    /// 1 %.
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
        Bounds::from_edges(south, north, center.lon() - half, center.lon() + half)
    }

    /// A lower bound of the distance from `at` to any point of the box; 0 inside.
    ///
    /// The haversine formula with the smallest differences of latitude and longitude and the smallest cosine in the
    /// box, on a sphere of the smallest radius of curvature of WGS-84 (6,335,439 m): no path is shorter there than on
    /// the ellipsoid. Reduced by 1 % for the rounding of the index.
    pub fn min_distance(&self, at: Position) -> Meters {
        let off = |x: f64, min: f64, max: f64| (min - x).max(x - max).max(0.0);
        let turn = off(at.lon(), self.min_lon, self.max_lon);
        let around = (360.0 - (self.max_lon - self.min_lon) - turn).max(0.0);
        let half_sine = |degrees: f64| {
            (degrees / 2.0)
                .to_radians()
                .min(std::f64::consts::FRAC_PI_2)
                .sin()
        };
        let cosine = |degrees: f64| degrees.to_radians().cos().max(0.0);
        let (north_south, east_west) = (
            half_sine(off(at.lat(), self.min_lat, self.max_lat)),
            half_sine(turn.min(around)),
        );
        let cosines = cosine(at.lat()) * cosine(self.min_lat.abs().max(self.max_lat.abs()));
        let haversine = north_south.powi(2) + cosines * east_west.powi(2);
        Meters(2.0 * haversine.sqrt().min(1.0).asin() * 6_335_439.0 * 0.99)
    }

    /// One box, or two across the 180th meridian. `west` and `east` may lie beyond +-180.
    pub(super) fn from_edges(south: f64, north: f64, west: f64, east: f64) -> Vec<Bounds> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::distance;

    proptest! {
        #[test]
        fn no_point_of_a_box_is_nearer_than_the_box(
            (lat, lon) in (-90.0..=90.0f64, -180.0..=180.0f64), (south, west) in (-90.0..=90.0f64, -180.0..=180.0f64),
            (high, wide) in (0.0..20.0f64, 0.0..60.0f64), (up, right) in (0.0..=1.0f64, 0.0..=1.0f64),
        ) {
            let (north, east) = ((south + high).min(90.0), (west + wide).min(180.0));
            let bounds = Bounds { min_lat: south, min_lon: west, max_lat: north, max_lon: east };
            let inside = Position::new(south + (north - south) * up, west + (east - west) * right).unwrap();
            let at = Position::new(lat, lon).unwrap();
            prop_assert!(bounds.min_distance(at) <= distance(at, inside));
            prop_assert_eq!(bounds.min_distance(inside), Meters(0.0));
        }
    }
}
