//! Random extreme days: matrices that break the triangle inequality, windows outside the shift, mandatory
//! stops that exclude each other, lunches that do not fit, very slow hours.

use proptest::prelude::*;

use crate::{DAY_FORMAT, Day, RawDay, RawLunch, RawShift, RawSpeedStep, RawStop};

/// Start of the shift of every random day.
pub(super) const FROM: i64 = 28_800;

fn window() -> impl Strategy<Value = [i64; 2]> {
    (FROM - 4_000..FROM + 26_000, 0_i64..9_000).prop_map(|(from, length)| [from, from + length])
}

fn stop(nodes: i64) -> impl Strategy<Value = RawStop> {
    let windows = prop::collection::vec(window(), 0..4);
    (0..nodes, 0_i64..3_000, windows, 0_i64..50, 0..5).prop_map(|(node, service_s, windows, value, must)| {
        RawStop {
            id: String::new(),
            node,
            service_s,
            windows,
            value,
            must: must == 0,
        }
    })
}

fn drive() -> impl Strategy<Value = i64> {
    prop_oneof![20 => 0_i64..3_000, 1 => Just(i64::from(i32::MAX)), 1 => Just(20_000)]
}

fn lunch() -> impl Strategy<Value = Option<RawLunch>> {
    let lunch =
        (FROM..FROM + 15_000, 0_i64..9_000, 0_i64..4_000).prop_map(|(from, length, duration_s)| RawLunch {
            from,
            until: from + length,
            duration_s,
        });
    prop::option::weighted(0.6, lunch)
}

/// Random speed steps; half of the days have a constant speed.
pub(super) fn speeds() -> impl Strategy<Value = Vec<RawSpeedStep>> {
    let step = (FROM - 3_000..FROM + 20_000, 20_i64..=100);
    let some = prop::collection::vec(step, 0..5).prop_map(|mut steps| {
        steps.sort_unstable();
        steps.dedup_by_key(|step| step.0);
        let steps = steps.into_iter();
        steps
            .map(|(from, percent)| RawSpeedStep { from, percent })
            .collect()
    });
    prop_oneof![Just(Vec::new()), some]
}

/// A day with up to `most` stops.
pub(super) fn day(most: usize) -> impl Strategy<Value = RawDay> {
    (1_usize..8)
        .prop_flat_map(move |nodes| {
            let n = i64::try_from(nodes).unwrap();
            (
                prop::collection::vec(prop::collection::vec(drive(), nodes), nodes),
                prop::collection::vec(stop(n), 0..=most),
                prop::option::weighted(0.7, 0..n),
                lunch(),
                prop::option::weighted(0.3, 0_i64..9_000),
                // Above 65,535 seconds the search stores its matrix in 32 bits.
                prop_oneof![8 => 5_000_i64..25_000, 1 => 66_000_i64..70_000],
                speeds(),
            )
        })
        .prop_map(
            |(mut travel_s, mut stops, end, lunch, max_travel_s, length, speeds)| {
                (0..travel_s.len()).for_each(|at| travel_s[at][at] = 0);
                for (at, stop) in stops.iter_mut().enumerate() {
                    stop.id = format!("s{at}");
                }
                RawDay {
                    format: DAY_FORMAT.to_owned(),
                    shift: RawShift {
                        from: FROM,
                        until: FROM + length,
                    },
                    start: 0,
                    end,
                    travel_s,
                    speeds,
                    max_travel_s,
                    lunch,
                    stops,
                }
            },
        )
}

/// Checks a random day, which is always well formed.
pub(super) fn checked(raw: &RawDay) -> Day {
    Day::try_from(raw.clone()).expect("a wild day is well formed")
}
