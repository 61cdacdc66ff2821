//! Odds that a deal does not move, by its stage and its days in the stage, with the count behind them.
//!
//! The history is looked at once a day. Each look at each deal that was open then asks whether the deal took a step
//! forward (to a higher rank, or won) within the days that followed. The share in a cell of (stage, days in stage) is
//! shrunk to the stage's share, and that to the share of all: (k + s p) / (n + s), with `s` looks (an empirical Bayes
//! estimate in the form of a beta prior). Only looks whose answer was known at the time of asking count.
//!
//! Of everything tried on BPIC 2012 (age, time since any event, number of calls, amount, gradient boosting), stage and days in
//! it carry nearly all; time since an event of one's own side says little.

use super::deal_log::{DealLog, Outcome};
use super::funnel::{rank_quantile, won_cycles};
use super::numeric::{DAY_MS, count};

/// First days of the buckets of days in stage: one a day up to the tenth, then wider.
const BUCKET_DAYS: [i64; 18] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 21, 25, 30];

/// Looks per deal at most: histories of many years are looked at in their last part.
const MOST_LOOKS: i64 = 520;

/// Choices of the method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StallSettings {
    /// Days ahead that are asked about.
    pub ahead_days: u32,
    /// Days between two looks at the history.
    pub step_days: u32,
    /// Looks that the wider share weighs in a narrower one.
    pub strength: f64,
}

impl Default for StallSettings {
    fn default() -> StallSettings {
        StallSettings {
            ahead_days: 14,
            step_days: 1,
            strength: 20.0,
        }
    }
}

/// The question about a deal that is open at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It takes no step forward within the days ahead; a loss is no step forward.
    Stalled,
    /// It is lost within the days ahead.
    Lost,
    /// It is never won. Learned from deals that have ended.
    NeverWon,
}

/// Where a deal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Id of its stage.
    pub stage: String,
    /// Milliseconds since it entered the stage this time; below 0 counts as 0.
    pub in_stage_ms: i64,
}

/// Odds with the count behind them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// The probability, shrunk, so never 0 or 1 where the history had both.
    pub p: f64,
    /// Stays of such deals: same stage, same bucket of days in it. Each counts once, at its first look in the bucket.
    pub n: usize,
    /// Of these, the ones with the fate that was asked about: "6 of 7 such deals did not move in 14 days".
    pub of_n: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    n: usize,
    yes: usize,
}

/// The looks in a cell, and the stays that they are looks at.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    looks: Tally,
    stays: Tally,
}

/// Shares of one stage.
#[derive(Debug, Clone)]
struct StageCells {
    stage: String,
    looks: Tally,
    cells: [Cell; BUCKET_DAYS.len()],
}

impl Tally {
    fn add(&mut self, is_yes: bool) {
        self.n += 1;
        self.yes += usize::from(is_yes);
    }

    fn shrunk(self, wider: f64, strength: f64) -> f64 {
        (count(self.yes) + strength * wider) / (count(self.n) + strength)
    }
}

/// Odds learned from a history.
#[derive(Debug, Clone)]
pub struct StallOdds {
    all: Tally,
    stages: Vec<StageCells>,
    settings: StallSettings,
}

impl DealLog {
    /// Where the deal stood at `at_ms`; `None` if it was not open in a stage then.
    pub fn standing(&self, at_ms: i64) -> Option<Standing> {
        let stay = self.stay_at(at_ms)?;
        Some(Standing {
            stage: stay.stage.clone(),
            in_stage_ms: at_ms - stay.entered_at_ms,
        })
    }

    fn stay_at(&self, at_ms: i64) -> Option<&super::deal_log::StageVisit> {
        let is_over = self.end.is_some_and(|end| end.when.at_ms <= at_ms);
        self.stages
            .iter()
            .rfind(|stay| stay.entered_at_ms <= at_ms)
            .filter(|stay| !is_over && stay.left_at_ms.is_none_or(|left| at_ms < left))
    }
}

