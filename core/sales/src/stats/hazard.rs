//! Daily odds that an open deal is won or lost, by its age and the month of the quarter.
//!
//! For each end k (won, lost), `h_k(age, month) = base_k(bucket of age) * r_k(month of quarter)`, both as events by
//! exposure (occurrence over time at risk, the piecewise exponential model of Holford 1980, by days). A day `d` before the
//! day of asking weighs 2^(-d / half-life), so that the figures follow the team. Exposure starts at `recorded_from` (left
//! truncation). Priors keep thin cells near the whole: 50 deal-days at the overall rate in each bucket, 30 closings at a
//! factor of 1 in each month.

use chrono::{Datelike, NaiveDate};

use super::deal_log::{DealLog, Outcome};
use super::numeric::whole;

/// First ages of the buckets, in days: the day of opening, then weeks, then fortnights.
const BUCKET_DAYS: [i32; 18] = [
    0, 1, 4, 8, 11, 15, 22, 29, 43, 57, 71, 85, 99, 113, 127, 155, 183, 366,
];
const BUCKETS: usize = BUCKET_DAYS.len();

/// Half-lives after which a day weighs nothing (2^-20): older exposure is not looked at.
const HALF_LIVES: f64 = 20.0;

/// Rounds in which the bases and the factors of the months are fitted to each other.
const ROUNDS: usize = 3;

/// No deal has daily odds of one end above this.
const MOST_DAILY: f64 = 0.5;

/// Choices of the method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HazardSettings {
    /// Days after which an observation weighs half.
    pub half_life_days: f64,
    /// Deal-days at the overall rate that are added to each bucket of age.
    pub prior_days: f64,
    /// Closings at a factor of 1 that are added to each month of the quarter.
    pub prior_closings: f64,
    /// First month of the fiscal year, 1 to 12.
    pub fiscal_start_month: u32,
}

impl Default for HazardSettings {
    fn default() -> HazardSettings {
        HazardSettings {
            half_life_days: 60.0,
            prior_days: 50.0,
            prior_closings: 30.0,
            fiscal_start_month: 1,
        }
    }
}

/// Hazards of one end.
#[derive(Debug, Clone)]
struct EndHazard {
    base: [f64; BUCKETS],
    month: [f64; 3],
}

/// Daily odds of being won and lost, as they were known at the end of one day.
#[derive(Debug, Clone)]
pub struct Hazard {
    won: EndHazard,
    lost: EndHazard,
    as_of: NaiveDate,
    fiscal_start_month: u32,
}

/// Weighted days before a day, for each month of the quarter.
struct Weights {
    first: i32,
    before: [Vec<f64>; 3],
}

impl Weights {
    fn new(first: i32, as_of: NaiveDate, settings: &HazardSettings) -> Weights {
        let last = as_of.num_days_from_ce();
        let mut before = [vec![0.0], vec![0.0], vec![0.0]];
        let mut sums = [0.0; 3];
        for day in first..=last {
            let age = f64::from(last - day);
            let month = NaiveDate::from_num_days_from_ce_opt(day)
                .map_or(0, |on| month_of_quarter(on, settings.fiscal_start_month) as usize);
            sums[month] += (-age / settings.half_life_days * std::f64::consts::LN_2).exp();
            for (month, sum) in sums.iter().enumerate() {
                before[month].push(*sum);
            }
        }
        Weights { first, before }
    }

    /// Weight of the days from `from` up to but not including `until`, which lie in its range, in each month.
    fn between(&self, from: i32, until: i32) -> [f64; 3] {
        let at = |day: i32| usize::try_from(day - self.first).unwrap_or(0);
        let (from, until) = (at(from), at(until));
        std::array::from_fn(|month| self.before[month][until] - self.before[month][from])
    }
}

/// Month of the fiscal quarter, 0 to 2.
pub(super) fn month_of_quarter(on: NaiveDate, fiscal_start_month: u32) -> u32 {
    (on.month0() + 13 - fiscal_start_month.clamp(1, 12)) % 3
}

fn bucket(age: i32) -> usize {
    BUCKET_DAYS
        .partition_point(|first| *first <= age.max(0))
        .saturating_sub(1)
}

type Cells = [[f64; 3]; BUCKETS];

