//! Whole points for a lead, with the reasons and the calibration.
//!
//! A logistic regression over the answers of a lead: a category is an answer, a number falls into a band, and a missing
//! value is an answer of its own. It is fitted without a matrix: each sweep takes one Newton step for all answers of one
//! column, which do not overlap (backfitting; Hastie and Tibshirani 1990, section 4.4.1), with a ridge that shrinks the log
//! odds of a rare answer to 0 (le Cessie and van Houwelingen 1992). The log odds are then rounded to points, of which ten double
//! the odds, relative to the average lead.
//!
//! Columns that are written after the contact know the outcome. The caller names them, and training with one is refused: on X
//! Education they lift the AUC from 0.89 to 0.98, and to nothing of use.

use std::collections::BTreeMap;

use super::numeric::{count, real, whole};

/// Points that double the odds.
const POINTS_PER_DOUBLING: f64 = 10.0;

/// Weight of the ridge: log odds have a prior deviation of 1/2, so an answer alone seldom more than doubles or halves the odds.
const RIDGE: f64 = 4.0;

/// Sweeps over all columns.
const SWEEPS: usize = 40;

/// Largest change of a log odds in one step.
const MOST_STEP: f64 = 1.0;

/// An answer of fewer leads counts with the other rare ones of its column.
const RARE_BELOW: usize = 10;

/// Bands of a number: tenths of the leads.
const BANDS: usize = 10;

/// Fewest converted, and fewest other leads, that points are learned from.
pub const LEAST_OF_EACH: usize = 10;

/// One value of a lead.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Not known.
    Missing,
    /// A category.
    Text(String),
    /// A number; one that is not finite counts as missing.
    Number(f64),
}

/// A lead as known at its first contact: one answer for each column.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// Answers in the order of the columns.
    pub answers: Vec<Answer>,
}

/// Points that cannot be learned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeadError {
    /// A column that is written after the contact.
    #[error("column {column:?} is written after the contact: it knows the outcome")]
    FutureColumn {
        /// Its name.
        column: String,
    },
    /// A lead with another number of answers than there are columns.
    #[error("lead {lead} has {answers} answers for {columns} columns")]
    Width {
        /// Index of the lead.
        lead: usize,
        /// Its answers.
        answers: usize,
        /// Columns.
        columns: usize,
    },
    /// Too little history: use the points of the pack.
    #[error("{converted} converted and {other} other leads, {LEAST_OF_EACH} of each needed")]
    TooFew {
        /// Converted leads.
        converted: usize,
        /// Other leads.
        other: usize,
    },
}

/// An answer as the points name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Missing,
    Rare,
    Text(String),
    Band(usize),
}

/// Points of a column's answers.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    /// Upper ends of the bands of numbers.
    bands: Vec<f64>,
    points: BTreeMap<Level, i64>,
}

/// One reason of a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Name of the column.
    pub column: String,
    /// The lead's answer, such as `Google`, `over 310 to 1020`, `missing`, `rare`.
    pub answer: String,
    /// Points above (or below) the average lead.
    pub points: i64,
}

/// The score of a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Sum of the points of its answers; 0 is the average lead.
    pub points: i64,
    /// Odds of conversion as a probability.
    pub p: f64,
    /// Answers that moved it, the largest first, ties in the columns' order.
    pub reasons: Vec<Reason>,
}

/// Points learned from leads.
#[derive(Debug, Clone)]
pub struct LeadPoints {
    columns: Vec<Column>,
    /// Log odds of a lead of 0 points.
    base: f64,
    leads: usize,
}

/// A band of scores beside what became of them.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationBand {
    /// Fewest points in it.
    pub from_points: i64,
    /// Most points in it.
    pub to_points: i64,
    /// Leads in it.
    pub n: usize,
    /// Of these, the converted ones.
    pub converted: usize,
    /// Conversions that the scores expected.
    pub expected: f64,
}

