//! The track of Ada's morning: simulated fixes every ten seconds with a realistic error, and a gap while the phone
//! sleeps. Stops and mileage are computed by the core.

use fieldbook_core::clock::SeededRandom;
use fieldbook_core::location::Position;
use fieldbook_core::location::track::{PointState, StopRules, Track, TrackFix};

use super::calls::Call;
use super::company::story_time;
use super::street_graph::{StreetGraph, metres};
use fieldbook_format::point;
use fieldbook_page::{Point, Sketch, SketchStop, StopChange, Street, TimeOfDay};

/// Interval between two fixes, milliseconds.
const FIX_INTERVAL_MS: i64 = 10_000;

/// Walking speed, metres per second.
const WALKING_SPEED_MPS: f64 = 1.35;

/// Start of the track before the first check-in, milliseconds.
const LEAD_TIME_MS: i64 = 14 * 60_000;

/// Index of the check-in before which the phone sleeps.
const SLEEP_BEFORE_CALL: usize = 3;

/// Start of the phone's sleep before she leaves for that check-in, milliseconds.
const SLEEP_LEAD_MS: i64 = 6 * 60_000;

/// Greatest distance of a stop from the door that it belongs to, metres.
const VISIT_RADIUS_M: f64 = 60.0;

/// The recorded track as a sketch and a sentence.
pub(super) struct Drive {
    pub(super) sketch: Sketch,
    /// Stops, distance and silence in one line.
    pub(super) summary: String,
}

/// Ada's morning; `None` if her customers have no positions.
pub(super) fn drive(calls: &[Call], streets: &[Street]) -> Option<Drive> {
    let calls: Vec<&Call> = calls
        .iter()
        .filter(|call| call.rep == 0 && call.stop.site.is_some())
        .collect();
    let fixes = simulate_fixes(&calls, &StreetGraph::from_plan(streets));
    let track = Track::from_fixes(&fixes, &StopRules::default());
    let (first, last) = (fixes.first()?, fixes.last()?);
    let silent_ms: i64 = track
        .mileage
        .gaps
        .iter()
        .map(|gap| gap.until_ms - gap.from_ms)
        .sum();
    let stops: Vec<SketchStop> = track.stops.iter().map(|stop| sketch_stop(stop, &calls)).collect();
    let caption = format!(
        "{} from {}; from fix to fix it would be {}",
        track.mileage.distance,
        fieldbook_format::count(fixes.len() as u64, "fix", "fixes"),
        track.mileage.raw,
    );
    let summary = format!(
        "her phone recorded the morning: {} in {}, silent for {}",
        fieldbook_format::count(stops.len() as u64, "stop", "stops"),
        track.mileage.distance,
        fieldbook_format::duration(silent_ms / 1_000),
    );
    Some(Drive {
        sketch: Sketch {
            title: format!(
                "Ada, {} to {}",
                clock_text(story_time(first.at_ms())),
                clock_text(story_time(last.at_ms()))
            ),
            caption,
            rep: 0,
            track: pieces(&fixes, &track),
            ends: None,
            stops,
            left_out: Vec::new(),
        },
        summary,
    })
}

/// Simulates the fixes: she walks along the streets, arrives at each door before its check-in and stays there.
fn simulate_fixes(calls: &[&Call], streets: &StreetGraph) -> Vec<TrackFix> {
    let Some(first) = calls.first().and_then(|call| door(call)) else {
        return Vec::new();
    };
    let from = Point {
        lat: first.lat + 0.004,
        lon: first.lon + 0.006,
    };
    let mut phone = Phone::new();
    let (mut here, mut since_ms) = (from, calls[0].check_in.at_ms - LEAD_TIME_MS);
    for (n, call) in calls.iter().enumerate() {
        let Some(there) = door(call) else { continue };
        let path = streets.shortest_path(here, there);
        let length_m = length(&path);
        let arrives_ms = call.check_in.at_ms - 20_000;
        let walk_ms = whole_ms(length_m / WALKING_SPEED_MPS).min(arrives_ms - since_ms);
        let leaves_ms = arrives_ms - walk_ms;
        if n == SLEEP_BEFORE_CALL {
            phone.stay(here, since_ms, leaves_ms - SLEEP_LEAD_MS);
        } else {
            phone.stay(here, since_ms, leaves_ms);
            phone.walk(&path, leaves_ms, arrives_ms);
        }
        (here, since_ms) = (there, arrives_ms);
    }
    phone.stay(here, since_ms, since_ms + 9 * 60_000);
    phone.fixes
}

fn door(call: &Call) -> Option<Point> {
    call.stop.site.map(|(_, at)| point(at))
}

/// A phone whose position error is a first-order Gauss-Markov process, like that of satellite positioning.
struct Phone {
    random: SeededRandom,
    off_m: (f64, f64),
    fixes: Vec<TrackFix>,
}

impl Phone {
    fn new() -> Phone {
        Phone {
            random: SeededRandom::new(24),
            off_m: (0.0, 0.0),
            fixes: Vec::new(),
        }
    }

