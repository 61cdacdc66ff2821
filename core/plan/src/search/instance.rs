//! The instance that the search works on: times relative to the start of the shift, travel between stops
//! instead of nodes, and only stops that can be visited.

use super::super::day::Day;
use super::super::period::Period;
use super::matrix::{MatrixRow, TravelMatrix};
use super::speed_table::SpeedTable;
use std::sync::Arc;

/// Later than any time of a day; a day's travel can be added without overflow.
pub(super) const NEVER: i32 = 1_000_000_000;

/// Days with more stops are reduced to the most promising ones.
const MAX_STOPS: usize = 1_500;

/// The lunch break, relative to the start of the shift.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShiftLunch {
    pub(super) from: i32,
    pub(super) until: i32,
    pub(super) duration: i32,
}

impl ShiftLunch {
    /// The earliest end of lunch for a rep who is free from `at` on; [`NEVER`] when it no longer fits.
    #[inline]
    pub(super) fn earliest_end(self, at: i32) -> i32 {
        let over = at.max(self.from) + self.duration;
        if over <= self.until { over } else { NEVER }
    }

    /// The latest time to be free for lunch when it must be over at `by`; -1 when there is none.
    #[inline]
    pub(super) fn latest_start(self, by: i32) -> i32 {
        let latest = self.until.min(by) - self.duration;
        if latest >= self.from { latest } else { -1 }
    }
}

/// A stop as the search sees it. The start and the end of the day are two more, always open.
#[derive(Debug, Clone, Copy)]
pub(super) struct StopSpec {
    /// Begin of the first window.
    pub(super) open: i32,
    /// End of the last window.
    pub(super) close: i32,
    /// Service time.
    pub(super) service: i32,
    /// Service time plus the shortest drives to and from the stop.
    pub(super) min_time: i32,
    /// Range of its windows in [`Instance::windows`] when it has several, otherwise empty.
    window_range: (u32, u32),
    /// Value of a visit.
    pub(super) value: i64,
    /// Whether the visit is mandatory.
    pub(super) mandatory: bool,
    /// Promised start, if any.
    pub(super) promised: Option<i32>,
}

/// A day as the search sees it.
#[derive(Debug)]
pub(super) struct Instance {
    /// The stops, then start, then end.
    pub(super) specs: Vec<StopSpec>,
    /// The number of each stop in the problem.
    pub(super) numbers: Arc<[usize]>,
    /// Length of the shift.
    pub(super) horizon: i32,
    /// Cap on the total travel.
    pub(super) travel_cap: i32,
    pub(super) lunch: Option<ShiftLunch>,
    /// The most time that a detour saves: 0 under the triangle inequality.
    pub(super) max_detour_saving: i32,
    /// The shortest service time of all stops.
    pub(super) min_service: i32,
    /// The shortest drives to and from any stop, together.
    pub(super) min_drives: i32,
    /// Number of mandatory stops.
    pub(super) mandatory_count: u32,
    /// Total value of all stops.
    pub(super) total_value: i64,
    /// Whether any start was promised.
    pub(super) has_promises: bool,
    windows: Vec<(i32, i32)>,
    matrix: Arc<TravelMatrix>,
    /// Speeds over the shift; `None` where they are constant.
    speed_table: Option<SpeedTable>,
}

impl Instance {
    /// Builds the instance of `day`. `promised` has the promised start of each stop of the problem, or is
    /// empty.
    pub(super) fn new(day: &Day, promised: &[Option<i32>]) -> Instance {
        let numbers: Arc<[usize]> = select_stops(day).into();
        let longest = day.shift.until - day.shift.from;
        let matrix = Arc::new(TravelMatrix::from_day(day, &numbers, longest));
        Instance::with_matrix(day, &numbers, matrix, promised)
    }

    /// The instances of a period's working days, all with the same stops and one matrix: every instance has
    /// every stop, closed where it cannot be visited.
    pub(super) fn for_period(period: &Period) -> Vec<Instance> {
        let Some(first) = period.days.first().map(|work| period.day(work)) else {
            return Vec::new();
        };
        let numbers: Arc<[usize]> = sort_canonically(&first, first.numbers().collect()).into();
        let longest = period
            .days
            .iter()
            .map(|work| work.shift.until - work.shift.from)
            .max();
        let matrix = Arc::new(TravelMatrix::from_day(&first, &numbers, longest.unwrap_or(0)));
        let lay_out = |work| Instance::with_matrix(&period.day(work), &numbers, Arc::clone(&matrix), &[]);
        period.days.iter().map(lay_out).collect()
    }

