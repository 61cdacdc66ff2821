//! A day laid out for the search: times from the start of the shift, travel between stops instead of nodes, only stops
//! that can be visited at all.

use super::super::day::Day;
use super::super::period::Period;
use super::clock::RoadClock;
use super::roads::{Roads, Ways};
use std::sync::Arc;

/// Later than any time of a day; a day's travel can be added to it.
pub(super) const NEVER: i32 = 1_000_000_000;

/// More candidates than this are thinned out to those that promise most.
const MOST: usize = 1_500;

/// A break in times from the start of the shift.
#[derive(Debug, Clone, Copy)]
pub(super) struct Break {
    pub(super) from: i32,
    pub(super) until: i32,
    pub(super) takes: i32,
}

impl Break {
    /// When it is over for somebody who is free from `at` on; [`NEVER`] when it no longer fits.
    #[inline]
    pub(super) fn over(self, at: i32) -> i32 {
        let over = at.max(self.from) + self.takes;
        if over <= self.until { over } else { NEVER }
    }

    /// The latest time to be free for it when it must be over at `by`; -1 when there is none.
    #[inline]
    pub(super) fn latest(self, by: i32) -> i32 {
        let latest = self.until.min(by) - self.takes;
        if latest >= self.from { latest } else { -1 }
    }
}

/// A stop that can be visited. Start and end of the day are two more, always open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    /// Its first opening.
    pub(super) open: i32,
    /// Its last closing.
    pub(super) close: i32,
    /// How long a visit takes.
    pub(super) service: i32,
    /// And with the shortest drives to it and from it.
    pub(super) least: i32,
    /// Its windows in [`Instance::windows`] when there are several, otherwise none.
    several: (u32, u32),
    /// What it is worth.
    pub(super) value: i64,
    /// Whether it must be visited.
    pub(super) must: bool,
    /// When it was promised, where a promise is out.
    pub(super) promised: Option<i32>,
}

/// The day as the search sees it.
#[derive(Debug)]
pub(super) struct Instance {
    /// Candidates, then start, then end.
    pub(super) sites: Vec<Site>,
    /// The number of each candidate in the problem.
    pub(super) numbers: Arc<[usize]>,
    /// How long the shift is.
    pub(super) horizon: i32,
    /// The most travel allowed.
    pub(super) cap: i32,
    pub(super) lunch: Option<Break>,
    /// The most time that a detour saves.
    pub(super) saving: i32,
    /// How long the shortest visit of all takes.
    pub(super) shortest: i32,
    /// The shortest drives to and from any candidate, together.
    pub(super) nearest: i32,
    /// How many candidates are musts.
    pub(super) musts: u32,
    /// What all candidates are worth together.
    pub(super) worth: i64,
    /// Whether any start was promised.
    pub(super) promises: bool,
    windows: Vec<(i32, i32)>,
    roads: Arc<Roads>,
    /// Where the roads are not always as fast as can be.
    clock: Option<RoadClock>,
}

impl Instance {
    /// Lays out `day`. `promised` has the promised start of each stop of the problem, or nothing.
    pub(super) fn new(day: &Day, promised: &[Option<i32>]) -> Instance {
        let numbers: Arc<[usize]> = chosen(day).into();
        let longest = day.shift.until - day.shift.from;
        let roads = Arc::new(Roads::measure(day, &numbers, longest));
        Instance::on(day, &numbers, roads, promised)
    }

    /// The working days of a period, all with the same stops at the same places: every instance has every stop, closed
    /// where it cannot be visited.
    pub(super) fn of_period(period: &Period) -> Vec<Instance> {
        let Some(first) = period.days.first().map(|work| period.day(work)) else {
            return Vec::new();
        };
        let numbers: Arc<[usize]> = by_their_own_order(&first, first.numbers().collect()).into();
        let longest = period
            .days
            .iter()
            .map(|work| work.shift.until - work.shift.from)
            .max();
        let roads = Arc::new(Roads::measure(&first, &numbers, longest.unwrap_or(0)));
        let lay_out = |work| Instance::on(&period.day(work), &numbers, Arc::clone(&roads), &[]);
        period.days.iter().map(lay_out).collect()
    }

