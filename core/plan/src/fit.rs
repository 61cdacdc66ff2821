//! Fits the [`TravelModel`] to a rep's own trips: the detour factor, and the share of speed in each hour.
//!
//! Estimates are medians, which resist outliers, shrunk toward the defaults by `PRIOR_TRIPS`
//! pseudo-observations and clamped to plausible ranges. Finding the trips in tracks is left to the caller.

use std::fmt;

use super::travel_model::TravelModel;
use fieldbook_location::Meters;
use fieldbook_location::{Position, distance};

/// The fewest trips that allow a fit.
const TRIPS_MIN: usize = 12;
/// The fewest trips that give an hour of the day its own share.
const HOUR_MIN: usize = 3;
/// Weight of the default, in trips: for the detour and the overall speed, and for an hour's own share.
const PRIOR_TRIPS: f64 = 10.0;
const PRIOR_HOUR: f64 = 3.0;
/// Plausible range of the detour factor, and of the share of speed.
const DETOURS: (f64, f64) = (1.0, 2.5);
const SHARES: (f64, f64) = (0.3, 1.6);
/// Trips used for the fit: geodesic at least this long, in metres; mean speed in this range, in metres a
/// second (slower is walking, nothing on a road is faster); detour below this, or the trip was a round trip.
const STRAIGHT_MIN_M: f64 = 400.0;
const SPEEDS_MPS: (f64, f64) = (2.5, 40.0);
const DETOUR_MAX: f64 = 4.0;
/// Consecutive hours whose shares differ by no more than this are shown as one group.
const SAME_SHARE: f64 = 0.05;

/// A drive from one stop to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trip {
    /// Start of the trip.
    pub from: Position,
    /// End of the trip.
    pub to: Position,
    /// Distance driven.
    pub driven: Meters,
    /// Duration, in seconds.
    pub took_s: f64,
    /// Local hour of the day at the middle of the trip, 0 to 23.
    pub hour: u8,
}

/// A travel model fitted to a rep's own trips.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTravelModel {
    /// The fitted model.
    pub model: TravelModel,
    /// Number of trips used.
    pub trips: usize,
    /// The hours of the day that have enough trips of their own.
    pub hours: [bool; 24],
}

impl TravelModel {
    /// Fits the detour factor and the hourly share of speed to trips. `None` when they are too few.
    pub fn fit(trips: &[Trip]) -> Option<FittedTravelModel> {
        let usual = TravelModel::default();
        let samples: Vec<(f64, f64, usize)> = trips.iter().filter_map(|trip| usual.sample_of(trip)).collect();
        if samples.len() < TRIPS_MIN {
            return None;
        }
        let detour = median(samples.iter().map(|(detour, ..)| *detour).collect());
        let detour = shrunk(detour, samples.len(), usual.detour, PRIOR_TRIPS);
        let against_usual = samples
            .iter()
            .map(|(_, share, hour)| share / usual.by_hour[*hour]);
        let level = shrunk(median(against_usual.collect()), samples.len(), 1.0, PRIOR_TRIPS);
        let mut hours = [false; 24];
        let mut by_hour = usual
            .by_hour
            .map(|share| (share * level).clamp(SHARES.0, SHARES.1));
        for (at, share) in by_hour.iter_mut().enumerate() {
            let of_hour = samples.iter().filter(|(.., hour)| *hour == at);
            let of_hour: Vec<f64> = of_hour.map(|(_, share, _)| *share).collect();
            hours[at] = of_hour.len() >= HOUR_MIN;
            if hours[at] {
                let count = of_hour.len();
                *share = shrunk(median(of_hour), count, *share, PRIOR_HOUR).clamp(SHARES.0, SHARES.1);
            }
        }
        Some(FittedTravelModel {
            model: TravelModel {
                detour: detour.clamp(DETOURS.0, DETOURS.1),
                by_hour,
                ..usual
            },
            trips: samples.len(),
            hours,
        })
    }

