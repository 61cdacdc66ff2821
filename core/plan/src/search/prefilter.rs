//! Feasibility pre-filter: one vectorised pass over all stops, so that the many that fit nowhere are not
//! tried one by one.

use super::instance::Instance;
use super::matrix::MatrixRow;
use super::route::{Route, RouteGap};

/// Data of the stops in separate arrays, and the result of the last pass.
///
/// A stop that fits nowhere does not fit after an insertion either, provided that no detour saves more time
/// than the shortest visit takes. One pass before the first insertion is therefore enough; where the
/// condition does not hold every stop passes.
#[derive(Debug)]
pub(super) struct Prefilter {
    /// Ends of the last windows.
    closes: Box<[i32]>,
    /// Ends of a visit at the first opening.
    earliest: Box<[i32]>,
    /// Service times.
    services: Box<[i32]>,
    /// Negative for stops that fit nowhere.
    slack: Box<[i32]>,
    /// Whether no detour saves more time than the shortest visit takes.
    is_sound: bool,
}

impl Prefilter {
    /// The pre-filter of `instance`; every stop passes until the first refresh.
    pub(super) fn new(instance: &Instance) -> Prefilter {
        let specs = &instance.specs[..instance.stop_count()];
        Prefilter {
            closes: specs.iter().map(|spec| spec.close).collect(),
            earliest: specs.iter().map(|spec| spec.open + spec.service).collect(),
            services: specs.iter().map(|spec| spec.service).collect(),
            slack: vec![0; specs.len()].into(),
            is_sound: instance.max_detour_saving <= instance.min_service,
        }
    }

    /// Tests all stops against `route`: exact without lunch, with one window each and at constant speed;
    /// otherwise every stop that fits passes.
    pub(super) fn refresh(&mut self, instance: &Instance, route: &Route) {
        if !self.is_sound {
            return;
        }
        self.slack.fill(-1);
        for gap in &route.gaps {
            match (instance.row(gap.before), instance.row(gap.after)) {
                (MatrixRow::Narrow(from), MatrixRow::Narrow(to)) => self.pass_gap(gap, from, to),
                (MatrixRow::Wide(from), MatrixRow::Wide(to)) => self.pass_gap(gap, from, to),
                // All rows of an instance have one width; otherwise every stop passes.
                _ => self.slack.fill(0),
            }
        }
    }

    /// Marks the stops that may fit into `gap`, between the stops of the rows `from` and `to`.
    #[inline]
    fn pass_gap<W: Copy + Into<i32>>(&mut self, gap: &RouteGap, from: &[[W; 2]], to: &[[W; 2]]) {
        let count = self.slack.len();
        let (closes, earliest) = (&self.closes[..count], &self.earliest[..count]);
        let services = &self.services[..count];
        let (from, to) = (&from[..count], &to[..count]);
        let (spare, free, due) = (gap.slack + gap.drive, gap.ready, gap.due);
        for (at, slack) in self.slack.iter_mut().enumerate() {
            let (drive_in, drive_out): (i32, i32) = (from[at][1].into(), to[at][0].into());
            *slack &= (spare - (drive_in + drive_out + services[at]))
                | (closes[at] - (free + drive_in))
                | (due - (earliest[at] + drive_out));
        }
    }

    /// Whether `stop` passed.
    #[inline]
    pub(super) fn may_fit(&self, stop: u16) -> bool {
        self.slack[usize::from(stop)] >= 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::day::{DayStop, Travel, Window};
    use super::super::super::rng::Rng;
    use super::super::insertion::{Blinks, find_insertion};
    use super::super::instance::stop_index;
    use super::super::tests::days::{draws, instance, round_trip, street_grid, windows};
    use super::*;

    /// A day of 40 stops on a street grid, every third with two windows; drives are rounded down to multiples
    /// of `grain`, so that a detour may save up to as much.
    fn day(seed: u64, grain: i32) -> Instance {
        const PLACES: usize = 41;
        let mut draw = draws(seed);
        let travel = Travel::new(PLACES, street_grid(&mut draw, PLACES, grain)).unwrap();
        let stop = |node: usize| DayStop {
            id: node.to_string(),
            node,
            windows: windows(node, draw(12_000), 2_000),
            service_s: 100 + draw(900),
            value: 1,
            mandatory: false,
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

    #[test]
    fn no_stop_that_fits_now_or_after_an_insertion_is_excluded() {
        let mut excluded = 0;
        for (seed, grain) in (0..60).flat_map(|seed| [(seed, 1), (seed, 60), (seed, 1_500)]) {
            let instance = day(seed, grain);
            let mut rng = Rng::new(seed);
            let (mut prefilter, mut route) = (Prefilter::new(&instance), Route::empty(&instance));
            for turn in 0..60 {
                if turn % 6 == 0 {
                    route.remove(&instance, stop_index(rng.below(instance.stop_count())));
                    prefilter.refresh(&instance, &route);
                }
                for stop in (0..instance.stop_count()).map(stop_index) {
                    let unassigned = !route.assigned[usize::from(stop)];
                    let fits =
                        unassigned && find_insertion(&instance, &route, stop, &mut Blinks::none()).is_some();
                    assert!(
                        !fits || prefilter.may_fit(stop),
                        "seed {seed}, grain {grain}, stop {stop}"
                    );
                    excluded += usize::from(!prefilter.may_fit(stop));
                }
                let stop = stop_index(rng.below(instance.stop_count()));
                let place = find_insertion(&instance, &route, stop, &mut Blinks::none());
                if let Some(place) = place.filter(|_| !route.assigned[usize::from(stop)]) {
                    route.insert_at(&instance, stop, place.at);
                }
            }
        }
        assert!(excluded > 10_000, "it is_sound back {excluded}");
    }
}
