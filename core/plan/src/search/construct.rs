//! A whole day drafted at once: restricted dynamic programming (Malandraki and Dial 1996; Gromicho and others 2012).
//!
//! A label is a way to be ready to leave a stop. Labels are gone through in order of time; of all that leave one stop in
//! one bucket of the day only the worthiest is carried on, and only to a few stops near it. What comes ready is not the
//! best day, but it weighs whole regions against each other, which putting in one visit after the other does not.

use super::instance::{Instance, NEVER, stop_index};
use super::objective::CostWeights;
use super::route::departures;

/// No label.
const NO_LABEL: u32 = u32::MAX;

/// What is drafted, and how thoroughly.
#[derive(Debug, Clone, Copy)]
pub(super) struct DpParams<'a> {
    pub(super) instance: &'a Instance,
    pub(super) weights: &'a CostWeights,
    /// What each candidate is profit this time.
    pub(super) gains: &'a [i64],
    /// Into how many bucket_count the day is cut.
    pub(super) bucket_count: i32,
    /// To how many stops a label is carried on.
    pub(super) breadth: usize,
    /// Nobody waits longer than this for a stop to open.
    pub(super) max_wait: i32,
}

/// A way to be ready to leave a stop.
#[derive(Debug, Clone, Copy)]
struct DpLabel {
    /// The earliest departure.
    ready: i32,
    /// The travel until there.
    travel: i32,
    /// What was visited is profit, less what the driving costs.
    profit: i64,
    last: u16,
    /// Whether lunch is over.
    lunch_taken: bool,
    parent: u32,
}

/// The labels of a draft, kept for the memory of the next.
#[derive(Debug, Default)]
pub(super) struct DayConstructor {
    labels: Vec<DpLabel>,
    /// The label to be carried on from each bucket, stop and state.
    cells: Vec<u32>,
    /// The labels of each bucket as they came up.
    queues: Vec<Vec<u32>>,
    /// Which label last found each stop, or the start, in its past.
    past: Vec<u32>,
    /// How long a bucket is.
    bucket: i32,
    /// What the best day so far is profit, and its last label.
    best: (i64, u32),
}

