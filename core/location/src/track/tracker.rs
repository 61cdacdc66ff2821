//! The tracker: takes a day fix by fix and gives its track at any moment.

use super::cluster::ClusterBuilder;
use super::fix::TrackFix;
use super::mileage::{self, Mileage, TrackGap};
use super::outliers::{OutlierFilter, seconds, whole_ms};
use super::rules::{StopRules, stayed_before_ride_s, stayed_in_silence_s};
use super::segment::{Segmenter, StaySegment};
use super::stops::{self, TrackStop};
use crate::Position;
use crate::plane::{ScaleCache, planar_distance_m};

/// Number of newest fixes whose order may still change.
const REORDER_WINDOW: usize = 64;

/// The state of a fix in its track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointState {
    /// Part of the stop of this number, from 0 in time order.
    Stop(usize),
    /// Part of a move.
    Move,
    /// Far off the path, or from another, coarser source: not used.
    Outlier,
}

/// The track of a day: the state of each fix, stops and mileage.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// State of each fix, in time order ([`TrackFix::order`]), without duplicates.
    pub states: Vec<PointState>,
    /// Stops, in time order.
    pub stops: Vec<TrackStop>,
    /// Distance travelled, and gaps.
    pub mileage: Mileage,
}

/// The result of [`Tracker::push`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushOutcome {
    /// The fix is part of the track.
    Added,
    /// The same fix was pushed before.
    Duplicate,
    /// The fix is older than the last 64, whose order is settled: the day must be rebuilt by [`Track::from_fixes`].
    TooLate,
}

/// The track of a day in progress. The cost of a fix is constant, whatever the length of the day.
///
/// ```
/// use fieldbook_location::{Position, track::{PushOutcome, StopRules, Track, TrackFix, Tracker}};
/// let mut tracker = Tracker::new(StopRules::default());
/// let fixes: Vec<TrackFix> = (0..60).map(|i| {
///     TrackFix::new(i * 10_000, Position::new(52.6, 1.3).expect("on the earth"))
/// }).collect();
/// for fix in &fixes {
///     assert_eq!(tracker.push(*fix), PushOutcome::Added);
/// }
/// assert_eq!(tracker.track().stops.len(), 1);
/// assert_eq!(tracker.track(), Track::from_fixes(&fixes, &StopRules::default()));
/// ```
#[derive(Debug, Clone)]
pub struct Tracker {
    rules: StopRules,
    /// All fixes in time order; the last [`REORDER_WINDOW`] at most are not yet processed.
    fixes: Vec<TrackFix>,
    settled: usize,
    filter: OutlierFilter,
    /// Cluster number of each processed fix; [`NO_CLUSTER`] for an outlier.
    cluster_of: Vec<u32>,
    open_cluster: Option<ClusterBuilder>,
    /// Number of the fix after the last one that was added to a cluster.
    clustered: usize,
    segmenter: Segmenter,
    scales: ScaleCache,
}

/// The number of no cluster.
const NO_CLUSTER: u32 = u32::MAX;

impl Tracker {
    /// A tracker without fixes.
    pub fn new(rules: StopRules) -> Tracker {
        Tracker {
            segmenter: Segmenter::new(rules.clone()),
            rules,
            fixes: Vec::new(),
            settled: 0,
            filter: OutlierFilter::default(),
            cluster_of: Vec::new(),
            open_cluster: None,
            clustered: 0,
            scales: ScaleCache::default(),
        }
    }

    /// The fixes in time order, each once.
    pub fn fixes(&self) -> &[TrackFix] {
        &self.fixes
    }

    /// Adds a fix, in any order of arrival.
    pub fn push(&mut self, fix: TrackFix) -> PushOutcome {
        let unsettled = &self.fixes[self.settled..];
        let place = self.settled + unsettled.partition_point(|other| other.order(&fix).is_lt());
        if let Some(twin) = self.fixes.get_mut(place).filter(|twin| **twin == fix) {
            *twin = twin.with_segment_start(twin.starts_segment() || fix.starts_segment());
            return PushOutcome::Duplicate;
        }
        if place == self.settled && place > 0 {
            let newest_settled = &self.fixes[place - 1];
            if *newest_settled == fix {
                return PushOutcome::Duplicate;
            }
            if newest_settled.order(&fix).is_gt() {
                return PushOutcome::TooLate;
            }
        }
        self.fixes.insert(place, fix);
        if self.fixes.len() - self.settled > REORDER_WINDOW {
            self.settle(self.settled + 1);
        }
        PushOutcome::Added
    }

    /// Processes the fixes before number `until`.
    fn settle(&mut self, until: usize) {
        let mut filter = std::mem::take(&mut self.filter);
        let mut decisions = Vec::with_capacity(4);
        while self.settled < until {
            let number = self.settled;
            self.settled += 1;
            self.cluster_of.push(NO_CLUSTER);
            filter.push(number, &self.fixes[number], |decision| decisions.push(decision));
            for (number, belongs) in decisions.drain(..) {
                if belongs {
                    self.add_to_cluster(number);
                }
            }
        }
        self.filter = filter;
    }

