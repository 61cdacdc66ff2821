//! Time on the road of a plan, at the speeds of the time of day.

use super::day::Travel;

/// A stay of the rep at one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dwell {
    /// Index into the travel-time matrix.
    pub node: usize,
    /// Arrival, in seconds from local midnight.
    pub from_s: i64,
    /// Departure, in seconds from local midnight.
    pub until_s: i64,
}

impl Travel {
    /// Seconds on the road from `start` over all `dwells` to `end`, at the speeds of the time of day. Every
    /// node must exist. A plan's `travel_s` is the same way on empty roads; under a constant speed both are
    /// equal.
    pub fn road_time_s(&self, start: usize, dwells: &[Dwell], end: Option<usize>) -> i64 {
        let Some((first, last)) = dwells.first().zip(dwells.last()) else {
            return 0;
        };
        let drive =
            |from: usize, to: usize, leave_s: i64| self.arrival(from, to, leave_s).saturating_sub(leave_s);
        let way_out = drive(start, first.node, self.departure(start, first.node, first.from_s));
        let between = dwells
            .windows(2)
            .map(|pair| drive(pair[0].node, pair[1].node, pair[0].until_s));
        let way_home = end.map_or(0, |end| drive(last.node, end, last.until_s));
        between.fold(way_out.saturating_add(way_home), i64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SpeedProfile, SpeedStep};

    #[test]
    fn the_way_home_takes_longer_when_the_roads_are_slow() {
        let dwell = Dwell {
            node: 1,
            from_s: 30_000,
            until_s: 60_000,
        };
        let steady = Travel::new(2, vec![0, 600, 700, 0]).unwrap();
        let evening = SpeedStep {
            from: 59_000,
            percent: 70,
        };
        let slow = steady
            .clone()
            .with_speeds(SpeedProfile::new(vec![evening]).unwrap());
        assert_eq!(steady.road_time_s(0, &[dwell], Some(0)), 1_300);
        assert_eq!(slow.road_time_s(0, &[dwell], Some(0)), 600 + 1_000);
        assert_eq!(slow.road_time_s(0, &[dwell], None), 600);
        assert_eq!(slow.road_time_s(0, &[], Some(0)), 0);
    }
}
