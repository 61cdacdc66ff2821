//! The unit of speeds whose column does not name it, from the path: reported speeds that differ from the speeds between
//! positions by one constant factor are in another unit, not false.

use crate::plane::ScaleCache;
use crate::track::fix::TrackFix;
use crate::track::outliers::seconds;

/// Metres a second of the units that recorders use: knot, kilometre an hour, mile an hour.
const UNITS_MPS: [f64; 3] = [1_852.0 / 3_600.0, 1.0 / 3.6, 0.447_04];
/// Largest relative difference of the median factor from a unit: the next unit is 13 % away.
const UNIT_TOLERANCE: f64 = 0.06;
/// Largest relative width of the middle half of the factors: speeds that contradict the path scatter more.
const SPREAD_MAX: f64 = 0.15;
/// Least number of moving steps for a decision.
const STEPS_MIN: usize = 20;
/// Least speed of a moving step, metres a second: below, position errors weigh too much.
const MOVING_MPS: f64 = 3.0;
/// Longest step, seconds: in a longer one the path may bend.
const STEP_S_MAX: f64 = 60.0;

/// Converts the reported speeds to metres a second, if the path shows that they are in another unit.
pub(super) fn calibrate(fixes: &mut [TrackFix]) {
    let Some(unit_mps) = unit_of(fixes) else {
        return;
    };
    for fix in fixes {
        if let Some(speed) = fix.speed_mps() {
            *fix = fix.with_speed(speed * unit_mps);
        }
    }
}

/// The unit of the reported speeds, metres a second; `None` if they are metres a second, or if nothing fits.
fn unit_of(fixes: &[TrackFix]) -> Option<f64> {
    let mut scales = ScaleCache::default();
    let mut factors: Vec<f64> = fixes
        .windows(2)
        .filter_map(|pair| {
            let lasted_s = seconds(pair[1].at_ms().saturating_sub(pair[0].at_ms()));
            let reported = f64::midpoint(pair[0].speed_mps()?, pair[1].speed_mps()?);
            if !(lasted_s > 0.0 && lasted_s <= STEP_S_MAX) || pair[1].starts_segment() {
                return None;
            }
            let (from, to) = (pair[0].position(), pair[1].position());
            let went_mps = scales.near(to).distance_m(from, to) / lasted_s;
            (went_mps >= MOVING_MPS && reported > 0.0).then_some(went_mps / reported)
        })
        .collect();
    if factors.len() < STEPS_MIN {
        return None;
    }
    factors.sort_by(f64::total_cmp);
    let quantile = |quarters: usize| factors[(factors.len() - 1) * quarters / 4];
    let median = quantile(2);
    let is_constant = quantile(3) - quantile(1) <= SPREAD_MAX * median;
    UNITS_MPS
        .into_iter()
        .filter(|unit| is_constant && (median / unit - 1.0).abs() <= UNIT_TOLERANCE)
        .min_by(|a, b| (median / a - 1.0).abs().total_cmp(&(median / b - 1.0).abs()))
}