impl Hazard {
    /// Learns from `deals` as they were known at the end of `as_of`; what happened later is not looked at.
    pub fn from_history(deals: &[&DealLog], as_of: NaiveDate, settings: &HazardSettings) -> Hazard {
        let settings = &HazardSettings {
            half_life_days: settings.half_life_days.clamp(1.0, 3650.0),
            ..*settings
        };
        let last = as_of.num_days_from_ce();
        let reach = whole(settings.half_life_days * HALF_LIVES);
        let oldest = i32::try_from(i64::from(last) - reach).unwrap_or(i32::MIN);
        let start = |deal: &DealLog| deal.opened.on.max(deal.recorded_from.on).num_days_from_ce();
        let first = deals
            .iter()
            .map(|deal| start(deal))
            .min()
            .unwrap_or(last)
            .clamp(oldest, last);
        let weights = Weights::new(first, as_of, settings);
        let (mut exposure, mut won, mut lost): (Cells, Cells, Cells) =
            ([[0.0; 3]; BUCKETS], [[0.0; 3]; BUCKETS], [[0.0; 3]; BUCKETS]);
        for deal in deals {
            let opened = deal.opened.on.num_days_from_ce();
            let from = start(deal).max(first);
            let end = deal
                .end
                .map(|end| (end.when.on.num_days_from_ce(), end.outcome))
                .filter(|(day, _)| *day <= last);
            let until = end.map_or(last, |(day, _)| day) + 1;
            if until <= from {
                continue;
            }
            expose(&mut exposure, &weights, opened, from, until);
            if let Some((day, outcome)) = end {
                let cells = if outcome == Outcome::Won {
                    &mut won
                } else {
                    &mut lost
                };
                let weight = weights.between(day, day + 1);
                let row = &mut cells[bucket(day - opened)];
                for month in 0..3 {
                    row[month] += weight[month];
                }
            }
        }
        Hazard {
            won: EndHazard::from_cells(&won, &exposure, settings),
            lost: EndHazard::from_cells(&lost, &exposure, settings),
            as_of,
            fiscal_start_month: settings.fiscal_start_month,
        }
    }

    /// Odds that a deal of `age` days which is open on the day `on` ends so on that day.
    pub fn daily(&self, outcome: Outcome, age: i64, on: NaiveDate) -> f64 {
        let end = if outcome == Outcome::Won {
            &self.won
        } else {
            &self.lost
        };
        let age = i32::try_from(age).unwrap_or(i32::MAX);
        let month = month_of_quarter(on, self.fiscal_start_month) as usize;
        (end.base[bucket(age)] * end.month[month]).min(MOST_DAILY)
    }

    /// Odds that a deal of `age` days, open at the end of the day of learning, is won on one of the days `after + 1` to
    /// `until` that follow it: the sum of the odds of each day times those of being open until then.
    pub fn won_between(&self, age: i64, after: u32, until: u32) -> f64 {
        let (mut open, mut won) = (1.0, 0.0);
        let days = self.as_of.iter_days().skip(1).zip(1..=until);
        for (on, ahead) in days {
            let age = age.saturating_add(i64::from(ahead));
            let (win, loss) = (
                self.daily(Outcome::Won, age, on),
                self.daily(Outcome::Lost, age, on),
            );
            if ahead > after {
                won += open * win;
            }
            open *= (1.0 - win - loss).max(0.0);
        }
        won
    }

    /// Odds that a deal of `age` days, open at the end of the day of learning, is won within the next `days` days.
    pub fn won_within(&self, age: i64, days: u32) -> f64 {
        self.won_between(age, 0, days)
    }
}

fn expose(exposure: &mut Cells, weights: &Weights, opened: i32, from: i32, until: i32) {
    for index in bucket(from - opened)..=bucket(until - 1 - opened) {
        let next = BUCKET_DAYS
            .get(index + 1)
            .map_or(until, |age| opened.saturating_add(*age));
        let (lo, hi) = (from.max(opened + BUCKET_DAYS[index]), until.min(next));
        if lo < hi {
            let days = weights.between(lo, hi);
            for month in 0..3 {
                exposure[index][month] += days[month];
            }
        }
    }
}

impl EndHazard {
    fn from_cells(events: &Cells, exposure: &Cells, settings: &HazardSettings) -> EndHazard {
        let sum = |cells: &Cells| cells.iter().flatten().sum::<f64>();
        let overall = if sum(exposure) > 0.0 {
            sum(events) / sum(exposure)
        } else {
            0.0
        };
        let (days, closings) = (settings.prior_days.max(1.0), settings.prior_closings.max(1.0));
        let mut month = [1.0; 3];
        let mut base = [0.0; BUCKETS];
        for _ in 0..ROUNDS {
            base = std::array::from_fn(|index| {
                let ends: f64 = events[index].iter().sum();
                let at_risk: f64 = exposure[index]
                    .iter()
                    .zip(&month)
                    .map(|(days, factor)| days * factor)
                    .sum();
                (ends + days * overall) / (at_risk + days)
            });
            month = std::array::from_fn(|month| {
                let ends: f64 = events.iter().map(|row| row[month]).sum();
                let expected: f64 = exposure
                    .iter()
                    .zip(&base)
                    .map(|(row, rate)| row[month] * rate)
                    .sum();
                (ends + closings) / (expected + closings)
            });
        }
        EndHazard { base, month }
    }
}

