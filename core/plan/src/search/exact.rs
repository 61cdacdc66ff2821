//! The best plan of a small day, proved: dynamic programming over sets of visits.
//!
//! A label is a way to have made a set of visits and be ready to leave the last one; of two labels of one set and place
//! the later and longer one is dropped (Righini and Salani 2009, without their relaxations). Labels that cannot beat the
//! best known plan are dropped too.

use super::instance::{Instance, NEVER, index};
use super::route::departures;
use super::scale::Score;

/// Days with more candidates are not tried.
pub(super) const MOST: usize = 12;

/// More labels than these are too many, and nothing is proved.
const MOST_LABELS: usize = 400_000;

/// No label.
const NONE: u32 = u32::MAX;

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// This is the best order, and better than what was known.
    Better(Vec<u16>),
    /// What was known is the best.
    Known,
    /// It took too long.
    GaveUp,
}

#[derive(Debug, Clone, Copy)]
struct Label {
    out: i32,
    travel: i32,
    fed: bool,
    last: u16,
    parent: u32,
    /// The next of the same set, place and state.
    next: u32,
}

/// The labels, and what they have led to.
struct Labels<'a> {
    instance: &'a Instance,
    all: Vec<Label>,
    heads: Vec<u32>,
    /// The shortest drive to each candidate.
    nearest: Vec<i32>,
    best: Score,
    winner: u32,
}

/// Finds the best order, which must beat `known` to be worth telling.
pub(super) fn prove(instance: &Instance, known: Score) -> Proof {
    let count = instance.candidates();
    if count > MOST {
        return Proof::GaveUp;
    }
    let mut labels = Labels::new(instance, known);
    labels.begin();
    for set in 0..1_usize << count {
        for place in 0..2 * (count + 1) {
            let mut label = labels.heads[set * 2 * (count + 1) + place];
            while label != NONE {
                labels.extend(set, label);
                label = labels.all[label as usize].next;
            }
        }
        if labels.all.len() > MOST_LABELS {
            return Proof::GaveUp;
        }
    }
    labels.proof()
}

impl<'a> Labels<'a> {
    fn new(instance: &'a Instance, best: Score) -> Labels<'a> {
        let count = instance.candidates();
        let nearest = (0..count).map(|stop| {
            let ways = instance.ways(index(stop));
            let others = (0..=count).filter(|other| *other != stop);
            others
                .map(|other| ways.there(index(other)))
                .min()
                .unwrap_or(NEVER)
        });
        Labels {
            nearest: nearest.collect(),
            instance,
            all: Vec::new(),
            heads: vec![NONE; (1 << count) * 2 * (count + 1)],
            best,
            winner: NONE,
        }
    }

    fn begin(&mut self) {
        let start = self.instance.start();
        match self.instance.lunch {
            None => self.add(0, start, NONE, true, 0, 0),
            Some(lunch) => {
                self.add(0, start, NONE, false, 0, 0);
                self.add(0, start, NONE, true, lunch.over(0), 0);
            }
        }
    }

    /// Drives on from a label: to every stop that is not in its set, and to the end.
    fn extend(&mut self, set: usize, number: u32) {
        let label = self.all[number as usize];
        for stop in (0..self.instance.candidates()).filter(|stop| set >> stop & 1 == 0) {
            self.drive(set, number, label, index(stop));
        }
        let end = self.instance.end();
        let (_, out, travel) = self.arrive(label, end);
        let travels = travel <= self.instance.cap;
        if out > self.instance.horizon || !travels {
            return;
        }
        let score = Score {
            travel,
            ..self.possible(set, NEVER)
        };
        if score < self.best {
            self.best = score;
            self.winner = number;
        }
    }

    /// The departures from `stop` of whoever comes from `label`, and the travel.
    fn arrive(&self, label: Label, stop: u16) -> (i32, i32, i32) {
        let drive = self.instance.drive(label.last, stop);
        let at = self.instance.arrival(label.out, drive);
        let (hungry, fed) = if label.fed { (NEVER, at) } else { (at, NEVER) };
        let site = self.instance.site(stop);
        let (hungry, fed) = departures::<true>(self.instance, site, hungry, fed);
        (hungry, fed, label.travel.saturating_add(drive))
    }

    fn drive(&mut self, set: usize, number: u32, label: Label, stop: u16) {
        let (hungry, fed, travel) = self.arrive(label, stop);
        if travel > self.instance.cap {
            return;
        }
        let set = set | 1 << stop;
        self.add(set, stop, number, true, fed, travel);
        if !label.fed {
            self.add(set, stop, number, false, hungry, travel);
        }
    }

    /// Keeps a label, unless it is late, dominated or cannot lead to a better plan.
    fn add(&mut self, set: usize, last: u16, parent: u32, fed: bool, out: i32, travel: i32) {
        if out > self.instance.horizon {
            return;
        }
        let possible = Score {
            travel,
            ..self.possible(set, out)
        };
        if possible >= self.best && set != 0 {
            return;
        }
        let places = self.instance.candidates() + 1;
        let head = (set * places + usize::from(last)) * 2;
        if self.dominates(head + 1, out, travel) || (!fed && self.dominates(head, out, travel)) {
            return;
        }
        let head = head + usize::from(fed);
        let number = u32::try_from(self.all.len()).expect("labels are capped");
        self.all.push(Label {
            out,
            travel,
            fed,
            last,
            parent,
            next: self.heads[head],
        });
        self.heads[head] = number;
    }

    fn dominates(&self, head: usize, out: i32, travel: i32) -> bool {
        let mut label = self.heads[head];
        while label != NONE {
            let kept = &self.all[label as usize];
            if kept.out <= out && kept.travel <= travel {
                return true;
            }
            label = kept.next;
        }
        false
    }

    /// The best that can still become of a set at time `out`; with [`NEVER`] what it is.
    fn possible(&self, set: usize, out: i32) -> Score {
        let mut score = Score {
            musts_missed: 0,
            value_lost: 0,
            moved: 0,
            travel: 0,
        };
        for (stop, nearest) in self.nearest.iter().enumerate() {
            let site = &self.instance.sites[stop];
            let still = set >> stop & 1 == 1 || out.saturating_add(*nearest) <= site.close;
            if !still {
                score.musts_missed += u32::from(site.must);
                score.value_lost += site.value;
            }
        }
        score
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
        // The last found is the start.
        order.pop();
        order.reverse();
        Proof::Better(order)
    }
}
