//! Travel times estimated where no road map is given: the geodesic times a detour factor, at typical speeds.
//!
//! Fitting the model to a rep's own trips is in `fit`.

use super::day::{LONGEST_S, Travel, UNREACHABLE_S, Window};
use super::error::{ProblemError, ProblemErrorKind};
use super::speeds::{SpeedProfile, SpeedStep};
use fieldbook_location::{Position, distance};

/// Parameters of the estimate. A host that knows the roads gives its own matrix instead.
#[derive(Debug, Clone, PartialEq)]
pub struct TravelModel {
    /// Detour factor: road distance over geodesic distance. 1.3 lies between the 1.20 of the USA and the 1.46
    /// of Europe in Ballou, Rahardja and Sakai 2002, "Selected country circuity factors for road travel
    /// distance estimation".
    pub detour: f64,
    /// Stretches of a drive, each with its length in metres and its speed in metres a second; the last one
    /// has no end.
    pub stretches: [(f64, f64); 3],
    /// Share of that speed in each hour of the day.
    pub by_hour: [f64; 24],
    /// Walk to and from the car, in seconds for each drive.
    pub parking_s: i32,
}

impl Default for TravelModel {
    /// Streets at 25 km/h for 2 km, roads at 50 km/h for 18 km, then 80 km/h; slower in the rush hours.
    fn default() -> TravelModel {
        let by_hour = std::array::from_fn(|hour| match hour {
            7 | 8 | 16 | 17 => 0.8,
            9..16 => 0.9,
            _ => 1.0,
        });
        TravelModel {
            detour: 1.3,
            stretches: [
                (2_000.0, 25.0 / 3.6),
                (18_000.0, 50.0 / 3.6),
                (f64::INFINITY, 80.0 / 3.6),
            ],
            by_hour,
            parking_s: 90,
        }
    }
}

impl TravelModel {
    /// Travel times between all `places` over the hours of `shift`: the matrix holds the fastest hour, the
    /// speed profile the others. Parking takes the same time at every hour, on the mean over the shift.
    pub fn travel(&self, places: &[Position], shift: Window) -> Travel {
        let shares = self.shares(shift);
        let fastest = shares.iter().map(|(_, share)| *share).fold(0.05, f64::max);
        let steps = shares.iter().map(|(from, share)| SpeedStep {
            from: *from,
            percent: whole_percent(share / fastest),
        });
        let speeds = SpeedProfile::new(steps.collect())
            .expect("hours are in order, and none is faster than the fastest");
        let parking_s = f64::from(self.parking_s) * mean(&shares) / fastest;
        self.matrix(places, fastest, parking_s).with_speeds(speeds)
    }

    /// Travel times between all `places` at the mean speed of `shift`, constant over the day: for use beside
    /// given times that name no hour.
    pub fn mean_travel(&self, places: &[Position], shift: Window) -> Travel {
        self.matrix(places, mean(&self.shares(shift)), self.parking_s.into())
    }

    fn matrix(&self, places: &[Position], share: f64, parking_s: f64) -> Travel {
        let drive = |from: &Position, to: &Position| {
            if from == to {
                return 0;
            }
            let seconds = whole_s(self.free_s(distance(*from, *to).0 * self.detour) / share + parking_s);
            if seconds < LONGEST_S {
                seconds
            } else {
                UNREACHABLE_S
            }
        };
        let drives = places
            .iter()
            .flat_map(|from| places.iter().map(move |to| drive(from, to)));
        Travel::new(places.len(), drives.collect()).expect("as many rows as columns, and no time below 0")
    }

    /// Checks that every parameter is in range.
    ///
    /// # Errors
    /// Names the parameter that is out of range, such as `detour` or `by_hour[7]`.
    pub fn check(&self) -> Result<(), ProblemError> {
        let within = |field: String, value: f64, least: i32, most: i32| {
            if value > f64::from(least) && value <= f64::from(most) {
                return Ok(());
            }
            let (least, most) = (least.into(), most.into());
            Err(ProblemError::new(
                field,
                ProblemErrorKind::OutOfRange { least, most },
            ))
        };
        within("detour".to_owned(), self.detour, 0, 100)?;
        for (at, (length_m, speed_mps)) in self.stretches.iter().enumerate() {
            // The last stretch has no end.
            within(format!("stretches[{at}].0"), length_m.min(1e9), 0, 1_000_000_000)?;
            within(format!("stretches[{at}].1"), *speed_mps, 0, 1_000)?;
        }
        for (hour, share) in self.by_hour.iter().enumerate() {
            within(format!("by_hour[{hour}]"), *share, 0, 100)?;
        }
        within("parking_s".to_owned(), f64::from(self.parking_s), -1, 86_400)
    }

