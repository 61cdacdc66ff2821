//! The numbers that a route updates incrementally must equal those of a full recomputation.

use super::super::super::day::{DayStop, Travel, Window};
use super::super::super::rng::Rng;
use super::super::eject::eject;
use super::super::insertion::{Blinks, find_insertion};
use super::super::instance::{Instance, stop_index};
use super::super::objective::CostWeights;
use super::super::ruin::Ruin;
use super::super::tests::days::{draws, instance, round_trip, speeds, street_grid};
use super::super::tuning::Tuning;
use super::Route;

/// Kinds of matrices.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Drives {
    /// A street grid, where the triangle inequality holds.
    Streets,
    /// Random, each direction separately: many a detour saves time.
    Random,
    /// A street grid with two rush hours.
    RushHours,
}

/// A day of 24 stops, every third with two windows.
fn day(seed: u64, drives: Drives) -> Instance {
    const PLACES: usize = 25;
    let mut draw = draws(seed);
    let mut seconds = street_grid(&mut draw, PLACES, 1);
    if drives == Drives::Random {
        for (at, drive) in seconds.iter_mut().enumerate() {
            *drive = if at % (PLACES + 1) == 0 { 0 } else { draw(4_000) };
        }
    }
    let mut travel = Travel::new(PLACES, seconds).unwrap();
    if drives == Drives::RushHours {
        travel = travel.with_speeds(speeds([(0, 60), (4_000, 95), (11_000, 40), (14_000, 100)]));
    }
    let stop = |node: usize| {
        let from = draw(9_000);
        let first = Window {
            from,
            until: from + draw(9_000),
        };
        let second = Window {
            from: first.until + 1 + draw(3_000),
            until: first.until + 6_000,
        };
        DayStop {
            id: node.to_string(),
            node,
            service_s: 100 + draw(900),
            windows: if node.is_multiple_of(3) {
                vec![first, second]
            } else {
                vec![first]
            },
            value: 1,
            mandatory: false,
        }
    };
    let lunch = Window {
        from: 6_000,
        until: 12_000,
    };
    let stops = (1..PLACES).map(stop).collect();
    instance(&round_trip(
        travel,
        stops,
        20_000,
        seed.is_multiple_of(2).then_some(lunch),
    ))
}

/// All numbers of a route, in a comparable form.
fn numbers(route: &Route) -> String {
    format!(
        "{:?} {:?} {} {}",
        route.legs, route.gaps, route.max_service, route.travel
    )
}

fn eject_one(instance: &Instance, route: &mut Route, weights: &CostWeights, rng: &mut Rng, tuning: &Tuning) {
    if instance.lunch.is_some() {
        eject::<true>(instance, route, weights, rng, tuning);
    } else {
        eject::<false>(instance, route, weights, rng, tuning);
    }
}

fn anew(instance: &Instance, route: &Route) -> Route {
    Route::from_stops(instance, &route.visits().collect::<Vec<u16>>())
}

#[test]
fn what_is_kept_up_to_date_is_what_is_computed_anew() {
    for (seed, drives) in (0..40).flat_map(|seed| [(seed, Drives::Streets), (seed, Drives::RushHours)]) {
        let instance = day(seed, drives);
        let mut rng = Rng::new(seed);
        let (tuning, mut ruin) = (Tuning::default(), Ruin::default());
        let weights = CostWeights::new(&instance, tuning.travel_share, tuning.mandatory_weight);
        let mut route = Route::empty(&instance);
        for _ in 0..400 {
            let stop = stop_index(rng.below(instance.stop_count()));
            if route.assigned[usize::from(stop)] {
                route.remove(&instance, stop);
            } else if rng.one_of_1024(100) {
                ruin.remove_strings(&instance, &mut route, &mut rng, &tuning);
            } else if rng.one_of_1024(120) {
                eject_one(&instance, &mut route, &weights, &mut rng, &tuning);
            } else if let Some(place) = find_insertion(&instance, &route, stop, &mut Blinks::none()) {
                route.insert_at(&instance, stop, place.at);
            }
            assert!(route.is_feasible(&instance), "seed {seed}");
            assert_eq!(numbers(&route), numbers(&anew(&instance, &route)), "seed {seed}");
        }
    }
}

#[test]
fn the_best_place_is_the_cheapest_of_all_that_fit() {
    let all = [Drives::Streets, Drives::Random, Drives::RushHours];
    for (seed, drives) in (0..40).flat_map(|seed| all.map(|drives| (seed, drives))) {
        let instance = day(seed, drives);
        let mut route = Route::empty(&instance);
        for stop in (0..instance.stop_count()).map(stop_index) {
            let with = |at: usize| {
                let mut stops: Vec<u16> = route.visits().collect();
                stops.insert(at, stop);
                Route::from_stops(&instance, &stops)
            };
            let every = (0..=route.len()).map(with);
            let fitting = every.filter(|longer| longer.is_feasible(&instance));
            let least = fitting.map(|longer| longer.travel - route.travel).min();
            let place = find_insertion(&instance, &route, stop, &mut Blinks::none());
            assert_eq!(
                place.map(|place| place.added),
                least,
                "seed {seed}, {drives:?}, stop {stop}"
            );
            if let Some(place) = place {
                route.insert_at(&instance, stop, place.at);
            }
        }
        assert!(
            route.len() > 3,
            "seed {seed}: a day in which nothing fits shows nothing"
        );
    }
}
