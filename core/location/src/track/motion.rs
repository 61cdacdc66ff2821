//! The motion of a track's fixes, and its consistency with the values they report.

mod pace;
mod repeat;

use std::collections::HashMap;

use super::fix::TrackFix;
use super::outliers::seconds;
use crate::plane::ScaleCache;

/// The step from one fix to the next.
#[derive(Debug, Clone, Copy)]
struct Step {
    lasted_s: f64,
    east_m: f64,
    north_m: f64,
    moved_m: f64,
}

/// A track with the steps between its fixes.
#[derive(Debug)]
pub(super) struct Motion<'f> {
    /// Fixes in time order, each once.
    pub(super) fixes: &'f [TrackFix],
    /// Fixes in order of arrival.
    arrived: &'f [TrackFix],
    /// Steps: `steps[i]` leads from fix `i` to fix `i + 1`.
    steps: Vec<Step>,
}

/// Assumed accuracy of a fix that states none, metres.
const UNSTATED_M: f64 = 30.0;
/// Number of consistent fixes required on either side of a jump.
const SETTLED: usize = 3;
/// Shortest jump that is not noise, metres.
const JUMP_M: f64 = 400.0;
/// Duration and length of a track that leads through surroundings of all kinds, seconds and metres.
const LONG_S: f64 = 10_800.0;
const LONG_M: f64 = 10_000.0;
/// Tolerated delay of a fix's time, seconds: a network location on a train lags.
const LAG_S: f64 = 5.0;