    /// Seconds for `metres` of empty road.
    pub(super) fn free_s(&self, mut metres: f64) -> f64 {
        let mut seconds = 0.0;
        for (length_m, speed_mps) in self.stretches {
            let driven_m = metres.min(length_m);
            seconds += driven_m / speed_mps;
            metres -= driven_m;
        }
        seconds
    }

    /// The hours of a shift, each with its first second and its share of speed.
    fn shares(&self, shift: Window) -> Vec<(i32, f64)> {
        let (first, last) = (shift.from / 3_600, (shift.until.max(shift.from + 1) - 1) / 3_600);
        let share = |hour: i32| self.by_hour[usize::try_from(hour).unwrap_or(0) % 24].max(0.05);
        // Hours beyond a week repeat.
        let hours = first..=last.min(first.saturating_add(168));
        hours.map(|hour| (hour * 3_600, share(hour))).collect()
    }
}

fn mean(shares: &[(i32, f64)]) -> f64 {
    let count = f64::from(u32::try_from(shares.len()).unwrap_or(1).max(1));
    shares.iter().map(|(_, share)| share).sum::<f64>() / count
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to what a profile may contain"
)]
fn whole_percent(share: f64) -> i32 {
    (share * 100.0).round().clamp(1.0, 100.0) as i32
}

/// Whole seconds, rounded up: arriving early is safe, arriving late is not.
#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to what a plan may contain"
)]
fn whole_s(seconds: f64) -> i32 {
    seconds.ceil().clamp(0.0, f64::from(LONGEST_S)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    const NINE_TO_FIVE: Window = Window {
        from: 9 * 3_600,
        until: 17 * 3_600,
    };

    #[test]
    fn a_kilometre_in_town_takes_some_minutes_and_no_way_takes_none() {
        let places = [at(52.630, 1.297), at(52.639, 1.297), at(52.630, 1.297)];
        let travel = TravelModel::default().travel(&places, NINE_TO_FIVE);
        assert_eq!((travel.between(0, 0), travel.between(0, 2)), (0, 0));
        let there = travel.between(0, 1);
        assert!((240..360).contains(&there), "{there} s for 1 km");
        assert_eq!(there, travel.between(1, 0));
    }

    #[test]
    fn roads_that_cannot_be_are_refused_by_their_field() {
        assert_eq!(TravelModel::default().check(), Ok(()));
        let field = |change: &dyn Fn(&mut TravelModel)| {
            let mut roads = TravelModel::default();
            change(&mut roads);
            roads.check().unwrap_err().field
        };
        assert_eq!(field(&|roads| roads.detour = f64::NAN), "detour");
        assert_eq!(field(&|roads| roads.by_hour[7] = 0.0), "by_hour[7]");
        assert_eq!(field(&|roads| roads.stretches[1].1 = -1.0), "stretches[1].1");
        assert_eq!(field(&|roads| roads.parking_s = -1), "parking_s");
    }

    #[test]
    fn a_drive_takes_longer_in_the_rush_hour_of_the_same_day() {
        let places = [at(52.6, 1.3), at(52.9, 1.3)];
        let shift = Window {
            from: 7 * 3_600 + 1_800,
            until: 17 * 3_600,
        };
        let travel = TravelModel::default().travel(&places, shift);
        let takes = |hour: i64| travel.arrival(0, 1, hour * 3_600) - hour * 3_600;
        assert!(takes(8) > takes(10) && takes(10) == takes(12) && takes(16) > takes(12));
        // The share of the speed on empty roads is 80 % at eight and 90 % at ten.
        let parking_s = f64::from(TravelModel::default().parking_s);
        let free_s = TravelModel::default().free_s(distance(places[0], places[1]).0 * 1.3);
        let near = |found: i64, right: f64| (whole_s(right) - i32::try_from(found).unwrap()).abs() <= 30;
        assert!(near(takes(10), free_s / 0.9 + parking_s), "{}", takes(10));
        assert_eq!(travel.between(0, 1), travel.between(1, 0));
        let mean = TravelModel::default().mean_travel(&places, shift);
        assert!(mean.speeds().steps().is_empty());
        assert!(mean.between(0, 1) > travel.between(0, 1));
    }

    #[test]
    fn the_rush_hour_is_slower() {
        let places = [at(52.6, 1.3), at(52.9, 1.3)];
        let early = Window {
            from: 7 * 3_600,
            until: 9 * 3_600,
        };
        let roads = TravelModel::default();
        let drive = |shift| roads.travel(&places, shift).between(0, 1);
        assert!(drive(early) > drive(NINE_TO_FIVE));
    }
}
