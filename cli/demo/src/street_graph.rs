//! A graph of the sample's streets, and shortest paths along them for the simulated phone.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use fieldbook_page::{Point, Street, StreetKind};

/// Greatest distance between corners of two streets that are one crossing, metres.
const CROSSING_M: f64 = 25.0;

/// The corners of the streets with their neighbours.
pub(super) struct StreetGraph {
    corners: Vec<Point>,
    neighbours: Vec<Vec<usize>>,
}

/// An entry of Dijkstra's queue, the nearest corner first.
#[derive(PartialEq)]
struct Reached {
    metres: f64,
    corner: usize,
}

impl Eq for Reached {}

impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Reached) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Reached {
    fn cmp(&self, other: &Reached) -> Ordering {
        other
            .metres
            .total_cmp(&self.metres)
            .then(other.corner.cmp(&self.corner))
    }
}

impl StreetGraph {
    /// The graph of a street plan. Streets meet at a shared corner, or at corners within [`CROSSING_M`].
    pub(super) fn from_plan(plan: &[Street]) -> StreetGraph {
        let mut streets = StreetGraph {
            corners: Vec::new(),
            neighbours: Vec::new(),
        };
        let mut known = HashMap::new();
        let driven = |street: &&Street| street.kind >= StreetKind::Lane;
        for street in plan.iter().filter(driven) {
            let numbers: Vec<usize> = street
                .points
                .iter()
                .map(|at| {
                    *known
                        .entry((at.lat.to_bits(), at.lon.to_bits()))
                        .or_insert_with(|| {
                            streets.corners.push(*at);
                            streets.neighbours.push(Vec::new());
                            streets.corners.len() - 1
                        })
                })
                .collect();
            for pair in numbers.windows(2) {
                streets.neighbours[pair[0]].push(pair[1]);
                streets.neighbours[pair[1]].push(pair[0]);
            }
        }
        streets.join_crossings();
        streets
    }

    fn join_crossings(&mut self) {
        for a in 0..self.corners.len() {
            for b in 0..a {
                if metres(self.corners[a], self.corners[b]) <= CROSSING_M {
                    self.neighbours[a].push(b);
                    self.neighbours[b].push(a);
                }
            }
        }
    }

    /// The shortest path (Dijkstra 1959) between the corners nearest to two places; a straight line if no street
    /// connects them.
    pub(super) fn shortest_path(&self, from: Point, to: Point) -> Vec<Point> {
        let between = self.nearest(from).zip(self.nearest(to));
        let corners = between.and_then(|(first, last)| self.corners_of_path(first, last));
        let corners = corners.unwrap_or_default().into_iter().map(|at| self.corners[at]);
        std::iter::once(from).chain(corners).chain([to]).collect()
    }

    fn nearest(&self, at: Point) -> Option<usize> {
        let away = |corner: &usize| metres(self.corners[*corner], at);
        (0..self.corners.len()).min_by(|a, b| away(a).total_cmp(&away(b)))
    }

    fn corners_of_path(&self, first: usize, last: usize) -> Option<Vec<usize>> {
        let mut before: Vec<Option<usize>> = vec![None; self.corners.len()];
        let mut best = vec![f64::INFINITY; self.corners.len()];
        let mut reached = BinaryHeap::from([Reached {
            metres: 0.0,
            corner: first,
        }]);
        best[first] = 0.0;
        while let Some(Reached {
            metres: so_far,
            corner,
        }) = reached.pop()
        {
            if corner == last {
                break;
            }
            for next in &self.neighbours[corner] {
                let metres = so_far + metres(self.corners[corner], self.corners[*next]);
                if metres < best[*next] {
                    (best[*next], before[*next]) = (metres, Some(corner));
                    reached.push(Reached {
                        metres,
                        corner: *next,
                    });
                }
            }
        }
        let mut path = vec![last];
        while let Some(corner) = before[*path.last()?] {
            path.push(corner);
        }
        path.reverse();
        (path.first() == Some(&first)).then_some(path)
    }
}

/// Distance between two points of one town on a local plane, metres.
pub(super) fn metres(a: Point, b: Point) -> f64 {
    let east = (a.lon - b.lon) * 111_320.0 * a.lat.to_radians().cos();
    east.hypot((a.lat - b.lat) * 111_320.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Point {
        Point { lat, lon }
    }

    fn street(points: Vec<Point>) -> Street {
        Street {
            name: String::new(),
            kind: StreetKind::Street,
            points,
        }
    }

    #[test]
    fn the_way_goes_round_the_corner_that_two_streets_share() {
        let corner = at(50.001, 0.0);
        let streets = StreetGraph::from_plan(&[
            street(vec![at(50.0, 0.0), corner]),
            street(vec![corner, at(50.001, 0.001)]),
        ]);
        let path = streets.shortest_path(at(49.9999, 0.0), at(50.001, 0.0012));
        assert_eq!(path.len(), 5);
        assert_eq!(path[2], corner);
    }

    #[test]
    fn without_streets_the_way_is_straight() {
        let (from, to) = (at(50.0, 0.0), at(50.1, 0.1));
        assert_eq!(StreetGraph::from_plan(&[]).shortest_path(from, to), [from, to]);
        let apart = StreetGraph::from_plan(&[
            street(vec![at(50.0, 0.0), at(50.0, 0.01)]),
            street(vec![at(50.1, 0.1), at(50.1, 0.11)]),
        ]);
        assert_eq!(apart.shortest_path(from, to), [from, to]);
    }
}