impl LeadPoints {
    /// Learns from leads and whether each was converted. `future` names the columns that are written after the contact.
    ///
    /// # Errors
    /// [`LeadError`] when a column is one of `future` (in any case), a lead is of another width, or there is too little
    /// history.
    pub fn from_leads(
        columns: &[&str],
        future: &[&str],
        leads: &[(Lead, bool)],
    ) -> Result<LeadPoints, LeadError> {
        check(columns, future, leads)?;
        let mut columns: Vec<Column> = columns
            .iter()
            .enumerate()
            .map(|(index, name)| Column {
                name: (*name).to_owned(),
                bands: bands(leads, index),
                points: BTreeMap::new(),
            })
            .collect();
        let coded: Vec<Coded> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| Coded::new(column, leads, index))
            .collect();
        let converted: Vec<f64> = leads.iter().map(|(_, yes)| f64::from(u8::from(*yes))).collect();
        let (mut base, log_odds) = fit(&coded, &converted);
        let scale = std::f64::consts::LN_2 / POINTS_PER_DOUBLING;
        for ((column, coded), log_odds) in columns.iter_mut().zip(&coded).zip(&log_odds) {
            let mean = coded.of_lead.iter().map(|level| log_odds[*level]).sum::<f64>() / count(leads.len());
            base += mean;
            let points = coded
                .levels
                .iter()
                .zip(log_odds)
                .map(|(level, value)| (level.clone(), whole((value - mean) / scale)));
            column.points = points.collect();
        }
        Ok(LeadPoints {
            columns,
            base,
            leads: leads.len(),
        })
    }

    /// Leads that the points were learned from.
    pub fn leads(&self) -> usize {
        self.leads
    }

    /// The score of a lead; an answer that was never seen counts as a rare one, one that is not there as missing.
    pub fn score(&self, lead: &Lead) -> Score {
        let mut reasons: Vec<Reason> = Vec::new();
        let mut points = 0;
        for (index, column) in self.columns.iter().enumerate() {
            let level = column.level(lead.answers.get(index).unwrap_or(&Answer::Missing));
            let known = column
                .points
                .get(&level)
                .or_else(|| column.points.get(&Level::Rare));
            let part = known.copied().unwrap_or(0);
            points += part;
            if part != 0 {
                reasons.push(Reason {
                    column: column.name.clone(),
                    answer: column.words(&level),
                    points: part,
                });
            }
        }
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points.abs()));
        let log_odds = self.base + real(points) * std::f64::consts::LN_2 / POINTS_PER_DOUBLING;
        Score {
            points,
            p: sigmoid(log_odds),
            reasons,
        }
    }

    /// Expected and real conversions of leads, in `bands` bands of about equal size by points, the lowest first.
    ///
    /// On the leads of one's own book it says how far the points can be trusted there.
    pub fn calibration(&self, leads: &[(Lead, bool)], bands: usize) -> Vec<CalibrationBand> {
        let mut scored: Vec<(Score, bool)> =
            leads.iter().map(|(lead, yes)| (self.score(lead), *yes)).collect();
        scored.sort_by_key(|(score, _)| score.points);
        let bands = bands.clamp(1, scored.len().max(1));
        let cut = |band: usize| scored.len() * band / bands;
        (0..bands)
            .map(|band| &scored[cut(band)..cut(band + 1)])
            .filter_map(|part| {
                let (first, last) = (part.first()?, part.last()?);
                Some(CalibrationBand {
                    from_points: first.0.points,
                    to_points: last.0.points,
                    n: part.len(),
                    converted: part.iter().filter(|(_, yes)| *yes).count(),
                    expected: part.iter().map(|(score, _)| score.p).sum(),
                })
            })
            .collect()
    }
}

impl Column {
    fn level(&self, answer: &Answer) -> Level {
        match answer {
            Answer::Number(number) if number.is_finite() => {
                Level::Band(self.bands.partition_point(|end| end < number))
            }
            Answer::Text(text) => Level::Text(text.clone()),
            Answer::Missing | Answer::Number(_) => Level::Missing,
        }
    }

    fn words(&self, level: &Level) -> String {
        match level {
            Level::Missing => "missing".to_owned(),
            Level::Rare => "rare".to_owned(),
            Level::Text(text) => text.clone(),
            Level::Band(band) => {
                let (over, to) = (
                    band.checked_sub(1).and_then(|under| self.bands.get(under)),
                    self.bands.get(*band),
                );
                match (over, to) {
                    (Some(over), Some(to)) => format!("over {over} to {to}"),
                    (Some(over), None) => format!("over {over}"),
                    (None, Some(to)) => format!("up to {to}"),
                    (None, None) => "any number".to_owned(),
                }
            }
        }
    }
}

