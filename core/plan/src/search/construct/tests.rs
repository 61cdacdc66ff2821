use super::super::super::day::{Day, DayStop, Lunch, Travel, Window};
use super::super::super::rng::Rng;
use super::super::super::speeds::{SpeedProfile, SpeedStep};
use super::super::exact::{Proof, prove};
use super::super::objective::Objective;
use super::super::route::Route;
use super::*;

/// A day with `stops` stops on a street grid, every third with two windows; every second day has a lunch,
/// every third slow roads at noon, every fourth a cap on travel.
fn instance(seed: u64, stops: usize) -> Instance {
    let mut rng = Rng::new(seed);
    let mut draw = |below: usize| i32::try_from(rng.below(below)).unwrap();
    let places: Vec<(i32, i32)> = (0..=stops).map(|_| (draw(3_000), draw(3_000))).collect();
    let drive = |a: &(i32, i32), b: &(i32, i32)| (a.0 - b.0).abs() + (a.1 - b.1).abs();
    let drives = places
        .iter()
        .flat_map(|a| places.iter().map(move |b| drive(a, b)));
    let mut travel = Travel::new(places.len(), drives.collect()).unwrap();
    if seed.is_multiple_of(3) {
        let steps = [(0, 100), (5_000, 60), (9_000, 100)];
        let steps = steps.map(|(from, percent)| SpeedStep { from, percent });
        travel = travel.with_speeds(SpeedProfile::new(steps.to_vec()).unwrap());
    }
    let mut stop = |node: usize| {
        let from = draw(8_000);
        let window = |from: i32| Window {
            from,
            until: from + 2_000,
        };
        let several = 1 + usize::from(node.is_multiple_of(3));
        DayStop {
            id: node.to_string(),
            node,
            service_s: draw(900),
            windows: [window(from), window(from + 4_000)][..several].to_vec(),
            value: 1 + i64::from(draw(9)),
            mandatory: false,
        }
    };
    let stops = (1..places.len()).map(&mut stop).collect();
    let lunch = Lunch {
        window: Window {
            from: 4_000,
            until: 8_000,
        },
        duration_s: 1_800,
    };
    let day = Day {
        shift: Window {
            from: 0,
            until: 14_000,
        },
        start: 0,
        end: Some(0),
        travel,
        max_travel_s: seed.is_multiple_of(4).then_some(9_000),
        lunch: seed.is_multiple_of(2).then_some(lunch),
        stops,
    };
    Instance::new(&day, &[])
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
        let instance = instance(seed, 30);
        let value = value_of_constructed(&mut constructor, &instance, 64);
        assert!(value > 0, "seed {seed}");
    }
}

#[test]
fn constructions_of_tiny_days_are_nearly_the_best_there_are() {
    let mut constructor = DayConstructor::default();
    let (mut constructed, mut best) = (0, 0);
    for seed in 0..48 {
        let instance = instance(seed, 9);
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