    fn on(day: &Day, numbers: &Arc<[usize]>, roads: Arc<Roads>, promised: &[Option<i32>]) -> Instance {
        let horizon = day.shift.until - day.shift.from;
        let mut instance = Instance {
            sites: Vec::with_capacity(numbers.len() + 2),
            horizon,
            cap: day
                .max_travel_s
                .map_or(NEVER, |most| i32::try_from(most).unwrap_or(NEVER).min(NEVER)),
            lunch: lunch(day),
            saving: roads.saving,
            shortest: 0,
            nearest: 0,
            musts: 0,
            worth: 0,
            promises: false,
            windows: Vec::new(),
            roads,
            clock: RoadClock::new(day.travel.speeds(), day.shift.from, horizon),
            numbers: Arc::clone(numbers),
        };
        for number in numbers.iter() {
            let promised = promised
                .get(*number)
                .copied()
                .flatten()
                .map(|at| at - day.shift.from);
            instance.promises |= promised.is_some();
            instance.admit(day, *number, promised);
        }
        instance.reckon_least();
        instance.sites.extend([Site::always(horizon); 2]);
        instance
    }

    /// How many candidates there are.
    pub(super) fn candidates(&self) -> usize {
        self.numbers.len()
    }

    /// The site of stop `number` of the problem, if it takes part.
    pub(super) fn site_of(&self, number: usize) -> Option<u16> {
        self.numbers.iter().position(|taken| *taken == number).map(index)
    }

    /// The site where the day starts.
    pub(super) fn start(&self) -> u16 {
        index(self.candidates())
    }

    /// The site where the day ends.
    pub(super) fn end(&self) -> u16 {
        index(self.candidates() + 1)
    }

    /// What the stop is.
    #[inline]
    pub(super) fn site(&self, stop: u16) -> &Site {
        &self.sites[usize::from(stop)]
    }

    /// Whether a drive takes as long as on empty roads all day.
    #[inline]
    pub(super) fn is_steady(&self) -> bool {
        self.clock.is_none()
    }

    /// When somebody arrives who leaves at `leave` for a drive of so many seconds on empty roads.
    #[inline]
    pub(super) fn arrival(&self, leave: i32, drive: i32) -> i32 {
        match &self.clock {
            None => leave + drive,
            Some(clock) => clock.arrival(leave, drive),
        }
    }

    /// When at the latest somebody leaves who arrives by `due`; negative where that is before the shift.
    #[inline]
    pub(super) fn departure(&self, due: i32, drive: i32) -> i32 {
        match &self.clock {
            None => due - drive,
            Some(clock) => clock.departure(due, drive),
        }
    }

    /// The drive from `a` to `b` on empty roads.
    #[inline]
    pub(super) fn drive(&self, a: u16, b: u16) -> i32 {
        self.roads.ways(a).onwards(b)
    }

    /// The drives between `stop` and every site.
    #[inline]
    pub(super) fn ways(&self, stop: u16) -> Ways<'_> {
        self.roads.ways(stop)
    }

    /// The candidates near a candidate, nearest first, itself not among them.
    pub(super) fn near(&self, stop: u16) -> &[u16] {
        self.roads.near(stop)
    }

    /// The earliest start at a site for somebody who is there at `at`; [`NEVER`] after its last closing.
    #[inline]
    pub(super) fn opens(&self, site: &Site, at: i32) -> i32 {
        if at > site.close {
            return NEVER;
        }
        if site.several.0 == site.several.1 {
            return at.max(site.open);
        }
        let windows = self.windows_of(site).iter();
        let open = windows.copied().find(|(_, until)| at <= *until);
        open.map_or(NEVER, |(from, _)| at.max(from))
    }

    /// The latest start at a site not after `by`; -1 before its first opening.
    #[inline]
    pub(super) fn latest(&self, site: &Site, by: i32) -> i32 {
        if by < site.open {
            return -1;
        }
        if site.several.0 == site.several.1 {
            return by.min(site.close);
        }
        let windows = self.windows_of(site).iter().rev();
        let open = windows.copied().find(|(from, _)| *from <= by);
        open.map_or(-1, |(_, until)| by.min(until))
    }

    /// The least that each visit takes: no matrix, however odd, lets it take less.
    fn reckon_least(&mut self) {
        (self.shortest, self.nearest) = (NEVER, NEVER);
        for (site, nearest) in self.sites.iter_mut().zip(&self.roads.nearest) {
            site.least = site.service + nearest;
            self.shortest = self.shortest.min(site.service);
            self.nearest = self.nearest.min(*nearest);
        }
    }

    fn windows_of(&self, site: &Site) -> &[(i32, i32)] {
        &self.windows[site.several.0 as usize..site.several.1 as usize]
    }

    fn admit(&mut self, day: &Day, number: usize, promised: Option<i32>) {
        let stop = &day.stops[number];
        let windows = windows_in(day, number);
        // Closed: nobody is ever there before -1.
        let closed = (NEVER, -1);
        let first = windows.first().unwrap_or(&closed);
        let last = windows.last().unwrap_or(&closed);
        let at = short(self.windows.len());
        let mut site = Site {
            open: first.0,
            close: last.1,
            service: stop.service_s,
            least: stop.service_s,
            several: (at, at),
            value: stop.value,
            must: stop.must,
            promised,
        };
        if windows.len() > 1 {
            self.windows.extend_from_slice(&windows);
            site.several.1 = short(self.windows.len());
        }
        self.musts += u32::from(site.must);
        self.worth += site.value;
        self.sites.push(site);
    }
}

