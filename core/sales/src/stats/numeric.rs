//! Conversions between counts, money and `f64`, and the few functions of probability that the figures need.

use statrs::function::beta::inv_beta_reg;

/// Milliseconds of a day of 24 hours.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// Two-sided 95 % point of the standard normal distribution.
pub(crate) const Z_95: f64 = 1.959_963_984_540_054;

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

/// Days of a span of milliseconds.
pub(crate) fn days(ms: i64) -> f64 {
    real(ms) / real(DAY_MS)
}

/// The value below which a Beta(`a`, `b`) variable lies with probability `p`; `a`, `b` > 0.
pub(crate) fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    inv_beta_reg(a, b, p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_probability_have_the_values_of_the_tables() {
        // Beta(1, 1) is uniform; Beta(2, 1) has the distribution x^2.
        assert!((beta_quantile(1.0, 1.0, 0.3) - 0.3).abs() < 1e-9);
        assert!((beta_quantile(2.0, 1.0, 0.25) - 0.5).abs() < 1e-9);
    }
}
