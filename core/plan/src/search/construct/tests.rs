//! A constructed day is feasible, and nearly optimal where the optimum is known.

use super::super::super::day::{Day, DayStop, Travel, Window};
use super::super::exact::{Proof, prove};
use super::super::objective::Objective;
use super::super::route::Route;
use super::super::tests::days::{draws, instance, round_trip, speeds, street_grid, windows};
use super::*;

/// A day with `stops` stops on a street grid, every third with two windows; every second day has a lunch,
/// every third slow roads at noon, every fourth a cap on travel.
fn day(seed: u64, stops: usize) -> Instance {
    let mut draw = draws(seed);
    let places = stops + 1;
    let mut travel = Travel::new(places, street_grid(&mut draw, places, 1)).unwrap();
    if seed.is_multiple_of(3) {
        travel = travel.with_speeds(speeds([(0, 100), (5_000, 60), (9_000, 100)]));
    }
    let stop = |node: usize| DayStop {
        id: node.to_string(),
        node,
        windows: windows(node, draw(8_000), 2_000),
        service_s: draw(900),
        value: 1 + i64::from(draw(9)),
        mandatory: false,
    };
    let lunch = Window {
        from: 4_000,
        until: 8_000,
    };
    let stops = (1..places).map(stop).collect();
    instance(&Day {
        max_travel_s: seed.is_multiple_of(4).then_some(9_000),
        ..round_trip(travel, stops, 14_000, seed.is_multiple_of(2).then_some(lunch))
    })
}

/// Total value of a construction for `instance`, after a check that it is feasible.
fn value_of_constructed(constructor: &mut DayConstructor, instance: &Instance, bucket_count: i32) -> i64 {
    let weights = CostWeights::new(instance, 60, 24);
    let order = constructor.construct(&DpParams {
        instance,
        weights: &weights,
        gains: &weights.gains,
        bucket_count,
        breadth: 16,
        max_wait: instance.horizon,
    });
    let mut seen = vec![false; instance.stop_count()];
    for stop in &order {
        assert!(
            !std::mem::replace(&mut seen[usize::from(*stop)], true),
            "{order:?}"
        );
    }
    assert!(
        Route::from_stops(instance, &order).is_feasible(instance),
        "{order:?}"
    );
    order.iter().map(|stop| instance.spec(*stop).value).sum()
}

#[test]
fn a_construction_can_be_kept_and_visits_nobody_twice() {
    let mut constructor = DayConstructor::default();
    for seed in 0..48 {
        let instance = day(seed, 30);
        let value = value_of_constructed(&mut constructor, &instance, 64);
        assert!(value > 0, "seed {seed}");
    }
}

#[test]
fn constructions_of_tiny_days_are_nearly_the_best_there_are() {
    let mut constructor = DayConstructor::default();
    let (mut constructed, mut best) = (0, 0);
    for seed in 0..48 {
        let instance = day(seed, 9);
        let Proof::Better(order) = prove(&instance, Objective::WORST) else {
            panic!("seed {seed} has a best plan");
        };
        let most: i64 = order.iter().map(|stop| instance.spec(*stop).value).sum();
        let value = value_of_constructed(&mut constructor, &instance, 256);
        assert!(value <= most, "seed {seed}: {value} of {most}");
        constructed += value;
        best += most;
    }
    assert!(constructed * 100 >= best * 95, "{constructed} of {best}");
}