impl Site {
    /// Whether there is a pause between its first opening and its last closing.
    #[inline]
    pub(super) fn has_several_windows(&self) -> bool {
        self.several.0 < self.several.1
    }

    /// Start or end of the day.
    fn always(horizon: i32) -> Site {
        Site {
            open: 0,
            close: horizon,
            service: 0,
            least: 0,
            several: (0, 0),
            value: 0,
            must: false,
            promised: None,
        }
    }
}

/// A number of a site: there are far fewer than 65,536.
pub(super) fn index(stop: usize) -> u16 {
    u16::try_from(stop).expect("there are at most 1,500 candidates")
}

fn short(number: usize) -> u32 {
    u32::try_from(number).expect("windows are counted in 32 bits")
}

/// The break within the shift; `None` also when it does not fit there.
fn lunch(day: &Day) -> Option<Break> {
    let lunch = day.lunch?;
    let window = lunch.window;
    let found = Break {
        from: window.from.max(day.shift.from) - day.shift.from,
        until: window.until.min(day.shift.until) - day.shift.from,
        takes: lunch.duration_s,
    };
    (found.until - found.from >= found.takes).then_some(found)
}

/// The windows of a stop within the shift, so cut that a visit is over by its end.
fn windows_in(day: &Day, number: usize) -> Vec<(i32, i32)> {
    let stop = &day.stops[number];
    let last = day.shift.until - stop.service_s;
    let cut = stop.windows.iter().map(|window| {
        let from = window.from.max(day.shift.from) - day.shift.from;
        (from, window.until.min(last) - day.shift.from)
    });
    cut.filter(|(from, until)| from <= until).collect()
}

/// The numbers of the stops that take part, all unless there are far too many, in an order that is their own and not the
/// file's.
fn chosen(day: &Day) -> Vec<usize> {
    let mut numbers: Vec<usize> = day
        .numbers()
        .filter(|number| !windows_in(day, *number).is_empty())
        .collect();
    if numbers.len() > MOST {
        let near = |number: usize| {
            let node = day.stops[number].node;
            let there = i64::from(day.travel.between(day.start, node));
            there + i64::from(day.stops[number].service_s) + 1
        };
        numbers.sort_by(|a, b| {
            let (left, right) = (&day.stops[*a], &day.stops[*b]);
            let worth = i128::from(right.value) * i128::from(near(*a));
            let other = i128::from(left.value) * i128::from(near(*b));
            right
                .must
                .cmp(&left.must)
                .then(worth.cmp(&other))
                .then(near(*a).cmp(&near(*b)))
        });
        numbers.truncate(MOST);
    }
    by_their_own_order(day, numbers)
}

/// Sorted by what the stops are, so that the file's order does not matter.
fn by_their_own_order(day: &Day, mut numbers: Vec<usize>) -> Vec<usize> {
    numbers.sort_by_cached_key(|number| {
        let stop = &day.stops[*number];
        let roads = (day.travel.between(day.start, stop.node), day.homewards(stop.node));
        (stop.windows.clone(), stop.service_s, stop.value, stop.must, roads)
    });
    numbers
}
