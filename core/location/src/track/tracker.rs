//! A day taken in fix by fix, and what it amounts to at any moment.

use super::fix::TrackFix;
use super::knot::Tying;
use super::mileage::{self, Gap, Mileage};
use super::plane::{Local, near_m};
use super::rules::{StopRules, stayed_in_silence_s};
use super::segment::{Segmenter, Stay};
use super::sieve::{Sieve, seconds, whole_ms};
use super::stops::{self, Stop};
use crate::Position;

/// How many of the newest fixes may still change their order.
const UNSETTLED: usize = 64;

/// What one fix turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointState {
    /// Part of the stop of this number, counted from 0 in the order of time.
    Stop(usize),
    /// On the way.
    Move,
    /// Thrown far off the path, or of another, coarser source: not used.
    Outlier,
}

/// What a day amounts to.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// What each fix is, in the order of time ([`TrackFix::order`]), doubles left out.
    pub states: Vec<PointState>,
    /// The stops, in the order of time.
    pub stops: Vec<Stop>,
    /// How far it went.
    pub mileage: Mileage,
}

/// Whether a fix was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It is part of the track.
    Taken,
    /// It was there before.
    Doubled,
    /// It is older than the last 64 fixes, whose order is settled: it needs the whole day anew, by [`Track::of`].
    TooLate,
}

/// A day as far as it has come. Each fix costs the same, however long the day is.
///
/// ```
/// use fieldbook_core::location::{Position, track::{Pushed, StopRules, Track, TrackFix, Tracker}};
/// let mut tracker = Tracker::new(StopRules::default());
/// let fixes: Vec<TrackFix> = (0..60).map(|i| {
///     TrackFix::new(i * 10_000, Position::new(52.6, 1.3).expect("on the earth"))
/// }).collect();
/// for fix in &fixes {
///     assert_eq!(tracker.push(*fix), Pushed::Taken);
/// }
/// assert_eq!(tracker.track().stops.len(), 1);
/// assert_eq!(tracker.track(), Track::of(&fixes, &StopRules::default()));
/// ```
#[derive(Debug, Clone)]
pub struct Tracker {
    rules: StopRules,
    /// All fixes in the order of time; the last [`UNSETTLED`] at most are not yet looked at.
    fixes: Vec<TrackFix>,
    settled: usize,
    sieve: Sieve,
    /// The knot of each settled fix that belongs; [`OUTSIDE`] for the others.
    knot_of: Vec<u32>,
    tying: Option<Tying>,
    segmenter: Segmenter,
    local: Local,
}

/// No knot.
const OUTSIDE: u32 = u32::MAX;

impl Tracker {
    /// A day of which nothing is known yet.
    pub fn new(rules: StopRules) -> Tracker {
        Tracker {
            segmenter: Segmenter::new(rules.clone()),
            rules,
            fixes: Vec::new(),
            settled: 0,
            sieve: Sieve::default(),
            knot_of: Vec::new(),
            tying: None,
            local: Local::default(),
        }
    }

    /// The fixes in the order of time, each once.
    pub fn fixes(&self) -> &[TrackFix] {
        &self.fixes
    }

    /// Takes a fix, in whatever order it comes.
    pub fn push(&mut self, fix: TrackFix) -> Pushed {
        let unsettled = &self.fixes[self.settled..];
        let place = self.settled + unsettled.partition_point(|other| other.order(&fix).is_lt());
        if self.fixes.get(place) == Some(&fix) {
            return Pushed::Doubled;
        }
        if place == self.settled && place > 0 {
            let newest_settled = &self.fixes[place - 1];
            if *newest_settled == fix {
                return Pushed::Doubled;
            }
            if newest_settled.order(&fix).is_gt() {
                return Pushed::TooLate;
            }
        }
        self.fixes.insert(place, fix);
        if self.fixes.len() - self.settled > UNSETTLED {
            self.settle(self.settled + 1);
        }
        Pushed::Taken
    }

    /// Looks at the fixes up to number `until`.
    fn settle(&mut self, until: usize) {
        let mut sieve = std::mem::take(&mut self.sieve);
        let mut told = Vec::with_capacity(4);
        while self.settled < until {
            let number = self.settled;
            self.settled += 1;
            self.knot_of.push(OUTSIDE);
            sieve.push(number, &self.fixes[number], |fate| told.push(fate));
            for (number, belongs) in told.drain(..) {
                if belongs {
                    self.tie(number);
                }
            }
        }
        self.sieve = sieve;
    }

    /// Adds fix `number` to the knot being tied, or begins one.
    fn tie(&mut self, number: usize) {
        let fix = &self.fixes[number];
        match &mut self.tying {
            Some(tying) if tying.holds(fix.at_ms()) => tying.add(fix),
            tying => {
                if let Some(tied) = tying.replace(Tying::begin(fix, self.local.near(fix.position()))) {
                    self.segmenter.push(tied.knot());
                }
            }
        }
        self.knot_of[number] = u32::try_from(self.segmenter.knots().len()).unwrap_or(OUTSIDE);
    }