    /// Adds fix `number` to the open cluster, or completes that and starts one.
    fn add_to_cluster(&mut self, number: usize) {
        let fix = &self.fixes[number];
        // An outlier may carry the mark.
        let starts_segment = is_cut(&self.fixes[self.clustered..=number]);
        self.clustered = number + 1;
        match &mut self.open_cluster {
            Some(open_cluster) if !starts_segment && open_cluster.includes(fix.at_ms()) => {
                open_cluster.add(fix);
            }
            open_cluster => {
                let scale = self.scales.near(fix.position());
                let next = ClusterBuilder::begin(fix, starts_segment, scale);
                if let Some(complete) = open_cluster.replace(next) {
                    self.segmenter.push(complete.build());
                }
            }
        }
        self.cluster_of[number] = u32::try_from(self.segmenter.clusters().len()).unwrap_or(NO_CLUSTER);
    }

    /// The track so far. The tracker is unchanged.
    pub fn track(&self) -> Track {
        self.clone().finish()
    }

    /// The track of the day.
    pub fn finish(mut self) -> Track {
        self.settle(self.fixes.len());
        if let Some(complete) = self.open_cluster.take() {
            self.segmenter.push(complete.build());
        }
        let stays = stops::merge(self.segmenter.stays(), self.segmenter.clusters(), &self.rules);
        let stays = stops::drop_scattered(stays, self.segmenter.clusters());
        let stays = stops::drop_waits(&stays, self.segmenter.clusters(), &self.rules);
        self.summarize(&stays)
    }

    fn summarize(&self, stays: &[StaySegment]) -> Track {
        let mut states = Vec::with_capacity(self.fixes.len());
        let mut stops = Vec::with_capacity(stays.len());
        let mut ranges = vec![(usize::MAX, 0); stays.len()];
        let mut current = 0;
        for (number, cluster) in self.cluster_of.iter().enumerate() {
            let cluster = *cluster as usize;
            if cluster == NO_CLUSTER as usize {
                states.push(PointState::Outlier);
                continue;
            }
            while stays.get(current).is_some_and(|stay| stay.last < cluster) {
                current += 1;
            }
            let inside = stays.get(current).is_some_and(|stay| stay.first <= cluster);
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
            if let Some((center, radius)) = stops::robust_center(&own) {
                let (from_ms, until_ms) = self.stay_interval(&states, first, last, center);
                stops.push(TrackStop {
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
    /// Arrival and departure of a stop seen from fix `first` to fix `last`. Satellites are lost and found at the door:
    /// a silence at either end counts as part of the stop if the phone was near at its other end.
    fn stay_interval(
        &self,
        states: &[PointState],
        first: usize,
        last: usize,
        center: Position,
    ) -> (i64, i64) {
        let stayed_ms = |seen: usize, other: Option<usize>| {
            let Some(other) = other else {
                return 0;
            };
            let silent = &self.fixes[seen.min(other) + 1..=seen.max(other)];
            let other = &self.fixes[other];
            let silence_ms = other.at_ms().abs_diff(self.fixes[seen].at_ms());
            let silence_s = seconds(i64::try_from(silence_ms).unwrap_or(i64::MAX));
            let away_m = planar_distance_m(center, other.position());
            if is_cut(silent) || self.rules.is_off(silence_s) {
                return 0;
            }
            let rested_s = stayed_before_ride_s(silence_s, away_m, other.speed_mps());
            let stayed_s = if away_m > NEAR_STOP_M {
                rested_s
            } else {
                stayed_in_silence_s(silence_s, away_m).max(rested_s)
            };
            whole_ms(stayed_s)
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

/// True if the recorder was off before one of `fixes`.
fn is_cut(fixes: &[TrackFix]) -> bool {
    fixes.iter().any(TrackFix::starts_segment)
}

/// Distance within which a phone that reappears has left by the door of the stop, metres.
const NEAR_STOP_M: f64 = 120.0;

impl Track {
    /// The track of a whole day, from fixes in any order.
    pub fn from_fixes(fixes: &[TrackFix], rules: &StopRules) -> Track {
        let mut sorted = fixes.to_vec();
        if !sorted.is_sorted_by(|a, b| a.order(b).is_le()) {
            sorted.sort_unstable_by(TrackFix::order);
        }
        TrackFix::dedup(&mut sorted);
        let mut tracker = Tracker::new(rules.clone());
        tracker.cluster_of.reserve(sorted.len());
        tracker.fixes = sorted;
        tracker.finish()
    }

    /// The states of `fixes` in the order given; they must be those of which this track was made. A duplicate has the
    /// state of its original.
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

    /// The silences without fixes.
    pub fn gaps(&self) -> &[TrackGap] {
        &self.mileage.gaps
    }
}
