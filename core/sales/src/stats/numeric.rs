//! Conversions between counts, money and `f64`, and the few functions of probability that the figures need.

use statrs::function::{beta::inv_beta_reg, erf::erf};

/// Milliseconds of a day of 24 hours.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// Two-sided 95 % point of the standard normal distribution.
pub(crate) const Z_95: f64 = 1.959_963_984_540_054;

/// Two-sided 80 % point of the standard normal distribution.
pub(crate) const Z_80: f64 = 1.281_551_565_544_600_4;

/// A count as `f64`; exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts of deals are far below 2^53")]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// An integer (milliseconds or minor units of money) as `f64`; exact below 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds and minor units are far below 2^53"
)]
pub(crate) fn real(n: i64) -> f64 {
    n as f64
}

/// The nearest integer; the ends of `i64` for what lies beyond them, 0 for not a number.
#[expect(clippy::cast_possible_truncation, reason = "a cast from f64 saturates")]
pub(crate) fn whole(x: f64) -> i64 {
    x.round() as i64
}

/// Whole percent, rounded half up; a `whole` of 0 or less counts as 1.
pub(crate) fn percent_of(part: i64, whole: i64) -> i64 {
    let (part, whole) = (i128::from(part), i128::from(whole.max(1)));
    let rounded = (part * 200 + whole).div_euclid(whole * 2);
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

/// Days of a span of milliseconds.
pub(crate) fn days(ms: i64) -> f64 {
    real(ms) / real(DAY_MS)
}

/// Probability that a standard normal variable is at most `z`.
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * (1.0 + erf(z / std::f64::consts::SQRT_2))
}

/// The value below which a Beta(`a`, `b`) variable lies with probability `p`; `a`, `b` > 0.
pub(crate) fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    inv_beta_reg(a, b, p)
}

/// The middle of `values`, the mean of the two middle ones for an even count; `None` for none.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = values[half];
    Some(if values.len() % 2 == 1 {
        upper
    } else {
        f64::midpoint(values[half - 1], upper)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_probability_have_the_values_of_the_tables() {
        assert!((normal_cdf(Z_95) - 0.975).abs() < 1e-9);
        assert!((normal_cdf(-Z_80) - 0.1).abs() < 1e-9);
        // Beta(1, 1) is uniform; Beta(2, 1) has the distribution x^2.
        assert!((beta_quantile(1.0, 1.0, 0.3) - 0.3).abs() < 1e-9);
        assert!((beta_quantile(2.0, 1.0, 0.25) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn money_beyond_the_integers_stays_at_their_end() {
        assert_eq!((whole(2.5), whole(1e300), whole(f64::NAN)), (3, i64::MAX, 0));
    }
}