    /// What the day amounts to so far. The tracker goes on as if nobody had asked.
    pub fn track(&self) -> Track {
        self.clone().finish()
    }

    /// What the day amounts to.
    pub fn finish(mut self) -> Track {
        self.settle(self.fixes.len());
        if let Some(tied) = self.tying.take() {
            self.segmenter.push(tied.knot());
        }
        let stays = stops::join(self.segmenter.stays(), self.segmenter.knots(), &self.rules);
        let stays = stops::without_spread(stays, self.segmenter.knots());
        let stays = stops::without_waits(&stays, self.segmenter.knots(), &self.rules);
        self.sum_up(&stays)
    }

    fn sum_up(&self, stays: &[Stay]) -> Track {
        let mut states = Vec::with_capacity(self.fixes.len());
        let mut stops = Vec::with_capacity(stays.len());
        let mut ranges = vec![(usize::MAX, 0); stays.len()];
        let mut current = 0;
        for (number, knot) in self.knot_of.iter().enumerate() {
            let knot = *knot as usize;
            if knot == OUTSIDE as usize {
                states.push(PointState::Outlier);
                continue;
            }
            while stays.get(current).is_some_and(|stay| stay.last < knot) {
                current += 1;
            }
            let inside = stays.get(current).is_some_and(|stay| stay.first <= knot);
            states.push(if inside {
                PointState::Stop(current)
            } else {
                PointState::Move
            });
            if inside {
                let range: &mut (usize, usize) = &mut ranges[current];
                *range = (range.0.min(number), number);
            }
        }
        for (at, (first, last)) in ranges.into_iter().enumerate() {
            let own = self.fixes[first..=last].iter().zip(&states[first..=last]);
            let own = own
                .filter(|(_, state)| **state == PointState::Stop(at))
                .map(|(fix, _)| fix);
            let fixes = own.clone().count();
            if let Some((center, radius)) = stops::place(&own) {
                let (from_ms, until_ms) = self.hours(&states, first, last, center);
                stops.push(Stop {
                    from_ms,
                    until_ms,
                    center,
                    radius,
                    fixes,
                });
            }
        }
        let (distance, gaps) = mileage::measure(&self.fixes, &states, &stops, &self.rules);
        let raw = mileage::raw(&self.fixes);
        let mileage = Mileage { distance, raw, gaps };
        Track {
            states,
            stops,
            mileage,
        }
    }
}

impl Tracker {
    /// From when until when somebody stayed who was seen there from fix `first` to fix `last`. The satellites are lost at
    /// the door and found again at the door: a silence on either side of which the phone was near is part of the stay.
    fn hours(&self, states: &[PointState], first: usize, last: usize, center: Position) -> (i64, i64) {
        let stayed_ms = |seen: usize, other: Option<usize>| {
            let Some(other) = other.map(|other| &self.fixes[other]) else {
                return 0;
            };
            let silence_ms = other.at_ms().abs_diff(self.fixes[seen].at_ms());
            let silence_s = seconds(i64::try_from(silence_ms).unwrap_or(i64::MAX));
            let away_m = near_m(center, other.position());
            if away_m > AT_THE_DOOR_M {
                0
            } else {
                whole_ms(stayed_in_silence_s(silence_s, away_m))
            }
        };
        let belongs = |number: &usize| states[*number] != PointState::Outlier;
        let before = (0..first).rev().find(belongs);
        let behind = (last + 1..self.fixes.len()).find(belongs);
        (
            self.fixes[first].at_ms().saturating_sub(stayed_ms(first, before)),
            self.fixes[last].at_ms().saturating_add(stayed_ms(last, behind)),
        )
    }
}

/// Who reappears so near to a stop has come out of its door, metres.
const AT_THE_DOOR_M: f64 = 120.0;

impl Track {
    /// A whole day at once, in whatever order.
    pub fn of(fixes: &[TrackFix], rules: &StopRules) -> Track {
        let mut sorted = fixes.to_vec();
        if !sorted.is_sorted_by(|a, b| a.order(b).is_le()) {
            sorted.sort_unstable_by(TrackFix::order);
        }
        sorted.dedup();
        let mut tracker = Tracker::new(rules.clone());
        tracker.knot_of.reserve(sorted.len());
        tracker.fixes = sorted;
        tracker.finish()
    }

    /// What each of `fixes` is, in the order in which they are given: those of which this track was made. A double is what
    /// its twin is.
    pub fn states_of(&self, fixes: &[TrackFix]) -> Vec<PointState> {
        let mut order: Vec<usize> = (0..fixes.len()).collect();
        order.sort_by(|a, b| fixes[*a].order(&fixes[*b]));
        let mut states = vec![PointState::Outlier; fixes.len()];
        let mut known = self.states.iter();
        for twins in order.chunk_by(|a, b| fixes[*a] == fixes[*b]) {
            let state = known.next().copied().unwrap_or(PointState::Outlier);
            for number in twins {
                states[*number] = state;
            }
        }
        states
    }

    /// The stretches without fixes.
    pub fn gaps(&self) -> &[Gap] {
        &self.mileage.gaps
    }
}
