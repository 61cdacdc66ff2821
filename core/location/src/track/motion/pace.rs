//! The pace of a track: what reported speeds, lines and an even pace say about its origin.

use super::{Motion, count, median, share};
use crate::track::fix::TrackFix;

/// Longest pause between the fixes of a window, seconds.
const PAUSE_S: f64 = 30.0;
/// Part of a road that a chord of one second cuts off, at most.
const CUT_PER_S: f64 = 0.005;
/// Least speed of a window in which path and reported speed are compared, metres a second.
const RIDE_MPS: f64 = 5.0;

impl Motion<'_> {
    /// The runs of steps that last `lasting_s` and have no pause of more than [`PAUSE_S`].
    fn spans(&self, lasting_s: f64) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let (mut from, mut lasted_s) = (0, 0.0);
        for (at, step) in self.steps.iter().enumerate() {
            if step.lasted_s > PAUSE_S || self.fixes[at + 1].starts_segment() {
                (from, lasted_s) = (at + 1, 0.0);
                continue;
            }
            lasted_s += step.lasted_s;
            if lasted_s >= lasting_s {
                found.push((from, at + 1));
                (from, lasted_s) = (at + 1, 0.0);
            }
        }
        found
    }

    /// The path from fix `from` to fix `to` in chords of at least `chord_s`: its duration, its length and the number of chords.
    fn way(&self, from: usize, to: usize, chord_s: f64) -> (f64, f64, f64) {
        let (mut lasted_s, mut went_m, mut chords) = (0.0, 0.0, 0.0);
        let (mut east_m, mut north_m, mut since_s) = (0.0_f64, 0.0_f64, 0.0);
        for (number, step) in (from + 1..).zip(&self.steps[from..to]) {
            (east_m, north_m) = (east_m + step.east_m, north_m + step.north_m);
            since_s += step.lasted_s;
            if since_s >= chord_s || number == to {
                (lasted_s, went_m) = (lasted_s + since_s, went_m + east_m.hypot(north_m));
                chords += 1.0;
                (east_m, north_m, since_s) = (0.0, 0.0, 0.0);
            }
        }
        (lasted_s, went_m, chords)
    }

    /// The median ratio of the path to the integral of the reported speed over rides of half a minute, as the absolute value
    /// of its logarithm; 0 below twelve such rides.
    ///
    /// The speed of a receiver is measured by the Doppler effect, apart from the position, and right to a few parts in a
    /// hundred: over a day both agree.
    pub(in crate::track) fn speed_bias(&self) -> f64 {
        let mut ratios = Vec::new();
        for (from, to) in self.spans(20.0) {
            let reported = |number: usize| self.fixes[number].speed_mps();
            let covered = (from..to).map(|number| {
                let mean = reported(number)?.midpoint(reported(number + 1)?);
                Some(mean * self.steps[number].lasted_s)
            });
            let (lasted_s, went_m, chords) = self.way(from, to, 5.0);
            if let Some(covered_m) = covered.sum::<Option<f64>>()
                && covered_m > RIDE_MPS * lasted_s
            {
                let bias = (went_m / covered_m).max(1e-3).ln();
                // A chord cuts the bends of the road.
                let cut = CUT_PER_S * lasted_s / chords;
                ratios.push(if bias < 0.0 { (bias + cut).min(0.0) } else { bias });
            }
        }
        median(ratios, 12).map_or(0.0, f64::abs)
    }

    /// The share of rides of two minutes that fit a line at constant speed within the errors of a phone.
    pub(in crate::track) fn long_line_share(&self) -> f64 {
        let mut verdicts = Vec::new();
        for (from, to) in self.spans(120.0) {
            if to - from < 5 {
                continue;
            }
            let fit = self.fit(from, to);
            let went_m = fit.speed_mps * fit.step_s * count(to - from);
            if fit.speed_mps > 3.0 {
                verdicts.push(fit.residual_m < 3.0 + 0.01 * went_m);
            }
        }
        if verdicts.len() < 8 {
            0.0
        } else {
            share(&verdicts, |line| *line)
        }
    }

    /// The share of minutes whose pace is within a tenth of the median, which is faster than a walk. 0 below thirty minutes.
    pub(in crate::track) fn even_pace_share(&self) -> f64 {
        let mut paces = Vec::new();
        for (from, to) in self.spans(60.0) {
            let (lasted_s, went_m, _) = self.way(from, to, 10.0);
            paces.push(went_m / lasted_s.max(1.0));
        }
        match median(paces.clone(), 30) {
            Some(usual) if usual > 2.0 => share(&paces, |pace| (pace / usual - 1.0).abs() < 0.1),
            _ => 0.0,
        }
    }

    /// The ratio of the grid of the coordinates to the stated accuracy: metres of the last decimal that is ever used, over
    /// the median accuracy. 0 for coordinates of five decimals and more, and without an accuracy.
    pub(in crate::track) fn grid_part(&self) -> f64 {
        let stated: Vec<f64> = self.fixes.iter().filter_map(TrackFix::accuracy_m).collect();
        let Some(accuracy_m) = median(stated, 30) else {
            return 0.0;
        };
        let is_on = |degrees: f64, parts: f64| {
            ((degrees * parts).round() - degrees * parts).abs() < 1e-6 * parts.sqrt()
        };
        let all_on = |parts: f64| {
            self.fixes.iter().all(|fix| {
                let at = fix.position();
                is_on(at.lat(), parts) && is_on(at.lon(), parts)
            })
        };
        let degree_m = 111_265.0;
        let coarsest = [1e2, 1e3, 1e4].into_iter().find(|parts| all_on(*parts));
        let away_m: f64 = self.steps.iter().map(|step| step.moved_m).sum();
        match coarsest {
            Some(parts) if away_m > 1_000.0 => degree_m / parts / accuracy_m.max(count(1)),
            _ => 0.0,
        }
    }
}
