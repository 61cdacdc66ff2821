//! The optimal plan of a small day: dynamic programming over sets of visits.
//!
//! A label is a set of visits made, with a departure from the last one. A label is dominated, and dropped, by
//! one of the same set and place that is neither later nor longer (Righini and Salani 2009, without their
//! relaxations). Labels that cannot beat the best known plan are dropped too.

use super::instance::{Instance, NEVER, stop_index};
use super::objective::Objective;
use super::route::departures;

/// Days with more stops are not tried.
pub(super) const MAX_STOPS: usize = 12;

/// With more labels than these the proof is abandoned.
const MAX_LABELS: usize = 400_000;

/// The absence of a label.
const NONE: u32 = u32::MAX;

/// Outcome of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// The optimal order, better than the known one.
    Better(Vec<u16>),
    /// The known order is optimal.
    Known,
    /// The limit on labels was reached.
    GaveUp,
}

#[derive(Debug, Clone, Copy)]
struct ProofLabel {
    ready: i32,
    travel: i32,
    lunch_taken: bool,
    last: u16,
    parent: u32,
    /// The next label of the same set, place and state.
    next: u32,
}

/// All labels, and the best complete order found.
struct LabelSet<'a> {
    instance: &'a Instance,
    all: Vec<ProofLabel>,
    heads: Vec<u32>,
    /// The shortest drive to each stop.
    shortest_drive_in: Vec<i32>,
    best: Objective,
    winner: u32,
}

/// Finds the optimal order, if it is better than `known`.
pub(super) fn prove(instance: &Instance, known: Objective) -> Proof {
    let count = instance.stop_count();
    if count > MAX_STOPS {
        return Proof::GaveUp;
    }
    let mut labels = LabelSet::new(instance, known);
    labels.add_start();
    for set in 0..1_usize << count {
        for place in 0..2 * (count + 1) {
            let mut label = labels.heads[set * 2 * (count + 1) + place];
            while label != NONE {
                labels.extend(set, label);
                label = labels.all[label as usize].next;
            }
        }
        if labels.all.len() > MAX_LABELS {
            return Proof::GaveUp;
        }
    }
    labels.proof()
}

impl<'a> LabelSet<'a> {
    fn new(instance: &'a Instance, best: Objective) -> LabelSet<'a> {
        let count = instance.stop_count();
        let shortest_drive_in = (0..count).map(|stop| {
            let row = instance.row(stop_index(stop));
            let others = (0..=count).filter(|other| *other != stop);
            others
                .map(|other| row.drive_from(stop_index(other)))
                .min()
                .unwrap_or(NEVER)
        });
        LabelSet {
            shortest_drive_in: shortest_drive_in.collect(),
            instance,
            all: Vec::new(),
            heads: vec![NONE; (1 << count) * 2 * (count + 1)],
            best,
            winner: NONE,
        }
    }

    fn add_start(&mut self) {
        let start = self.instance.start();
        match self.instance.lunch {
            None => self.add(0, start, NONE, true, 0, 0),
            Some(lunch) => {
                self.add(0, start, NONE, false, 0, 0);
                self.add(0, start, NONE, true, lunch.earliest_end(0), 0);
            }
        }
    }

    /// Extends a label to every stop that is not in its set, and to the end.
    fn extend(&mut self, set: usize, number: u32) {
        let label = self.all[number as usize];
        for stop in (0..self.instance.stop_count()).filter(|stop| set >> stop & 1 == 0) {
            self.drive(set, number, label, stop_index(stop));
        }
        let end = self.instance.end();
        let (_, ready, travel) = self.departures_at(label, end);
        let within_cap = travel <= self.instance.travel_cap;
        if ready > self.instance.horizon || !within_cap {
            return;
        }
        let objective = Objective {
            travel,
            ..self.optimistic(set, NEVER)
        };
        if objective < self.best {
            self.best = objective;
            self.winner = number;
        }
    }

    /// Earliest departures from `stop` when `label` is extended to it, before and after lunch, and the travel
    /// so far.
    fn departures_at(&self, label: ProofLabel, stop: u16) -> (i32, i32, i32) {
        let drive = self.instance.drive(label.last, stop);
        let at = self.instance.arrival(label.ready, drive);
        let (before_lunch, after_lunch) = if label.lunch_taken {
            (NEVER, at)
        } else {
            (at, NEVER)
        };
        let spec = self.instance.spec(stop);
        let (before_lunch, after_lunch) = departures::<true>(self.instance, spec, before_lunch, after_lunch);
        (before_lunch, after_lunch, label.travel.saturating_add(drive))
    }

    fn drive(&mut self, set: usize, number: u32, label: ProofLabel, stop: u16) {
        let (before_lunch, after_lunch, travel) = self.departures_at(label, stop);
        if travel > self.instance.travel_cap {
            return;
        }
        let set = set | 1 << stop;
        self.add(set, stop, number, true, after_lunch, travel);
        if !label.lunch_taken {
            self.add(set, stop, number, false, before_lunch, travel);
        }
    }

    /// Adds a label, unless it is late, dominated or unable to lead to a better plan.
    fn add(&mut self, set: usize, last: u16, parent: u32, lunch_taken: bool, ready: i32, travel: i32) {
        if ready > self.instance.horizon {
            return;
        }
        let optimistic = Objective {
            travel,
            ..self.optimistic(set, ready)
        };
        if optimistic >= self.best && set != 0 {
            return;
        }
        let places = self.instance.stop_count() + 1;
        let head = (set * places + usize::from(last)) * 2;
        if self.dominates(head + 1, ready, travel) || (!lunch_taken && self.dominates(head, ready, travel)) {
            return;
        }
        let head = head + usize::from(lunch_taken);
        let number = u32::try_from(self.all.len()).expect("labels are capped");
        self.all.push(ProofLabel {
            ready,
            travel,
            lunch_taken,
            last,
            parent,
            next: self.heads[head],
        });
        self.heads[head] = number;
    }

    fn dominates(&self, head: usize, ready: i32, travel: i32) -> bool {
        let mut label = self.heads[head];
        while label != NONE {
            let kept = &self.all[label as usize];
            if kept.ready <= ready && kept.travel <= travel {
                return true;
            }
            label = kept.next;
        }
        false
    }

    /// Optimistic bound: the best objective reachable from a set at time `ready`; with [`NEVER`] the
    /// objective of the set.
    fn optimistic(&self, set: usize, ready: i32) -> Objective {
        let mut objective = Objective {
            mandatory_missed: 0,
            value_lost: 0,
            moved_promises: 0,
            travel: 0,
        };
        for (stop, shortest_drive_in) in self.shortest_drive_in.iter().enumerate() {
            let spec = &self.instance.specs[stop];
            let still = set >> stop & 1 == 1 || ready.saturating_add(*shortest_drive_in) <= spec.close;
            if !still {
                objective.mandatory_missed += u32::from(spec.mandatory);
                objective.value_lost += spec.value;
            }
        }
        objective
    }

    fn proof(&self) -> Proof {
        if self.winner == NONE {
            return Proof::Known;
        }
        let mut order = Vec::new();
        let mut at = self.winner;
        while let Some(label) = self.all.get(at as usize) {
            order.push(label.last);
            at = label.parent;
        }
        // The last element is the start.
        order.pop();
        order.reverse();
        Proof::Better(order)
    }
}
