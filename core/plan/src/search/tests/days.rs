//! Random days on a street grid, for the tests of the search. The stops of a day are left to each test.

use super::super::super::day::{Day, DayStop, Lunch, Travel, Window};
use super::super::super::rng::Rng;
use super::super::super::speeds::{SpeedProfile, SpeedStep};
use super::super::instance::Instance;

/// Random numbers from a seed, each below a bound.
pub(in super::super) fn draws(seed: u64) -> impl FnMut(usize) -> i32 {
    let mut rng = Rng::new(seed);
    move |below| i32::try_from(rng.below(below)).unwrap()
}

/// Drives between `places` random crossings, rounded down to multiples of `grain` seconds.
pub(in super::super) fn street_grid(
    draw: &mut impl FnMut(usize) -> i32,
    places: usize,
    grain: i32,
) -> Vec<i32> {
    let places: Vec<(i32, i32)> = (0..places).map(|_| (draw(3_000), draw(3_000))).collect();
    let drive = |a: &(i32, i32), b: &(i32, i32)| ((a.0 - b.0).abs() + (a.1 - b.1).abs()) / grain * grain;
    let drives = places
        .iter()
        .flat_map(|a| places.iter().map(move |b| drive(a, b)));
    drives.collect()
}

/// Speed steps, each with its first second and its percentage.
pub(in super::super) fn speeds<const N: usize>(steps: [(i32, i32); N]) -> SpeedProfile {
    let steps = steps.map(|(from, percent)| SpeedStep { from, percent });
    SpeedProfile::new(steps.to_vec()).unwrap()
}

/// One window of `length` seconds that begins at `from`, or two for every third node, the second 4,000 seconds later.
pub(in super::super) fn windows(node: usize, from: i32, length: i32) -> Vec<Window> {
    let window = |from: i32| Window {
        from,
        until: from + length,
    };
    let several = 1 + usize::from(node.is_multiple_of(3));
    [window(from), window(from + 4_000)][..several].to_vec()
}

/// A day from node 0 back to it: a shift of `horizon` seconds, and half an hour of lunch within a window, if there is one.
pub(in super::super) fn round_trip(
    travel: Travel,
    stops: Vec<DayStop>,
    horizon: i32,
    lunch: Option<Window>,
) -> Day {
    Day {
        shift: Window {
            from: 0,
            until: horizon,
        },
        start: 0,
        end: Some(0),
        travel,
        max_travel_s: None,
        lunch: lunch.map(|window| Lunch {
            window,
            duration_s: 1_800,
        }),
        stops,
    }
}

/// The instance of a day without promises.
pub(in super::super) fn instance(day: &Day) -> Instance {
    Instance::new(day, &[])
}
