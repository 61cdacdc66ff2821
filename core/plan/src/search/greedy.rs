//! Greedy insertion: repeatedly inserts the unassigned stop with the greatest gain for its time.
//!
//! Every stop keeps its cheapest insertion. After an insertion only the two new places are tried for it, and
//! all places when its own no longer fits, so a whole recreation costs little more than trying every stop
//! once.

use super::super::rng::Rng;
use super::insertion::{Blinks, InsertionPoint, cheapest_insertion, insertion_cost};
use super::instance::Instance;
use super::route::Route;

/// The pending insertions of unassigned stops.
#[derive(Debug, Default)]
pub(super) struct GreedyInsertion {
    pending: Vec<ScoredInsertion>,
}

#[derive(Debug, Clone, Copy)]
struct ScoredInsertion {
    stop: u16,
    point: InsertionPoint,
    /// Gain, randomly perturbed.
    gain: i64,
    /// Gain per second of service and added travel.
    rate: i64,
}

impl ScoredInsertion {
    fn new(instance: &Instance, stop: u16, point: InsertionPoint, gain: i64) -> ScoredInsertion {
        let takes = i64::from(instance.spec(stop).service) + i64::from(point.added);
        ScoredInsertion {
            stop,
            point,
            gain,
            rate: gain / takes.max(1),
        }
    }
}

impl GreedyInsertion {
    /// Inserts the best of `unassigned` until nothing more fits. `noise` of 1,024 is the range of the random
    /// perturbation of gains.
    #[expect(
        clippy::too_many_arguments,
        reason = "all but the first three are the search's own state"
    )]
    pub(super) fn insert_best_first<const LUNCH: bool>(
        &mut self,
        instance: &Instance,
        route: &mut Route,
        unassigned: &[u16],
        gains: &[i64],
        rng: &mut Rng,
        blinks: &mut Blinks,
        noise: usize,
    ) {
        self.pending.clear();
        for stop in unassigned.iter().copied() {
            if route.max_service < instance.spec(stop).service {
                continue;
            }
            if let Some(point) = cheapest_insertion::<LUNCH>(instance, route, stop, blinks) {
                let stretch = i64::try_from(1024 - noise + rng.below(2 * noise + 1)).unwrap_or(1024);
                let gain = gains[usize::from(stop)].clamp(1, 1 << 40) * stretch;
                self.pending
                    .push(ScoredInsertion::new(instance, stop, point, gain));
            }
        }
        while let Some(best) = (0..self.pending.len()).max_by_key(|at| self.pending[*at].rate) {
            let insertion = self.pending.swap_remove(best);
            route.insert::<LUNCH>(instance, insertion.stop, insertion.point.at);
            self.update::<LUNCH>(instance, route, insertion.point.at, blinks);
        }
    }

    /// After an insertion behind place `at`: updates every pending insertion, or drops it.
    fn update<const LUNCH: bool>(
        &mut self,
        instance: &Instance,
        route: &Route,
        at: usize,
        blinks: &mut Blinks,
    ) {
        let most = instance.travel_cap.saturating_sub(route.travel).saturating_add(1);
        self.pending.retain_mut(|insertion| {
            if route.max_service < instance.spec(insertion.stop).service {
                return false;
            }
            let mut point = insertion.point;
            let split = point.at == at;
            point.at += usize::from(point.at > at);
            let stop = insertion.stop;
            let fits = |at: usize, most: i32| insertion_cost::<LUNCH>(instance, route, stop, at, most);
            let still = if split { None } else { fits(point.at, most) };
            let Some(added) = still else {
                let found = cheapest_insertion::<LUNCH>(instance, route, insertion.stop, blinks);
                if let Some(found) = found {
                    *insertion = ScoredInsertion::new(instance, insertion.stop, found, insertion.gain);
                }
                return found.is_some();
            };
            point.added = added;
            for at in [at, at + 1] {
                if let Some(added) = fits(at, point.added) {
                    point = InsertionPoint { at, added };
                }
            }
            *insertion = ScoredInsertion::new(instance, insertion.stop, point, insertion.gain);
            true
        });
    }
}
