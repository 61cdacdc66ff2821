//! A way that is travelled twice at the same times: a recording that was played again, with fresh errors or without.

use std::collections::HashMap;

use super::{Motion, count};

/// Distance between the anchors of a path, metres.
const ANCHOR_M: f64 = 60.0;
/// Largest distance of two passes across the path, metres.
const ACROSS_M: f64 = 20.0;
/// Least time between two passes, seconds.
const LATER_S: f64 = 300.0;
/// Width of a class of delays, seconds.
const CLASS_S: f64 = 3.0;
/// Largest number of anchors that are compared, and of earlier ones in one square.
const ANCHORS_MAX: usize = 20_000;
const IN_SQUARE_MAX: usize = 48;
/// Least speed at an anchor, metres a second: walkers meet.
const RIDE_MPS: f64 = 3.0;
/// Least number of anchors that agree.
const AGREE_MIN: usize = 40;

/// A point of a ride.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    at_s: f64,
    east_m: f64,
    north_m: f64,
    /// Direction of travel, of length 1.
    heading: (f64, f64),
    speed_mps: f64,
}

impl Motion<'_> {
    /// The share of the way that was travelled before with one and the same delay, to a few seconds.
    ///
    /// Who drives a road again meets other lights and other cars: the delay wanders by minutes. Only a recording that is
    /// played again keeps it.
    pub(in crate::track) fn repeated_share(&self) -> f64 {
        let anchors = self.anchors();
        let square = |east_m: f64, north_m: f64| (whole(east_m / ANCHOR_M), whole(north_m / ANCHOR_M));
        let mut squares: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
        let mut classes: HashMap<i64, usize> = HashMap::new();
        for (number, anchor) in anchors.iter().enumerate() {
            let (x, y) = square(anchor.east_m, anchor.north_m);
            let mut delays: Vec<i64> = Vec::new();
            for near in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy))) {
                let before = squares.get(&near).into_iter().flatten();
                let delays_here = before.filter_map(|earlier| anchors[*earlier].delay_s(anchor));
                delays.extend(delays_here.map(|delay_s| whole(delay_s / CLASS_S)));
            }
            delays.sort_unstable();
            delays.dedup();
            for delay in delays {
                *classes.entry(delay).or_default() += 1;
            }
            let here = squares.entry((x, y)).or_default();
            if here.len() < IN_SQUARE_MAX {
                here.push(number);
            }
        }
        let pair = |(class, votes): (&i64, &usize)| votes + classes.get(&(class + 1)).unwrap_or(&0);
        let agreeing = classes.iter().map(pair).max().unwrap_or(0);
        if agreeing < AGREE_MIN {
            0.0
        } else {
            count(agreeing) / count(anchors.len())
        }
    }

    /// The anchors of all rides, [`ANCHORS_MAX`] at most.
    fn anchors(&self) -> Vec<Anchor> {
        let mut anchors = Vec::new();
        let (mut at_s, mut east_m, mut north_m) = (0.0, 0.0, 0.0);
        let mut last = (0.0, 0.0, 0.0);
        for step in &self.steps {
            (at_s, east_m, north_m) = (at_s + step.lasted_s, east_m + step.east_m, north_m + step.north_m);
            let (lasted_s, east, north): (f64, f64, f64) = (at_s - last.0, east_m - last.1, north_m - last.2);
            let moved_m = east.hypot(north);
            if moved_m < ANCHOR_M && lasted_s < ANCHOR_M / RIDE_MPS {
                continue;
            }
            let speed_mps = moved_m / lasted_s.max(0.1);
            if speed_mps >= RIDE_MPS && lasted_s <= 60.0 && anchors.len() < ANCHORS_MAX {
                // A point on the way every ANCHOR_M, also where fixes are further apart.
                let parts = (moved_m / ANCHOR_M).clamp(1.0, 40.0).floor();
                let mut part = 1.0;
                while part <= parts {
                    let on = part / parts;
                    anchors.push(Anchor {
                        at_s: last.0 + on * lasted_s,
                        east_m: last.1 + on * east,
                        north_m: last.2 + on * north,
                        heading: (east / moved_m, north / moved_m),
                        speed_mps,
                    });
                    part += 1.0;
                }
            }
            last = (at_s, east_m, north_m);
        }
        anchors
    }
}

impl Anchor {
    /// The time from this pass to `later` at the same point of the way, seconds, if it was the same way.
    fn delay_s(&self, later: &Anchor) -> Option<f64> {
        let (east_m, north_m) = (later.east_m - self.east_m, later.north_m - self.north_m);
        let along_m = east_m * self.heading.0 + north_m * self.heading.1;
        let across_m = (east_m * self.heading.1 - north_m * self.heading.0).abs();
        let same_direction = self.heading.0 * later.heading.0 + self.heading.1 * later.heading.1 > 0.9;
        let delay_s = later.at_s - self.at_s - along_m / self.speed_mps;
        let same_speed = (later.speed_mps / self.speed_mps - 1.0).abs() < 0.3;
        let near = across_m <= ACROSS_M && along_m.abs() <= ANCHOR_M;
        (near && same_direction && same_speed && delay_s >= LATER_S).then_some(delay_s)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, and squares of the earth are few"
)]
fn whole(number: f64) -> i64 {
    number.floor() as i64
}
