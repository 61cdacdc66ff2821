//! The outline of a place, with holes, on either side of the 180th meridian.
//!
//! Edges are straight in longitude and latitude, as in GeoJSON (RFC 7946, section 3.1.1).

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Bearing, Coord, Distance, Geodesic, Line};

use super::bounds::Bounds;
use super::position::{Position, PositionError, lon_difference};
use crate::Meters;

/// An area with holes: at least one ring, each simple, none touching another, every hole inside the first ring.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    /// Outline first, then holes. Open: the first point is not repeated at the end.
    rings: Vec<Vec<Position>>,
}

/// What is wrong with an outline. Rings and points are counted from 0; ring 0 is the outline, the others are holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolygonError {
    /// No ring at all.
    #[error("polygon has no ring")]
    Empty,
    /// Fewer than three distinct points.
    #[error("ring {ring} of the polygon has {points} distinct points, 3 needed")]
    TooFewPoints {
        /// Which ring.
        ring: usize,
        /// How many it has.
        points: usize,
    },
    /// More points than [`Polygon::POINTS_MAX`], all rings together.
    #[error("polygon has {points} points, {allowed} allowed")]
    TooManyPoints {
        /// How many there are.
        points: usize,
        /// How many there may be.
        allowed: usize,
    },
    /// A point is not a pair of numbers.
    #[error("point {point} of ring {ring} of the polygon must be [lon,lat]")]
    NotAPair {
        /// Which ring.
        ring: usize,
        /// Which point of it.
        point: usize,
    },
    /// A point is not on the earth.
    #[error("point {point} of ring {ring} of the polygon: {problem}")]
    OffTheEarth {
        /// Which ring.
        ring: usize,
        /// Which point of it.
        point: usize,
        /// Which coordinate.
        problem: PositionError,
    },
    /// Two edges of one ring meet elsewhere than at their common corner.
    #[error("ring {ring} of the polygon crosses itself")]
    CrossesItself {
        /// Which ring.
        ring: usize,
    },
    /// Two rings cross or touch.
    #[error("rings {ring} and {other} of the polygon touch")]
    RingsTouch {
        /// One ring.
        ring: usize,
        /// The other.
        other: usize,
    },
    /// A hole lies outside the outline.
    #[error("ring {ring} of the polygon, a hole, lies outside its outline")]
    HoleOutside {
        /// Which ring.
        ring: usize,
    },
    /// Half of the world or more from west to east, or round a pole: which side is inside cannot be told.
    #[error("polygon goes half round the earth or round a pole")]
    TooWide,
}

/// A point as degrees east of some meridian and degrees north: `(x, y)`.
pub(super) type Flat = (f64, f64);

/// WGS-84, half of the greater axis.
const HALF_AXIS_M: f64 = 6_378_137.0;
/// WGS-84, first eccentricity squared.
const E2: f64 = 0.006_694_379_990_141_32;

impl Polygon {
    /// The most points a polygon may have, holes included: reading and judging one stays within milliseconds.
    pub const POINTS_MAX: usize = 1_000;

    /// The area inside `rings[0]` and outside of the other rings.
    ///
    /// Rings are closed automatically; repeated points are dropped; either direction will do.
    ///
    /// # Errors
    /// [`PolygonError`] names the ring and what is wrong with it.
    pub fn new(rings: Vec<Vec<Position>>) -> Result<Polygon, PolygonError> {
        let points = rings.iter().map(Vec::len).sum();
        if points > Self::POINTS_MAX + rings.len() {
            return Err(PolygonError::TooManyPoints {
                points,
                allowed: Self::POINTS_MAX,
            });
        }
        if rings.is_empty() {
            return Err(PolygonError::Empty);
        }
        let polygon = Polygon {
            rings: rings.into_iter().map(open_ring).collect(),
        };
        for (ring, points) in polygon.rings.iter().enumerate() {
            if points.len() < 3 {
                return Err(PolygonError::TooFewPoints {
                    ring,
                    points: points.len(),
                });
            }
        }
        polygon.check_width()?;
        let flat = polygon.flat(polygon.rings[0][0].lon());
        check_crossings(&flat)?;
        check_holes(&flat)?;
        Ok(polygon)
    }

    /// The same from `[lon, lat]` pairs, the order of GeoJSON; a third number (altitude) is ignored.
    ///
    /// # Errors
    /// [`PolygonError`], also for a point that is no pair or not on the earth.
    pub fn from_lon_lat(rings: &[Vec<Vec<f64>>]) -> Result<Polygon, PolygonError> {
        let mut parsed = Vec::with_capacity(rings.len());
        for (ring, points) in rings.iter().enumerate() {
            let mut line = Vec::with_capacity(points.len());
            for (point, numbers) in points.iter().enumerate() {
                let (&[lon, lat] | &[lon, lat, _]) = numbers.as_slice() else {
                    return Err(PolygonError::NotAPair { ring, point });
                };
                let off = |problem| PolygonError::OffTheEarth { ring, point, problem };
                line.push(Position::new(lat, lon).map_err(off)?);
            }
            parsed.push(line);
        }
        Polygon::new(parsed)
    }

