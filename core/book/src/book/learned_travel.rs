//! The roads as the rep's own tracks have them: which trips there were, and what they teach.

use std::sync::PoisonError;

use chrono::Timelike;

use super::{Book, BookError};
use fieldbook_location::track::{StopRules, Track, TrackFix};
use fieldbook_model::Zone;
use fieldbook_plan::{FittedTravelModel, TravelModel, Trip};

/// So many days back is looked; older roads were others.
const DAYS_BACK: i64 = 28;
/// So many trips are enough: the newest.
const TRIPS_MAX: usize = 300;
/// A day, and what is learned stays so long what it was, in milliseconds.
const DAY_MS: i64 = 86_400_000;
const FRESH_MS: i64 = 3_600_000;

/// A learned model with its key: the end of the tracks used, and the hour in which they were read.
pub(super) type Remembered = ((i64, i64), Option<FittedTravelModel>);

impl Book {
    /// The roads that the rep's own trips of the four weeks before `until_ms` (Unix milliseconds) teach; `None` when they
    /// are too few. Found out once an hour at most.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn learned_travel(&self, until_ms: i64, zone: &Zone) -> Result<Option<FittedTravelModel>, BookError> {
        let of = (until_ms, self.now_ms().div_euclid(FRESH_MS));
        let mut remembered = self.learned_travel.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, learned)) = remembered.as_ref()
            && *known == of
        {
            return Ok(learned.clone());
        }
        let learned = TravelModel::fit(&self.own_trips(until_ms, zone)?);
        *remembered = Some((of, learned.clone()));
        Ok(learned)
    }

    /// The drives from stop to stop in the four weeks before `until_ms` (Unix milliseconds), the newest days first,
    /// without those on which the phone was silent for a while.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn own_trips(&self, until_ms: i64, zone: &Zone) -> Result<Vec<Trip>, BookError> {
        let mut trips = Vec::new();
        for day in 0..DAYS_BACK {
            let until_ms = until_ms.saturating_sub(day * DAY_MS);
            let fixes = self.track(until_ms.saturating_sub(DAY_MS), until_ms)?;
            trips.extend(trips_of(&fixes, zone));
            if trips.len() >= TRIPS_MAX {
                break;
            }
        }
        Ok(trips)
    }
}

/// The drives of a day, whose fixes stand in the order of time.
fn trips_of(fixes: &[TrackFix], zone: &Zone) -> Vec<Trip> {
    let rules = StopRules::default();
    let stops = Track::from_fixes(fixes, &rules).stops;
    let trip = |pair: &[fieldbook_location::track::TrackStop]| {
        let (left_ms, came_ms) = (pair[0].until_ms, pair[1].from_ms);
        let from = fixes.partition_point(|fix| fix.at_ms() < left_ms);
        let until = fixes.partition_point(|fix| fix.at_ms() <= came_ms);
        let way = Track::from_fixes(fixes.get(from..until)?, &rules).mileage;
        let middle = zone.local(left_ms.midpoint(came_ms));
        let took_s = u32::try_from((came_ms - left_ms) / 1_000).ok()?;
        way.gaps.is_empty().then_some(Trip {
            from: pair[0].center,
            to: pair[1].center,
            driven: way.distance,
            took_s: took_s.into(),
            hour: u8::try_from(middle.hour()).ok()?,
        })
    };
    stops.windows(2).filter_map(trip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{OpenOptions, Privacy};
    use fieldbook_location::{Position, distance};
    use fieldbook_model::{PrivacyRules, RecordingMode};

    /// Fixes every ten seconds: eight minutes at a place, then a drive around two corners to the next, at 12 m/s.
    fn round(from_ms: i64, stops: i32) -> Vec<TrackFix> {
        let place = |n: i32| Position::new(52.6 + 0.01 * f64::from(n), 1.3).unwrap();
        let corner = |n: i32| Position::new(52.6 + 0.01 * f64::from(n), 1.307).unwrap();
        let mut fixes = Vec::new();
        let mut at_ms = from_ms;
        let mut fix = |at: Position| {
            fixes.push(TrackFix::new(at_ms, at).with_accuracy(5.0));
            at_ms += 10_000;
        };
        for n in 0..stops {
            (0..50).for_each(|_| fix(place(n)));
            let turns = [
                (place(n), corner(n), 4),
                (corner(n), corner(n + 1), 9),
                (corner(n + 1), place(n + 1), 4),
            ];
            for (a, b, steps) in turns {
                for step in 1..=steps {
                    let part = f64::from(step) / f64::from(steps);
                    let mean = |a: f64, b: f64| a + (b - a) * part;
                    fix(Position::new(mean(a.lat(), b.lat()), mean(a.lon(), b.lon())).unwrap());
                }
            }
        }
        (0..50).for_each(|_| fix(place(stops)));
        fixes
    }

    #[test]
    fn what_the_rep_drove_teaches_the_roads() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(OpenOptions::new(folder.path().join("book.db"))).unwrap();
        // 2026-11-23T08:00:00Z, a Monday.
        let eight_ms = 1_795_420_800_000;
        let rules = PrivacyRules::default();
        let privacy = Privacy {
            rules: &rules,
            mode: RecordingMode::Business,
            zone: Zone::UTC,
        };
        for fix in round(eight_ms, 15) {
            book.record_fix(&fix, &privacy).unwrap();
        }
        let midnight_ms = eight_ms + 16 * 3_600_000;
        let trips = book.own_trips(midnight_ms, &Zone::UTC).unwrap();
        assert_eq!(trips.len(), 15);
        let straight_m = distance(trips[0].from, trips[0].to).0;
        let detour = trips[0].driven.0 / straight_m;
        assert!((1.6..2.1).contains(&detour), "{detour}");
        assert_eq!(trips[0].hour, 8);
        let learned = book.learned_travel(midnight_ms, &Zone::UTC).unwrap().unwrap();
        assert_eq!(learned.trips, 15);
        assert!(learned.model.detour > 1.45, "{}", learned.model.detour);
        assert_eq!(
            book.learned_travel(midnight_ms - 2 * DAY_MS, &Zone::UTC).unwrap(),
            None
        );
        assert_eq!(
            book.learned_travel(midnight_ms, &Zone::UTC).unwrap(),
            Some(learned)
        );
    }
}
