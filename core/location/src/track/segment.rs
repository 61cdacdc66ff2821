//! Where a day falls into staying and moving: the most likely of all ways to cut it.
//!
//! A semi-Markov model, solved exactly but for a beam (Viterbi over segments). In a *stay* every knot is scattered around
//! one anchor, which is not known beforehand but learnt from the stay itself; in a *move* each knot is a step from where
//! the phone was a while ago, at one of a few paces. Entering and leaving a stay has its price, and none is shorter than
//! [`StopRules::shortest_s`]. Errors of satellites wander, so that sixty fixes of a minute tell hardly more than two: a
//! knot weighs as much as the time it stands for.
//!
//! Every knot is looked at once, with at most [`BEAM`] stays open, whatever the length of the day. What is remembered of
//! a knot are two pointers, from which the cut is read off backwards; reading it off does not disturb what comes.

use super::knot::Knot;
use super::plane::{Local, Scale};
use super::rules::{SILENCE_S, StopRules, stayed_in_silence_s};
use super::sieve::seconds;
use crate::Position;

/// The most stays that are followed at once.
const BEAM: usize = 6;
/// No stay.
const NONE: u32 = u32::MAX;

/// A run of knots in which the phone stayed: from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// A stay that may be going on.
#[derive(Debug, Clone, Copy)]
struct Open {
    first: u32,
    score: f64,
    anchor: Position,
    /// Metres east and north from `anchor` to the learnt middle.
    middle: (f64, f64),
    /// How uncertain the middle is: its variance, square metres.
    doubt2: f64,
}

/// What is remembered of a knot to read the cut off.
#[derive(Debug, Clone, Copy)]
struct Trail {
    /// The best stay that could end with this knot, by its first knot.
    stay: u32,
    /// The move that this knot belongs to follows upon a stay that ended before it.
    move_after_stay: bool,
    /// A stay that begins with this knot follows upon a stay.
    stay_after_stay: bool,
}

/// The cutting of a day, under way.
#[derive(Debug, Clone)]
pub(super) struct Segmenter {
    rules: StopRules,
    knots: Vec<Knot>,
    trail: Vec<Trail>,
    open: Vec<Open>,
    /// Best score of all cuts that end in a move with the last knot.
    moving: f64,
    /// The knot from which steps are measured.
    lag: usize,
    local: Local,
}

impl Segmenter {
    pub(super) fn new(rules: StopRules) -> Segmenter {
        Segmenter {
            rules,
            knots: Vec::new(),
            trail: Vec::new(),
            open: Vec::new(),
            moving: 0.0,
            lag: 0,
            local: Local::default(),
        }
    }

    /// The knots so far.
    pub(super) fn knots(&self) -> &[Knot] {
        &self.knots
    }

    /// Takes the next knot.
    pub(super) fn push(&mut self, knot: Knot) {
        let Some(before) = self.knots.last().copied() else {
            return self.begin(knot);
        };
        let scale = self.local.near(knot.at);
        let closed = self.best_to_leave(Some((&knot, scale)));
        let (closed_score, closed_first) = closed;
        if let Some(trail) = self.trail.last_mut() {
            trail.stay = closed_first;
        }
        let weight = self.rules.weight(knot.since_s(&before));
        self.knots.push(knot);
        let step = weight * self.step(&knot, scale);
        let best = self.moving.max(closed_score);
        let (enter, move_on) = (self.moving + self.rules.enter, closed_score + self.rules.enter);
        self.stay_on(&knot, scale, weight);
        let start = enter.max(move_on);
        self.trail.push(Trail {
            stay: NONE,
            move_after_stay: closed_score > self.moving,
            stay_after_stay: move_on > enter,
        });
        self.moving = best + step;
        self.start(&knot, start + step);
        self.prune();
    }

    fn begin(&mut self, knot: Knot) {
        self.knots.push(knot);
        self.trail.push(Trail {
            stay: NONE,
            move_after_stay: false,
            stay_after_stay: false,
        });
        self.start(&knot, 0.0);
    }

    fn start(&mut self, knot: &Knot, score: f64) {
        self.open.push(Open {
            first: index(self.knots.len() - 1),
            score,
            anchor: knot.at,
            middle: (0.0, 0.0),
            doubt2: self.rules.spread2(knot),
        });
    }

    /// Scores `knot` as one more of every open stay, and lets them learn from it.
    fn stay_on(&mut self, knot: &Knot, scale: Scale, weight: f64) {
        let rules = &self.rules;
        let own2 = rules.spread2(knot);
        // Errors wander over hours: the middle follows, because it is never surer than this.
        let doubt2_min = own2 / rules.memory;
        let speed = rules.still(knot);
        for stay in &mut self.open {
            let (x, y) = stay.away(knot.at, scale);
            let (log, pull) = StopRules::scatter(x * x + y * y, own2 + stay.doubt2);
            stay.score += weight * (log + speed);
            let learn = weight * pull * stay.doubt2 / own2;
            let kept = 1.0 / (1.0 + learn);
            stay.middle.0 += learn * kept * x;
            stay.middle.1 += learn * kept * y;
            stay.doubt2 = (stay.doubt2 * kept).max(doubt2_min);
        }
    }