    fn with_matrix(
        day: &Day,
        numbers: &Arc<[usize]>,
        matrix: Arc<TravelMatrix>,
        promised: &[Option<i32>],
    ) -> Instance {
        let horizon = day.shift.until - day.shift.from;
        let mut instance = Instance {
            specs: Vec::with_capacity(numbers.len() + 2),
            horizon,
            travel_cap: day
                .max_travel_s
                .map_or(NEVER, |most| i32::try_from(most).unwrap_or(NEVER).min(NEVER)),
            lunch: lunch(day),
            max_detour_saving: matrix.max_detour_saving,
            min_service: 0,
            min_drives: 0,
            mandatory_count: 0,
            total_value: 0,
            has_promises: false,
            windows: Vec::new(),
            matrix,
            speed_table: SpeedTable::new(day.travel.speeds(), day.shift.from, horizon),
            numbers: Arc::clone(numbers),
        };
        for number in numbers.iter() {
            let promised = promised
                .get(*number)
                .copied()
                .flatten()
                .map(|at| at - day.shift.from);
            instance.has_promises |= promised.is_some();
            instance.add_stop(day, *number, promised);
        }
        instance.compute_minima();
        instance.specs.extend([StopSpec::depot(horizon); 2]);
        instance
    }

    /// Number of stops, without start and end.
    pub(super) fn stop_count(&self) -> usize {
        self.numbers.len()
    }

    /// The index of stop `number` of the problem, if the search has it.
    pub(super) fn stop_of(&self, number: usize) -> Option<u16> {
        self.numbers
            .iter()
            .position(|taken| *taken == number)
            .map(stop_index)
    }

    /// Index of the start of the day.
    pub(super) fn start(&self) -> u16 {
        stop_index(self.stop_count())
    }

    /// Index of the end of the day.
    pub(super) fn end(&self) -> u16 {
        stop_index(self.stop_count() + 1)
    }

    /// Data of a stop.
    #[inline]
    pub(super) fn spec(&self, stop: u16) -> &StopSpec {
        &self.specs[usize::from(stop)]
    }

    /// Whether the speed is constant over the shift.
    #[inline]
    pub(super) fn is_steady(&self) -> bool {
        self.speed_table.is_none()
    }

    /// Arrival after leaving at `leave` for a drive of `drive` seconds on empty roads.
    #[inline]
    pub(super) fn arrival(&self, leave: i32, drive: i32) -> i32 {
        match &self.speed_table {
            None => leave + drive,
            Some(speed_table) => speed_table.arrival(leave, drive),
        }
    }

    /// The latest departure that arrives by `due`; negative before the shift.
    #[inline]
    pub(super) fn departure(&self, due: i32, drive: i32) -> i32 {
        match &self.speed_table {
            None => due - drive,
            Some(speed_table) => speed_table.departure(due, drive),
        }
    }

    /// Drive from `a` to `b` on empty roads.
    #[inline]
    pub(super) fn drive(&self, a: u16, b: u16) -> i32 {
        self.matrix.row(a).drive_to(b)
    }

    /// Drives between `stop` and every other.
    #[inline]
    pub(super) fn row(&self, stop: u16) -> MatrixRow<'_> {
        self.matrix.row(stop)
    }

    /// The neighbours of a stop, nearest first, without itself.
    pub(super) fn neighbours(&self, stop: u16) -> &[u16] {
        self.matrix.neighbours(stop)
    }

    /// The earliest start on arrival at `at`; [`NEVER`] after the last window.
    #[inline]
    pub(super) fn earliest_start(&self, spec: &StopSpec, at: i32) -> i32 {
        if at > spec.close {
            return NEVER;
        }
        if spec.window_range.0 == spec.window_range.1 {
            return at.max(spec.open);
        }
        let windows = self.windows_of(spec).iter();
        let open = windows.copied().find(|(_, until)| at <= *until);
        open.map_or(NEVER, |(from, _)| at.max(from))
    }

    /// The latest start not after `by`; -1 before the first window.
    #[inline]
    pub(super) fn latest_start(&self, spec: &StopSpec, by: i32) -> i32 {
        if by < spec.open {
            return -1;
        }
        if spec.window_range.0 == spec.window_range.1 {
            return by.min(spec.close);
        }
        let windows = self.windows_of(spec).iter().rev();
        let open = windows.copied().find(|(from, _)| *from <= by);
        open.map_or(-1, |(_, until)| by.min(until))
    }

    /// Lower bounds on the time of each visit, valid for any matrix.
    fn compute_minima(&mut self) {
        (self.min_service, self.min_drives) = (NEVER, NEVER);
        for (spec, min_drives) in self.specs.iter_mut().zip(&self.matrix.min_drives) {
            spec.min_time = spec.service + min_drives;
            self.min_service = self.min_service.min(spec.service);
            self.min_drives = self.min_drives.min(*min_drives);
        }
    }

    fn windows_of(&self, spec: &StopSpec) -> &[(i32, i32)] {
        &self.windows[spec.window_range.0 as usize..spec.window_range.1 as usize]
    }

    fn add_stop(&mut self, day: &Day, number: usize, promised: Option<i32>) {
        let stop = &day.stops[number];
        let windows = windows_in(day, number);
        // Closed: nobody arrives before -1.
        let closed = (NEVER, -1);
        let first = windows.first().unwrap_or(&closed);
        let last = windows.last().unwrap_or(&closed);
        let at = window_index(self.windows.len());
        let mut spec = StopSpec {
            open: first.0,
            close: last.1,
            service: stop.service_s,
            min_time: stop.service_s,
            window_range: (at, at),
            value: stop.value,
            mandatory: stop.mandatory,
            promised,
        };
        if windows.len() > 1 {
            self.windows.extend_from_slice(&windows);
            spec.window_range.1 = window_index(self.windows.len());
        }
        self.mandatory_count += u32::from(spec.mandatory);
        self.total_value += spec.value;
        self.specs.push(spec);
    }
}

