//! A fix of a track, in 64 bytes: small enough for five million of them in memory.

use std::cmp::Ordering;

use crate::fix::correct_week_rollover;
use crate::{Fix, Position};

/// The value of an absent integer.
const NO_TIME: i64 = i64::MIN;

/// A position fix of a track.
///
/// Unlike a [`Fix`](crate::Fix) of a check-in, only time and position are required: many recorders store no accuracy.
/// Accessors return `None` for absent values, which take no extra memory (64 bytes a fix).
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
    starts_segment: bool,
}

impl TrackFix {
    /// A fix with time (Unix milliseconds) and position only.
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
            starts_segment: false,
        }
    }

    /// With another position: after a conversion of the datum.
    #[must_use]
    pub fn with_position(mut self, position: Position) -> TrackFix {
        self.position = position;
        self
    }

    /// With another time, Unix milliseconds.
    #[must_use]
    pub fn with_time(mut self, at_ms: i64) -> TrackFix {
        self.at_ms = at_ms;
        self
    }

    /// With the accuracy radius, metres; 0 and less mean unknown.
    #[must_use]
    pub fn with_accuracy(mut self, accuracy_m: f64) -> TrackFix {
        self.accuracy_m = if accuracy_m > 0.0 {
            short(accuracy_m)
        } else {
            f32::NAN
        };
        self
    }

    /// With the speed over ground, metres a second; negative means unknown (iOS).
    #[must_use]
    pub fn with_speed(mut self, speed_mps: f64) -> TrackFix {
        self.speed_mps = if speed_mps >= 0.0 {
            short(speed_mps)
        } else {
            f32::NAN
        };
        self
    }

    /// With the bearing, degrees clockwise from north; negative means unknown (iOS).
    #[must_use]
    pub fn with_bearing(mut self, bearing_deg: f64) -> TrackFix {
        self.bearing_deg = if bearing_deg >= 0.0 {
            short(bearing_deg % 360.0)
        } else {
            f32::NAN
        };
        self
    }

    /// With the altitude above the ellipsoid, metres.
    #[must_use]
    pub fn with_altitude(mut self, altitude_m: f64) -> TrackFix {
        self.altitude_m = short(altitude_m);
        self
    }

    /// With the noise level of the receiver, in the units of u-blox's `noisePerMS` (about 90 under an open sky).
    #[must_use]
    pub fn with_radio_noise(mut self, noise: f64) -> TrackFix {
        self.radio_noise = short(noise);
        self
    }

    /// With the system's mock-location mark.
    #[must_use]
    pub fn with_mock(mut self, mock: bool) -> TrackFix {
        self.mock = mock;
        self
    }

    /// With the mark that the recorder was off between the fix before and this one (`<trkseg>` in GPX): nothing is known
    /// about that time, so no stop and no distance reaches across it.
    #[must_use]
    pub fn with_segment_start(mut self, starts_segment: bool) -> TrackFix {
        self.starts_segment = starts_segment;
        self
    }

    /// With the milliseconds since boot.
    #[must_use]
    pub fn with_monotonic(mut self, monotonic_ms: i64) -> TrackFix {
        self.monotonic_ms = monotonic_ms;
        self
    }

    /// With the GNSS time of the fix, Unix milliseconds; a rollover of its week number (1,024 weeks) is
    /// corrected.
    #[must_use]
    pub fn with_gps_time(mut self, gps_at_ms: i64) -> TrackFix {
        self.gps_at_ms = correct_week_rollover(gps_at_ms, self.at_ms);
        self
    }

    /// The phone's wall clock when the position was taken, Unix milliseconds.
    pub fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// Measured position.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Accuracy radius, metres, more than 0.
    pub fn accuracy_m(&self) -> Option<f64> {
        known(self.accuracy_m)
    }

    /// Speed over ground, metres a second.
    pub fn speed_mps(&self) -> Option<f64> {
        known(self.speed_mps)
    }

    /// Bearing, degrees clockwise from north, below 360.
    pub fn bearing_deg(&self) -> Option<f64> {
        known(self.bearing_deg)
    }

    /// Altitude above the ellipsoid, metres.
    pub fn altitude_m(&self) -> Option<f64> {
        known(self.altitude_m)
    }

    /// Noise level of the receiver (see [`TrackFix::with_radio_noise`]).
    pub fn radio_noise(&self) -> Option<f64> {
        known(self.radio_noise)
    }

    /// True if the system marked the position as mock.
    pub fn mock(&self) -> bool {
        self.mock
    }

    /// True if the recorder was off between the fix before and this one.
    pub fn starts_segment(&self) -> bool {
        self.starts_segment
    }

    /// Milliseconds since boot.
    pub fn monotonic_ms(&self) -> Option<i64> {
        (self.monotonic_ms != NO_TIME).then_some(self.monotonic_ms)
    }

    /// GNSS time of the fix, Unix milliseconds.
    pub fn gps_at_ms(&self) -> Option<i64> {
        (self.gps_at_ms != NO_TIME).then_some(self.gps_at_ms)
    }

    /// Time order. Of simultaneous fixes the most accurate comes first; a total order over all fields but the mark of a
    /// segment, so that the order of arrival does not matter.
    #[inline]
    pub fn order(&self, other: &TrackFix) -> Ordering {
        // The common case: nearly all fixes of a track differ in time.
        match self.at_ms.cmp(&other.at_ms) {
            Ordering::Equal => self.order_at_once(other),
            apart => apart,
        }
    }

    /// Removes the repetitions from fixes in time order; the mark of a segment is kept, whichever of them has it.
    pub fn dedup(fixes: &mut Vec<TrackFix>) {
        fixes.dedup_by(|repetition, fix| {
            let is_same = repetition == fix;
            if is_same && repetition.starts_segment {
                fix.starts_segment = true;
            }
            is_same
        });
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
    /// Keeps everything but the boot id and the hints.
    fn from(fix: &Fix) -> TrackFix {
        let absent = f64::NAN;
        let known = TrackFix::new(fix.at_ms(), fix.position())
            .with_accuracy(fix.accuracy().map_or(absent, |accuracy| accuracy.0))
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
    /// Equality of all fields but the mark of a segment, which is no part of the measurement; absent equals absent.
    fn eq(&self, other: &TrackFix) -> bool {
        self.order(other).is_eq()
    }
}

/// Rounds to `f32`: seven digits, more than any phone measures.
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