impl StallOdds {
    /// Learns from `deals` as they were known at `now_ms`: looks are taken every `step_days` back from `ahead_days` before it.
    ///
    /// Looks before `recorded_from` are not taken. A step and a strength of 0 are taken as 1.
    pub fn from_history(deals: &[&DealLog], now_ms: i64, fate: Fate, settings: StallSettings) -> StallOdds {
        let settings = StallSettings {
            step_days: settings.step_days.max(1),
            strength: settings.strength.max(1.0),
            ..settings
        };
        let mut odds = StallOdds {
            all: Tally::default(),
            stages: Vec::new(),
            settings,
        };
        let ahead = i64::from(settings.ahead_days) * DAY_MS;
        let step = i64::from(settings.step_days) * DAY_MS;
        for deal in deals {
            let Some(first) = deal.stages.first() else {
                continue;
            };
            let from = first.entered_at_ms.max(deal.recorded_from.at_ms);
            let mut look = now_ms - ahead;
            let earliest = from.max(look - MOST_LOOKS * step);
            // Looks go back in time: the last one of a stay in a bucket is its first.
            let mut stay_seen = None;
            while look >= earliest {
                if let Some(stay) = deal.stay_at(look)
                    && let Some(is_yes) = answer(deal, stay.rank, look, ahead, now_ms, fate)
                {
                    let cell = (odds.index(&stay.stage), bucket(look - stay.entered_at_ms));
                    odds.add(cell, is_yes);
                    if let Some((other, answer)) = stay_seen.filter(|(other, _)| *other != cell) {
                        odds.add_stay(other, answer);
                    }
                    stay_seen = Some((cell, is_yes));
                }
                look -= step;
            }
            if let Some((cell, answer)) = stay_seen {
                odds.add_stay(cell, answer);
            }
        }
        odds
    }

    fn index(&mut self, stage: &str) -> usize {
        self.stages
            .iter()
            .position(|cells| cells.stage == stage)
            .unwrap_or_else(|| {
                let cells = [Cell::default(); BUCKET_DAYS.len()];
                self.stages.push(StageCells {
                    stage: stage.to_owned(),
                    looks: Tally::default(),
                    cells,
                });
                self.stages.len() - 1
            })
    }

    fn add(&mut self, (stage, bucket): (usize, usize), is_yes: bool) {
        self.all.add(is_yes);
        self.stages[stage].looks.add(is_yes);
        self.stages[stage].cells[bucket].looks.add(is_yes);
    }

    fn add_stay(&mut self, (stage, bucket): (usize, usize), is_yes: bool) {
        self.stages[stage].cells[bucket].stays.add(is_yes);
    }

    /// The odds of a deal that stands so; without any history they are even, with a count of 0.
    pub fn odds(&self, standing: &Standing) -> Odds {
        let strength = self.settings.strength;
        let all = self.all.shrunk(0.5, 1.0);
        match self.stages.iter().find(|cells| cells.stage == standing.stage) {
            None => Odds {
                p: all,
                n: 0,
                of_n: 0,
            },
            Some(stage) => {
                let Cell { looks, stays } = stage.cells[bucket(standing.in_stage_ms)];
                let p = looks.shrunk(stage.looks.shrunk(all, strength), strength);
                Odds {
                    p,
                    n: stays.n,
                    of_n: stays.yes,
                }
            }
        }
    }

    /// Looks that it was learned from.
    pub fn n(&self) -> usize {
        self.all.n
    }
}

/// The fate of a deal seen at `look`, as far as it was known at `now_ms`.
fn answer(deal: &DealLog, rank: u32, look: i64, ahead: i64, now_ms: i64, fate: Fate) -> Option<bool> {
    let end = deal.end.filter(|end| end.when.at_ms <= now_ms);
    let within = |at: i64| look < at && at <= look + ahead;
    let ends_as = |outcome: Outcome| end.is_some_and(|end| end.outcome == outcome && within(end.when.at_ms));
    match fate {
        Fate::Lost => Some(ends_as(Outcome::Lost)),
        Fate::NeverWon => end.map(|end| end.outcome == Outcome::Lost),
        Fate::Stalled => {
            let is_further = deal
                .stages
                .iter()
                .any(|stay| stay.rank > rank && within(stay.entered_at_ms));
            Some(!is_further && !ends_as(Outcome::Won))
        }
    }
}

fn bucket(in_stage_ms: i64) -> usize {
    let days = in_stage_ms.max(0) / DAY_MS;
    BUCKET_DAYS
        .partition_point(|first| *first <= days)
        .saturating_sub(1)
}

/// The age above which a deal counts as a zombie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZombieLimit {
    /// Days since its opening; a deal older than this is one.
    pub days: i64,
    /// Wins that it was learned from; `None` for the pack's default.
    pub learned_from: Option<usize>,
}

/// The age limit of a pipeline: the 99th percentile of its won cycles from `min_wins` wins on (30 in the shipped packs), else
/// `default_days`.
pub fn zombie_after(deals: &[&DealLog], min_wins: usize, default_days: i64) -> ZombieLimit {
    let mut cycles = won_cycles(deals);
    cycles.sort_unstable();
    match rank_quantile(&cycles, 99) {
        Some(days) if cycles.len() >= min_wins => ZombieLimit {
            days,
            learned_from: Some(cycles.len()),
        },
        _ => ZombieLimit {
            days: default_days,
            learned_from: None,
        },
    }
}

#[cfg(test)]
mod tests;
