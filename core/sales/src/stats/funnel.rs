//! Funnel, conversion, dwell, cohorts and cycle time, right while deals are open.
//!
//! * A deal has *reached* a stage if it ever stood there or further, or was won: a skipped stage counts as reached, one that
//!   was entered twice counts once.
//! * *Conversion* is estimated by Aalen and Johansen from all deals, open ones included. The share of closed deals alone is
//!   given beside it, because others show that; it is biased.
//! * *Dwell* is the Kaplan-Meier median with the deals that still stand in the stage, by visit and summed by deal. A stage
//!   that was skipped has no dwell, not one of 0.
//! * Exposure before `recorded_from` does not count (left truncation).

use chrono::NaiveDate;

use super::deal_log::{DealLog, Moment, Outcome, StageVisit};
use super::numeric::{DAY_MS, count, days};
use super::survival::{Competing, Estimate, Spell, Survival};

/// The part of the company's deals that a figure is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The deals that one book holds.
    OwnBook,
    /// The team's deals as the server had them.
    Team {
        /// Time of the server's figures.
        as_of: Moment,
    },
}

/// A stage of the pack, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its id.
    pub id: String,
    /// Its rank.
    pub rank: u32,
}

/// How a deal left a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Forward,
    Lost,
}

/// Passage from one stage to the next, or to a win.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    /// Deals that reached the stage.
    pub reached: usize,
    /// Of these, the ones that went on to a later stage or were won.
    pub passed: usize,
    /// The ones that were lost without going on.
    pub lost: usize,
    /// The ones of which it is not known yet.
    pub open: usize,
    /// `passed / (passed + lost)`, which leaves the open deals out and is biased; `None` for none closed.
    pub closed_only: Option<f64>,
    /// Share that passes within [`Conversion::horizon_days`], by Aalen and Johansen; `None` for a stage nobody reached.
    pub within_horizon: Option<Estimate>,
    /// Days of that share.
    pub horizon_days: u32,
}

/// Time spent in a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Dwell {
    /// Stays, or deals, that it is computed from; a stage that was skipped has none.
    pub n: usize,
    /// Of these, the ones that still last.
    pub open: usize,
    /// Kaplan-Meier median in days; `None` while fewer than half have left.
    pub median_days: Option<f64>,
    /// 95 % interval of the median in days; an end that the data do not reach is `None`.
    pub median_interval_days: (Option<f64>, Option<f64>),
    /// Kaplan-Meier third quartile in days.
    pub upper_quartile_days: Option<f64>,
    /// Mean of the stays that have ended, in days: shown for comparison, biased to the short ones.
    pub closed_mean_days: Option<f64>,
}

/// One stage of the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelStage {
    /// Id of the stage.
    pub stage: String,
    /// Rank of the stage.
    pub rank: u32,
    /// Stays in the stage; a deal that came back has two.
    pub entries: usize,
    /// Deals that stand in it now.
    pub standing: usize,
    /// Passage to the next stage, or to a win from the last.
    pub conversion: Conversion,
    /// Time of each stay.
    pub dwell: Dwell,
    /// Time of each deal, its stays summed.
    pub dwell_total: Dwell,
}

/// The funnel of a set of deals.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// Whose deals they are.
    pub scope: Scope,
    /// Count of the deals.
    pub deals: usize,
    /// Its stages, in the pack's order.
    pub stages: Vec<FunnelStage>,
}

impl Funnel {
    /// The words that belong beside every figure of it, such as `own book, 12 deals`.
    pub fn heading(&self) -> String {
        let deals = if self.deals == 1 {
            "1 deal".to_owned()
        } else {
            format!("{} deals", self.deals)
        };
        match self.scope {
            Scope::OwnBook => format!("own book, {deals}"),
            Scope::Team { as_of } => format!("team as of {}, {deals}", as_of.on),
        }
    }
}

/// The funnel of `deals` over `stages` (in the pack's order) at `now_ms`, with conversion within `horizon_days`.
pub fn funnel(deals: &[&DealLog], stages: &[Stage], now_ms: i64, horizon_days: u32, scope: Scope) -> Funnel {
    let figures = stages.iter().enumerate().map(|(index, stage)| FunnelStage {
        stage: stage.id.clone(),
        rank: stage.rank,
        entries: visits(deals, &stage.id).count(),
        standing: deals.iter().filter(|deal| stands_in(deal, &stage.id)).count(),
        conversion: conversion(
            deals,
            stage.rank,
            stages.get(index + 1).map(|next| next.rank),
            now_ms,
            horizon_days,
        ),
        dwell: dwell(deals, &stage.id, now_ms),
        dwell_total: dwell_total(deals, &stage.id, now_ms),
    });
    Funnel {
        scope,
        deals: deals.len(),
        stages: figures.collect(),
    }
}

