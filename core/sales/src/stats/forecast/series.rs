//! Sums of a group's money at today and at past days of asking, and the estimates made from them.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::super::deal_log::{DealLog, Outcome};
use super::super::hazard::{Hazard, HazardSettings, OddsByAge};
use super::super::numeric::{count, median, real, whole};
use super::{PAST_WINDOWS, PastWindow, Window};

/// Days between two past days of asking.
const STEP_DAYS: i32 = 7;

/// Past days of asking: the twelve windows of the calibration, and those that the last of them needs for its own past.
const PAST_ORIGINS: i32 = 17;

/// Days of the run rate.
const RUN_DAYS: i32 = 90;

/// Fewest days of records for a run rate, and before a past day of asking.
const LEAST_DAYS: i32 = 14;

/// Own past error is taken as at least and at most this factor.
const ERROR_RANGE: (f64, f64) = (0.5, 2.0);

/// Median of |z| of a standard normal variable.
const MEDIAN_ABS_Z: f64 = 0.674_489_750_196_081_7;

/// The interval is never narrower than chance alone makes it, and never wider than this many times that.
const WIDENING_RANGE: (f64, f64) = (1.0, 3.0);

/// Part of a group's forecast that comes from the company's.
const TOP_DOWN: f64 = 0.5;

/// A deal as the sums need it; days are numbers from the Common Era.
pub(super) struct Fact {
    pub(super) opened: i32,
    /// `i32::MAX` while open.
    pub(super) end: i32,
    pub(super) is_won: bool,
    pub(super) value_minor: i64,
    amount: f64,
}

pub(super) fn day_number(on: NaiveDate) -> i32 {
    on.num_days_from_ce()
}

pub(super) fn date(day: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day).unwrap_or(NaiveDate::MAX)
}

impl Fact {
    pub(super) fn from_deal(deal: &DealLog) -> Fact {
        Fact {
            opened: day_number(deal.opened.on),
            end: deal.end.map_or(i32::MAX, |end| day_number(end.when.on)),
            is_won: deal.outcome() == Some(Outcome::Won),
            value_minor: deal.end.map_or(0, |end| end.value_minor),
            amount: real(deal.amount_minor.max(0)),
        }
    }
}

/// One day of asking: what was known on it about any deal, and the days that it asks about.
struct Origin {
    day: i32,
    odds: OddsByAge,
    /// The same days of the quarter before: after the first, up to the second; `None` where the records do not reach.
    quarter_ago: Option<(i32, i32)>,
}

/// The question, at today and at past days.
pub(super) struct Asking {
    /// Today, then the past days, latest first.
    origins: Vec<Origin>,
    /// First day of the records.
    first: i32,
    /// Asked is about the days after `after` up to `until`, counted from the day of asking.
    after: i32,
    until: i32,
}

/// A group's sums at one day of asking.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Point {
    /// Sum of p v of the open deals, and of p (1 - p) v^2.
    pub(super) open: f64,
    variance: f64,
    /// Money that the days asked about brought, in all and from deals opened after the day of asking; its sum of squares.
    realised: f64,
    newborn: f64,
    newborn_squares: f64,
    /// Money of the last 90 days, and of the same days of the quarter before.
    run: f64,
    quarter_ago: f64,
}

/// A group's sums at every day of asking.
pub(super) struct Series {
    pub(super) points: Vec<Point>,
}

/// A closed window and how far off its forecast was, in standard deviations.
pub(super) struct PastForecast {
    pub(super) window: PastWindow,
    z: f64,
}

impl Asking {
    pub(super) fn new(
        deals: &[&DealLog],
        as_of: NaiveDate,
        window: Window,
        settings: &HazardSettings,
    ) -> Asking {
        let today = day_number(as_of);
        let after = (day_number(window.from) - 1 - today).max(0);
        let until = (day_number(window.until) - 1 - today).max(after);
        let first = deals
            .iter()
            .map(|deal| day_number(deal.recorded_from.on))
            .min()
            .unwrap_or(today)
            .min(today);
        let past = (0..PAST_ORIGINS)
            .map(|index| today - until - STEP_DAYS * index)
            .take_while(|day| *day >= first + LEAST_DAYS);
        // A window that is over has nothing to come and needs no past.
        let days: Vec<i32> = std::iter::once(today)
            .chain(past.filter(|_| until > after))
            .collect();
        let origins = days
            .into_iter()
            .map(|day| origin(deals, day, (after, until), first, settings))
            .collect();
        Asking {
            origins,
            first,
            after,
            until,
        }
    }

    /// Indexes of the days of asking whose window had closed when `index` was asked.
    pub(super) fn closed_before(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let day = self.origins[index].day;
        (index + 1..self.origins.len()).filter(move |past| self.origins[*past].day + self.until <= day)
    }

    /// Mean money of the deals not born yet, and of its sum of squares, from the windows that had closed.
    pub(super) fn unborn(&self, series: &Series, index: usize) -> (f64, f64) {
        let (mut money, mut squares, mut windows) = (0.0, 0.0, 0);
        for past in self.closed_before(index) {
            money += series.points[past].newborn;
            squares += series.points[past].newborn_squares;
            windows += 1;
        }
        let windows = count(windows).max(1.0);
        (money / windows, squares / windows)
    }

    /// Open and unborn, before the own past error.
    fn raw(&self, series: &Series, index: usize) -> f64 {
        series.points[index].open + self.unborn(series, index).0
    }

