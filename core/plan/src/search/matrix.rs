//! The travel-time matrix between the stops of a search, in both directions, and the neighbours of each stop.

use super::super::day::Day;
use super::instance::{NEVER, stop_index};

/// Number of neighbours kept for each stop.
const NEIGHBOURS: usize = 96;

/// Up to this many stops every detour is examined; with more only detours over the nearest neighbours.
const EXHAUSTIVE_MAX: usize = 150;
/// Neighbours over which detours are examined where the stops are more.
const SAMPLED_NEIGHBOURS: usize = 24;

/// A matrix row: the drives from every stop to one, and from that one to every other.
#[derive(Debug, Clone, Copy)]
pub(super) enum MatrixRow<'a> {
    /// No drive takes longer than 65,535 seconds.
    Narrow(&'a [[u16; 2]]),
    /// Drives of any length.
    Wide(&'a [[i32; 2]]),
}

impl MatrixRow<'_> {
    /// Drive from `other` to the stop of the row.
    #[inline]
    pub(super) fn drive_from(self, other: u16) -> i32 {
        match self {
            MatrixRow::Narrow(row) => i32::from(row[usize::from(other)][0]),
            MatrixRow::Wide(row) => row[usize::from(other)][0],
        }
    }

    /// Drive from the stop of the row to `other`.
    #[inline]
    pub(super) fn drive_to(self, other: u16) -> i32 {
        match self {
            MatrixRow::Narrow(row) => i32::from(row[usize::from(other)][1]),
            MatrixRow::Wide(row) => row[usize::from(other)][1],
        }
    }
}

/// All rows one after another, in half the memory where no shift is too long for 16 bits.
#[derive(Debug)]
enum Matrix {
    Narrow(Box<[[u16; 2]]>),
    Wide(Box<[[i32; 2]]>),
}

impl Matrix {
    /// `cells` drives, none longer than `never`.
    fn new(row: usize, never: i32) -> Matrix {
        match u16::try_from(never) {
            Ok(never) => Matrix::Narrow(vec![[never; 2]; row].into()),
            Err(_) => Matrix::Wide(vec![[never; 2]; row].into()),
        }
    }

    fn set(&mut self, at: usize, direction: usize, seconds: i32) {
        match self {
            Matrix::Narrow(row) => row[at][direction] = u16::try_from(seconds).unwrap_or(u16::MAX),
            Matrix::Wide(row) => row[at][direction] = seconds,
        }
    }

    #[inline]
    fn row(&self, from: usize, until: usize) -> MatrixRow<'_> {
        match self {
            Matrix::Narrow(row) => MatrixRow::Narrow(&row[from..until]),
            Matrix::Wide(row) => MatrixRow::Wide(&row[from..until]),
        }
    }
}

/// Travel between stops, then start, then end.
#[derive(Debug)]
pub(super) struct TravelMatrix {
    width: usize,
    row: Matrix,
    neighbours: Vec<Box<[u16]>>,
    /// The shortest drives to and from each stop, together.
    pub(super) min_drives: Box<[i32]>,
    /// The most time that a detour saves: 0 under the triangle inequality, a second or two where times were
    /// rounded.
    pub(super) max_detour_saving: i32,
}

impl TravelMatrix {
    /// The matrix of the stops `numbers` of `day`; drives longer than `longest` are stored as `longest + 1`.
    pub(super) fn from_day(day: &Day, numbers: &[usize], longest: i32) -> TravelMatrix {
        let nodes: Vec<usize> = numbers.iter().map(|number| day.stops[*number].node).collect();
        let count = nodes.len();
        let width = count + 2;
        let never = longest + 1;
        let mut row = Matrix::new(width * width, never);
        let mut set = |a: usize, b: usize, seconds: i32| {
            row.set(a * width + b, 1, seconds.min(never));
            row.set(b * width + a, 0, seconds.min(never));
        };
        for (a, node) in nodes.iter().copied().chain([day.start]).enumerate() {
            for (b, other) in nodes.iter().enumerate() {
                set(a, b, day.travel.between(node, *other));
            }
            set(a, count + 1, day.drive_home(node));
        }
        let mut matrix = TravelMatrix {
            width,
            row,
            neighbours: Vec::with_capacity(count),
            min_drives: Box::default(),
            max_detour_saving: 0,
        };
        for stop in 0..count {
            let neighbours = matrix.nearest_stops(stop, count);
            matrix.neighbours.push(neighbours);
        }
        matrix.min_drives = (0..count).map(|stop| matrix.min_drives_of(stop)).collect();
        matrix.max_detour_saving = matrix.find_max_saving(never);
        matrix
    }

    /// The most time that a way over a third stop saves against the direct drive. Examines all stops, or only
    /// neighbours of the way's origin where there are many.
    fn find_max_saving(&self, never: i32) -> i32 {
        let count = self.neighbours.len();
        let row = |from: usize, row: &mut Vec<i32>| {
            let drives = self.row(stop_index(from));
            row.clear();
            row.extend((0..self.width).map(|to| drives.drive_to(stop_index(to))));
        };
        let (mut direct, mut drives_out) = (Vec::new(), Vec::new());
        let mut most = 0;
        for from in 0..self.width {
            row(from, &mut direct);
            let neighbours = self.neighbours.get(from).filter(|_| count > EXHAUSTIVE_MAX);
            let over: Vec<usize> = match neighbours {
                Some(neighbours) => neighbours
                    .iter()
                    .take(SAMPLED_NEIGHBOURS)
                    .map(|stop| usize::from(*stop))
                    .collect(),
                None => (0..count.min(EXHAUSTIVE_MAX)).collect(),
            };
            for stop in over.into_iter().filter(|stop| *stop != from) {
                let drive_in = direct[stop];
                row(stop, &mut drives_out);
                let saved = direct
                    .iter()
                    .zip(&drives_out)
                    .map(|(direct, drive_out)| direct - drive_out - drive_in);
                most = saved.fold(most, i32::max);
            }
        }
        // A drive longer than the day is never driven.
        most.min(never)
    }

    /// The shortest drives to and from any other stop, together.
    fn min_drives_of(&self, stop: usize) -> i32 {
        let row = self.row(stop_index(stop));
        let others = (0..self.width).filter(|other| *other != stop).map(stop_index);
        let (drive_in, drive_out) = others.fold((NEVER, NEVER), |(drive_in, drive_out), other| {
            (
                drive_in.min(row.drive_from(other)),
                drive_out.min(row.drive_to(other)),
            )
        });
        drive_in + drive_out
    }

    fn nearest_stops(&self, stop: usize, count: usize) -> Box<[u16]> {
        let row = self.row(stop_index(stop));
        let far = |other: &u16| (row.drive_from(*other) + row.drive_to(*other), *other);
        let mut others: Vec<u16> = (0..count)
            .filter(|other| *other != stop)
            .map(stop_index)
            .collect();
        if others.len() > NEIGHBOURS {
            others.select_nth_unstable_by_key(NEIGHBOURS, far);
            others.truncate(NEIGHBOURS);
        }
        others.sort_unstable_by_key(far);
        others.into_boxed_slice()
    }

    /// The matrix row of `stop`.
    #[inline]
    pub(super) fn row(&self, stop: u16) -> MatrixRow<'_> {
        let at = usize::from(stop) * self.width;
        self.row.row(at, at + self.width)
    }

    /// The neighbours of a stop, nearest first.
    pub(super) fn neighbours(&self, stop: u16) -> &[u16] {
        &self.neighbours[usize::from(stop)]
    }
}