    /// The detour of a trip, its share of the speed on empty roads, and its hour; `None` for trips that are
    /// no plain drive.
    fn sample_of(&self, trip: &Trip) -> Option<(f64, f64, usize)> {
        let (straight_m, driven_m) = (distance(trip.from, trip.to).0, trip.driven.0);
        let detour = driven_m / straight_m;
        let speed_mps = driven_m / trip.took_s;
        let plain = straight_m >= STRAIGHT_MIN_M
            && (0.9..DETOUR_MAX).contains(&detour)
            && (SPEEDS_MPS.0..SPEEDS_MPS.1).contains(&speed_mps)
            && trip.hour < 24;
        plain.then(|| {
            let share = self.free_s(driven_m) / trip.took_s;
            (detour, share, usize::from(trip.hour))
        })
    }
}

impl FittedTravelModel {
    /// The hours with trips of their own, consecutive ones of about the same speed merged: from, until, mean
    /// share.
    fn hour_groups(&self) -> Vec<(usize, usize, f64)> {
        let mut groups: Vec<(usize, usize, f64)> = Vec::new();
        for (hour, share) in self.model.by_hour.iter().enumerate() {
            match groups.last_mut() {
                _ if !self.hours[hour] => {}
                Some((from, until, mean)) if *until == hour && (*mean - share).abs() <= SAME_SHARE => {
                    let hours = f64::from(u8::try_from(hour - *from).unwrap_or(u8::MAX));
                    *mean = (*mean * hours + share) / (hours + 1.0);
                    *until = hour + 1;
                }
                _ => groups.push((hour, hour + 1, *share)),
            }
        }
        groups
    }
}

impl fmt::Display for FittedTravelModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (trips, detour) = (self.trips, self.model.detour);
        write!(f, "learned from {trips} trips of your own: detour {detour:.2}")?;
        for (from, until, share) in self.hour_groups() {
            write!(f, ", {from}-{until} h at {share:.2}")?;
        }
        Ok(())
    }
}

/// The estimate `found` from `trips` trips, shrunk toward `usual` with the weight of `prior` trips.
fn shrunk(found: f64, trips: usize, usual: f64, prior: f64) -> f64 {
    let trips = f64::from(u32::try_from(trips).unwrap_or(u32::MAX));
    (found * trips + usual * prior) / (trips + prior)
}