impl DayConstructor {
    /// An order of visits that can be kept; empty where nothing is profit leaving for.
    pub(super) fn construct(&mut self, params: &DpParams) -> Vec<u16> {
        self.reset(params);
        for bucket in 0..self.queues.len() {
            let mut at = 0;
            while let Some(number) = self.queues[bucket].get(at).copied() {
                at += 1;
                let label = self.labels[number as usize];
                // Otherwise a better one came up.
                if self.cells[self.cell_of(&label).1] == number {
                    self.end_day(params, &label, number);
                    self.extend(params, &label, number);
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
    fn reset(&mut self, params: &DpParams) {
        let instance = params.instance;
        let places = instance.candidates() + 1;
        self.bucket = instance.horizon / params.bucket_count.max(1) + 1;
        let bucket_count = usize::try_from(instance.horizon / self.bucket + 1).unwrap_or(1);
        self.labels.clear();
        self.cells.clear();
        self.cells.resize(bucket_count * places * 2, NO_LABEL);
        self.queues.resize(bucket_count, Vec::new());
        self.queues.iter_mut().for_each(Vec::clear);
        self.past.clear();
        self.past.resize(places, NO_LABEL);
        self.best = (0, NO_LABEL);
        let start = DpLabel {
            ready: 0,
            travel: 0,
            profit: 0,
            last: instance.start(),
            lunch_taken: instance.lunch.is_none(),
            parent: NO_LABEL,
        };
        self.add(params, start);
        if let Some(lunch) = instance.lunch {
            let (ready, lunch_taken) = (lunch.earliest_end(0), true);
            self.add(
                params,
                DpLabel {
                    ready,
                    lunch_taken,
                    ..start
                },
            );
        }
    }

    /// The bucket of a label, and its cell.
    #[inline]
    fn cell_of(&self, label: &DpLabel) -> (usize, usize) {
        let bucket = (label.ready / self.bucket).unsigned_abs() as usize;
        let cell_of = bucket * self.past.len() + usize::from(label.last);
        (bucket, cell_of * 2 + usize::from(label.lunch_taken))
    }

    /// Keeps a label, unless it is late or there is a better one; of two that are profit the same the earlier is better.
    #[inline]
    fn add(&mut self, params: &DpParams, label: DpLabel) {
        if label.ready > params.instance.horizon {
            return;
        }
        let (bucket, cell) = self.cell_of(&label);
        let other = self.labels.get(self.cells[cell] as usize);
        if other.is_some_and(|other| (other.profit, -other.ready) >= (label.profit, -label.ready)) {
            return;
        }
        let Ok(number) = u32::try_from(self.labels.len()) else {
            return;
        };
        self.labels.push(label);
        self.cells[cell] = number;
        self.queues[bucket].push(number);
    }

    /// Ends the day behind a label.
    fn end_day(&mut self, params: &DpParams, label: &DpLabel, number: u32) {
        let end = params.instance.end();
        let drive = params.instance.drive(label.last, end);
        let (_, home) = departures_from(params.instance, label, end, drive);
        let profit = label.profit - params.weights.driving(drive.into());
        let in_time = home <= params.instance.horizon
            && label.travel.saturating_add(drive) <= params.instance.travel_cap;
        if in_time && profit > self.best.0 {
            self.best = (profit, number);
        }
    }

    /// Carries a label on: to stops near it that are not in its past, from the start to all.
    fn extend(&mut self, params: &DpParams, label: &DpLabel, number: u32) {
        if label.last == params.instance.start() {
            for stop in (0..params.instance.candidates()).map(stop_index) {
                self.visit(params, label, number, stop);
            }
            return;
        }
        let mut at = number;
        while let Some(before) = self.labels.get(at as usize) {
            self.past[usize::from(before.last)] = number;
            at = before.parent;
        }
        let mut visited = 0;
        for stop in params.instance.neighbours(label.last).iter().copied() {
            if visited >= params.breadth {
                break;
            }
            let past = self.past[usize::from(stop)] == number;
            visited += usize::from(!past && self.visit(params, label, number, stop));
        }
    }

    /// Visits `stop` after a label, if that can be done in time and the day still be ended.
    #[inline]
    fn visit(&mut self, params: &DpParams, label: &DpLabel, number: u32, stop: u16) -> bool {
        let instance = params.instance;
        let spec = instance.spec(stop);
        let drive = instance.drive(label.last, stop);
        let at = instance.arrival(label.ready, drive);
        let travel = label.travel.saturating_add(drive);
        if at > spec.close || at + params.max_wait < spec.open || travel > instance.travel_cap {
            return false;
        }
        let (before_lunch, after_lunch) = departures_from(instance, label, stop, drive);
        let back = instance.drive(stop, instance.end());
        if instance.arrival(after_lunch, back) > instance.horizon {
            return false;
        }
        let next = DpLabel {
            ready: after_lunch,
            travel,
            profit: label.profit + params.gains[usize::from(stop)] - params.weights.driving(drive.into()),
            last: stop,
            lunch_taken: true,
            parent: number,
        };
        self.add(params, next);
        if before_lunch < NEVER {
            let (ready, lunch_taken) = (before_lunch, false);
            self.add(
                params,
                DpLabel {
                    ready,
                    lunch_taken,
                    ..next
                },
            );
        }
        true
    }
}

/// When somebody departures_from `stop`, lunch still to come and taken, who drives there from a label.
#[inline]
fn departures_from(instance: &Instance, label: &DpLabel, stop: u16, drive: i32) -> (i32, i32) {
    let at = instance.arrival(label.ready, drive);
    let (before_lunch, after_lunch) = if label.lunch_taken {
        (NEVER, at)
    } else {
        (at, NEVER)
    };
    departures::<true>(instance, instance.spec(stop), before_lunch, after_lunch)
}

#[cfg(test)]
mod tests;
