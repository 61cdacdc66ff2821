//! Speed profile: time-dependent travel speeds over the day.

use std::sync::Arc;

/// A step of a speed profile: the speed from some time of the day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpeedStep {
    /// First second of the step, from local midnight.
    pub from: i32,
    /// Percentage of the speed that the travel times assume, 1 to 100. At 80 a drive takes a quarter longer.
    pub percent: i32,
}

/// Piecewise constant speed of all roads over the day; before the first step the roads are as fast as the
/// travel times assume.
///
/// A drive under way when the speed changes continues at the new one, so a later departure never arrives
/// earlier: the FIFO property (Ichoua, Gendreau and Potvin 2003, "Vehicle dispatching with time-dependent
/// travel times", with one class of roads). A clone shares the steps.
///
/// ```
/// use fieldbook_plan::{SpeedProfile, SpeedStep};
/// let rush = [SpeedStep { from: 25_200, percent: 50 }, SpeedStep { from: 32_400, percent: 100 }];
/// let speeds = SpeedProfile::new(rush.to_vec()).unwrap();
/// // Ten minutes of empty road take twenty at eight, and fifteen at five to nine: five until the rush is over.
/// assert_eq!(speeds.arrival(28_800, 600), 28_800 + 1_200);
/// assert_eq!(speeds.arrival(31_800, 600), 31_800 + 900);
/// assert_eq!(speeds.departure(31_800 + 900, 600), 31_800);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpeedProfile {
    steps: Arc<[SpeedStep]>,
}

impl SpeedProfile {
    /// Takes the steps in order. `None` when two begin at once or in the wrong order, or a percentage is not
    /// 1 to 100.
    pub fn new(mut steps: Vec<SpeedStep>) -> Option<SpeedProfile> {
        let ordered = steps.windows(2).all(|pair| pair[0].from < pair[1].from);
        let possible = steps.iter().all(|step| (1..=100).contains(&step.percent));
        if !ordered || !possible {
            return None;
        }
        steps.dedup_by_key(|step| step.percent);
        if steps.first().is_some_and(|first| first.percent == 100) {
            steps.remove(0);
        }
        Some(SpeedProfile { steps: steps.into() })
    }

    /// The steps in order; empty where the speed is constant.
    pub fn steps(&self) -> &[SpeedStep] {
        &self.steps
    }

    /// End of a drive that begins at `leave_s` and takes `usual_s` on empty roads, rounded up to whole
    /// seconds.
    pub fn arrival(&self, leave_s: i64, usual_s: i32) -> i64 {
        // The rest of the drive, in hundredths of a second on empty roads.
        let mut left = i64::from(usual_s) * 100;
        let mut now_s = leave_s;
        let mut at = self.steps.partition_point(|step| i64::from(step.from) <= leave_s);
        loop {
            let percent = self.before(at);
            let takes_s = rounded_up(left, percent);
            match self.steps.get(at) {
                Some(next) if i64::from(next.from).saturating_sub(now_s) < takes_s => {
                    left -= (i64::from(next.from) - now_s) * percent;
                    now_s = next.from.into();
                    at += 1;
                }
                _ => return now_s.saturating_add(takes_s),
            }
        }
    }

    /// The latest departure for a drive that takes `usual_s` on empty roads and is to be over at `arrive_s`.
    pub fn departure(&self, arrive_s: i64, usual_s: i32) -> i64 {
        let mut left = i64::from(usual_s) * 100;
        let mut now_s = arrive_s;
        let mut at = self.steps.partition_point(|step| i64::from(step.from) < arrive_s);
        loop {
            let percent = self.before(at);
            let takes_s = rounded_up(left, percent);
            match at.checked_sub(1).map(|at| i64::from(self.steps[at].from)) {
                Some(from) if now_s.saturating_sub(from) < takes_s => {
                    left -= (now_s - from) * percent;
                    now_s = from;
                    at -= 1;
                }
                _ => return now_s.saturating_sub(takes_s),
            }
        }
    }

