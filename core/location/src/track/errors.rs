//! The position errors of a phone that stays: their distances from the centres of the stops.
//!
//! A receiver's errors are correlated in time: satellites move slowly, and so do reflections at walls. Errors by lot are
//! not. At a stop the true position is constant, so that the errors are seen.

use super::fix::TrackFix;
use super::motion::{count, median};
use super::outliers::seconds;
use super::tracker::{PointState, Track};
use crate::plane::DegreeScale;

/// Fixes left out at both ends of a stop: the phone still arrives, or leaves already.
const EDGE: usize = 2;
/// Least number of fixes of a stop, beside those at its edges.
const RUN_MIN: usize = 8;
/// Least number of fixes at all stops together.
const FIXES_MIN: usize = 40;
/// Least standard deviation along an axis that is an error, metres: a fused position stands still.
const STILL_M: f64 = 0.5;
/// Errors beyond this multiple of the median are outliers.
const OUTLIER_PART: f64 = 4.0;

/// Statistics of the errors at all stops of a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct StopErrors {
    /// Number of errors, along one axis.
    fixes: f64,
    /// Median time between two of them, seconds.
    pause_s: f64,
    /// The ratio of von Neumann (1941): mean square of successive differences over the variance; 2 for independent
    /// errors, near 0 for slow ones.
    von_neumann: f64,
    /// Correlation of successive differences (lag 1): -0.5 for independent errors, 0 and more for slow ones.
    difference_correlation: f64,
    /// Mean fourth power of the errors over their squared variance: 3 for errors of a normal distribution.
    kurtosis: f64,
    /// Usual distance from the centre of a stop (root mean square), metres.
    pub(super) spread_m: f64,
}

/// Sums over the axes of all stops.
#[derive(Debug, Default)]
struct ErrorSums {
    axes: f64,
    ratio: f64,
    correlation: f64,
    fourth: f64,
    deviation_m: f64,
}

impl StopErrors {
    /// The statistics of `fixes`, in time order, each once, with their track; `None` if too few of them are at stops.
    pub(super) fn from_track(fixes: &[TrackFix], track: &Track) -> Option<StopErrors> {
        let mut sums = ErrorSums::default();
        let mut pauses_s = Vec::new();
        let mut from = 0;
        for run in track.states.chunk_by(|a, b| a == b) {
            let until = from + run.len();
            if let PointState::Stop(number) = run[0] {
                let errors = errors_at(&fixes[from..until], track, number);
                pauses_s.extend(errors.windows(2).map(|pair| pair[1].0 - pair[0].0));
                sums.add(&errors.iter().map(|error| error.1).collect::<Vec<f64>>());
                sums.add(&errors.iter().map(|error| error.2).collect::<Vec<f64>>());
            }
            from = until;
        }
        Some(StopErrors {
            fixes: sums.axes / 2.0,
            pause_s: median(pauses_s, FIXES_MIN)?,
            von_neumann: sums.ratio / sums.axes.max(1.0),
            difference_correlation: sums.correlation / sums.axes.max(1.0),
            kurtosis: sums.fourth / sums.axes.max(1.0),
            spread_m: std::f64::consts::SQRT_2 * sums.deviation_m / sums.axes.max(1.0),
        })
    }

    /// The strength, 0 to 1, of the signs that the errors were drawn by lot.
    ///
    /// The excess of the ratio is measured in its own standard deviations, `2 / sqrt(n)`, above the ratio of honest
    /// errors, which are less alike the longer the pause. Of fixes that are further apart than a minute it counts less unless
    /// the errors are of a normal distribution: positions from Wi-Fi come one by one, in clusters. Errors that are slow and by lot together, as of a true path to which errors
    /// were added, show in their differences where fixes are dense.
    pub(super) fn by_lot(&self) -> f64 {
        if self.fixes < count(FIXES_MIN) {
            return 0.0;
        }
        let spread = 2.0 / (2.0 * self.fixes).sqrt();
        let longer = ((self.pause_s - 30.0) / 90.0).clamp(0.0, 1.0);
        let honest = 1.15 + 0.45 * longer;
        let is_normal = (2.0..3.6).contains(&self.kurtosis);
        let part = if is_normal || self.pause_s <= 45.0 {
            1.0
        } else {
            0.75
        };
        let whole = part * ramp_up((self.von_neumann - honest) / spread, 1.9, 3.4);
        let dense = if self.pause_s <= 10.0 {
            ramp_up(-self.difference_correlation, 0.38, 0.43)
        } else {
            0.0
        };
        whole.max(dense)
    }
}

/// A ramp from 0 at `low` to 1 at `high`.
fn ramp_up(value: f64, low: f64, high: f64) -> f64 {
    ((value - low) / (high - low)).clamp(0.0, 1.0)
}

/// The errors of a run of fixes at stop `number`: time, metres east, metres north. Fewer than [`RUN_MIN`] are none.
fn errors_at(run: &[TrackFix], track: &Track, number: usize) -> Vec<(f64, f64, f64)> {
    if run.len() < RUN_MIN + 2 * EDGE {
        return Vec::new();
    }
    let center = track.stops[number].center;
    let scale = DegreeScale::at(center.lat());
    let mut errors: Vec<(f64, f64, f64)> = run[EDGE..run.len() - EDGE]
        .iter()
        .map(|fix| {
            let (east_m, north_m) = scale.offset(center, fix.position());
            (seconds(fix.at_ms()), east_m, north_m)
        })
        .collect();
    let distances: Vec<f64> = errors.iter().map(|error| error.1.hypot(error.2)).collect();
    let usual_m = median(distances, 1).unwrap_or(0.0);
    errors.retain(|error| error.1.hypot(error.2) <= OUTLIER_PART * usual_m);
    if errors.len() < RUN_MIN {
        errors.clear();
    }
    errors
}

impl ErrorSums {
    /// Adds the errors of one stop along one axis.
    fn add(&mut self, errors: &[f64]) {
        let n = count(errors.len());
        let mean = errors.iter().sum::<f64>() / n.max(1.0);
        let variance = errors.iter().map(|error| (error - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
        if errors.len() < RUN_MIN || variance < STILL_M * STILL_M {
            return;
        }
        let steps: Vec<f64> = errors.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let square = steps.iter().map(|step| step * step).sum::<f64>() / (n - 1.0);
        let product = steps.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>() / (n - 2.0);
        self.axes += n;
        self.ratio += n * square / variance;
        self.correlation += n * product / square.max(1e-9);
        self.deviation_m += n * variance.sqrt();
        let fourth = |error: &f64| ((error - mean).powi(2) / variance).powi(2);
        self.fourth += errors.iter().map(fourth).sum::<f64>();
    }
}
