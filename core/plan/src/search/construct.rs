//! Constructs a whole day by restricted dynamic programming (Malandraki and Dial 1996; Gromicho and others
//! 2012).
//!
//! A label is a partial day that is ready to leave a stop. Labels are processed in order of time; of all that
//! leave one stop in one time bucket only the most profitable is extended, and only to a few neighbours. The
//! result is not optimal, but it weighs whole regions against each other, which insertion of single visits
//! does not.

use super::instance::{Instance, NEVER, stop_index};
use super::objective::CostWeights;
use super::route::departures;

/// The absence of a label.
const NO_LABEL: u32 = u32::MAX;

/// Parameters of a construction.
#[derive(Debug, Clone, Copy)]
pub(super) struct DpParams<'a> {
    pub(super) instance: &'a Instance,
    pub(super) weights: &'a CostWeights,
    /// Gain of each stop for this construction.
    pub(super) gains: &'a [i64],
    /// Number of time buckets of the day.
    pub(super) bucket_count: i32,
    /// Number of stops to which a label is extended.
    pub(super) breadth: usize,
    /// The longest wait for a stop to open, in seconds.
    pub(super) max_wait: i32,
}

/// A partial day that is ready to leave its last stop.
#[derive(Debug, Clone, Copy)]
struct DpLabel {
    /// The earliest departure.
    ready: i32,
    /// Travel so far.
    travel: i32,
    /// Gains of the visits, less the cost of driving.
    profit: i64,
    last: u16,
    /// Whether lunch has been taken.
    lunch_taken: bool,
    parent: u32,
}

/// The state of the construction, kept so that its memory is reused.
#[derive(Debug, Default)]
pub(super) struct DayConstructor {
    labels: Vec<DpLabel>,
    /// The best label of each bucket, stop and lunch state.
    cells: Vec<u32>,
    /// The labels of each bucket, in order of creation.
    queues: Vec<Vec<u32>>,
    /// The label that last had each stop, or the start, in its past.
    past: Vec<u32>,
    /// Length of a bucket, in seconds.
    bucket: i32,
    /// Profit of the best complete day, and its last label.
    best: (i64, u32),
}

impl DayConstructor {
    /// A feasible order of visits; empty where no visit pays.
    pub(super) fn construct(&mut self, params: &DpParams) -> Vec<u16> {
        self.reset(params);
        for bucket in 0..self.queues.len() {
            let mut at = 0;
            while let Some(number) = self.queues[bucket].get(at).copied() {
                at += 1;
                let label = self.labels[number as usize];
                // Otherwise a better label has replaced it.
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
        // The last element is the start.
        order.pop();
        order.reverse();
        order
    }

    /// Clears all labels and adds those of the start.
    fn reset(&mut self, params: &DpParams) {
        let instance = params.instance;
        let places = instance.stop_count() + 1;
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

    /// Adds a label, unless it is late or its cell has a better one; of two with the same profit the earlier
    /// is better.
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

    /// Completes the day after a label.
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

    /// Extends a label to neighbours that are not in its past; from the start to all stops.
    fn extend(&mut self, params: &DpParams, label: &DpLabel, number: u32) {
        if label.last == params.instance.start() {
            for stop in (0..params.instance.stop_count()).map(stop_index) {
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

    /// Extends a label to `stop`, if the visit and the end of the day are in time.
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

/// Earliest departures from `stop` when `label` is extended to it, before and after lunch.
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