    /// The outline and then the holes, each open (the first point is not repeated).
    pub fn rings(&self) -> &[Vec<Position>] {
        &self.rings
    }

    /// Whether `at` lies inside the outline and in no hole. On an edge either answer may come; the distance is 0.
    pub fn contains(&self, at: Position) -> bool {
        let inside = self
            .flat(at.lon())
            .iter()
            .filter(|ring| ring_contains(ring, 0.0, at.lat()))
            .count();
        inside % 2 == 1
    }

    /// How far `at` is from the nearest edge, of outline or hole, whether inside or out.
    ///
    /// Each edge's nearest point is first looked for in a flat frame (`guess`). Edges that may be the nearest of all
    /// are then followed on the ellipsoid: from the guess, the edge is walked by the part of the geodesic to `at` that runs
    /// along it, twice. A step divides the error by about `R / (distance tan(lat))`, a thousand at 5 km: what is left is
    /// some millimetres within 5 km and below 70 degrees (a test compares with brute force), and farther off the
    /// answer is still a true distance to a true point of the edge.
    pub fn distance_to_edge(&self, at: Position) -> Meters {
        let mut guesses = Vec::new();
        for ring in self.flat(at.lon()) {
            guesses.extend(edges(&ring).map(|(a, b)| (guess(at.lat(), a, b), a, b)));
        }
        let nearest2 = guesses
            .iter()
            .map(|((away2, _), ..)| *away2)
            .fold(f64::INFINITY, f64::min);
        let candidates = guesses
            .iter()
            .filter(|((away2, _), ..)| *away2 <= nearest2 * 1.05);
        let measured = candidates.map(|&((_, along), a, b)| edge_distance(at, a, b, along));
        Meters(measured.fold(f64::INFINITY, f64::min))
    }

    /// The boxes that enclose the polygon: two when it crosses the 180th meridian.
    pub fn bounds(&self) -> Vec<Bounds> {
        let west_of = self.rings[0][0].lon();
        let (mut south, mut north, mut west, mut east) = (90.0_f64, -90.0_f64, 180.0_f64, -180.0_f64);
        for (x, y) in &self.flat(west_of)[0] {
            (south, north) = (south.min(*y), north.max(*y));
            (west, east) = (west.min(*x), east.max(*x));
        }
        Bounds::from_edges(south, north, west_of + west, west_of + east)
    }

    /// The rings with longitudes counted from `lon0`, without a jump at the 180th meridian.
    fn flat(&self, lon0: f64) -> Vec<Vec<Flat>> {
        let first = self.rings[0][0];
        let x0 = lon_difference(lon0, first.lon());
        self.rings
            .iter()
            .map(|ring| {
                let mut x = x0 + lon_difference(first.lon(), ring[0].lon());
                let mut before = ring[0].lon();
                ring.iter()
                    .map(|p| {
                        x += lon_difference(before, p.lon());
                        before = p.lon();
                        (x, p.lat())
                    })
                    .collect()
            })
            .collect()
    }

    fn check_width(&self) -> Result<(), PolygonError> {
        for (ring, flat) in self.rings.iter().zip(self.flat(self.rings[0][0].lon())) {
            let xs = || flat.iter().map(|p| p.0);
            let width = xs().fold(f64::MIN, f64::max) - xs().fold(f64::MAX, f64::min);
            let step_home = lon_difference(ring[ring.len() - 1].lon(), ring[0].lon());
            let closes = (flat[flat.len() - 1].0 + step_home - flat[0].0).abs() < 1.0;
            if width >= 180.0 || !closes {
                return Err(PolygonError::TooWide);
            }
        }
        Ok(())
    }
}

/// The ring without repeated points and without the closing one.
fn open_ring(mut ring: Vec<Position>) -> Vec<Position> {
    let same = |a: Position, b: Position| {
        (a.lat() - b.lat()).abs() <= 0.0 && lon_difference(a.lon(), b.lon()).abs() <= 0.0
    };
    ring.dedup_by(|b, a| same(*a, *b));
    while ring.len() > 1 && same(ring[0], ring[ring.len() - 1]) {
        ring.pop();
    }
    ring
}

