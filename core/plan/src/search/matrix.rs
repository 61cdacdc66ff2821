//! Travel between the stops of a search, in both directions, and who is neighbours whom.

use super::super::day::Day;
use super::instance::{NEVER, stop_index};

/// How many neighbours of a stop are known.
const NEIGHBOURS: usize = 96;

/// Among so many candidates at most all detours are looked at; among more only those over so many neighbours.
const EXHAUSTIVE_MAX: usize = 150;
const SAMPLED_NEIGHBOURS: usize = 24;

/// The drives between one spec and every other: from the other to it, and from it to the other.
#[derive(Debug, Clone, Copy)]
pub(super) enum MatrixRow<'a> {
    /// None takes longer than 65,535 seconds.
    Narrow(&'a [[u16; 2]]),
    /// Any.
    Wide(&'a [[i32; 2]]),
}

impl MatrixRow<'_> {
    /// From `other` to it.
    #[inline]
    pub(super) fn drive_from(self, other: u16) -> i32 {
        match self {
            MatrixRow::Narrow(row) => i32::from(row[usize::from(other)][0]),
            MatrixRow::Wide(row) => row[usize::from(other)][0],
        }
    }

    /// From it to `other`.
    #[inline]
    pub(super) fn drive_to(self, other: u16) -> i32 {
        match self {
            MatrixRow::Narrow(row) => i32::from(row[usize::from(other)][1]),
            MatrixRow::Wide(row) => row[usize::from(other)][1],
        }
    }
}

/// All row, row by row: from all to one, and from one to all. In half the memory where no shift is too long for it.
#[derive(Debug)]
enum Matrix {
    Narrow(Box<[[u16; 2]]>),
    Wide(Box<[[i32; 2]]>),
}

impl Matrix {
    /// So many row, none of which takes longer than `never`.
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

/// Travel between candidates, then start, then end.
#[derive(Debug)]
pub(super) struct TravelMatrix {
    width: usize,
    row: Matrix,
    neighbours: Vec<Box<[u16]>>,
    /// The min_drives_of drives to and from each candidate, together.
    pub(super) min_drives: Box<[i32]>,
    /// The most time that a detour saves: 0 under the triangle inequality, a second or two where times were rounded.
    pub(super) max_detour_saving: i32,
}

impl TravelMatrix {
    /// The matrix between the stops `numbers` of `day`; what takes longer than `longest` takes one second longer.
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
            set(a, count + 1, day.homewards(node));
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

    /// The most that a way over a third spec is shorter than the direct one, looked for over all candidates, or over those
    /// neighbours the end of the way where they are very many.
    fn find_max_saving(&self, never: i32) -> i32 {
        let count = self.neighbours.len();
        let row = |from: usize, row: &mut Vec<i32>| {
            let drives = self.row(stop_index(from));
            row.clear();
            row.extend((0..self.width).map(|to| drives.drive_to(stop_index(to))));
        };
        let (mut direct, mut on) = (Vec::new(), Vec::new());
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
                let there = direct[stop];
                row(stop, &mut on);
                let saved = direct.iter().zip(&on).map(|(direct, on)| direct - on - there);
                most = saved.fold(most, i32::max);
            }
        }
        // A way that takes longer than the day is none that anybody drives.
        most.min(never)
    }

    /// The min_drives_of drives to and from any other spec, together.
    fn min_drives_of(&self, stop: usize) -> i32 {
        let row = self.row(stop_index(stop));
        let others = (0..self.width).filter(|other| *other != stop).map(stop_index);
        let (there, onwards) = others.fold((NEVER, NEVER), |(there, onwards), other| {
            (there.min(row.drive_from(other)), onwards.min(row.drive_to(other)))
        });
        there + onwards
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

    /// To and from `stop`, by the other spec.
    #[inline]
    pub(super) fn row(&self, stop: u16) -> MatrixRow<'_> {
        let at = usize::from(stop) * self.width;
        self.row.row(at, at + self.width)
    }

    /// The candidates neighbours a candidate, min_drives first.
    pub(super) fn neighbours(&self, stop: u16) -> &[u16] {
        &self.neighbours[usize::from(stop)]
    }
}
