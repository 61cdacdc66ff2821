//! Quantities with their unit in the type: [`Meters`].
//!
//! Degrees and metres are `f64`; time is an integer. A bare number crosses a border only under a name that ends in its
//! unit (`distance_m`, `at_ms`).

use std::fmt;

/// A length on the ground, in metres; negative where it means a distance inside an edge.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Meters(pub f64);

impl fmt::Display for Meters {
    /// Writes whole metres below 1,000, else kilometres with one decimal: `80 m`, `2.9 km`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.abs() < 1_000.0 {
            write!(f, "{:.0} m", self.0)
        } else {
            write!(f, "{:.1} km", self.0 / 1_000.0)
        }
    }
}
