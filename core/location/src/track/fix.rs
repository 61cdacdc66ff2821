//! One fix of a track: what a phone reported of a day, small enough for five million of them.

use std::cmp::Ordering;

use crate::{Fix, Position};

/// The number that stands for an absent integer.
const NO_TIME: i64 = i64::MIN;

/// What a phone reported at one moment of a track.
///
/// Unlike a [`Fix`](crate::Fix) of a check-in, nothing but time and place need be known: many recorders keep
/// no accuracy. What is unknown is `None` at the accessors and costs no room inside (64 bytes a fix).
#[derive(Debug, Clone, Copy)]
pub struct TrackFix {
    at_ms: i64,
    position: Position,
    monotonic_ms: i64,
    gps_at_ms: i64,
    accuracy_m: f32,
    speed_mps: f32,
    bearing_deg: f32,
    altitude_m: f32,
    radio_noise: f32,
    mock: bool,
}

impl TrackFix {
    /// A fix of which only time (Unix milliseconds) and place are known.
    pub fn new(at_ms: i64, position: Position) -> TrackFix {
        TrackFix {
            at_ms,
            position,
            monotonic_ms: NO_TIME,
            gps_at_ms: NO_TIME,
            accuracy_m: f32::NAN,
            speed_mps: f32::NAN,
            bearing_deg: f32::NAN,
            altitude_m: f32::NAN,
            radio_noise: f32::NAN,
            mock: false,
        }
    }

    /// At another place, all else being the same: for what was measured in another datum.
    #[must_use]
    pub fn with_position(mut self, position: Position) -> TrackFix {
        self.position = position;
        self
    }

    /// At another time, all else being the same.
    #[must_use]
    pub fn with_time(mut self, at_ms: i64) -> TrackFix {
        self.at_ms = at_ms;
        self
    }

    /// With the radius of the confidence circle, metres; 0 and less mean that nobody knows.
    #[must_use]
    pub fn with_accuracy(mut self, accuracy_m: f64) -> TrackFix {
        self.accuracy_m = if accuracy_m > 0.0 {
            short(accuracy_m)
        } else {
            f32::NAN
        };
        self
    }

    /// With the speed over ground, metres a second; less than 0 means unknown, as iOS says.
    #[must_use]
    pub fn with_speed(mut self, speed_mps: f64) -> TrackFix {
        self.speed_mps = if speed_mps >= 0.0 {
            short(speed_mps)
        } else {
            f32::NAN
        };
        self
    }

    /// With the direction of movement, degrees from north, clockwise; less than 0 means unknown.
    #[must_use]
    pub fn with_bearing(mut self, bearing_deg: f64) -> TrackFix {
        self.bearing_deg = if bearing_deg >= 0.0 {
            short(bearing_deg % 360.0)
        } else {
            f32::NAN
        };
        self
    }

    /// With the height above the ellipsoid, metres.
    #[must_use]
    pub fn with_altitude(mut self, altitude_m: f64) -> TrackFix {
        self.altitude_m = short(altitude_m);
        self
    }

    /// With the noise that the receiver heard, in the units of u-blox's `noisePerMS` (about 90 under an open sky).
    #[must_use]
    pub fn with_radio_noise(mut self, noise: f64) -> TrackFix {
        self.radio_noise = short(noise);
        self
    }

    /// With the word of the system that an app made the position up, or that it was simulated.
    #[must_use]
    pub fn with_mock(mut self, mock: bool) -> TrackFix {
        self.mock = mock;
        self
    }

    /// With the milliseconds since the phone started.
    #[must_use]
    pub fn with_monotonic(mut self, monotonic_ms: i64) -> TrackFix {
        self.monotonic_ms = monotonic_ms;
        self
    }

    /// With the satellites' time of the reading, Unix milliseconds.
    #[must_use]
    pub fn with_gps_time(mut self, gps_at_ms: i64) -> TrackFix {
        self.gps_at_ms = gps_at_ms;
        self
    }

    /// The phone's wall clock when the position was taken, Unix milliseconds.
    pub fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// Where.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Radius of the confidence circle, metres, more than 0.
    pub fn accuracy_m(&self) -> Option<f64> {
        known(self.accuracy_m)
    }

    /// Metres a second over ground.
    pub fn speed_mps(&self) -> Option<f64> {
        known(self.speed_mps)
    }

    /// Degrees from north, clockwise, below 360.
    pub fn bearing_deg(&self) -> Option<f64> {
        known(self.bearing_deg)
    }

    /// Metres above the ellipsoid.
    pub fn altitude_m(&self) -> Option<f64> {
        known(self.altitude_m)
    }

