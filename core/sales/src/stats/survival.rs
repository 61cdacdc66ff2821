//! Estimates from spells of which some have not ended yet: Kaplan-Meier and Aalen-Johansen, with late entry.
//!
//! Sources: Kaplan and Meier (1958); Greenwood (1926) for the variance; Aalen and Johansen (1978) for several causes of the
//! end; Marubini and Valsecchi (1995), eq. 10.12, for its variance by the delta method; Kalbfleisch and Prentice (2002) for
//! the log-log interval. A spell that is observed from a later age on (left truncation) is at risk from there only.
//!
//! Time is an integer in a unit of the caller's choice; the funnel uses milliseconds.

use super::numeric::{Z_95, count};

/// One stay, from the age at which it came under observation to its end or to the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell<C> {
    /// Age from which it is observed: 0, or more for a history that starts later (left truncation).
    pub observed_from: i64,
    /// Age at its end, or now while it lasts.
    pub until: i64,
    /// Cause of its end, `None` while it lasts (right censoring).
    pub cause: Option<C>,
}

/// An estimate with a 95 % interval and the count behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate, a probability.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub lo: f64,
    /// Upper end of it.
    pub hi: f64,
    /// Spells that it is computed from.
    pub n: usize,
}

/// Spells at one time at which at least one ended.
#[derive(Debug, Clone, Copy)]
struct Step {
    time: i64,
    at_risk: f64,
    /// Ends by the cause asked about, and by any cause.
    wanted: f64,
    ended: f64,
}

/// The steps in order of time. A spell is at risk at `t` if `observed_from < t <= until`, and one observed from its start also
/// at 0, so that a stage that was skipped (0 long) counts.
fn steps<C: Copy>(spells: &[Spell<C>], is_wanted: impl Fn(C) -> bool) -> Vec<Step> {
    let usable = |spell: &&Spell<C>| {
        spell.until > spell.observed_from || (spell.observed_from <= 0 && spell.until >= 0)
    };
    // The end and its kind in one integer: that sorts twice as fast. Ages are far below 2^61.
    let code = |cause: Option<C>| cause.map_or(0, |cause| if is_wanted(cause) { 2 } else { 1 });
    let mut ends: Vec<i64> = spells
        .iter()
        .filter(usable)
        .map(|spell| spell.until.saturating_mul(4).saturating_add(code(spell.cause)))
        .collect();
    let mut late: Vec<i64> = spells
        .iter()
        .filter(usable)
        .map(|spell| spell.observed_from)
        .filter(|from| *from > 0)
        .collect();
    ends.sort_unstable();
    late.sort_unstable();
    let mut steps = Vec::new();
    let (mut first, mut entered) = (0, ends.len() - late.len());
    let (total_early, mut late_done) = (entered, 0);
    while first < ends.len() {
        let time = ends[first].div_euclid(4);
        while late_done < late.len() && late[late_done] < time {
            late_done += 1;
        }
        entered = total_early + late_done;
        let mut last = first;
        let (mut wanted, mut ended) = (0, 0);
        while last < ends.len() && ends[last].div_euclid(4) == time {
            wanted += usize::from(ends[last].rem_euclid(4) == 2);
            ended += usize::from(ends[last].rem_euclid(4) > 0);
            last += 1;
        }
        if ended > 0 {
            steps.push(Step {
                time,
                at_risk: count(entered - first),
                wanted: count(wanted),
                ended: count(ended),
            });
        }
        first = last;
    }
    steps
}

/// A point of the survival curve: it holds from `time` to the next point.
#[derive(Debug, Clone, Copy)]
struct Point {
    time: i64,
    survival: f64,
    /// Greenwood's sum d / (n (n - d)).
    greenwood: f64,
}

/// The share of spells that last longer than a given time, with open ones counted for as long as they were seen.
#[derive(Debug, Clone)]
pub struct Survival {
    points: Vec<Point>,
    n: usize,
}

impl Survival {
    /// Estimates by Kaplan and Meier. Spells that were never under observation (`until <= observed_from`) are left out.
    pub fn from_spells<C: Copy>(spells: &[Spell<C>]) -> Survival {
        let (mut survival, mut greenwood) = (1.0, 0.0);
        let points = steps(spells, |_| true)
            .into_iter()
            .map(|step| {
                survival *= 1.0 - step.ended / step.at_risk;
                greenwood += step.ended / (step.at_risk * (step.at_risk - step.ended));
                Point {
                    time: step.time,
                    survival,
                    greenwood,
                }
            })
            .collect();
        Survival {
            points,
            n: spells.len(),
        }
    }

