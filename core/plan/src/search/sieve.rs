//! Who could go in anywhere at all: one look at all candidates at once, so that the many who fit nowhere are not tried
//! one by one.

use super::instance::Instance;
use super::roads::Ways;
use super::route::{Gap, Route};

/// The candidates' times side by side, and who was let through last.
///
/// Whoever fits nowhere does not fit after an insertion either, provided that no detour saves more time than the shortest
/// visit takes. So it is enough to look once, before the first absentee is put in; where the proviso does not hold
/// everybody is let through.
#[derive(Debug)]
pub(super) struct Sieve {
    /// The last closings.
    closes: Box<[i32]>,
    /// The ends of a visit at the first opening.
    earliest: Box<[i32]>,
    /// How long the visits take.
    services: Box<[i32]>,
    /// Negative for those that fit nowhere.
    room: Box<[i32]>,
    /// Whether the proviso holds.
    holds: bool,
}

impl Sieve {
    /// Of the candidates of `instance`; everybody is let through until it is shaken.
    pub(super) fn new(instance: &Instance) -> Sieve {
        let sites = &instance.sites[..instance.candidates()];
        Sieve {
            closes: sites.iter().map(|site| site.close).collect(),
            earliest: sites.iter().map(|site| site.open + site.service).collect(),
            services: sites.iter().map(|site| site.service).collect(),
            room: vec![0; sites.len()].into(),
            holds: instance.saving <= instance.shortest,
        }
    }

    /// Looks who may fit into `route`: exact without lunch, with one window each and on steady roads, otherwise nobody who fits is held back.
    pub(super) fn shake(&mut self, instance: &Instance, route: &Route) {
        if !self.holds {
            return;
        }
        self.room.fill(-1);
        for gap in &route.gaps {
            match (instance.ways(gap.before), instance.ways(gap.after)) {
                (Ways::Short(from), Ways::Short(to)) => self.pass(gap, from, to),
                (Ways::Long(from), Ways::Long(to)) => self.pass(gap, from, to),
                // All ways of an instance are kept alike; otherwise nobody is held back.
                _ => self.room.fill(0),
            }
        }
    }

    /// Lets through who may fit into `gap`, between ways `from` the place before and `to` the place after.
    #[inline]
    fn pass<W: Copy + Into<i32>>(&mut self, gap: &Gap, from: &[[W; 2]], to: &[[W; 2]]) {
        let count = self.room.len();
        let (closes, earliest) = (&self.closes[..count], &self.earliest[..count]);
        let services = &self.services[..count];
        let (from, to) = (&from[..count], &to[..count]);
        let (spare, free, due) = (gap.slack + gap.drive, gap.free, gap.due);
        for (at, room) in self.room.iter_mut().enumerate() {
            let (there, on): (i32, i32) = (from[at][1].into(), to[at][0].into());
            *room &= (spare - (there + on + services[at]))
                | (closes[at] - (free + there))
                | (due - (earliest[at] + on));
        }
    }

    /// Whether `stop` was let through.
    #[inline]
    pub(super) fn lets(&self, stop: u16) -> bool {
        self.room[usize::from(stop)] >= 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::chance::Chance;
    use super::super::super::day::{Day, Lunch, Stop, Travel, Window};
    use super::super::instance::index;
    use super::super::place::{Blinks, best_place_of};
    use super::*;

    /// A day of 40 stops on a grid of streets, every third with two windows; drives are cut to whole `grain`s, so that a
    /// detour may save as much.
    fn day(seed: u64, grain: i32) -> Instance {
        let mut chance = Chance::new(seed);
        let mut draw = |below: usize| i32::try_from(chance.below(below)).unwrap();
        let places: Vec<(i32, i32)> = (0..41).map(|_| (draw(3_000), draw(3_000))).collect();
        let drive = |a: &(i32, i32), b: &(i32, i32)| ((a.0 - b.0).abs() + (a.1 - b.1).abs()) / grain * grain;
        let drives = places
            .iter()
            .flat_map(|a| places.iter().map(move |b| drive(a, b)));
        let travel = Travel::new(places.len(), drives.collect()).unwrap();
        let mut stop = |node: usize| {
            let from = draw(12_000);
            let window = |from: i32| Window {
                from,
                until: from + 2_000,
            };
            let several = 1 + usize::from(node.is_multiple_of(3));
            Stop {
                id: node.to_string(),
                node,
                service_s: 100 + draw(900),
                windows: [window(from), window(from + 4_000)][..several].to_vec(),
                value: 1,
                must: false,
            }
        };
        let stops = (1..places.len()).map(&mut stop).collect();
        let lunch = Lunch {
            window: window_of_lunch(),
            duration_s: 1_800,
        };
        let day = Day {
            shift: Window {
                from: 0,
                until: 20_000,
            },
            start: 0,
            end: Some(0),
            travel,
            max_travel_s: None,
            lunch: seed.is_multiple_of(2).then_some(lunch),
            stops,
        };
        Instance::new(&day, &[])
    }

    fn window_of_lunch() -> Window {
        Window {
            from: 6_000,
            until: 12_000,
        }
    }

    #[test]
    fn nobody_who_fits_now_or_after_an_insertion_is_held_back() {
        let mut held = 0;
        for (seed, grain) in (0..60).flat_map(|seed| [(seed, 1), (seed, 60), (seed, 1_500)]) {
            let instance = day(seed, grain);
            let mut chance = Chance::new(seed);
            let (mut sieve, mut route) = (Sieve::new(&instance), Route::empty(&instance));
            for turn in 0..60 {
                if turn % 6 == 0 {
                    route.remove(&instance, index(chance.below(instance.candidates())));
                    sieve.shake(&instance, &route);
                }
                for stop in (0..instance.candidates()).map(index) {
                    let absent = !route.inside[usize::from(stop)];
                    let fits =
                        absent && best_place_of(&instance, &route, stop, &mut Blinks::none()).is_some();
                    assert!(
                        !fits || sieve.lets(stop),
                        "seed {seed}, grain {grain}, stop {stop}"
                    );
                    held += usize::from(!sieve.lets(stop));
                }
                let stop = index(chance.below(instance.candidates()));
                let place = best_place_of(&instance, &route, stop, &mut Blinks::none());
                if let Some(place) = place.filter(|_| !route.inside[usize::from(stop)]) {
                    route.insert_anywhere(&instance, stop, place.at);
                }
            }
        }
        assert!(held > 10_000, "it holds back {held}");
    }
}
