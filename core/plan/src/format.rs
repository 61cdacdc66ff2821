//! Display of times, durations and counts in reasons.

use std::fmt;

/// Seconds from midnight, as `9:05`.
pub(super) struct TimeOfDay(pub(super) i64);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{:02}",
            self.0.div_euclid(3600),
            self.0.rem_euclid(3600) / 60
        )
    }
}

/// A duration in minutes, rounded up so that one second does not show as none.
pub(super) struct Minutes(pub(super) i64);

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} min", self.0.saturating_add(59).div_euclid(60))
    }
}

/// `1 visit`, `3 visits`.
pub(super) struct Visits(pub(super) u32);

impl fmt::Display for Visits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "visit" } else { "visits" })
    }
}