    /// What noise the receiver heard (see [`TrackFix::with_radio_noise`]).
    pub fn radio_noise(&self) -> Option<f64> {
        known(self.radio_noise)
    }

    /// The system said that the position was made up.
    pub fn mock(&self) -> bool {
        self.mock
    }

    /// Milliseconds since the phone started.
    pub fn monotonic_ms(&self) -> Option<i64> {
        (self.monotonic_ms != NO_TIME).then_some(self.monotonic_ms)
    }

    /// The satellites' time of the reading, Unix milliseconds.
    pub fn gps_at_ms(&self) -> Option<i64> {
        (self.gps_at_ms != NO_TIME).then_some(self.gps_at_ms)
    }

    /// The order of time. Of simultaneous fixes the most accurate comes first; a total order over everything that is
    /// known, so that the order of arrival does not matter.
    #[inline]
    pub fn order(&self, other: &TrackFix) -> Ordering {
        // Nearly all fixes of a track differ in time.
        match self.at_ms.cmp(&other.at_ms) {
            Ordering::Equal => self.order_at_once(other),
            apart => apart,
        }
    }

    /// The order of simultaneous fixes.
    fn order_at_once(&self, other: &TrackFix) -> Ordering {
        let fine = |fix: &TrackFix| fix.accuracy_m().unwrap_or(f64::INFINITY);
        let (here, there) = (self.position, other.position);
        fine(self)
            .total_cmp(&fine(other))
            .then_with(|| here.lat().total_cmp(&there.lat()))
            .then_with(|| here.lon().total_cmp(&there.lon()))
            .then_with(|| self.speed_mps.total_cmp(&other.speed_mps))
            .then_with(|| self.bearing_deg.total_cmp(&other.bearing_deg))
            .then_with(|| self.altitude_m.total_cmp(&other.altitude_m))
            .then_with(|| self.radio_noise.total_cmp(&other.radio_noise))
            .then_with(|| self.mock.cmp(&other.mock))
            .then_with(|| self.monotonic_ms.cmp(&other.monotonic_ms))
            .then_with(|| self.gps_at_ms.cmp(&other.gps_at_ms))
    }
}

impl From<&Fix> for TrackFix {
    /// What a track keeps of a fix: all but the start of the phone that its clock counts from, and the hints.
    fn from(fix: &Fix) -> TrackFix {
        let absent = f64::NAN;
        let known = TrackFix::new(fix.at_ms(), fix.position())
            .with_accuracy(fix.accuracy().0)
            .with_speed(fix.speed_mps().unwrap_or(absent))
            .with_bearing(fix.bearing_deg().unwrap_or(absent))
            .with_altitude(fix.altitude_m().unwrap_or(absent))
            .with_mock(fix.mock());
        TrackFix {
            monotonic_ms: fix.monotonic_ms().unwrap_or(NO_TIME),
            gps_at_ms: fix.gps_at_ms().unwrap_or(NO_TIME),
            ..known
        }
    }
}

impl PartialEq for TrackFix {
    /// Equal in all that is known; absent equals absent.
    fn eq(&self, other: &TrackFix) -> bool {
        self.order(other).is_eq()
    }
}

/// To seven digits, which is more than any phone measures.
#[expect(clippy::cast_possible_truncation, reason = "rounding is what is wanted")]
fn short(value: f64) -> f32 {
    if value.is_finite() { value as f32 } else { f32::NAN }
}

fn known(value: f32) -> Option<f64> {
    (!value.is_nan()).then(|| f64::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_phone_knows_is_absent() {
        let at = Position::new(52.0, 1.0).expect("on the earth");
        let fix = TrackFix::new(0, at)
            .with_accuracy(0.0)
            .with_speed(-1.0)
            .with_bearing(-1.0)
            .with_altitude(f64::NAN);
        assert_eq!(fix, TrackFix::new(0, at));
        assert_eq!(
            (fix.accuracy_m(), fix.speed_mps(), fix.altitude_m()),
            (None, None, None)
        );
        assert_eq!((fix.monotonic_ms(), fix.gps_at_ms()), (None, None));
        assert!(std::mem::size_of::<TrackFix>() <= 64);
    }

    #[test]
    fn of_simultaneous_fixes_the_most_accurate_comes_first() {
        let at = Position::new(52.0, 1.0).expect("on the earth");
        let (coarse, fine) = (
            TrackFix::new(5, at).with_accuracy(50.0),
            TrackFix::new(5, at).with_accuracy(5.0),
        );
        assert_eq!(fine.order(&coarse), Ordering::Less);
        assert_eq!(coarse.order(&TrackFix::new(5, at)), Ordering::Less);
    }
}
