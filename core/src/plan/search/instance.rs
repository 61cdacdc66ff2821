//! A day laid out for the search: times from the start of the shift, travel between stops instead of nodes, only stops
//! that can be visited at all.

use super::super::day::Day;

/// Later than any time of a day; a day's travel can be added to it.
pub(super) const NEVER: i32 = 1_000_000_000;

/// More candidates than this are thinned out to those that promise most.
const MOST: usize = 1_500;

/// How many neighbours of a stop are known.
const NEIGHBOURS: usize = 96;

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
    pub(super) numbers: Vec<usize>,
    /// How long the shift is.
    pub(super) horizon: i32,
    /// The most travel allowed.
    pub(super) cap: i32,
    pub(super) lunch: Option<Break>,
    /// Whether any start was promised.
    pub(super) promises: bool,
    windows: Vec<(i32, i32)>,
    width: usize,
    to: Box<[i32]>,
    from: Box<[i32]>,
    near: Vec<Box<[u16]>>,
}

impl Instance {
    /// Lays out `day`. `promised` has the promised start of each stop of the problem, or nothing.
    pub(super) fn new(day: &Day, promised: &[Option<i32>]) -> Instance {
        let horizon = day.shift.until - day.shift.from;
        let mut instance = Instance {
            sites: Vec::new(),
            numbers: Vec::new(),
            horizon,
            cap: day
                .max_travel_s
                .map_or(NEVER, |most| i32::try_from(most).unwrap_or(NEVER).min(NEVER)),
            lunch: lunch(day),
            promises: false,
            windows: Vec::new(),
            width: 0,
            to: Box::default(),
            from: Box::default(),
            near: Vec::new(),
        };
        for number in chosen(day) {
            let promised = promised
                .get(number)
                .copied()
                .flatten()
                .map(|at| at - day.shift.from);
            instance.promises |= promised.is_some();
            instance.admit(day, number, promised);
        }
        instance.sites.extend([Site::always(horizon); 2]);
        instance.measure(day);
        instance.meet_neighbours();
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

    /// The drive from `a` to `b`.
    #[inline]
    pub(super) fn drive(&self, a: u16, b: u16) -> i32 {
        self.to[usize::from(a) * self.width + usize::from(b)]
    }

    /// The drives from `a` to every site.
    #[inline]
    pub(super) fn drives_from(&self, a: u16) -> &[i32] {
        let at = usize::from(a) * self.width;
        &self.to[at..at + self.width]
    }

    /// The drives from every site to `b`.
    #[inline]
    pub(super) fn drives_to(&self, b: u16) -> &[i32] {
        let at = usize::from(b) * self.width;
        &self.from[at..at + self.width]
    }

    /// The candidates near a candidate, nearest first, itself not among them.
    pub(super) fn near(&self, stop: u16) -> &[u16] {
        &self.near[usize::from(stop)]
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

    fn windows_of(&self, site: &Site) -> &[(i32, i32)] {
        &self.windows[site.several.0 as usize..site.several.1 as usize]
    }

    fn admit(&mut self, day: &Day, number: usize, promised: Option<i32>) {
        let stop = &day.stops[number];
        let windows = windows_in(day, number);
        let (Some(first), Some(last)) = (windows.first(), windows.last()) else {
            return;
        };
        let at = short(self.windows.len());
        let mut site = Site {
            open: first.0,
            close: last.1,
            service: stop.service_s,
            several: (at, at),
            value: stop.value,
            must: stop.must,
            promised,
        };
        if windows.len() > 1 {
            self.windows.extend_from_slice(&windows);
            site.several.1 = short(self.windows.len());
        }
        self.sites.push(site);
        self.numbers.push(number);
    }

    fn measure(&mut self, day: &Day) {
        let nodes: Vec<usize> = self
            .numbers
            .iter()
            .map(|number| day.stops[*number].node)
            .collect();
        let count = nodes.len();
        self.width = count + 2;
        let longest = self.horizon + 1;
        let mut to = vec![longest; self.width * self.width];
        let mut from = to.clone();
        let mut set = |a: usize, b: usize, seconds: i32| {
            to[a * (count + 2) + b] = seconds.min(longest);
            from[b * (count + 2) + a] = seconds.min(longest);
        };
        let starts = nodes.iter().copied().chain([day.start]).enumerate();
        for (a, node) in starts {
            for (b, other) in nodes.iter().enumerate() {
                set(a, b, day.travel.between(node, *other));
            }
            set(a, count + 1, day.homewards(node));
        }
        self.to = to.into_boxed_slice();
        self.from = from.into_boxed_slice();
    }

    fn meet_neighbours(&mut self) {
        let count = self.candidates();
        for stop in 0..count {
            let there = self.drives_from(index(stop));
            let back = self.drives_to(index(stop));
            let far = |other: &u16| (there[usize::from(*other)] + back[usize::from(*other)], *other);
            let mut others: Vec<u16> = (0..count).filter(|other| *other != stop).map(index).collect();
            if others.len() > NEIGHBOURS {
                others.select_nth_unstable_by_key(NEIGHBOURS, far);
                others.truncate(NEIGHBOURS);
            }
            others.sort_unstable_by_key(far);
            self.near.push(others.into_boxed_slice());
        }
    }
}

impl Site {
    /// Start or end of the day.
    fn always(horizon: i32) -> Site {
        Site {
            open: 0,
            close: horizon,
            service: 0,
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
    numbers.sort_by_cached_key(|number| {
        let stop = &day.stops[*number];
        let roads = (day.travel.between(day.start, stop.node), day.homewards(stop.node));
        (stop.windows.clone(), stop.service_s, stop.value, stop.must, roads)
    });
    numbers
}