    /// How likely the last step is for someone who moves, as a logarithm.
    fn step(&mut self, knot: &Knot, scale: Scale) -> f64 {
        let last = self.knots.len() - 1;
        while self.lag + 1 < last && knot.since_s(&self.knots[self.lag + 1]) >= self.rules.lag_s {
            self.lag += 1;
        }
        let from = &self.knots[self.lag];
        let moved_m = scale.distance_m(from.at, knot.at);
        self.rules.step(moved_m, knot.since_s(from), knot)
    }

    /// The best stay that may end with the last knot; `next` is the knot that follows, if there is one.
    fn best_to_leave(&self, next: Option<(&Knot, Scale)>) -> (f64, u32) {
        let last = &self.knots[self.knots.len() - 1];
        let mut best = (f64::NEG_INFINITY, NONE);
        for stay in &self.open {
            let first = &self.knots[stay.first as usize];
            let stayed_s = seconds(last.last_ms.saturating_sub(first.first_ms));
            let (silent_s, gain) = next.map_or((0.0, 0.0), |(next, scale)| {
                let silence_s = next.since_s(last);
                if silence_s < SILENCE_S {
                    return (0.0, 0.0);
                }
                let (x, y) = stay.away(next.at, scale);
                let away_m = x.hypot(y);
                let stayed_s = stayed_in_silence_s(silence_s, away_m);
                // The way to the next knot was made in what is left of the silence, not in all of it.
                let late = self.rules.step(away_m, silence_s - stayed_s, next);
                (stayed_s, late - self.rules.step(away_m, silence_s, next))
            });
            let score = stay.score + gain + self.rules.leave + self.rules.lasting(stayed_s + silent_s);
            if score > best.0 {
                best = (score, stay.first);
            }
        }
        best
    }

    /// Drops the stays that will not win any more: far behind the best, or behind an older one at the same place.
    fn prune(&mut self) {
        let scale = self.local.near(self.knots[self.knots.len() - 1].at);
        let best = self
            .open
            .iter()
            .map(|stay| stay.score)
            .fold(self.moving, f64::max);
        let hopeless = best - self.rules.beam;
        self.open.retain(|stay| stay.score > hopeless);
        let mut kept = 0;
        for at in 0..self.open.len() {
            let stay = self.open[at];
            let beaten = self.open[..kept]
                .iter()
                .any(|older| older.score >= stay.score && older.is_near(&stay, scale));
            if !beaten {
                self.open[kept] = stay;
                kept += 1;
            }
        }
        self.open.truncate(kept);
        if self.open.len() > BEAM {
            let worst =
                (0..self.open.len() - 1).min_by(|a, b| self.open[*a].score.total_cmp(&self.open[*b].score));
            self.open.remove(worst.unwrap_or(0));
        }
    }

    /// Reads off the stays of the best cut, in the order of time.
    pub(super) fn stays(&self) -> Vec<Stay> {
        let mut stays = Vec::new();
        if self.knots.is_empty() {
            return stays;
        }
        let mut last = self.knots.len() - 1;
        let (score, first) = self.best_to_leave(None);
        let mut in_stay = (score > self.moving).then_some(first);
        loop {
            if let Some(first) = in_stay {
                let first = first as usize;
                stays.push(Stay { first, last });
                if first == 0 {
                    break;
                }
                last = first - 1;
                in_stay = self.trail[first].stay_after_stay.then(|| self.trail[last].stay);
            } else {
                if last == 0 {
                    break;
                }
                let after_stay = self.trail[last].move_after_stay;
                last -= 1;
                in_stay = after_stay.then(|| self.trail[last].stay);
            }
        }
        stays.reverse();
        stays
    }
}

impl Open {
    /// Metres east and north from the middle to `at`.
    fn away(&self, at: Position, scale: Scale) -> (f64, f64) {
        let (east, north) = scale.offset(self.anchor, at);
        (east - self.middle.0, north - self.middle.1)
    }

    /// Whether two stays are at the same place as far as anyone can tell.
    fn is_near(&self, other: &Open, scale: Scale) -> bool {
        let (x, y) = self.away(other.anchor, scale);
        let (x, y) = (x + other.middle.0, y + other.middle.1);
        x * x + y * y < 25.0
    }
}

/// There are fewer knots than fixes, and of those fewer than a `u32` counts.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE - 1)
}