/// The odds of [`Hazard::won_between`] for every age up to the oldest, so that a hundred thousand deals cost one lookup each.
pub(super) struct OddsByAge(Vec<f64>);

impl OddsByAge {
    pub(super) fn new(hazard: &Hazard, oldest: i64, after: u32, until: u32) -> OddsByAge {
        // Beyond the last bucket nothing changes with age.
        let last = i64::from(BUCKET_DAYS[BUCKETS - 1]).min(oldest.max(0));
        OddsByAge(
            (0..=last)
                .map(|age| hazard.won_between(age, after, until))
                .collect(),
        )
    }

    pub(super) fn odds(&self, age: i32) -> f64 {
        let index = usize::try_from(age).unwrap_or(0).min(self.0.len() - 1);
        self.0[index]
    }
}

#[cfg(test)]
mod tests {
    use super::super::deal_log::{Moment, tests::deal};
    use super::*;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).expect("a real day") + chrono::Days::new(number)
    }

    /// Weights that do not fade and priors that weigh nothing beside 3,000 deals.
    fn plain() -> HazardSettings {
        HazardSettings {
            half_life_days: 3650.0,
            prior_days: 1.0,
            prior_closings: 1e9,
            ..HazardSettings::default()
        }
    }

    #[test]
    fn the_hazard_is_events_by_exposure() {
        // A third is won at the age of 5, the others stay open: on that bucket's days (4 to 7) 1000 of 2 x 1000 + 4 x 2000.
        let logs: Vec<_> = (0..3000)
            .map(|i| deal("a", &[], (i % 3 == 0).then_some((5, Outcome::Won))))
            .collect();
        let deals: Vec<_> = logs.iter().collect();
        let hazard = Hazard::from_history(&deals, day(30), &plain());
        let found = hazard.daily(Outcome::Won, 5, day(31));
        assert!((found - 0.1).abs() < 0.002, "{found}");
        assert!(hazard.daily(Outcome::Lost, 5, day(31)) < 1e-9);
        let whole = hazard.won_between(3, 0, 4);
        assert!((whole - (1.0 - 0.9_f64.powi(4))).abs() < 0.01, "{whole}");
        assert!((hazard.won_between(3, 2, 4) - (whole - hazard.won_between(3, 0, 2))).abs() < 1e-12);
    }

    #[test]
    fn law_28_days_before_the_records_are_no_exposure() {
        let mut logs: Vec<_> = (0..100)
            .map(|_| deal("a", &[], Some((20, Outcome::Won))))
            .collect();
        let full = Hazard::from_history(&logs.iter().collect::<Vec<_>>(), day(30), &plain());
        for log in &mut logs {
            log.recorded_from = Moment::from_day(day(18));
        }
        let late = Hazard::from_history(&logs.iter().collect::<Vec<_>>(), day(30), &plain());
        // Six days of the bucket from 15 on were lived, three of them on record.
        let ratio = late.daily(Outcome::Won, 20, day(31)) / full.daily(Outcome::Won, 20, day(31));
        assert!((ratio - 2.0).abs() < 0.05, "{ratio}");
    }

    #[test]
    fn what_happened_after_the_day_of_asking_is_not_looked_at() {
        let logs: Vec<_> = (0..50)
            .map(|_| deal("a", &[], Some((20, Outcome::Won))))
            .collect();
        let hazard = Hazard::from_history(
            &logs.iter().collect::<Vec<_>>(),
            day(19),
            &HazardSettings::default(),
        );
        assert!(hazard.won_within(19, 30).abs() < 1e-12);
    }

    #[test]
    fn no_deals_and_strange_settings_give_odds_within_0_and_1() {
        let strange = HazardSettings {
            half_life_days: 0.0,
            prior_days: -1.0,
            prior_closings: 0.0,
            fiscal_start_month: 0,
        };
        assert!(
            Hazard::from_history(&[], day(0), &strange)
                .won_within(5, 400)
                .abs()
                < 1e-12
        );
        let log = deal("a", &[], Some((0, Outcome::Won)));
        let sure = Hazard::from_history(&[&log], day(0), &strange).won_within(i64::MAX, 400);
        assert!((0.0..=1.0).contains(&sure), "{sure}");
    }

    #[test]
    fn a_month_has_its_place_in_the_fiscal_quarter() {
        let on = |month| NaiveDate::from_ymd_opt(2026, month, 9).expect("a real day");
        assert_eq!(
            [1, 3, 4, 12].map(|month| month_of_quarter(on(month), 1)),
            [0, 2, 0, 2]
        );
        assert_eq!([1, 2, 4].map(|month| month_of_quarter(on(month), 2)), [2, 0, 2]);
    }
}