/// The edges of an open ring, the closing one included.
fn edges(ring: &[Flat]) -> impl Iterator<Item = (Flat, Flat)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Whether the point is inside the ring: an edge crossed an odd number of times on the way east.
pub(super) fn ring_contains(ring: &[Flat], x: f64, y: f64) -> bool {
    let crossed = |&((ax, ay), (bx, by)): &(Flat, Flat)| {
        (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
    };
    edges(ring).filter(crossed).count() % 2 == 1
}

/// The radii of curvature of the ellipsoid at a latitude, metres for a radian: along the meridian, and of the parallel.
fn radii_m(lat: f64) -> (f64, f64) {
    let (sin, cos) = lat.to_radians().sin_cos();
    let w2 = 1.0 - E2 * sin * sin;
    let across = HALF_AXIS_M / w2.sqrt();
    (across * (1.0 - E2) / w2, across * cos)
}

/// About how far (squared) edge `a`-`b` is from an observer at `lat`, and at which share of its length it is nearest.
///
/// Flat: degrees times the radii at the latitude half-way to the edge. Good to some `distance * tan(lat) / R`.
fn guess(lat: f64, a: Flat, b: Flat) -> (f64, f64) {
    let nearest_lat = lat.clamp(a.1.min(b.1), a.1.max(b.1));
    let (meridian, parallel) = radii_m(f64::midpoint(lat, nearest_lat));
    let flat = |p: Flat| (p.0.to_radians() * parallel, (p.1 - lat).to_radians() * meridian);
    let ((ax, ay), (bx, by)) = (flat(a), flat(b));
    let (dx, dy) = (bx - ax, by - ay);
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 {
        (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    ((ax + along * dx).hypot(ay + along * dy).powi(2), along)
}

/// The distance from `at` to edge `a`-`b`, improving the guess that it is nearest at the share `along` of its length.
fn edge_distance(at: Position, a: Flat, b: Flat, mut along: f64) -> f64 {
    let to = geo::Point::new(at.lon(), at.lat());
    let point = |along: f64| {
        let (x, y) = (a.0 + along * (b.0 - a.0), a.1 + along * (b.1 - a.1));
        geo::Point::new(lon_difference(0.0, (at.lon() + x) % 360.0), y)
    };
    for _ in 0..2 {
        let from = point(along);
        let (meridian, parallel) = radii_m(from.y());
        let (east, north) = (
            (b.0 - a.0).to_radians() * parallel,
            (b.1 - a.1).to_radians() * meridian,
        );
        let (sin, cos) = Geodesic.bearing(from, to).to_radians().sin_cos();
        let walk = Geodesic.distance(from, to) * (sin * east + cos * north) / (east * east + north * north);
        along = if walk.is_finite() {
            (along + walk).clamp(0.0, 1.0)
        } else {
            along
        };
    }
    Geodesic.distance(point(along), to)
}

/// One edge among all, with the ring it belongs to and its place there.
struct Edge {
    ring: usize,
    index: usize,
    line: Line<f64>,
}

/// Compares edges that overlap from west to east: about n log n for outlines as people draw them.
fn check_crossings(rings: &[Vec<Flat>]) -> Result<(), PolygonError> {
    let mut all = Vec::new();
    for (ring, points) in rings.iter().enumerate() {
        for (index, (a, b)) in edges(points).enumerate() {
            let (west, east) = if a.0 <= b.0 { (a, b) } else { (b, a) };
            let line = Line::new(Coord { x: west.0, y: west.1 }, Coord { x: east.0, y: east.1 });
            all.push(Edge { ring, index, line });
        }
    }
    all.sort_by(|a, b| a.line.start.x.total_cmp(&b.line.start.x));
    for (i, a) in all.iter().enumerate() {
        for b in all[i + 1..].iter().take_while(|b| b.line.start.x <= a.line.end.x) {
            check_pair(a, b, rings[a.ring].len())?;
        }
    }
    Ok(())
}

fn check_pair(a: &Edge, b: &Edge, ring_len: usize) -> Result<(), PolygonError> {
    let Some(meeting) = line_intersection(a.line, b.line) else {
        return Ok(());
    };
    if a.ring != b.ring {
        return Err(PolygonError::RingsTouch {
            ring: a.ring.min(b.ring),
            other: a.ring.max(b.ring),
        });
    }
    let apart = a.index.abs_diff(b.index);
    let neighbours = apart == 1 || apart == ring_len - 1;
    // Neighbours share a corner; sharing more means that the outline turns back on itself.
    if neighbours && !matches!(meeting, LineIntersection::Collinear { .. }) {
        return Ok(());
    }
    Err(PolygonError::CrossesItself { ring: a.ring })
}

/// No ring touches another, so one point of a hole answers for all of it.
fn check_holes(rings: &[Vec<Flat>]) -> Result<(), PolygonError> {
    for (ring, hole) in rings.iter().enumerate().skip(1) {
        let (x, y) = hole[0];
        if !ring_contains(&rings[0], x, y) {
            return Err(PolygonError::HoleOutside { ring });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