    /// Realised by predicted over the last windows that had closed, pulled to 1 by one mean window.
    fn own_error(&self, series: &Series, index: usize) -> f64 {
        let (mut realised, mut predicted, mut windows) = (0.0, 0.0, 0);
        // The first days of asking have no unborn deals to learn from and would all be too low.
        let usable = self
            .closed_before(index)
            .filter(|past| self.closed_before(*past).next().is_some());
        for past in usable.take(PAST_WINDOWS) {
            realised += series.points[past].realised;
            predicted += self.raw(series, past);
            windows += 1;
        }
        if predicted <= 0.0 {
            return 1.0;
        }
        let prior = predicted / count(windows);
        ((realised + prior) / (predicted + prior)).clamp(ERROR_RANGE.0, ERROR_RANGE.1)
    }

    /// Mean of the estimates that the records allow, from the group's own deals.
    fn own_blend(&self, series: &Series, index: usize) -> f64 {
        let origin = &self.origins[index];
        let asked = f64::from(self.until - self.after);
        let (mut sum, mut estimates) = (self.raw(series, index) * self.own_error(series, index), 1.0);
        let recorded = (origin.day - self.first + 1).min(RUN_DAYS);
        if recorded >= LEAST_DAYS {
            sum += series.points[index].run * asked / f64::from(recorded);
            estimates += 1.0;
        }
        if origin.quarter_ago.is_some() {
            sum += series.points[index].quarter_ago;
            estimates += 1.0;
        }
        sum / estimates
    }

    /// The forecast at a day of asking: a part of the company takes half from the company's by its share of it.
    pub(super) fn blend(&self, own: &Series, company: Option<&Series>, index: usize) -> f64 {
        if self.until <= self.after {
            return 0.0;
        }
        let bottom_up = self.own_blend(own, index);
        let Some(company) = company else { return bottom_up };
        let size = |series: &Series| {
            series.points[index].run * f64::from(self.until - self.after) / f64::from(RUN_DAYS)
                + self.raw(series, index)
        };
        let whole = size(company);
        if whole <= 0.0 {
            return bottom_up;
        }
        (1.0 - TOP_DOWN) * bottom_up + TOP_DOWN * self.own_blend(company, index) * size(own) / whole
    }

    /// Standard deviation that chance alone gives.
    pub(super) fn deviation(&self, series: &Series, index: usize) -> f64 {
        if self.until <= self.after {
            return 0.0;
        }
        (series.points[index].variance + self.unborn(series, index).1).sqrt()
    }

    /// The forecast of a window that has closed, as it would have been made then.
    pub(super) fn past(&self, own: &Series, company: Option<&Series>, index: usize) -> PastForecast {
        let predicted = self.blend(own, company, index);
        let realised = own.points[index].realised;
        let deviation = self.deviation(own, index);
        PastForecast {
            window: PastWindow {
                as_of: date(self.origins[index].day),
                predicted_minor: whole(predicted),
                realised_minor: whole(realised),
            },
            z: if deviation > 0.0 {
                (realised - predicted) / deviation
            } else {
                0.0
            },
        }
    }
}

fn origin(
    deals: &[&DealLog],
    day: i32,
    (after, until): (i32, i32),
    first: i32,
    settings: &HazardSettings,
) -> Origin {
    let as_of = date(day);
    let hazard = Hazard::from_history(deals, as_of, settings);
    let ahead = |days: i32| u32::try_from(days).unwrap_or(0);
    let end = as_of.checked_add_days(Days::new(u64::from(ahead(until)) + 1));
    let quarter_ago = end
        .and_then(|end| end.checked_sub_months(Months::new(3)))
        .map(|end| {
            let last = day_number(end) - 1;
            (last - (until - after), last)
        });
    let oldest = deals
        .iter()
        .map(|deal| i64::from(day - day_number(deal.opened.on)))
        .max()
        .unwrap_or(0);
    Origin {
        day,
        odds: OddsByAge::new(&hazard, oldest, ahead(after), ahead(until)),
        quarter_ago: quarter_ago.filter(|(from, last)| *from + 1 >= first && *last <= day),
    }
}

impl Series {
    pub(super) fn new<'f>(asking: &Asking, facts: impl Iterator<Item = &'f Fact>) -> Series {
        let mut points = vec![Point::default(); asking.origins.len()];
        for fact in facts {
            for (origin, point) in asking.origins.iter().zip(&mut points) {
                point.add(fact, origin, asking);
            }
        }
        Series { points }
    }
}

impl Point {
    fn add(&mut self, fact: &Fact, origin: &Origin, asking: &Asking) {
        let day = origin.day;
        if fact.opened <= day && fact.end > day {
            let p = origin.odds.odds(day - fact.opened);
            self.open += p * fact.amount;
            self.variance += p * (1.0 - p) * fact.amount * fact.amount;
        }
        if !fact.is_won {
            return;
        }
        let value = real(fact.value_minor);
        if day + asking.after < fact.end && fact.end <= day + asking.until {
            self.realised += value;
            if fact.opened > day {
                self.newborn += value;
                self.newborn_squares += value * value;
            }
        }
        if day - RUN_DAYS < fact.end && fact.end <= day {
            self.run += value;
        }
        if origin
            .quarter_ago
            .is_some_and(|(from, last)| from < fact.end && fact.end <= last)
        {
            self.quarter_ago += value;
        }
    }
}

/// Factor on the deviation, so that half of the past windows lie within the middle half of the normal distribution.
pub(super) fn widening(past: &[PastForecast]) -> f64 {
    let mut sizes: Vec<f64> = past.iter().map(|past| past.z.abs()).collect();
    median(&mut sizes).map_or(1.0, |middle| {
        (middle / MEDIAN_ABS_Z).clamp(WIDENING_RANGE.0, WIDENING_RANGE.1)
    })
}
