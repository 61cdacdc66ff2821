//! A whole day drafted at once: restricted dynamic programming (Malandraki and Dial 1996; Gromicho and others 2012).
//!
//! A label is a way to be ready to leave a stop. Labels are gone through in order of time; of all that leave one stop in
//! one stretch of the day only the worthiest is carried on, and only to a few stops near it. What comes out is not the
//! best day, but it weighs whole regions against each other, which putting in one visit after the other does not.

use super::instance::{Instance, NEVER, index};
use super::route::departures;
use super::scale::Scale;

/// No label.
const NONE: u32 = u32::MAX;

/// What is drafted, and how thoroughly.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) instance: &'a Instance,
    pub(super) scale: &'a Scale,
    /// What each candidate is worth this time.
    pub(super) gains: &'a [i64],
    /// Into how many stretches the day is cut.
    pub(super) stretches: i32,
    /// To how many stops a label is carried on.
    pub(super) breadth: usize,
    /// Nobody waits longer than this for a stop to open.
    pub(super) wait: i32,
}

/// A way to be ready to leave a stop.
#[derive(Debug, Clone, Copy)]
struct Label {
    /// The earliest departure.
    out: i32,
    /// The travel until there.
    travel: i32,
    /// What was visited is worth, less what the driving costs.
    worth: i64,
    last: u16,
    /// Whether lunch is over.
    fed: bool,
    parent: u32,
}

/// The labels of a draft, kept for the memory of the next.
#[derive(Debug, Default)]
pub(super) struct Draft {
    labels: Vec<Label>,
    /// The label to be carried on from each stretch, stop and state.
    cells: Vec<u32>,
    /// The labels of each stretch as they came up.
    queues: Vec<Vec<u32>>,
    /// Which label last found each stop, or the start, in its past.
    past: Vec<u32>,
    /// How long a stretch is.
    stretch: i32,
    /// What the best day so far is worth, and its last label.
    best: (i64, u32),
}

impl Draft {
    /// An order of visits that can be kept; empty where nothing is worth leaving for.
    pub(super) fn draw(&mut self, wish: &Wish) -> Vec<u16> {
        self.begin(wish);
        for stretch in 0..self.queues.len() {
            let mut at = 0;
            while let Some(number) = self.queues[stretch].get(at).copied() {
                at += 1;
                let label = self.labels[number as usize];
                // Otherwise a better one came up.
                if self.cells[self.place(&label).1] == number {
                    self.go_home(wish, &label, number);
                    self.go_on(wish, &label, number);
                }
            }
        }
        let mut order = Vec::new();
        let mut at = self.best.1;
        while let Some(label) = self.labels.get(at as usize) {
            order.push(label.last);
            at = label.parent;
        }
        // The last found is the start.
        order.pop();
        order.reverse();
        order
    }

    /// Forgets everything and stands at the start.
    fn begin(&mut self, wish: &Wish) {
        let instance = wish.instance;
        let places = instance.candidates() + 1;
        self.stretch = instance.horizon / wish.stretches.max(1) + 1;
        let stretches = usize::try_from(instance.horizon / self.stretch + 1).unwrap_or(1);
        self.labels.clear();
        self.cells.clear();
        self.cells.resize(stretches * places * 2, NONE);
        self.queues.resize(stretches, Vec::new());
        self.queues.iter_mut().for_each(Vec::clear);
        self.past.clear();
        self.past.resize(places, NONE);
        self.best = (0, NONE);
        let start = Label {
            out: 0,
            travel: 0,
            worth: 0,
            last: instance.start(),
            fed: instance.lunch.is_none(),
            parent: NONE,
        };
        self.add(wish, start);
        if let Some(lunch) = instance.lunch {
            let (out, fed) = (lunch.over(0), true);
            self.add(wish, Label { out, fed, ..start });
        }
    }

    /// The stretch of a label, and its cell.
    #[inline]
    fn place(&self, label: &Label) -> (usize, usize) {
        let stretch = (label.out / self.stretch).unsigned_abs() as usize;
        let place = stretch * self.past.len() + usize::from(label.last);
        (stretch, place * 2 + usize::from(label.fed))
    }

    /// Keeps a label, unless it is late or there is a better one; of two that are worth the same the earlier is better.
    #[inline]
    fn add(&mut self, wish: &Wish, label: Label) {
        if label.out > wish.instance.horizon {
            return;
        }
        let (stretch, cell) = self.place(&label);
        let other = self.labels.get(self.cells[cell] as usize);
        if other.is_some_and(|other| (other.worth, -other.out) >= (label.worth, -label.out)) {
            return;
        }
        let Ok(number) = u32::try_from(self.labels.len()) else {
            return;
        };
        self.labels.push(label);
        self.cells[cell] = number;
        self.queues[stretch].push(number);
    }

    /// Ends the day behind a label.
    fn go_home(&mut self, wish: &Wish, label: &Label, number: u32) {
        let end = wish.instance.end();
        let drive = wish.instance.drive(label.last, end);
        let (_, home) = leaves(wish.instance, label, end, drive);
        let worth = label.worth - wish.scale.driving(drive.into());
        let in_time =
            home <= wish.instance.horizon && label.travel.saturating_add(drive) <= wish.instance.cap;
        if in_time && worth > self.best.0 {
            self.best = (worth, number);
        }
    }

    /// Carries a label on: to stops near it that are not in its past, from the start to all.
    fn go_on(&mut self, wish: &Wish, label: &Label, number: u32) {
        if label.last == wish.instance.start() {
            for stop in (0..wish.instance.candidates()).map(index) {
                self.visit(wish, label, number, stop);
            }
            return;
        }
        let mut at = number;
        while let Some(before) = self.labels.get(at as usize) {
            self.past[usize::from(before.last)] = number;
            at = before.parent;
        }
        let mut visited = 0;
        for stop in wish.instance.near(label.last).iter().copied() {
            if visited >= wish.breadth {
                break;
            }
            let past = self.past[usize::from(stop)] == number;
            visited += usize::from(!past && self.visit(wish, label, number, stop));
        }
    }

    /// Visits `stop` after a label, if that can be done in time and the day still be ended.
    #[inline]
    fn visit(&mut self, wish: &Wish, label: &Label, number: u32, stop: u16) -> bool {
        let instance = wish.instance;
        let site = instance.site(stop);
        let drive = instance.drive(label.last, stop);
        let at = instance.arrival(label.out, drive);
        let travel = label.travel.saturating_add(drive);
        if at > site.close || at + wish.wait < site.open || travel > instance.cap {
            return false;
        }
        let (hungry, fed) = leaves(instance, label, stop, drive);
        let back = instance.drive(stop, instance.end());
        if instance.arrival(fed, back) > instance.horizon {
            return false;
        }
        let next = Label {
            out: fed,
            travel,
            worth: label.worth + wish.gains[usize::from(stop)] - wish.scale.driving(drive.into()),
            last: stop,
            fed: true,
            parent: number,
        };
        self.add(wish, next);
        if hungry < NEVER {
            let (out, fed) = (hungry, false);
            self.add(wish, Label { out, fed, ..next });
        }
        true
    }
}

/// When somebody leaves `stop`, lunch still to come and taken, who drives there from a label.
#[inline]
fn leaves(instance: &Instance, label: &Label, stop: u16, drive: i32) -> (i32, i32) {
    let at = instance.arrival(label.out, drive);
    let (hungry, fed) = if label.fed { (NEVER, at) } else { (at, NEVER) };
    departures::<true>(instance, instance.site(stop), hungry, fed)
}

#[cfg(test)]
mod tests;
