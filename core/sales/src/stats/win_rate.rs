//! Win rate that never says 0 or 1: a beta distribution whose prior is the team's rate.
//!
//! Source: the conjugate beta-binomial model (Gelman et al., Bayesian Data Analysis, section 2.4). With a prior of rate `r`
//! and strength `s`, `w` wins of `n` closed deals give Beta(s r + w, s (1 - r) + n - w), whose mean is (s r + w) / (s + n).

use super::deal_log::{DealLog, Outcome};
use super::numeric::{beta_quantile, count};

/// Below this many closed deals a bare percentage is not shown.
pub const THIN_BELOW: usize = 10;

/// Knowledge before a deal of one's own has closed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// The team's win rate, within 0 and 1 (both excluded; nearer than 0.001 is moved to that).
    pub rate: f64,
    /// Its weight in closed deals; 20 to 30 for a team. At least 1 is used.
    pub strength: f64,
}

impl Prior {
    /// Nothing known: an even chance with the weight of two deals (Laplace's rule of succession).
    pub const NONE: Prior = Prior {
        rate: 0.5,
        strength: 2.0,
    };

    /// The prior for a rep from the closed deals of his team, with the weight of 20 deals.
    pub fn from_team(won: usize, closed: usize) -> Prior {
        Prior {
            rate: win_rate(won, closed, Prior::NONE).rate,
            strength: 20.0,
        }
    }
}

/// A win rate with its interval and the count behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WinRate {
    /// Deals won.
    pub won: usize,
    /// Deals won or lost; an open deal is in neither.
    pub closed: usize,
    /// Mean of the posterior, above 0 and below 1.
    pub rate: f64,
    /// Lower end of the 80 % interval.
    pub lo: f64,
    /// Upper end of it.
    pub hi: f64,
}

impl WinRate {
    /// True below ten closed deals: show the count and the interval, never a bare percentage.
    pub fn is_thin(&self) -> bool {
        self.closed < THIN_BELOW
    }
}

/// The win rate of `won` of `closed` deals (`won` above `closed` counts as `closed`).
///
/// ```
/// use fieldbook_sales::stats::{Prior, win_rate};
///
/// let none_of_three = win_rate(0, 3, Prior { rate: 0.4, strength: 20.0 });
/// assert!((none_of_three.rate - 8.0 / 23.0).abs() < 1e-12);
/// assert!(none_of_three.is_thin());
/// ```
pub fn win_rate(won: usize, closed: usize, prior: Prior) -> WinRate {
    let won = won.min(closed);
    let rate = if prior.rate.is_finite() {
        prior.rate.clamp(0.001, 0.999)
    } else {
        0.5
    };
    let strength = if prior.strength.is_finite() {
        prior.strength.max(1.0)
    } else {
        1.0
    };
    let a = strength * rate + count(won);
    let b = strength * (1.0 - rate) + count(closed - won);
    WinRate {
        won,
        closed,
        rate: a / (a + b),
        lo: beta_quantile(a, b, 0.1),
        hi: beta_quantile(a, b, 0.9),
    }
}

/// The win rate of the closed ones among `deals`: a reopened deal counts once, by its last outcome.
pub fn win_rate_of(deals: &[&DealLog], prior: Prior) -> WinRate {
    let won = deals.iter().filter(|deal| deal.is_won()).count();
    let lost = deals
        .iter()
        .filter(|deal| deal.outcome() == Some(Outcome::Lost))
        .count();
    win_rate(won, won + lost, prior)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn law_29_none_of_three_and_three_of_three_are_not_0_and_1() {
        let team = Prior::from_team(63, 100);
        let (none, all) = (win_rate(0, 3, team), win_rate(3, 3, team));
        assert!(none.rate > 0.5 && none.rate < team.rate, "{none:?}");
        assert!(all.rate < 0.75 && all.rate > team.rate, "{all:?}");
        assert!(none.is_thin() && all.is_thin() && !win_rate(4, 10, team).is_thin());
    }

    #[test]
    fn law_29_without_a_team_one_win_is_two_thirds() {
        assert!((win_rate(1, 1, Prior::NONE).rate - 2.0 / 3.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn law_29_a_rate_is_inside_its_interval_and_never_certain(
            won in 0_usize..400, lost in 0_usize..400, rate in -0.5_f64..1.5, strength in 0.0_f64..50.0,
        ) {
            let found = win_rate(won, won + lost, Prior { rate, strength });
            prop_assert!(found.rate > 0.0 && found.rate < 1.0);
            prop_assert!(0.0 <= found.lo && found.lo < found.hi && found.hi <= 1.0);
            let more = win_rate(won + 1, won + lost + 1, Prior { rate, strength });
            prop_assert!(more.rate > found.rate);
        }
    }
}
