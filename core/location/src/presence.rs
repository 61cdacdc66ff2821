//! The assessment of a check-in: a site's geofence, some fixes and a time in; a verdict with its reasons out.
//!
//! Laws, each a property test: moving away never improves a verdict; an older fix never improves it; if all fresh
//! circles lie outside, the verdict is never on site; if all lie inside, it is never off site; order and repetition of
//! fixes do not matter.

use super::fence::Fence;
use super::fix::Fix;
use super::position::Position;
use super::spoof::{self, SpoofScore, SpoofSignal};
use super::verdict::{Assessment, Verdict, VerdictReason, rounded};
use crate::Meters;

/// The position of a site with its fence.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteGeofence {
    /// Position of the entrance: the centre of a circular fence.
    pub position: Position,
    /// The area in which a rep counts as being at the site.
    pub fence: Fence,
}

/// The parameters of a verdict. Any change gets a new version, which every verdict carries.
#[derive(Debug, Clone, PartialEq)]
pub struct PresenceRules {
    /// Version of the rules, from 1.
    pub version: u32,
    /// The greatest age of a fix that counts, seconds.
    pub fresh_s_max: i64,
    /// The tolerance for fixes from the future, seconds: phone clocks and GPS differ a little.
    pub future_s_max: i64,
    /// A confidence circle up to this radius that crosses the edge counts in the rep's favour (indoor accuracies of
    /// 40-80 m are common); a wider one only if its centre lies at least half of its radius inside.
    pub coarse: Meters,
    /// A fix that lies outside by more than its accuracy times this factor overrules every older one.
    pub clear_factor: f64,
    /// The longest gap between two fixes that still counts as dwell, seconds.
    pub gap_s_max: i64,
    /// Weight of each signal in the spoof score, 0 to 1.
    pub weights: [(SpoofSignal, f64); 8],
}

impl Default for PresenceRules {
    /// The parameters of version 1.
    fn default() -> PresenceRules {
        PresenceRules {
            version: 1,
            fresh_s_max: 120,
            future_s_max: 30,
            coarse: Meters(200.0),
            clear_factor: 3.0,
            gap_s_max: 300,
            weights: spoof::WEIGHTS_1,
        }
    }
}

/// A fix measured against the fence.
#[derive(Debug, Clone, Copy)]
struct FixReading<'a> {
    fix: &'a Fix,
    /// Distance to the edge, negative inside, rounded to centimetres.
    edge: Meters,
    /// Radius of the confidence circle, rounded to centimetres, more than 0.
    radius: Meters,
    /// The verdict if this fix were the only one, and fresh.
    own: Verdict,
}

/// Assesses how far `fixes` support that the rep was at `site` at `now_ms` (milliseconds since the Unix epoch).
///
/// A fresh fix alone gives a verdict: whole confidence circle inside, crossing the edge, or outside. Of several fixes,
/// one is considered unless another that is at least as new and at least as accurate makes it redundant, or a newer one
/// lies clearly outside ([`PresenceRules::clear_factor`]), because passing by does not count. Of those considered, the
/// most favourable decides: a refused honest visit costs more than an admitted near miss, which the manager still sees
/// by its margin. Fixes from the future, mock fixes and those of unknown accuracy are set aside and reported.
///
/// It never fails: without a usable fix the verdict is [`Verdict::Unverifiable`], and a better one may follow.
pub fn assess_presence(site: &SiteGeofence, fixes: &[Fix], now_ms: i64, rules: &PresenceRules) -> Assessment {
    let known = sorted_distinct(fixes);
    let readings: Vec<FixReading> = known
        .iter()
        .filter(|fix| !fix.mock() && !is_future(fix, now_ms, rules))
        .filter_map(|fix| FixReading::new(site, fix, rules))
        .collect();
    let fresh: Vec<FixReading> = readings
        .iter()
        .copied()
        .filter(|r| is_fresh(r.fix, now_ms, rules))
        .collect();
    let deciding = best_for_rep(considered(&fresh, rules));
    let shown = deciding.or(readings.last().copied());
    let verdict = deciding.map_or(Verdict::Unverifiable, |r| r.own);

    let mut reasons = Vec::new();
    match (deciding, shown) {
        (Some(reading), _) => reasons.push(reading.reason(rules)),
        (None, Some(stale)) => reasons.push(VerdictReason::StaleFix {
            age_s: age_s(stale.fix, now_ms),
            age_s_max: rules.fresh_s_max,
        }),
        (None, None) if known.is_empty() => reasons.push(VerdictReason::NoFix),
        (None, None) => {}
    }
    add_secondary_reasons(&mut reasons, &known, &fresh, verdict, now_ms, rules);

    Assessment {
        verdict,
        distance_to_edge: shown.map(|r| r.edge),
        accuracy: shown.map(|r| r.radius),
        margin: shown.map(FixReading::margin),
        fix_age_s: shown.map(|r| age_s(r.fix, now_ms)),
        dwell_s: dwell_s(&readings, rules),
        reasons,
        rule_version: rules.version,
        spoof: spoof::score(&known, now_ms, rules),
    }
}