/// The median; of an even number the mean of the middle two, of none 1.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match (values.get(half), values.len() % 2) {
        (None, _) => 1.0,
        (Some(middle), 1) => *middle,
        (Some(upper), _) => values[half - 1].midpoint(*upper),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Window;
    use crate::rng::Rng;

    /// Drives around Norwich with the detour factor `detour`, at `share` of the speed on empty roads, both
    /// with some noise; the hours cycle from 8 to 17.
    fn drives(count: usize, detour: f64, share: impl Fn(u8) -> f64) -> Vec<Trip> {
        let mut rng = Rng::new(11);
        let mut part = || f64::from(u16::try_from(rng.below(1_000)).unwrap()) / 1_000.0;
        let trips = (0..count).map(|n| {
            let hour = 8 + u8::try_from(n % 10).unwrap();
            let place = |lat: f64, lon: f64| Position::new(52.5 + 0.3 * lat, 1.2 + 0.3 * lon).unwrap();
            let (from, to) = (place(part(), part()), place(part(), part()));
            let driven_m = distance(from, to).0 * detour * (0.9 + 0.2 * part());
            let took_s = TravelModel::default().free_s(driven_m) / share(hour) * (0.85 + 0.3 * part());
            Trip {
                from,
                to,
                driven: Meters(driven_m),
                took_s,
                hour,
            }
        });
        trips.collect()
    }

    fn near(found: f64, right: f64, part: f64) {
        assert!((found / right - 1.0).abs() < part, "{found} is not {right}");
    }

    #[test]
    fn roads_that_wind_and_hours_that_are_slow_are_found_again() {
        let share = |hour: u8| if hour == 8 { 0.6 } else { 1.1 };
        let learned = TravelModel::fit(&drives(400, 1.52, share)).unwrap();
        near(learned.model.detour, 1.52, 0.02);
        near(learned.model.by_hour[8], 0.6, 0.08);
        near(learned.model.by_hour[12], 1.1, 0.08);
        assert!(learned.hours[8] && !learned.hours[20]);
        assert!(
            learned.model.by_hour[20] > 1.0,
            "who drives fast does so in the evening too"
        );
        let said = learned.to_string();
        assert!(said.starts_with("learned from 3"), "{said}");
        assert!(said.contains(", 8-9 h at 0.6"), "{said}");
    }

    #[test]
    fn a_few_wild_trips_move_nothing() {
        let plain = drives(200, 1.4, |_| 0.9);
        let mut wild = plain.clone();
        for (n, trip) in wild.iter_mut().take(20).enumerate() {
            match n % 3 {
                0 => trip.took_s *= 6.0,
                1 => trip.driven = Meters(trip.driven.0 * 2.4),
                _ => trip.took_s = f64::NAN,
            }
        }
        let (plain, wild) = (
            TravelModel::fit(&plain).unwrap(),
            TravelModel::fit(&wild).unwrap(),
        );
        near(wild.model.detour, plain.model.detour, 0.02);
        (8..18).for_each(|hour| near(wild.model.by_hour[hour], plain.model.by_hour[hour], 0.08));
    }

    #[test]
    fn a_handful_of_trips_teaches_nothing_and_a_dozen_a_little() {
        assert_eq!(TravelModel::fit(&[]), None);
        assert_eq!(TravelModel::fit(&drives(11, 2.0, |_| 0.5)), None);
        let learned = TravelModel::fit(&drives(14, 2.0, |_| 0.5)).unwrap();
        assert!(
            (1.5..1.9).contains(&learned.model.detour),
            "{}",
            learned.model.detour
        );
        assert!(learned.hours.iter().all(|known| !known));
    }

    fn trip() -> impl Strategy<Value = Trip> {
        let place =
            || (-90.0..90.0_f64, -180.0..180.0_f64).prop_map(|(lat, lon)| Position::new(lat, lon).unwrap());
        let number = || prop_oneof![Just(f64::NAN), Just(f64::INFINITY), -1e9..1e9_f64, 0.0..1e4_f64];
        (
            place(),
            place(),
            number(),
            number(),
            any::<u8>(),
            0.0..5.0_f64,
            1.0..60.0_f64,
            any::<bool>(),
        )
            .prop_map(|(from, to, driven_m, took_s, hour, detour, speed_mps, plain)| {
                let way_m = distance(from, to).0 * detour;
                Trip {
                    from,
                    to,
                    driven: Meters(if plain { way_m } else { driven_m }),
                    took_s: if plain { way_m / speed_mps } else { took_s },
                    hour: if plain { hour % 24 } else { hour },
                }
            })
    }

    proptest! {
        #[test]
        fn whatever_the_trips_a_drive_takes_some_time_and_a_longer_one_no_less(
            trips in prop::collection::vec(trip(), 0..60), far in 0.001..3.0_f64, more in 0.0..3.0_f64, from in 0..80_000_i32,
        ) {
            let roads = TravelModel::fit(&trips).map_or_else(TravelModel::default, |fitted| fitted.model);
            prop_assert!((1.0..=2.5).contains(&roads.detour));
            prop_assert!(roads.by_hour.iter().all(|share| (0.3..=1.6).contains(share)));
            let at = |lat: f64| Position::new(lat, 1.3).unwrap();
            let shift = Window { from, until: from + 30_000 };
            let travel = roads.travel(&[at(50.0), at(50.0 + far), at(50.0 + far + more)], shift);
            prop_assert!(0 < travel.between(0, 1) && travel.between(0, 1) <= travel.between(0, 2));
            prop_assert!(travel.between(0, 2) < 500_000_000);
        }
    }
}