fn visits<'a>(
    deals: &'a [&'a DealLog],
    stage: &'a str,
) -> impl Iterator<Item = (&'a DealLog, &'a StageVisit)> {
    deals
        .iter()
        .flat_map(|deal| deal.stages.iter().map(move |stay| (*deal, stay)))
        .filter(move |(_, stay)| stay.stage == stage)
}

fn stands_in(deal: &DealLog, stage: &str) -> bool {
    deal.is_open() && deal.stages.last().is_some_and(|stay| stay.stage == stage)
}

/// Passage of `deals` from rank `from` to rank `to` or higher; a win is higher than every rank, and `None` asks for it.
pub fn conversion(
    deals: &[&DealLog],
    from: u32,
    to: Option<u32>,
    now_ms: i64,
    horizon_days: u32,
) -> Conversion {
    let spells: Vec<Spell<Exit>> = deals
        .iter()
        .filter_map(|deal| passage(deal, from, to, now_ms))
        .collect();
    let exits = |exit: Exit| spells.iter().filter(|spell| spell.cause == Some(exit)).count();
    let (passed, lost) = (exits(Exit::Forward), exits(Exit::Lost));
    let horizon_ms = i64::from(horizon_days) * DAY_MS;
    Conversion {
        reached: spells.len(),
        passed,
        lost,
        open: spells.len() - passed - lost,
        closed_only: (passed + lost > 0).then(|| count(passed) / count(passed + lost)),
        within_horizon: (!spells.is_empty())
            .then(|| Competing::from_spells(&spells, |exit| exit == Exit::Forward).by(horizon_ms)),
        horizon_days,
    }
}

fn passage(deal: &DealLog, from: u32, to: Option<u32>, now_ms: i64) -> Option<Spell<Exit>> {
    let start = deal.reached_at_ms(from)?;
    let won = deal
        .end
        .filter(|end| end.outcome == Outcome::Won)
        .map(|end| end.when.at_ms);
    let forward = match to {
        Some(rank) => deal.reached_at_ms(rank),
        None => won,
    };
    let lost = deal
        .end
        .filter(|end| end.outcome == Outcome::Lost)
        .map(|end| end.when.at_ms);
    let (until, cause) = match (forward, lost) {
        (Some(forward), _) => (forward, Some(Exit::Forward)),
        (None, Some(lost)) => (lost, Some(Exit::Lost)),
        (None, None) => (now_ms, None),
    };
    Some(Spell {
        observed_from: (deal.recorded_from.at_ms - start).max(0),
        until: (until - start).max(0),
        cause,
    })
}

/// Time of each stay in the stage `stage`, the ones that last counted up to `now_ms`.
pub fn dwell(deals: &[&DealLog], stage: &str, now_ms: i64) -> Dwell {
    let spells: Vec<Spell<()>> = visits(deals, stage)
        .map(|(deal, stay)| Spell {
            observed_from: (deal.recorded_from.at_ms - stay.entered_at_ms).max(0),
            until: (stay.left_at_ms.unwrap_or(now_ms) - stay.entered_at_ms).max(0),
            cause: stay.left_at_ms.map(|_| ()),
        })
        .collect();
    dwell_of(&spells)
}

/// Time of each deal in the stage `stage`, its stays summed; it lasts while the deal stands there.
pub fn dwell_total(deals: &[&DealLog], stage: &str, now_ms: i64) -> Dwell {
    let spells: Vec<Spell<()>> = deals
        .iter()
        .filter_map(|deal| total(deal, stage, now_ms))
        .collect();
    dwell_of(&spells)
}

