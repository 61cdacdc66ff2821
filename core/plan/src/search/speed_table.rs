//! Arrivals and departures at time-dependent speeds, by table lookup.
//!
//! The rules are those of [`SpeedProfile`]. The distance driven since the start of the shift is summed up
//! once, so that either question takes two lookups. The latest departure is the exact inverse of the arrival,
//! so an insertion is tested by one number, as at constant speed.

use super::super::speeds::SpeedProfile;
use super::instance::NEVER;

/// Speeds of one shift, relative to its start.
#[derive(Debug, Clone)]
pub(super) struct SpeedTable {
    /// Never empty; the first begins at 0.
    intervals: Box<[SpeedInterval]>,
    horizon: i32,
}

/// An interval of constant speed.
#[derive(Debug, Clone, Copy)]
struct SpeedInterval {
    from: i32,
    percent: i32,
    /// Distance driven from the start of the shift until `from`, in hundredths of a second on empty roads.
    driven: i64,
}

impl SpeedTable {
    /// The table of a shift that begins at `from` with length `horizon`; `None` where the speed is 100 %
    /// throughout.
    pub(super) fn new(speeds: &SpeedProfile, from: i32, horizon: i32) -> Option<SpeedTable> {
        let mut intervals = vec![SpeedInterval {
            from: 0,
            percent: 100,
            driven: 0,
        }];
        for step in speeds.steps().iter().filter(|step| step.from < from + horizon) {
            let last = intervals.last_mut()?;
            let begins = (step.from - from).max(0);
            if begins == last.from {
                last.percent = step.percent;
                continue;
            }
            let before = *last;
            intervals.push(SpeedInterval {
                from: begins,
                percent: step.percent,
                driven: before.driven(begins),
            });
        }
        let steady = intervals.iter().all(|interval| interval.percent == 100);
        (!steady).then(|| SpeedTable {
            intervals: intervals.into(),
            horizon,
        })
    }

    /// Arrival after leaving at `leave` for a drive of `usual` seconds on empty roads; [`NEVER`] after the
    /// shift.
    #[inline(never)] // In the loops over a route it would only stand in the way of steady roads.
    pub(super) fn arrival(&self, leave: i32, usual: i32) -> i32 {
        if leave > self.horizon || usual > self.horizon {
            return NEVER;
        }
        let target = self.at(|interval| interval.from <= leave).driven(leave) + 100 * i64::from(usual);
        let arrival = if usual == 0 {
            i64::from(leave)
        } else {
            // The speed that holds up to the second of arrival.
            let interval = self.at(|interval| interval.driven < target);
            let percent = i64::from(interval.percent);
            i64::from(interval.from) + (target - interval.driven + percent - 1) / percent
        };
        i32::try_from(arrival)
            .ok()
            .filter(|at| *at <= self.horizon)
            .unwrap_or(NEVER)
    }

    /// The latest departure for a drive of `usual` seconds that arrives by `due`; -1 before the shift.
    #[inline(never)]
    pub(super) fn departure(&self, due: i32, usual: i32) -> i32 {
        if due < 0 {
            return -1;
        }
        let target = self.at(|interval| interval.from <= due).driven(due) - 100 * i64::from(usual);
        if target < 0 {
            return -1;
        }
        let interval = self.at(|interval| interval.driven <= target);
        let ahead = (target - interval.driven) / i64::from(interval.percent);
        i32::try_from(i64::from(interval.from) + ahead).unwrap_or(due)
    }

    /// The last interval of the prefix for which `holds` is true; the first where it is true for none.
    fn at(&self, holds: impl Fn(&SpeedInterval) -> bool) -> &SpeedInterval {
        let beyond = self.intervals.iter().position(|interval| !holds(interval));
        let last = beyond.unwrap_or(self.intervals.len()).max(1) - 1;
        &self.intervals[last]
    }
}

impl SpeedInterval {
    /// Distance driven from the start of the shift until a time in the interval.
    fn driven(&self, at: i32) -> i64 {
        self.driven + i64::from(at - self.from) * i64::from(self.percent)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::speeds::tests::profile;
    use super::*;

    proptest! {
        #[test]
        fn the_clock_tells_what_the_profile_tells(
            speeds in profile(5_000), from in 0..12_000_i32, horizon in 0..12_000_i32, leave in 0..12_000_i32, usual in 0..5_000_i32,
        ) {
            let leave = leave.min(horizon);
            let arrival = speeds.arrival(i64::from(from + leave), usual) - i64::from(from);
            let Some(clock) = SpeedTable::new(&speeds, from, horizon) else {
                prop_assert!(arrival == i64::from(leave + usual) || arrival > i64::from(horizon));
                return Ok(());
            };
            let expected = if arrival <= i64::from(horizon) { i32::try_from(arrival).unwrap() } else { NEVER };
            prop_assert_eq!(clock.arrival(leave, usual), expected);
            let departure = speeds.departure(i64::from(from + leave), usual) - i64::from(from);
            let expected = if departure >= 0 { i32::try_from(departure).unwrap() } else { -1 };
            prop_assert_eq!(clock.departure(leave, usual), expected);
        }
    }
}