    /// The share that lasts longer than `time`, with the log-log interval of Greenwood's variance.
    pub fn after(&self, time: i64) -> Estimate {
        let at = self.points.partition_point(|point| point.time <= time);
        match at.checked_sub(1).map(|index| self.points[index]) {
            None => Estimate {
                value: 1.0,
                lo: 1.0,
                hi: 1.0,
                n: self.n,
            },
            Some(point) => point.estimate(self.n),
        }
    }

    /// The time by which a share of `p` has ended; `None` while fewer have.
    pub fn quantile(&self, p: f64) -> Option<i64> {
        // Products of many factors miss a round half by a last bit.
        self.points
            .iter()
            .find(|point| point.survival <= 1.0 - p + 1e-12)
            .map(|point| point.time)
    }

    /// The time by which half have ended; `None` while fewer have.
    pub fn median(&self) -> Option<i64> {
        self.quantile(0.5)
    }

    /// The 95 % interval of the time by which a share of `p` has ended (Brookmeyer and Crowley 1982, log-log); an end that
    /// the data do not reach is `None`.
    pub fn quantile_interval(&self, p: f64) -> (Option<i64>, Option<i64>) {
        let find = |end: fn(&Estimate) -> f64| {
            self.points
                .iter()
                .find(|point| end(&point.estimate(self.n)) <= 1.0 - p)
                .map(|point| point.time)
        };
        (find(|estimate| estimate.lo), find(|estimate| estimate.hi))
    }

    /// Spells that it is computed from.
    pub fn n(&self) -> usize {
        self.n
    }
}

impl Point {
    fn estimate(&self, n: usize) -> Estimate {
        let value = self.survival;
        if value <= 0.0 || value >= 1.0 || !self.greenwood.is_finite() {
            return Estimate {
                value,
                lo: if value <= 0.0 { 0.0 } else { value },
                hi: value,
                n,
            };
        }
        let half = (Z_95 * self.greenwood.sqrt() / value.ln()).abs();
        Estimate {
            value,
            lo: value.powf(half.exp()),
            hi: value.powf((-half).exp()),
            n,
        }
    }
}

/// The share of spells that have ended by one cause, among those that end by any (competing risks).
#[derive(Debug, Clone)]
pub struct Competing {
    steps: Vec<Step>,
    n: usize,
}

impl Competing {
    /// Prepares the estimate of Aalen and Johansen for the causes that `is_wanted` accepts.
    pub fn from_spells<C: Copy>(spells: &[Spell<C>], is_wanted: impl Fn(C) -> bool) -> Competing {
        Competing {
            steps: steps(spells, is_wanted),
            n: spells.len(),
        }
    }

    /// The share that has ended by the wanted cause at or before `time`, with the log-log interval of its variance.
    pub fn by(&self, time: i64) -> Estimate {
        let until = self.steps.partition_point(|step| step.time <= time);
        let steps = &self.steps[..until];
        let (mut survival, mut incidence) = (1.0, 0.0);
        let mut curve = Vec::with_capacity(steps.len());
        for step in steps {
            let before = survival;
            incidence += before * step.wanted / step.at_risk;
            survival *= 1.0 - step.ended / step.at_risk;
            curve.push((before, incidence));
        }
        let variance: f64 = steps
            .iter()
            .zip(&curve)
            .map(|(step, &(before, so_far))| term(step, before, incidence - so_far))
            .sum();
        interval(incidence, variance.max(0.0).sqrt(), self.n)
    }

    /// The share at the last end seen: the whole incidence that the data support.
    pub fn at_last(&self) -> Estimate {
        self.by(self.steps.last().map_or(0, |step| step.time))
    }

    /// Spells that it is computed from.
    pub fn n(&self) -> usize {
        self.n
    }
}

/// One time's part of the variance; `rest` is the incidence still to come after it.
fn term(step: &Step, before: f64, rest: f64) -> f64 {
    let (n, d, k) = (step.at_risk, step.ended, step.wanted);
    // The last at risk: nothing comes after, so the first part is 0/0 and belongs to nothing.
    let any = if n > d {
        rest * rest * d / (n * (n - d))
    } else {
        0.0
    };
    any + before * before * (n - k) * k / (n * n * n) - 2.0 * rest * before * k / (n * n)
}