fn total(deal: &DealLog, stage: &str, now_ms: i64) -> Option<Spell<()>> {
    let (mut until, mut unseen, mut stays, mut lasts) = (0, 0, 0, false);
    for stay in deal.stages.iter().filter(|stay| stay.stage == stage) {
        let long = (stay.left_at_ms.unwrap_or(now_ms) - stay.entered_at_ms).max(0);
        until += long;
        unseen += (deal.recorded_from.at_ms - stay.entered_at_ms).clamp(0, long);
        stays += 1;
        lasts |= stay.left_at_ms.is_none();
    }
    (stays > 0).then_some(Spell {
        observed_from: unseen,
        until,
        cause: (!lasts).then_some(()),
    })
}

fn dwell_of(spells: &[Spell<()>]) -> Dwell {
    let curve = Survival::from_spells(spells);
    let ended: Vec<i64> = spells
        .iter()
        .filter(|spell| spell.cause.is_some())
        .map(|spell| spell.until)
        .collect();
    let (lo, hi) = curve.quantile_interval(0.5);
    Dwell {
        n: spells.len(),
        open: spells.len() - ended.len(),
        median_days: curve.median().map(days),
        median_interval_days: (lo.map(days), hi.map(days)),
        upper_quartile_days: curve.quantile(0.75).map(days),
        closed_mean_days: (!ended.is_empty())
            .then(|| ended.iter().map(|ms| days(*ms)).sum::<f64>() / count(ended.len())),
    }
}

/// The deals that were opened in one period, by their state now.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    /// Deals of the cohort.
    pub n: usize,
    /// Won, lost and still open.
    pub won: usize,
    /// Lost ones.
    pub lost: usize,
    /// Open ones.
    pub open: usize,
    /// `won / n`: final once none is open; `None` for an empty cohort.
    pub won_share: Option<f64>,
}

/// The cohort of the deals opened from `from` up to but not including `until`.
pub fn cohort(deals: &[&DealLog], from: NaiveDate, until: NaiveDate) -> Cohort {
    let members: Vec<_> = deals
        .iter()
        .filter(|deal| from <= deal.opened.on && deal.opened.on < until)
        .collect();
    let won = members.iter().filter(|deal| deal.is_won()).count();
    let open = members.iter().filter(|deal| deal.is_open()).count();
    let n = members.len();
    Cohort {
        n,
        won,
        lost: n - won - open,
        open,
        won_share: (n > 0).then(|| count(won) / count(n)),
    }
}

/// Length of the way from the opening to a win, in days.
#[derive(Debug, Clone, PartialEq)]
pub struct Cycle {
    /// Deals won.
    pub won: usize,
    /// Median of the won ones.
    pub median_days: Option<i64>,
    /// 90th percentile of the won ones.
    pub p90_days: Option<i64>,
    /// Share of all deals that is won within [`Cycle::horizon_days`] of the opening, open ones counted by Aalen and Johansen.
    pub won_within_horizon: Option<Estimate>,
    /// Days of that share.
    pub horizon_days: u32,
}

/// Cycle time of `deals` as of the day `today`.
pub fn cycle(deals: &[&DealLog], today: NaiveDate, horizon_days: u32) -> Cycle {
    let mut won: Vec<i64> = won_cycles(deals);
    won.sort_unstable();
    let spells: Vec<Spell<Outcome>> = deals
        .iter()
        .map(|deal| {
            let age = |on: NaiveDate| (on - deal.opened.on).num_days().max(0);
            Spell {
                observed_from: age(deal.recorded_from.on),
                until: age(deal.end.map_or(today, |end| end.when.on)),
                cause: deal.outcome(),
            }
        })
        .collect();
    let incidence = Competing::from_spells(&spells, |outcome| outcome == Outcome::Won);
    Cycle {
        won: won.len(),
        median_days: rank_quantile(&won, 50),
        p90_days: rank_quantile(&won, 90),
        won_within_horizon: (!spells.is_empty()).then(|| incidence.by(i64::from(horizon_days))),
        horizon_days,
    }
}

/// Days from opening to win of each deal won, in the order given.
pub(super) fn won_cycles(deals: &[&DealLog]) -> Vec<i64> {
    let days = |deal: &&&DealLog| {
        deal.end
            .map(|end| (end.when.on - deal.opened.on).num_days().max(0))
    };
    deals
        .iter()
        .filter(|deal| deal.is_won())
        .filter_map(|deal| days(&deal))
        .collect()
}

/// The smallest of `sorted` that at least `percent` of them do not exceed (nearest rank); `None` for none.
pub(super) fn rank_quantile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests;