impl Assessment {
    /// The assessment of a check-in that names no site with a position: as if no fix had come.
    pub fn without_geofence(rules: &PresenceRules) -> Assessment {
        Assessment {
            verdict: Verdict::Unverifiable,
            distance_to_edge: None,
            accuracy: None,
            margin: None,
            fix_age_s: None,
            dwell_s: None,
            reasons: vec![VerdictReason::NoFix],
            rule_version: rules.version,
            spoof: SpoofScore::default(),
        }
    }
}

/// Adds the reasons that did not decide: fixes set aside, and fresh fixes that contradict the verdict.
fn add_secondary_reasons(
    reasons: &mut Vec<VerdictReason>,
    known: &[&Fix],
    fresh: &[FixReading],
    verdict: Verdict,
    now_ms: i64,
    rules: &PresenceRules,
) {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mock = known.iter().filter(|fix| fix.mock()).count();
    if mock > 0 {
        reasons.push(VerdictReason::MockFix { fixes: count(mock) });
    }
    let unknown = known.iter().filter(|fix| fix.accuracy().is_none()).count();
    if unknown > 0 {
        reasons.push(VerdictReason::AccuracyUnknown {
            fixes: count(unknown),
        });
    }
    let ahead = known
        .iter()
        .filter(|fix| is_future(fix, now_ms, rules))
        .map(|fix| fix.at_ms().saturating_sub(now_ms))
        .max();
    if let Some(ahead_ms) = ahead {
        reasons.push(VerdictReason::FutureFix {
            ahead_s: ahead_ms / 1_000,
        });
    }
    let against = fresh
        .iter()
        .filter(|r| match verdict {
            Verdict::OffSite => r.own.on_site(),
            _ => r.own == Verdict::OffSite,
        })
        .count();
    if against > 0 {
        reasons.push(VerdictReason::FixesDisagree {
            fixes: count(against),
        });
    }
}

impl<'a> FixReading<'a> {
    /// The reading of `fix`; `None` if its accuracy is unknown.
    fn new(site: &SiteGeofence, fix: &'a Fix, rules: &PresenceRules) -> Option<FixReading<'a>> {
        let accuracy = fix.accuracy()?;
        let edge = rounded(site.fence.signed_distance(site.position, fix.position()));
        let radius = rounded(Meters(accuracy.0.max(0.01)));
        let own = verdict_of_fix(edge, radius, rules);
        Some(FixReading {
            fix,
            edge,
            radius,
            own,
        })
    }

    /// Distance from the confidence circle to the edge; negative if part of the circle is outside.
    fn margin(self) -> Meters {
        rounded(Meters(-(self.edge.0 + self.radius.0)))
    }

    fn reason(self, rules: &PresenceRules) -> VerdictReason {
        let accuracy = self.radius;
        match self.own {
            Verdict::Verified => VerdictReason::InsideFence {
                margin: self.margin(),
            },
            Verdict::LikelyOnSite => VerdictReason::CrossesEdge {
                distance_to_edge: self.edge,
                accuracy,
            },
            Verdict::OffSite => VerdictReason::OutsideFence {
                beyond: rounded(Meters(self.edge.0 - accuracy.0)),
            },
            Verdict::Unverifiable | Verdict::Other(_) => VerdictReason::CoarseFix {
                accuracy,
                accuracy_max: rules.coarse,
            },
        }
    }

    /// True if the fix lies outside by more than any measurement error explains.
    fn is_clearly_outside(&self, rules: &PresenceRules) -> bool {
        self.edge.0 > rules.clear_factor * self.radius.0
    }
}

/// The verdict of one fresh fix, `edge` from the edge (negative inside).
fn verdict_of_fix(edge: Meters, radius: Meters, rules: &PresenceRules) -> Verdict {
    let (edge, radius) = (edge.0, radius.0);
    if edge + radius <= 0.0 {
        Verdict::Verified
    } else if edge > radius {
        Verdict::OffSite
    } else if radius <= rules.coarse.0 || edge <= -radius / 2.0 {
        Verdict::LikelyOnSite
    } else {
        Verdict::Unverifiable
    }
}

/// The fresh fixes that add information. Goes back in time and keeps a fix only if it is more accurate than every newer
/// one; once a fix lies clearly outside, older ones that say otherwise are dropped.
fn considered<'a>(fresh: &[FixReading<'a>], rules: &PresenceRules) -> Vec<FixReading<'a>> {
    let (mut best_newer, mut seen_elsewhere) = (f64::INFINITY, false);
    let mut considered = Vec::new();
    for simultaneous in fresh.chunk_by(|a, b| a.fix.at_ms() == b.fix.at_ms()).rev() {
        seen_elsewhere |= simultaneous.iter().any(|r| r.is_clearly_outside(rules));
        let radius = |r: &FixReading| r.radius.0;
        let finest = simultaneous.iter().map(radius).fold(f64::INFINITY, f64::min);
        considered.extend(simultaneous.iter().copied().filter(|r| {
            let adds = radius(r) < best_newer && radius(r) <= finest;
            adds && (r.own == Verdict::OffSite || !seen_elsewhere)
        }));
        best_newer = best_newer.min(finest);
    }
    considered
}