impl StopSpec {
    /// Whether the stop has several windows.
    #[inline]
    pub(super) fn has_several_windows(&self) -> bool {
        self.window_range.0 < self.window_range.1
    }

    /// Start or end of the day.
    fn depot(horizon: i32) -> StopSpec {
        StopSpec {
            open: 0,
            close: horizon,
            service: 0,
            min_time: 0,
            window_range: (0, 0),
            value: 0,
            mandatory: false,
            promised: None,
        }
    }
}

/// Index of a stop; there are far fewer than 65,536.
pub(super) fn stop_index(stop: usize) -> u16 {
    u16::try_from(stop).expect("there are at most 1,500 candidates")
}

fn window_index(number: usize) -> u32 {
    u32::try_from(number).expect("windows are counted in 32 bits")
}

/// The lunch break within the shift; `None` also when it does not fit there.
fn lunch(day: &Day) -> Option<ShiftLunch> {
    let lunch = day.lunch?;
    let window = lunch.window;
    let found = ShiftLunch {
        from: window.from.max(day.shift.from) - day.shift.from,
        until: window.until.min(day.shift.until) - day.shift.from,
        duration: lunch.duration_s,
    };
    (found.until - found.from >= found.duration).then_some(found)
}

/// Windows of a stop within the shift, cut so that a visit is over by its end.
fn windows_in(day: &Day, number: usize) -> Vec<(i32, i32)> {
    let stop = &day.stops[number];
    let last = day.shift.until - stop.service_s;
    let cut = stop.windows.iter().map(|window| {
        let from = window.from.max(day.shift.from) - day.shift.from;
        (from, window.until.min(last) - day.shift.from)
    });
    cut.filter(|(from, until)| from <= until).collect()
}

/// The numbers of the stops that the search considers, in canonical order: all that have a window, unless
/// they are too many.
fn select_stops(day: &Day) -> Vec<usize> {
    let mut numbers: Vec<usize> = day
        .numbers()
        .filter(|number| !windows_in(day, *number).is_empty())
        .collect();
    if numbers.len() > MAX_STOPS {
        let neighbours = |number: usize| {
            let node = day.stops[number].node;
            let drive = i64::from(day.travel.between(day.start, node));
            drive + i64::from(day.stops[number].service_s) + 1
        };
        numbers.sort_by(|a, b| {
            let (left, right) = (&day.stops[*a], &day.stops[*b]);
            let total_value = i128::from(right.value) * i128::from(neighbours(*a));
            let other = i128::from(left.value) * i128::from(neighbours(*b));
            right
                .mandatory
                .cmp(&left.mandatory)
                .then(total_value.cmp(&other))
                .then(neighbours(*a).cmp(&neighbours(*b)))
        });
        numbers.truncate(MAX_STOPS);
    }
    sort_canonically(day, numbers)
}

/// Sorts stops by their own data, so that the order of the file does not matter.
fn sort_canonically(day: &Day, mut numbers: Vec<usize>) -> Vec<usize> {
    numbers.sort_by_cached_key(|number| {
        let stop = &day.stops[*number];
        let matrix = (
            day.travel.between(day.start, stop.node),
            day.drive_home(stop.node),
        );
        (
            stop.windows.clone(),
            stop.service_s,
            stop.value,
            stop.mandatory,
            matrix,
        )
    });
    numbers
}