    /// Distance driven from `from_s` to `until_s`, as seconds on empty roads, rounded up.
    pub fn driven(&self, from_s: i64, until_s: i64) -> i64 {
        let mut hundredths = 0_i64;
        let mut now_s = from_s;
        let mut at = self.steps.partition_point(|step| i64::from(step.from) <= from_s);
        while now_s < until_s {
            let next_s = self
                .steps
                .get(at)
                .map_or(until_s, |next| until_s.min(next.from.into()));
            hundredths =
                hundredths.saturating_add(next_s.saturating_sub(now_s).saturating_mul(self.before(at)));
            now_s = next_s;
            at += 1;
        }
        rounded_up(hundredths, 100)
    }

    /// The percentage that holds until step `at` begins.
    fn before(&self, at: usize) -> i64 {
        let step = at.checked_sub(1).and_then(|at| self.steps.get(at));
        step.map_or(100, |step| step.percent.into())
    }
}

/// The quotient of two non-negative numbers, rounded up.
fn rounded_up(what: i64, by: i64) -> i64 {
    what / by + i64::from(what % by > 0)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Up to six steps around a short day that begins at `from`.
    pub(crate) fn profile(from: i32) -> impl Strategy<Value = SpeedProfile> {
        let step = (from - 3_000..from + 20_000, 1..=100_i32);
        prop::collection::vec(step, 0..6).prop_map(|mut steps| {
            steps.sort_unstable();
            steps.dedup_by_key(|step| step.0);
            let steps = steps
                .into_iter()
                .map(|(from, percent)| SpeedStep { from, percent });
            SpeedProfile::new(steps.collect()).unwrap()
        })
    }

    /// The percentage in one second of the day, as the steps were given.
    fn percent(steps: &[SpeedStep], second: i64) -> i64 {
        let held = steps.iter().rev().find(|step| i64::from(step.from) <= second);
        held.map_or(100, |step| step.percent.into())
    }

    /// The arrival by driving one second after the other.
    fn second_by_second(speeds: &SpeedProfile, leave_s: i64, usual_s: i32) -> i64 {
        let (mut now_s, mut left) = (leave_s, i64::from(usual_s) * 100);
        while left > 0 {
            left -= percent(&speeds.steps, now_s);
            now_s += 1;
        }
        now_s
    }

    #[test]
    fn steps_that_cannot_be_are_none() {
        let step = |from, percent| SpeedStep { from, percent };
        assert_eq!(SpeedProfile::new(vec![step(5, 50), step(5, 60)]), None);
        assert_eq!(SpeedProfile::new(vec![step(5, 0)]), None);
        assert_eq!(SpeedProfile::new(vec![step(5, 101)]), None);
        let nothing = vec![step(5, 100), step(9, 100)];
        assert_eq!(SpeedProfile::new(nothing), Some(SpeedProfile::default()));
    }

    #[test]
    fn the_longest_drive_at_the_slowest_speed_ends() {
        let speeds = SpeedProfile::new(vec![SpeedStep { from: 0, percent: 1 }]).unwrap();
        let end = speeds.arrival(7, i32::MAX);
        assert_eq!(end, 7 + 100 * i64::from(i32::MAX));
        assert_eq!(speeds.departure(end, i32::MAX), 7);
        assert_eq!(speeds.arrival(i64::MAX, i32::MAX), i64::MAX);
    }

    proptest! {
        #[test]
        fn a_drive_is_what_it_is_second_by_second(speeds in profile(1_000), leave_s in -2_000..25_000_i64, usual_s in 0..4_000_i32) {
            let arrive_s = speeds.arrival(leave_s, usual_s);
            prop_assert_eq!(arrive_s, second_by_second(&speeds, leave_s, usual_s));
            // The latest departure arrives in time, and a second later would not.
            let latest_s = speeds.departure(arrive_s, usual_s);
            prop_assert!(latest_s >= leave_s);
            prop_assert!(speeds.arrival(latest_s, usual_s) <= arrive_s);
            prop_assert!(speeds.arrival(latest_s + 1, usual_s) > arrive_s || usual_s == 0);
            // A driver who was on the road all the time can have arrived by now.
            let driven = i32::try_from(speeds.driven(leave_s, arrive_s)).unwrap();
            prop_assert!(driven >= usual_s);
            prop_assert!(speeds.arrival(leave_s, driven - 1) <= arrive_s);
        }
    }
}
