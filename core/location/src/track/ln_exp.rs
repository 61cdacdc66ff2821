//! Logarithm and exponential by plain arithmetic: fast, and the same bits on every phone and server, unlike those of
//! the platforms' libraries.

use std::f64::consts::{LN_2, SQRT_2};

/// The natural logarithm of a positive, normal number, to about 1e-9.
///
/// Splits off the exponent and scales the mantissa to near 1; then the series of `2 artanh((m - 1) / (m + 1))`.
pub(super) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0) - 1_023;
    let mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    let (mantissa, exponent) = if mantissa > SQRT_2 {
        (mantissa / 2.0, exponent + 1)
    } else {
        (mantissa, exponent)
    };
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
    let series = 1.0 + s2 * (1.0 / 3.0 + s2 * (1.0 / 5.0 + s2 * (1.0 / 7.0 + s2 * (1.0 / 9.0))));
    2.0 * s * series + f64::from(exponent) * LN_2
}

/// The exponential of a number that is at most 0, to about 1e-9; 0 below -700.
pub(super) fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let halvings = (x / LN_2).round();
    let r = x - halvings * LN_2;
    let series = 1.0
        + r * (1.0
            + r / 2.0
                * (1.0 + r / 3.0 * (1.0 + r / 4.0 * (1.0 + r / 5.0 * (1.0 + r / 6.0 * (1.0 + r / 7.0))))));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from -1010 to 0"
    )]
    let power = f64::from_bits(((1_023.0 + halvings) as u64) << 52);
    series * power
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_agree_with_the_library(x in 1e-300..1e300f64, y in -700.0..0.0f64) {
            prop_assert!((ln(x) - x.ln()).abs() < 1e-8);
            prop_assert!((exp(y) - y.exp()).abs() <= 1e-7 * y.exp());
        }
    }
}