impl<'f> Motion<'f> {
    pub(super) fn from_fixes(sorted: &'f [TrackFix], arrived: &'f [TrackFix]) -> Motion<'f> {
        let mut scales = ScaleCache::default();
        let step = |pair: &[TrackFix]| {
            let scale = scales.near(pair[1].position());
            let (east_m, north_m) = scale.offset(pair[0].position(), pair[1].position());
            Step {
                lasted_s: seconds(pair[1].at_ms().saturating_sub(pair[0].at_ms())),
                east_m,
                north_m,
                moved_m: (east_m * east_m + north_m * north_m).sqrt(),
            }
        };
        Motion {
            fixes: sorted,
            arrived,
            steps: sorted.windows(2).map(step).collect(),
        }
    }

    /// The highest speed of a jump between two places with several consistent fixes each, metres a second. Where no
    /// accuracy is stated, network locations jump in the same way: there a jump counts a 120th.
    pub(super) fn teleport_mps(&self) -> f64 {
        let accuracy = |at: usize| self.fixes[at].accuracy_m().unwrap_or(UNSTATED_M);
        // One fix thrown far off comes back by half of the jump and more.
        let calm = |range: &[Step], jump_m: f64| {
            let limit_m = |step: &Step| (60.0 + 45.0 * step.lasted_s).min(jump_m / 2.0);
            range.iter().all(|step| step.moved_m <= limit_m(step))
        };
        let mut fastest = 0.0_f64;
        for (at, step) in self.steps.iter().enumerate() {
            let jump_m = step.moved_m - accuracy(at) - accuracy(at + 1);
            if jump_m < JUMP_M || at + 1 < SETTLED || at + SETTLED >= self.steps.len() {
                continue;
            }
            let fine = (at + 1 - SETTLED..=at + SETTLED).all(|near| accuracy(near) <= 100.0);
            let (before, behind) = (at + 1 - SETTLED..at, at + 1..at + SETTLED);
            if fine && calm(&self.steps[before], jump_m) && calm(&self.steps[behind], jump_m) {
                let stated =
                    self.fixes[at].accuracy_m().is_some() && self.fixes[at + 1].accuracy_m().is_some();
                let part = if stated { 1.0 } else { 120.0 };
                fastest = fastest.max(jump_m / (step.lasted_s + LAG_S) / part);
            }
        }
        fastest
    }

    /// The longest time, in seconds, of a constant position while the phone reports motion. Time during which accuracy
    /// and speed are constant too counts a sixth, time during which they are merely stated a twelfth.
    pub(super) fn frozen_s(&self) -> f64 {
        let mut longest_s = 0.0_f64;
        let (mut moving_s, mut constant_s, mut stated_s) = (0.0, 0.0, 0.0);
        for (step, pair) in self.steps.iter().zip(self.fixes.windows(2)) {
            let extend =
                |run_s: &mut f64, goes_on: bool| *run_s = if goes_on { *run_s + step.lasted_s } else { 0.0 };
            let [from, to] = [&pair[0], &pair[1]];
            let moves = |fix: &TrackFix| fix.speed_mps().is_some_and(|speed| speed > 1.5);
            let states = |fix: &TrackFix| fix.accuracy_m().is_some() && fix.speed_mps().is_some();
            let same = from.position() == to.position();
            let constant = from.accuracy_m() == to.accuracy_m() && from.speed_mps() == to.speed_mps();
            extend(&mut moving_s, same && moves(from) && moves(to));
            extend(&mut constant_s, same && states(to) && constant);
            extend(&mut stated_s, same && states(from) && states(to));
            longest_s = longest_s.max(moving_s).max(constant_s / 6.0).max(stated_s / 12.0);
        }
        longest_s
    }

    /// The strength, 0 to 1, of an accuracy that is finer than a phone's or exactly constant along a path. A constant one is
    /// worse on a long track, and worst where the errors at stops, of which `spread_m` is the usual size, are larger.
    pub(super) fn impossible_accuracy(&self, spread_m: Option<f64>) -> f64 {
        let stated: Vec<f64> = self.fixes.iter().filter_map(TrackFix::accuracy_m).collect();
        if stated.len() < 3 {
            return 0.0;
        }
        let finer = share(&stated, |accuracy| *accuracy < 0.75);
        let way_m: f64 = self.steps.iter().map(|step| step.moved_m).sum();
        let constant = stated.len() >= 30
            && way_m > 1_000.0
            && stated
                .iter()
                .all(|accuracy| accuracy.to_bits() == stated[0].to_bits());
        let lasted_s: f64 = self.steps.iter().map(|step| step.lasted_s).sum();
        let is_long = lasted_s > LONG_S && way_m > LONG_M;
        let is_coarser = spread_m.is_some_and(|spread_m| spread_m > 2.0 * stated[0]);
        let same = match (constant, is_long, is_coarser) {
            (true, true, true) => 1.0,
            // Indoors and outdoors, in streets and on roads.
            (true, true, false) => 0.7,
            (true, false, _) => 0.5,
            (false, ..) => 0.0,
        };
        (finer / 0.1).min(1.0).max(same)
    }

    /// Windows: runs of steps of at least `lasting_s` without a silence, as the numbers of the first and the last fix.
    fn windows(&self, lasting_s: f64, fixes_min: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let (mut from, mut lasted_s) = (0, 0.0);
        for (at, step) in self.steps.iter().enumerate() {
            if step.lasted_s > 60.0 {
                (from, lasted_s) = (at + 1, 0.0);
                continue;
            }
            lasted_s += step.lasted_s;
            if lasted_s >= lasting_s && at + 2 - from >= fixes_min {
                found.push((from, at + 1));
                (from, lasted_s) = (at + 1, 0.0);
            }
        }
        found
    }

    /// The disagreement of reported speeds with the path: the share of moving half minutes, or the longest run of them
    /// divided by twenty-five, whichever is more: in a jam of minutes errors look like a crawl.
    pub(super) fn speed_disagreement(&self) -> f64 {
        let mut verdicts = Vec::new();
        for (from, to) in self.windows(30.0, 3) {
            let speeds: Vec<f64> = self.fixes[from..=to]
                .iter()
                .filter_map(TrackFix::speed_mps)
                .collect();
            if speeds.len() < 2 || speeds.len() * 2 < to + 1 - from {
                continue;
            }
            let reported = speeds.iter().sum::<f64>() / count(speeds.len());
            let steps = &self.steps[from..to];
            let lasted_s: f64 = steps.iter().map(|step| step.lasted_s).sum();
            let net = |axis: fn(&Step) -> f64| steps.iter().map(axis).sum::<f64>();
            let (east, north) = (net(|step| step.east_m), net(|step| step.north_m));
            // Indoors an error of tens of metres drifts, which looks like a slow walk.
            let noise_m: f64 = [from, to]
                .iter()
                .map(|at| self.fixes[*at].accuracy_m().unwrap_or(5.0))
                .sum();
            let slow = ((east * east + north * north).sqrt() - noise_m).max(0.0) / lasted_s;
            let fast = net(|step| step.moved_m) / lasted_s;
            if reported.max(slow) > 2.5 {
                verdicts.push(reported < 0.6 * slow - 1.0 || reported > 1.5 * fast + 2.0);
            }
        }
        if verdicts.len() < 8 {
            return 0.0;
        }
        let runs = verdicts.split(|wrong| !wrong).map(<[bool]>::len);
        share(&verdicts, |wrong| *wrong).max(count(runs.max().unwrap_or(0)) / 25.0)
    }

    /// The share of steps whose direction contradicts the reported bearing.
    pub(super) fn bearing_disagreement(&self) -> f64 {
        let mut verdicts = Vec::new();
        for (step, pair) in self.steps.iter().zip(self.fixes.windows(2)) {
            let noise_m = pair[1].accuracy_m().unwrap_or(10.0);
            let went = step.moved_m > 8.0_f64.max(1.5 * noise_m)
                && step.moved_m > 2.0 * step.lasted_s
                && step.lasted_s <= 30.0;
            if let (true, Some(before), Some(reported)) = (went, pair[0].bearing_deg(), pair[1].bearing_deg())
            {
                let heading = step.east_m.atan2(step.north_m).to_degrees();
                let off = |reported: f64| ((heading - reported).rem_euclid(360.0) - 180.0).abs();
                verdicts.push(off(reported) < 135.0 && off(before) < 135.0);
            }
        }
        if verdicts.len() < 20 {
            0.0
        } else {
            share(&verdicts, |wrong| *wrong)
        }
    }

    /// The share of steps that climb or fall faster than an aircraft.
    pub(super) fn altitude_disagreement(&self) -> f64 {
        let mut verdicts = Vec::new();
        for (step, pair) in self.steps.iter().zip(self.fixes.windows(2)) {
            if let (Some(a), Some(b)) = (pair[0].altitude_m(), pair[1].altitude_m()) {
                verdicts.push((b - a).abs() > 100.0 + 20.0 * step.lasted_s);
            }
        }
        if verdicts.len() < 10 {
            0.0
        } else {
            share(&verdicts, |wrong| *wrong)
        }
    }

    /// The length of the longest run of moving fixes that occurred before, in the same order and equal to the last bit.
    pub(super) fn replayed(&self) -> usize {
        let place = |fix: &TrackFix| (fix.position().lat().to_bits(), fix.position().lon().to_bits());
        let mut first_seen = HashMap::new();
        let (mut longest, mut run, mut twin) = (0, 0, None);
        for (at, fix) in self.fixes.iter().enumerate() {
            if at > 0 && self.fixes[at - 1].position() == fix.position() {
                continue;
            }
            let seen = first_seen.get(&place(fix)).copied();
            let goes_on = seen
                .zip(twin)
                .is_some_and(|(seen, twin): (usize, usize)| (1..=3).contains(&(seen.saturating_sub(twin))));
            run = match seen {
                Some(_) if goes_on => run + 1,
                Some(_) => 1,
                None => 0,
            };
            twin = seen;
            longest = longest.max(run);
            first_seen.entry(place(fix)).or_insert(at);
        }
        longest
    }

    /// The difference of GNSS time and the phone's clock that one fix in ten exceeds, or the largest drift between the
    /// clock and the time since boot from one fix to the next; seconds.
    pub(super) fn clocks_apart_s(&self) -> f64 {
        let apart = |fix: &TrackFix| Some(seconds(fix.gps_at_ms()?.saturating_sub(fix.at_ms())).abs());
        let mut by_gps: Vec<f64> = self.fixes.iter().filter_map(apart).collect();
        by_gps.sort_by(f64::total_cmp);
        let usual = by_gps.get(by_gps.len() * 9 / 10).copied().unwrap_or(0.0);
        let jump = |pair: &[TrackFix]| {
            let ran_ms = pair[1].monotonic_ms()?.saturating_sub(pair[0].monotonic_ms()?);
            let showed_ms = pair[1].at_ms().saturating_sub(pair[0].at_ms());
            // Less than before: the phone was rebooted.
            (ran_ms >= 0).then(|| seconds(showed_ms.saturating_sub(ran_ms)).abs())
        };
        self.fixes.windows(2).filter_map(jump).fold(usual, f64::max)
    }

    /// The share of fixes that were old at their arrival: more than a minute older than one that had arrived before.
    pub(super) fn stale_share(&self) -> f64 {
        let backwards = self
            .arrived
            .windows(2)
            .filter(|pair| pair[1].at_ms() < pair[0].at_ms())
            .count();
        if self.arrived.len() < 10 || backwards * 2 > self.arrived.len() {
            return 0.0; // newest first is a way to write a list
        }
        let mut newest_ms = i64::MIN;
        let late = |fix: &TrackFix| {
            newest_ms = newest_ms.max(fix.at_ms());
            newest_ms.saturating_sub(fix.at_ms()) > 60_000
        };
        let late = self.arrived.iter().map(late).filter(|late| *late).count();
        count(late) / count(self.arrived.len())
    }

    /// Mean noise level of the receiver.
    pub(super) fn radio_noise(&self) -> f64 {
        let heard: Vec<f64> = self.fixes.iter().filter_map(TrackFix::radio_noise).collect();
        if heard.len() < 10 {
            0.0
        } else {
            heard.iter().sum::<f64>() / count(heard.len())
        }
    }

    /// The share of moving half minutes that fit constant speed on one line to the decimetre.
    pub(super) fn straight_share(&self) -> f64 {
        let mut verdicts = Vec::new();
        for (from, to) in self.windows(30.0, 6) {
            let fit = self.fit(from, to);
            let went_m = fit.speed_mps * fit.step_s * count(to - from);
            if went_m > 1.5 {
                verdicts.push(fit.residual_m < 0.25_f64.min(0.06 + 0.02 * went_m));
            }
        }
        if verdicts.len() < 4 {
            0.0
        } else {
            share(&verdicts, |straight| *straight)
        }
    }

    /// The median von Neumann ratio of the residuals of short windows: 2 for white noise, near 0 for correlated noise.
    /// Only windows with dense fixes, or without motion.
    pub(super) fn whiteness(&self) -> f64 {
        let ratios = self
            .windows(20.0, 12)
            .into_iter()
            .map(|(from, to)| self.fit(from, to));
        let (still, moving): (Vec<WindowFit>, Vec<WindowFit>) = ratios
            .filter(|fit| fit.residual_m > 0.5)
            .partition(|fit| fit.speed_mps < 0.12);
        let moving = moving
            .iter()
            .filter(|fit| fit.step_s <= 6.0)
            .map(|fit| fit.von_neumann);
        let still = still.iter().map(|fit| fit.von_neumann);
        median(still.chain(moving).collect(), 10).unwrap_or(0.0)
    }

    /// The share of short windows whose errors are independent: residuals of half a metre and more, and a von Neumann ratio
    /// near 2. 0 below 25 windows; windows with fixes of several sources, by their accuracy, do not count.
    pub(super) fn white_share(&self) -> f64 {
        let is_of_one_source = |&(from, to): &(usize, usize)| {
            let stated = self.fixes[from..=to].iter().filter_map(TrackFix::accuracy_m);
            let (least, most) = stated.fold((f64::INFINITY, 0.0_f64), |(least, most), accuracy| {
                (least.min(accuracy), most.max(accuracy))
            });
            most <= 4.0 * least
        };
        let verdicts: Vec<bool> = self
            .windows(20.0, 12)
            .into_iter()
            .filter(is_of_one_source)
            .map(|(from, to)| self.fit(from, to))
            .filter(|fit| fit.step_s <= 6.0)
            .map(|fit| fit.residual_m > 0.5 && fit.von_neumann > 1.4)
            .collect();
        if verdicts.len() < 25 {
            0.0
        } else {
            share(&verdicts, |white| *white)
        }
    }

    /// The median ratio of the noise of short windows to the stated accuracy.
    pub(super) fn tremor(&self) -> f64 {
        let mut parts = Vec::new();
        for (from, to) in self.windows(20.0, 8) {
            let stated: Vec<f64> = self.fixes[from..=to]
                .iter()
                .filter_map(TrackFix::accuracy_m)
                .collect();
            let fit = self.fit(from, to);
            if stated.len() == to + 1 - from && fit.speed_mps > 0.7 {
                parts.push(fit.rough_m / (stated.iter().sum::<f64>() / count(stated.len())));
            }
        }
        median(parts, 10).unwrap_or(1.0)
    }

    /// The residuals of some fixes from a straight line at constant speed (least squares).
    fn fit(&self, from: usize, to: usize) -> WindowFit {
        let n = count(to + 1 - from);
        let (mut t, mut x, mut y) = (0.0, 0.0, 0.0);
        let mut path = vec![(0.0, 0.0, 0.0)];
        for step in &self.steps[from..to] {
            (t, x, y) = (t + step.lasted_s, x + step.east_m, y + step.north_m);
            path.push((t, x, y));
        }
        let mean = path.iter().fold((0.0, 0.0, 0.0), |m, p| {
            (m.0 + p.0 / n, m.1 + p.1 / n, m.2 + p.2 / n)
        });
        let sums = path.iter().fold((0.0, 0.0, 0.0), |s, p| {
            let dt = p.0 - mean.0;
            (
                s.0 + dt * dt,
                s.1 + dt * (p.1 - mean.1),
                s.2 + dt * (p.2 - mean.2),
            )
        });
        let slope = (sums.1 / sums.0.max(1e-9), sums.2 / sums.0.max(1e-9));
        let rest: Vec<(f64, f64)> = path
            .iter()
            .map(|p| {
                (
                    p.1 - mean.1 - slope.0 * (p.0 - mean.0),
                    p.2 - mean.2 - slope.1 * (p.0 - mean.0),
                )
            })
            .collect();
        let square = |a: (f64, f64)| a.0 * a.0 + a.1 * a.1;
        let variance = rest.iter().map(|r| square(*r)).sum::<f64>() / n;
        let jumps = rest
            .windows(2)
            .map(|r| square((r[1].0 - r[0].0, r[1].1 - r[0].1)))
            .sum::<f64>()
            / (n - 1.0).max(1.0);
        let third = |r: &[(f64, f64)], axis: fn(&(f64, f64)) -> f64| {
            axis(&r[3]) - 3.0 * axis(&r[2]) + 3.0 * axis(&r[1]) - axis(&r[0])
        };
        let rough = rest
            .windows(4)
            .map(|r| square((third(r, |p| p.0), third(r, |p| p.1))))
            .sum::<f64>();
        WindowFit {
            speed_mps: square(slope).sqrt(),
            residual_m: variance.sqrt(),
            von_neumann: jumps / variance.max(1e-9),
            // The third difference of independent errors has twenty times their variance.
            rough_m: (rough / (n - 3.0).max(1.0) / 20.0).sqrt(),
            step_s: t / (n - 1.0).max(1.0),
        }
    }
}

/// Statistics of a window of consecutive fixes.
#[derive(Debug, Clone, Copy)]
struct WindowFit {
    speed_mps: f64,
    residual_m: f64,
    von_neumann: f64,
    rough_m: f64,
    step_s: f64,
}

fn share<T>(of: &[T], which: impl Fn(&T) -> bool) -> f64 {
    count(of.iter().filter(|each| which(each)).count()) / count(of.len().max(1))
}

/// The median, if there are at least `least` values.
pub(super) fn median(mut of: Vec<f64>, least: usize) -> Option<f64> {
    of.sort_by(f64::total_cmp);
    (of.len() >= least).then(|| of[of.len() / 2])
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^53 fixes")]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}
