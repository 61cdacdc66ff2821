//! The agreement of stops, points and mileage with the truth, by the rules that the data states.
//!
//! Points: the share of fixes of which stop or move is said rightly, outliers left out. Stops: one is found when the union
//! of the two intervals overlaps by half and the centres are within 60 m. Mileage: the error on days without a dead hour.

use std::collections::BTreeMap;

use fieldbook_core::location::distance;
use fieldbook_core::location::track::{PointState, StopRules, Track, TrackStop};

use super::data::Diary;
use super::days::{Day, TrueStop, Truth};

/// Greatest distance between centres that match, metres.
const CENTRE_M: f64 = 60.0;

/// The counts over some days.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    right: usize,
    points: usize,
    found: usize,
    invented: usize,
    missed: usize,
    centres_m: Vec<f64>,
    dense: Vec<f64>,
    sparse: Vec<f64>,
    /// Of each kind of stop, how many were found of how many.
    pub kinds: BTreeMap<&'static str, (usize, usize)>,
}

impl Counts {
    /// The counts of `days`.
    pub fn of(days: &[Day], rules: &StopRules) -> Counts {
        let mut counts = Counts::default();
        for day in days {
            counts.add(day, &Track::from_fixes(&day.fixes, rules));
        }
        counts
    }

    fn add(&mut self, day: &Day, track: &Track) {
        for (state, label) in track.states_of(&day.fixes).into_iter().zip(&day.labels) {
            if *label != Truth::Outlier {
                self.points += 1;
                self.right +=
                    usize::from(matches!(state, PointState::Stop(_)) == matches!(label, Truth::Stop(_)));
            }
        }
        let mut free: Vec<&TrackStop> = track.stops.iter().collect();
        for truth in &day.stops {
            let of_kind = self.kinds.entry(truth.kind).or_default();
            of_kind.1 += 1;
            match free.iter().position(|stop| is_same(stop, truth)) {
                Some(at) => {
                    of_kind.0 += 1;
                    self.found += 1;
                    self.centres_m.push(distance(free.remove(at).center, truth.at).0);
                }
                None => self.missed += 1,
            }
        }
        self.invented += free.len();
        if !day.dead {
            let error = track.mileage.distance.0 / day.distance_m - 1.0;
            if day.dense {
                self.dense.push(error);
            } else {
                self.sparse.push(error);
            }
        }
    }

    /// The share of points said rightly.
    pub fn points(&self) -> f64 {
        ratio(self.right, self.points)
    }

    /// F1 of the stops.
    pub fn f1(&self) -> f64 {
        ratio(2 * self.found, 2 * self.found + self.invented + self.missed)
    }

    /// Mean distance of the centres of stops that were found, metres.
    pub fn centre_m(&self) -> f64 {
        mean(self.centres_m.iter().copied())
    }

    /// Mean error of the mileage of days with a fix every few seconds, as a part of one.
    pub fn mileage_dense(&self) -> f64 {
        mean(self.dense.iter().map(|error| error.abs()))
    }

    /// Mean error of the mileage of days with a fix every ten to twenty seconds, as a part of one.
    pub fn mileage_sparse(&self) -> f64 {
        mean(self.sparse.iter().map(|error| error.abs()))
    }
}

fn is_same(stop: &TrackStop, truth: &TrueStop) -> bool {
    let (from_s, until_s) = (seconds(stop.from_ms), seconds(stop.until_ms));
    let both = until_s.min(truth.until_s) - from_s.max(truth.from_s);
    let either = until_s.max(truth.until_s) - from_s.min(truth.from_s);
    both >= either / 2.0 && distance(stop.center, truth.at).0 <= CENTRE_M
}

/// Of the fixes of which a diary says something: how many are said rightly, of how many.
pub fn agreement(diary: &Diary, rules: &StopRules) -> (usize, usize) {
    let states = Track::from_fixes(&diary.fixes, rules).states_of(&diary.fixes);
    let (mut right, mut points) = (0, 0);
    for (state, stopped) in states.into_iter().zip(&diary.stopped) {
        if let Some(stopped) = stopped {
            points += 1;
            right += usize::from(matches!(state, PointState::Stop(_)) == *stopped);
        }
    }
    (right, points)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts and milliseconds of this century"
)]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// A part of some; 0 of none.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn ratio(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

fn mean(of: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = of.len();
    of.sum::<f64>() * ratio(1, count)
}