/// The most favourable fix for the rep; of equals the most accurate, then the newest.
fn best_for_rep(considered: Vec<FixReading<'_>>) -> Option<FixReading<'_>> {
    considered.into_iter().min_by(|a, b| {
        let by_rank = a.own.rank().cmp(&b.own.rank());
        let by_accuracy = a.radius.0.total_cmp(&b.radius.0);
        by_rank
            .then(by_accuracy)
            .then(b.fix.at_ms().cmp(&a.fix.at_ms()))
            .then(a.edge.0.total_cmp(&b.edge.0))
    })
}

/// Dwell: full seconds between consecutive fixes at the site, without gaps longer than the rules allow.
fn dwell_s(readings: &[FixReading], rules: &PresenceRules) -> Option<i64> {
    let there = |r: &FixReading| r.own.on_site();
    let stayed = |pair: &[FixReading]| {
        let gap_ms = pair[1].fix.at_ms().saturating_sub(pair[0].fix.at_ms());
        (there(&pair[0]) && there(&pair[1]) && gap_ms <= rules.gap_s_max.saturating_mul(1_000))
            .then_some(gap_ms)
    };
    let total_ms: i64 = readings.windows(2).filter_map(stayed).sum();
    (!readings.is_empty()).then_some(total_ms / 1_000)
}

/// The fixes in time order, each once, whatever the order and number of their arrival.
fn sorted_distinct(fixes: &[Fix]) -> Vec<&Fix> {
    let order = |a: &Fix, b: &Fix| {
        let (p, q) = (a.position(), b.position());
        // Of simultaneous fixes the most accurate comes last, because callers take the last one.
        a.at_ms()
            .cmp(&b.at_ms())
            .then(b.radius_or_infinity().total_cmp(&a.radius_or_infinity()))
            .then(p.lat().total_cmp(&q.lat()))
            .then(p.lon().total_cmp(&q.lon()))
            .then(a.mock().cmp(&b.mock()))
            .then(a.gps_at_ms().cmp(&b.gps_at_ms()))
            .then(a.activity().cmp(&b.activity()))
            .then_with(|| match (a.network(), b.network()) {
                (Some(a), Some(b)) => a.order(&b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            })
    };
    let mut known: Vec<&Fix> = fixes.iter().collect();
    known.sort_by(|a, b| order(a, b));
    known.dedup_by(|b, a| order(a, b).is_eq());
    known
}

fn age_ms(fix: &Fix, now_ms: i64) -> i64 {
    now_ms.saturating_sub(fix.at_ms())
}

/// Age of `fix` in full seconds, 0 if it lies in the future.
pub(super) fn age_s(fix: &Fix, now_ms: i64) -> i64 {
    (age_ms(fix, now_ms) / 1_000).max(0)
}

fn is_fresh(fix: &Fix, now_ms: i64, rules: &PresenceRules) -> bool {
    age_ms(fix, now_ms) <= rules.fresh_s_max.saturating_mul(1_000)
}

fn is_future(fix: &Fix, now_ms: i64, rules: &PresenceRules) -> bool {
    age_ms(fix, now_ms) < rules.future_s_max.saturating_mul(-1_000)
}

#[cfg(test)]
mod tests;