    /// An approximately normal number with variance 1: the sum of twelve uniform ones (central limit theorem).
    fn normal(&self) -> f64 {
        let uniform =
            || f64::from(u16::try_from(self.random.below(1 << 16)).unwrap_or(0)) / f64::from(1 << 16);
        (0..12).map(|_| uniform()).sum::<f64>() - 6.0
    }

    fn fix(&mut self, at: Point, at_ms: i64, speed_mps: f64) {
        let wander = |off: f64, drawn: f64| off * 0.92 + drawn * 1.6;
        self.off_m = (
            wander(self.off_m.0, self.normal()),
            wander(self.off_m.1, self.normal()),
        );
        let lat = at.lat + self.off_m.0 / 111_320.0;
        let lon = at.lon + self.off_m.1 / (111_320.0 * at.lat.to_radians().cos().max(0.01));
        if let Ok(position) = Position::new(lat.clamp(-90.0, 90.0), lon.clamp(-180.0, 180.0)) {
            let fix = TrackFix::new(at_ms, position).with_accuracy(6.0 + self.normal().abs() * 2.0);
            self.fixes.push(fix.with_speed(speed_mps));
        }
    }

    fn stay(&mut self, at: Point, from_ms: i64, until_ms: i64) {
        let mut now_ms = from_ms;
        while now_ms < until_ms {
            self.fix(at, now_ms, 0.0);
            now_ms += FIX_INTERVAL_MS;
        }
    }

    fn walk(&mut self, path: &[Point], from_ms: i64, until_ms: i64) {
        let speed_mps = length(path) / (seconds(until_ms - from_ms)).max(1.0);
        let mut now_ms = from_ms;
        while now_ms < until_ms {
            self.fix(
                along(path, speed_mps * seconds(now_ms - from_ms)),
                now_ms,
                speed_mps,
            );
            now_ms += FIX_INTERVAL_MS;
        }
    }
}

fn length(path: &[Point]) -> f64 {
    path.windows(2).map(|leg| metres(leg[0], leg[1])).sum()
}

/// The point at a distance along the path.
fn along(path: &[Point], mut metres_left: f64) -> Point {
    for leg in path.windows(2) {
        let length_m = metres(leg[0], leg[1]);
        if metres_left <= length_m && length_m > 0.0 {
            let share = metres_left / length_m;
            return Point {
                lat: leg[0].lat + (leg[1].lat - leg[0].lat) * share,
                lon: leg[0].lon + (leg[1].lon - leg[0].lon) * share,
            };
        }
        metres_left -= length_m;
    }
    path[path.len() - 1]
}

/// The path to draw: moving fixes, each stop as one point, split at gaps.
fn pieces(fixes: &[TrackFix], track: &Track) -> Vec<Vec<Point>> {
    let mut pieces = vec![Vec::new()];
    let mut gaps = track.mileage.gaps.iter().peekable();
    let mut at_stop = None;
    for (fix, state) in fixes.iter().zip(&track.states) {
        if gaps.next_if(|gap| gap.until_ms <= fix.at_ms()).is_some() {
            pieces.push(Vec::new());
        }
        let drawn = match state {
            PointState::Move => Some(fix.position()),
            PointState::Stop(n) if at_stop != Some(*n) => track.stops.get(*n).map(|stop| stop.center),
            PointState::Stop(_) | PointState::Outlier => None,
        };
        at_stop = match state {
            PointState::Stop(n) => Some(*n),
            PointState::Outlier => at_stop,
            PointState::Move => None,
        };
        if let (Some(at), Some(piece)) = (drawn, pieces.last_mut()) {
            piece.push(point(at));
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// A stop with the name of the nearest door.
fn sketch_stop(stop: &fieldbook_core::location::track::TrackStop, calls: &[&Call]) -> SketchStop {
    let at = point(stop.center);
    let away = |call: &&&Call| door(call).map_or(f64::INFINITY, |door| metres(door, at));
    let nearest = calls.iter().min_by(|a, b| away(a).total_cmp(&away(b)));
    let visited = nearest.filter(|call| away(call) <= VISIT_RADIUS_M);
    SketchStop {
        name: visited.map_or("a place of no customer".to_owned(), |call| {
            call.stop.account.title().to_owned()
        }),
        at,
        from: story_time(stop.from_ms),
        until: story_time(stop.until_ms),
        change: StopChange::Unchanged,
        why: visited.map_or(String::new(), |call| {
            format!(
                "{:.0} m from the door; checked in at {}",
                away(&call),
                clock_text(story_time(call.check_in.at_ms))
            )
        }),
    }
}

fn clock_text(at: TimeOfDay) -> String {
    fieldbook_format::time_of_day(at.0.into())
}

/// Milliseconds as seconds; a day of them is exact.
#[expect(clippy::cast_precision_loss, reason = "times within one day are exact")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// Seconds of walking as whole milliseconds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a walk within a town takes hours at most"
)]
fn whole_ms(seconds: f64) -> i64 {
    (seconds.clamp(0.0, 86_400.0) * 1_000.0) as i64
}
