//! The outlier filter: separates fixes of the path from those far off it.
//!
//! It takes one fix at a time, in time order. A fix that jumped is held until the next ones confirm that the phone went
//! there: never more than [`HELD_MAX`], so the cost of a fix is constant.

use super::fix::TrackFix;
use crate::plane::{DegreeScale, ScaleCache};

/// Assumed accuracy of a fix that states none, metres: a phone's fix outdoors.
pub(super) const DEFAULT_ACCURACY_M: f64 = 12.0;
/// Number of consecutive fixes at another place that confirm a jump.
const HELD_MAX: usize = 3;
/// Highest plausible speed, metres a second (a train does 83).
const SPEED_MAX_MPS: f64 = 90.0;
/// A fix whose accuracy radius exceeds the usual one by this factor comes from another source (a cell, not satellites).
const COARSE_FACTOR: f64 = 6.0;
/// The least radius of such a fix, metres.
const COARSE_M: f64 = 100.0;
/// Time without a better fix after which a coarse one is accepted, milliseconds.
const COARSE_AFTER_MS: i64 = 300_000;

/// The decision on a fix: its number in time order, and true if it belongs to the path.
pub(super) type Decision = (usize, bool);

/// The filter with its state.
#[derive(Debug, Clone, Default)]
pub(super) struct OutlierFilter {
    /// The last accepted fix.
    last: Option<TrackFix>,
    held: Vec<(usize, TrackFix)>,
    /// Moving average of the stated accuracies, metres; 0 if none was stated yet.
    usual_m: f64,
    scales: ScaleCache,
}

impl OutlierFilter {
    /// Takes fix `number` and decides on it and on those held before it. A fix without a decision was never confirmed.
    pub(super) fn push(&mut self, number: usize, fix: &TrackFix, mut decide: impl FnMut(Decision)) {
        let Some(last) = self.last else {
            return self.accept(number, fix, &mut decide);
        };
        if self.is_coarse(fix, &last) {
            return decide((number, false));
        }
        let scale = self.scales.near(fix.position());
        if is_reachable(&last, fix, scale) {
            for (held, _) in self.held.drain(..) {
                decide((held, false));
            }
            return self.accept(number, fix, &mut decide);
        }
        let confirms = self
            .held
            .last()
            .is_none_or(|(_, before)| is_reachable(before, fix, scale));
        if !confirms {
            for (held, _) in self.held.drain(..) {
                decide((held, false));
            }
        }
        self.held.push((number, *fix));
        if self.held.len() >= HELD_MAX {
            for (held, fix) in std::mem::take(&mut self.held) {
                self.accept(held, &fix, &mut decide);
            }
        }
    }

    fn accept(&mut self, number: usize, fix: &TrackFix, decide: &mut impl FnMut(Decision)) {
        if let Some(accuracy_m) = fix.accuracy_m() {
            let pace = if self.usual_m == 0.0 { 1.0 } else { 0.05 };
            self.usual_m += pace * (accuracy_m - self.usual_m);
        }
        self.last = Some(*fix);
        decide((number, true));
    }

    fn is_coarse(&self, fix: &TrackFix, last: &TrackFix) -> bool {
        let waited = fix.at_ms().saturating_sub(last.at_ms()) >= COARSE_AFTER_MS;
        let wide = COARSE_M.max(COARSE_FACTOR * self.usual_m);
        !waited && self.usual_m > 0.0 && fix.accuracy_m().is_some_and(|accuracy| accuracy > wide)
    }
}

/// True if a phone at `from` can have reached `to`, by the accuracies, its reported speed and the speed of any vehicle.
fn is_reachable(from: &TrackFix, to: &TrackFix, scale: DegreeScale) -> bool {
    let accuracy = |fix: &TrackFix| fix.accuracy_m().unwrap_or(DEFAULT_ACCURACY_M);
    let moved_m = scale.distance_m(from.position(), to.position());
    let free_m = 60.0 + 2.0 * (accuracy(from) + accuracy(to));
    if moved_m <= free_m {
        return true;
    }
    let lasted_s = seconds(to.at_ms().saturating_sub(from.at_ms()));
    let reported_mps = match (from.speed_mps(), to.speed_mps()) {
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => None,
    };
    let limit_mps = match reported_mps {
        // A phone at rest at both ends of a long silence may have been driven in between.
        Some(reported) if lasted_s <= 60.0 => (3.0 * reported + 5.0).min(SPEED_MAX_MPS),
        _ => SPEED_MAX_MPS,
    };
    moved_m - free_m <= limit_mps * lasted_s
}

/// Converts milliseconds to seconds; times of this era are exact.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
pub(super) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// Converts seconds to the nearest millisecond.
#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, and times of this era are exact"
)]
pub(super) fn whole_ms(seconds: f64) -> i64 {
    (seconds * 1_000.0).round() as i64
}
