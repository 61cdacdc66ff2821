//! Putting visits in by the best offer: again and again the absent candidate that brings most for the time it takes.
//!
//! Every candidate keeps its cheapest place. After an insertion only the two new places are tried for it, and all of
//! them when its own no longer fits, so a whole recreation costs little more than trying every candidate once.

use super::super::chance::Chance;
use super::instance::Instance;
use super::place::{Blinks, Place, best_place, cost_behind};
use super::route::Route;

/// What the absent candidates offer.
#[derive(Debug, Default)]
pub(super) struct Offers {
    open: Vec<Offer>,
}

#[derive(Debug, Clone, Copy)]
struct Offer {
    stop: u16,
    place: Place,
    /// Its gain, stretched by chance.
    gain: i64,
    /// Its gain for its time.
    rate: i64,
}

impl Offer {
    fn new(instance: &Instance, stop: u16, place: Place, gain: i64) -> Offer {
        let takes = i64::from(instance.site(stop).service) + i64::from(place.added);
        Offer {
            stop,
            place,
            gain,
            rate: gain / takes.max(1),
        }
    }
}

impl Offers {
    /// Puts in the best of `absent` until nothing more goes in. `noise` of 1,024 is how far chance stretches a gain.
    #[expect(
        clippy::too_many_arguments,
        reason = "all but the first three are the search's own state"
    )]
    pub(super) fn auction<const LUNCH: bool>(
        &mut self,
        instance: &Instance,
        route: &mut Route,
        absent: &[u16],
        gains: &[i64],
        chance: &mut Chance,
        blinks: &mut Blinks,
        noise: usize,
    ) {
        self.open.clear();
        for stop in absent.iter().copied() {
            if route.room < instance.site(stop).service {
                continue;
            }
            if let Some(place) = best_place::<LUNCH>(instance, route, stop, blinks) {
                let stretch = i64::try_from(1024 - noise + chance.below(2 * noise + 1)).unwrap_or(1024);
                let gain = gains[usize::from(stop)].clamp(1, 1 << 40) * stretch;
                self.open.push(Offer::new(instance, stop, place, gain));
            }
        }
        while let Some(best) = (0..self.open.len()).max_by_key(|at| self.open[*at].rate) {
            let offer = self.open.swap_remove(best);
            route.insert::<LUNCH>(instance, offer.stop, offer.place.at);
            self.look_again::<LUNCH>(instance, route, offer.place.at, blinks);
        }
    }

    /// After an insertion behind place `at`: every offer is made good, or withdrawn.
    fn look_again<const LUNCH: bool>(
        &mut self,
        instance: &Instance,
        route: &Route,
        at: usize,
        blinks: &mut Blinks,
    ) {
        let most = instance.cap.saturating_sub(route.travel).saturating_add(1);
        self.open.retain_mut(|offer| {
            if route.room < instance.site(offer.stop).service {
                return false;
            }
            let mut place = offer.place;
            let split = place.at == at;
            place.at += usize::from(place.at > at);
            let stop = offer.stop;
            let fits = |at: usize, most: i32| cost_behind::<LUNCH>(instance, route, stop, at, most);
            let still = if split { None } else { fits(place.at, most) };
            let Some(added) = still else {
                let found = best_place::<LUNCH>(instance, route, offer.stop, blinks);
                if let Some(found) = found {
                    *offer = Offer::new(instance, offer.stop, found, offer.gain);
                }
                return found.is_some();
            };
            place.added = added;
            for at in [at, at + 1] {
                if let Some(added) = fits(at, place.added) {
                    place = Place { at, added };
                }
            }
            *offer = Offer::new(instance, offer.stop, place, offer.gain);
            true
        });
    }
}
