//! Travel between the stops of a search, in both directions, and who is near whom.

use super::super::day::Day;
use super::instance::{NEVER, index};

/// How many neighbours of a stop are known.
const NEIGHBOURS: usize = 96;

/// Among so many candidates at most all detours are looked at; among more only those over so many neighbours.
const ALL_DETOURS: usize = 150;
const NEAR_DETOURS: usize = 24;

/// The drives between one site and every other: from the other to it, and from it to the other.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ways<'a> {
    /// None takes longer than 65,535 seconds.
    Short(&'a [[u16; 2]]),
    /// Any.
    Long(&'a [[i32; 2]]),
}

impl Ways<'_> {
    /// From `other` to it.
    #[inline]
    pub(super) fn there(self, other: u16) -> i32 {
        match self {
            Ways::Short(ways) => i32::from(ways[usize::from(other)][0]),
            Ways::Long(ways) => ways[usize::from(other)][0],
        }
    }

    /// From it to `other`.
    #[inline]
    pub(super) fn onwards(self, other: u16) -> i32 {
        match self {
            Ways::Short(ways) => i32::from(ways[usize::from(other)][1]),
            Ways::Long(ways) => ways[usize::from(other)][1],
        }
    }
}

/// All ways, row by row: from all to one, and from one to all. In half the memory where no shift is too long for it.
#[derive(Debug)]
enum Table {
    Short(Box<[[u16; 2]]>),
    Long(Box<[[i32; 2]]>),
}

impl Table {
    /// So many ways, none of which takes longer than `never`.
    fn new(ways: usize, never: i32) -> Table {
        match u16::try_from(never) {
            Ok(never) => Table::Short(vec![[never; 2]; ways].into()),
            Err(_) => Table::Long(vec![[never; 2]; ways].into()),
        }
    }

    fn set(&mut self, at: usize, direction: usize, seconds: i32) {
        match self {
            Table::Short(ways) => ways[at][direction] = u16::try_from(seconds).unwrap_or(u16::MAX),
            Table::Long(ways) => ways[at][direction] = seconds,
        }
    }

    #[inline]
    fn row(&self, from: usize, until: usize) -> Ways<'_> {
        match self {
            Table::Short(ways) => Ways::Short(&ways[from..until]),
            Table::Long(ways) => Ways::Long(&ways[from..until]),
        }
    }
}

/// Travel between candidates, then start, then end.
#[derive(Debug)]
pub(super) struct Roads {
    width: usize,
    ways: Table,
    near: Vec<Box<[u16]>>,
    /// The shortest drives to and from each candidate, together.
    pub(super) nearest: Box<[i32]>,
    /// The most time that a detour saves: 0 under the triangle inequality, a second or two where times were rounded.
    pub(super) saving: i32,
}

impl Roads {
    /// The roads between the stops `numbers` of `day`; what takes longer than `longest` takes one second longer.
    pub(super) fn measure(day: &Day, numbers: &[usize], longest: i32) -> Roads {
        let nodes: Vec<usize> = numbers.iter().map(|number| day.stops[*number].node).collect();
        let count = nodes.len();
        let width = count + 2;
        let never = longest + 1;
        let mut ways = Table::new(width * width, never);
        let mut set = |a: usize, b: usize, seconds: i32| {
            ways.set(a * width + b, 1, seconds.min(never));
            ways.set(b * width + a, 0, seconds.min(never));
        };
        for (a, node) in nodes.iter().copied().chain([day.start]).enumerate() {
            for (b, other) in nodes.iter().enumerate() {
                set(a, b, day.travel.between(node, *other));
            }
            set(a, count + 1, day.homewards(node));
        }
        let mut roads = Roads {
            width,
            ways,
            near: Vec::with_capacity(count),
            nearest: Box::default(),
            saving: 0,
        };
        for stop in 0..count {
            let near = roads.neighbours(stop, count);
            roads.near.push(near);
        }
        roads.nearest = (0..count).map(|stop| roads.shortest(stop)).collect();
        roads.saving = roads.most_saved(never);
        roads
    }

    /// The most that a way over a third site is shorter than the direct one, looked for over all candidates, or over those
    /// near the end of the way where they are very many.
    fn most_saved(&self, never: i32) -> i32 {
        let count = self.near.len();
        let row = |from: usize, row: &mut Vec<i32>| {
            let ways = self.ways(index(from));
            row.clear();
            row.extend((0..self.width).map(|to| ways.onwards(index(to))));
        };
        let (mut direct, mut on) = (Vec::new(), Vec::new());
        let mut most = 0;
        for from in 0..self.width {
            row(from, &mut direct);
            let near = self.near.get(from).filter(|_| count > ALL_DETOURS);
            let over: Vec<usize> = match near {
                Some(near) => near
                    .iter()
                    .take(NEAR_DETOURS)
                    .map(|stop| usize::from(*stop))
                    .collect(),
                None => (0..count.min(ALL_DETOURS)).collect(),
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

    /// The shortest drives to and from any other site, together.
    fn shortest(&self, stop: usize) -> i32 {
        let ways = self.ways(index(stop));
        let others = (0..self.width).filter(|other| *other != stop).map(index);
        let (there, onwards) = others.fold((NEVER, NEVER), |(there, onwards), other| {
            (there.min(ways.there(other)), onwards.min(ways.onwards(other)))
        });
        there + onwards
    }

    fn neighbours(&self, stop: usize, count: usize) -> Box<[u16]> {
        let ways = self.ways(index(stop));
        let far = |other: &u16| (ways.there(*other) + ways.onwards(*other), *other);
        let mut others: Vec<u16> = (0..count).filter(|other| *other != stop).map(index).collect();
        if others.len() > NEIGHBOURS {
            others.select_nth_unstable_by_key(NEIGHBOURS, far);
            others.truncate(NEIGHBOURS);
        }
        others.sort_unstable_by_key(far);
        others.into_boxed_slice()
    }

    /// To and from `stop`, by the other site.
    #[inline]
    pub(super) fn ways(&self, stop: u16) -> Ways<'_> {
        let at = usize::from(stop) * self.width;
        self.ways.row(at, at + self.width)
    }

    /// The candidates near a candidate, nearest first.
    pub(super) fn near(&self, stop: u16) -> &[u16] {
        &self.near[usize::from(stop)]
    }
}