fn check(columns: &[&str], future: &[&str], leads: &[(Lead, bool)]) -> Result<(), LeadError> {
    let plain = |name: &str| name.trim().to_lowercase();
    if let Some(column) = columns
        .iter()
        .find(|column| future.iter().any(|name| plain(name) == plain(column)))
    {
        return Err(LeadError::FutureColumn {
            column: (*column).to_owned(),
        });
    }
    let narrow = leads
        .iter()
        .position(|(lead, _)| lead.answers.len() != columns.len());
    if let Some(lead) = narrow {
        return Err(LeadError::Width {
            lead,
            answers: leads[lead].0.answers.len(),
            columns: columns.len(),
        });
    }
    let converted = leads.iter().filter(|(_, yes)| *yes).count();
    let other = leads.len() - converted;
    if converted.min(other) < LEAST_OF_EACH {
        return Err(LeadError::TooFew { converted, other });
    }
    Ok(())
}

/// Upper ends of bands of equal counts, equal ends joined; the last band has no end.
fn bands(leads: &[(Lead, bool)], column: usize) -> Vec<f64> {
    let number = |answer: &Answer| match answer {
        Answer::Number(number) if number.is_finite() => Some(*number),
        _ => None,
    };
    let mut numbers: Vec<f64> = leads
        .iter()
        .filter_map(|(lead, _)| number(&lead.answers[column]))
        .collect();
    numbers.sort_unstable_by(f64::total_cmp);
    let mut ends: Vec<f64> = (1..BANDS)
        .filter_map(|band| numbers.get(numbers.len() * band / BANDS).copied())
        .collect();
    ends.dedup_by(|later, earlier| *later <= *earlier);
    ends
}

/// A column's levels, and the level of each lead.
struct Coded {
    levels: Vec<Level>,
    of_lead: Vec<usize>,
}

impl Coded {
    fn new(column: &Column, leads: &[(Lead, bool)], index: usize) -> Coded {
        let raw: Vec<Level> = leads
            .iter()
            .map(|(lead, _)| column.level(&lead.answers[index]))
            .collect();
        let mut counts: BTreeMap<&Level, usize> = BTreeMap::new();
        for level in &raw {
            *counts.entry(level).or_default() += 1;
        }
        // The first level is that of the rare ones, whether there are any or not.
        let mut levels = vec![Level::Rare];
        levels.extend(
            counts
                .iter()
                .filter(|(_, n)| **n >= RARE_BELOW)
                .map(|(level, _)| (*level).clone()),
        );
        let of_lead = raw
            .iter()
            .map(|level| levels.iter().position(|known| known == level).unwrap_or(0))
            .collect();
        Coded { levels, of_lead }
    }
}

fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The base and the log odds of each column's levels.
fn fit(columns: &[Coded], converted: &[f64]) -> (f64, Vec<Vec<f64>>) {
    let wins: f64 = converted.iter().sum();
    let mut base = ((wins + 1.0) / (count(converted.len()) - wins + 1.0)).ln();
    let mut total = vec![base; converted.len()];
    let mut log_odds: Vec<Vec<f64>> = columns
        .iter()
        .map(|column| vec![0.0; column.levels.len()])
        .collect();
    for _ in 0..SWEEPS {
        let (mut pull, mut weight) = (0.0, 0.0);
        for (log_odds, yes) in total.iter().zip(converted) {
            let p = sigmoid(*log_odds);
            pull += yes - p;
            weight += p * (1.0 - p);
        }
        let step = (pull / weight.max(f64::MIN_POSITIVE)).clamp(-MOST_STEP, MOST_STEP);
        base += step;
        for log_odds in &mut total {
            *log_odds += step;
        }
        for (column, log_odds) in columns.iter().zip(&mut log_odds) {
            let mut sums = vec![(0.0, 0.0); column.levels.len()];
            for ((level, total), yes) in column.of_lead.iter().zip(&total).zip(converted) {
                let p = sigmoid(*total);
                sums[*level].0 += yes - p;
                sums[*level].1 += p * (1.0 - p);
            }
            let newton = |((pull, weight), value): (&(f64, f64), &f64)| {
                ((pull - RIDGE * value) / (weight + RIDGE)).clamp(-MOST_STEP, MOST_STEP)
            };
            let steps: Vec<f64> = sums.iter().zip(log_odds.iter()).map(newton).collect();
            log_odds
                .iter_mut()
                .zip(&steps)
                .for_each(|(value, step)| *value += step);
            total
                .iter_mut()
                .zip(&column.of_lead)
                .for_each(|(total, level)| *total += steps[*level]);
        }
    }
    (base, log_odds)
}

#[cfg(test)]
mod tests;
