//! The ways between the stops of a track, and whether anything was seen of them.

use super::fix::TrackFix;
use super::motion::count;
use super::tracker::{PointState, Track};
use crate::plane::planar_distance_m;

/// Least distance of two stops between which there is a way, metres.
const WAY_M: f64 = 500.0;
/// Distance from a stop at which a fix is on the way, metres.
const DOOR_M: f64 = 200.0;
/// Longest silence in which a way was travelled at once, milliseconds.
const AT_ONCE_MS: i64 = 3_600_000;
/// Least number of ways that say anything.
const WAYS_MIN: usize = 4;

/// The share of the ways between stops of which no fix was seen. 0 below four unseen ways; those on which the recorder was
/// off by its own account or longer than an hour do not count.
///
/// A day that is put together from stops has no ways. An honest phone loses a way in a tunnel or a train, but not the
/// walk to it, and not each.
pub(super) fn missing_ways(fixes: &[TrackFix], track: &Track) -> f64 {
    let (mut unseen, mut ways) = (0, 0);
    let mut last_seen: Option<usize> = None;
    let mut at_stop = None;
    let mut seen = false;
    let mut is_cut = false;
    for (state, number) in track.states.iter().zip(0_usize..) {
        let fix = &fixes[number];
        is_cut |= fix.starts_segment();
        match *state {
            PointState::Outlier => {}
            PointState::Move => {
                let is_at_door = at_stop.is_some_and(|stop: usize| {
                    let doors = [track.stops.get(stop), track.stops.get(stop + 1)];
                    doors
                        .into_iter()
                        .flatten()
                        .any(|stop| planar_distance_m(stop.center, fix.position()) <= DOOR_M)
                });
                seen |= !is_at_door;
            }
            PointState::Stop(stop) => {
                let before = at_stop.replace(stop).zip(last_seen);
                if let Some((before, last)) = before.filter(|(before, _)| *before != stop) {
                    let away_m = planar_distance_m(track.stops[before].center, track.stops[stop].center);
                    let at_once = fix.at_ms().saturating_sub(fixes[last].at_ms()) < AT_ONCE_MS;
                    if away_m > WAY_M && at_once && !is_cut {
                        ways += 1;
                        unseen += usize::from(!seen);
                    }
                }
                last_seen = Some(number);
                (seen, is_cut) = (false, false);
            }
        }
    }
    if unseen < WAYS_MIN {
        0.0
    } else {
        count(unseen) / count(ways)
    }
}