fn interval(value: f64, deviation: f64, n: usize) -> Estimate {
    if value <= 0.0 || value >= 1.0 || deviation <= 0.0 {
        return Estimate {
            value,
            lo: value,
            hi: value,
            n,
        };
    }
    // Log-log of the incidence, as for survival: the ends stay within 0 and 1.
    let half = (Z_95 * deviation / (value * value.ln())).abs();
    Estimate {
        value,
        lo: value.powf(half.exp()),
        hi: value.powf((-half).exp()),
        n,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spell(observed_from: i64, until: i64, cause: Option<u8>) -> Spell<u8> {
        Spell {
            observed_from,
            until,
            cause,
        }
    }

    /// The 6-MP arm of Freireich et al. (1963), the textbook case: + marks weeks of patients still in remission.
    fn remission() -> Vec<Spell<u8>> {
        let ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let open = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        ended
            .iter()
            .map(|t| spell(0, *t, Some(1)))
            .chain(open.iter().map(|t| spell(0, *t, None)))
            .collect()
    }

    #[test]
    fn law_27_kaplan_meier_has_the_values_of_the_textbook() {
        let curve = Survival::from_spells(&remission());
        for (week, share) in [
            (6, 0.857),
            (7, 0.807),
            (10, 0.753),
            (13, 0.690),
            (16, 0.627),
            (22, 0.538),
            (23, 0.448),
        ] {
            assert!(
                (curve.after(week).value - share).abs() < 5e-4,
                "week {week}: {:?}",
                curve.after(week)
            );
        }
        assert_eq!(curve.median(), Some(23));
        // Greenwood's standard error at week 10 is 0.0963 (Lawless 1982): log-log interval 0.503 to 0.889.
        let ten = curve.after(10);
        assert!(
            (ten.lo - 0.503).abs() < 2e-3 && (ten.hi - 0.889).abs() < 2e-3,
            "{ten:?}"
        );
        assert_eq!(curve.quantile_interval(0.5), (Some(13), None));
    }

    #[test]
    fn law_28_a_late_entry_is_at_risk_from_there_only() {
        // Two at risk at 5 (the third is observed from 5 on, so not yet at 5), two at 8.
        let spells = [spell(0, 5, Some(1)), spell(0, 9, None), spell(5, 8, Some(1))];
        let curve = Survival::from_spells(&spells);
        assert!((curve.after(5).value - 0.5).abs() < 1e-12);
        assert!((curve.after(8).value - 0.25).abs() < 1e-12);
        // Ignoring the late entry would say that 2 of 3 outlast day 5.
    }

    #[test]
    fn law_26_competing_ends_share_what_one_minus_survival_would_double() {
        let spells = [
            spell(0, 1, Some(1)),
            spell(0, 2, Some(2)),
            spell(0, 3, Some(1)),
            spell(0, 4, None),
        ];
        let won = Competing::from_spells(&spells, |cause| cause == 1);
        assert!((won.by(3).value - 0.5).abs() < 1e-12);
        assert!((won.by(2).value - 0.25).abs() < 1e-12);
        // Binomial variance where nothing is censored: sqrt(0.25 / 4) = 0.25.
        let half = (Z_95 * 0.25 / (0.5 * 0.5_f64.ln())).abs();
        assert!(
            (won.by(3).lo - 0.5_f64.powf(half.exp())).abs() < 1e-9,
            "{:?}",
            won.by(3)
        );
    }

    #[test]
    fn nothing_is_estimated_from_nothing_without_a_panic() {
        let none: [Spell<u8>; 0] = [];
        assert_eq!(Survival::from_spells(&none).median(), None);
        assert!((Survival::from_spells(&none).after(7).value - 1.0).abs() < 1e-12);
        assert!(Competing::from_spells(&none, |_| true).at_last().value.abs() < 1e-12);
        let never_seen = [spell(5, 5, Some(1)), spell(7, 3, Some(1))];
        assert_eq!(Survival::from_spells(&never_seen).median(), None);
    }

    proptest! {
        #[test]
        fn law_26_causes_and_survival_sum_to_one(
            raw in prop::collection::vec((0_i64..20, 0_i64..40, 0_u8..3), 0..60), time in 0_i64..70,
        ) {
            let spells: Vec<_> =
                raw.iter().map(|&(from, long, cause)| spell(from, from + long, (cause > 0).then_some(cause))).collect();
            let survival = Survival::from_spells(&spells).after(time);
            let first = Competing::from_spells(&spells, |cause| cause == 1).by(time);
            let second = Competing::from_spells(&spells, |cause| cause == 2).by(time);
            prop_assert!((survival.value + first.value + second.value - 1.0).abs() < 1e-9);
            for estimate in [survival, first, second] {
                prop_assert!(estimate.lo <= estimate.value + 1e-12 && estimate.value <= estimate.hi + 1e-12);
                prop_assert!((0.0..=1.0).contains(&estimate.lo) && (0.0..=1.0 + 1e-12).contains(&estimate.hi));
            }
        }

        #[test]
        fn without_open_spells_survival_is_the_plain_share(ends in prop::collection::vec(1_i64..50, 1..50), time in 0_i64..60) {
            let spells: Vec<_> = ends.iter().map(|end| spell(0, *end, Some(1))).collect();
            let share = count(ends.iter().filter(|end| **end > time).count()) / count(ends.len());
            prop_assert!((Survival::from_spells(&spells).after(time).value - share).abs() < 1e-9);
        }
    }
}
