//! Travel between the stops of a search, in both directions, and who is near whom.

use super::super::day::Day;
use super::instance::{NEVER, index};

/// How many neighbours of a stop are known.
const NEIGHBOURS: usize = 96;

/// Among so many candidates at most all detours are looked at; among more only those over so many neighbours.
const ALL_DETOURS: usize = 150;
const NEAR_DETOURS: usize = 24;

/// The drives between one site, whose row this stands in, and another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// From the other to it.
    pub(super) there: i32,
    /// From it to the other.
    pub(super) onwards: i32,
}

/// Travel between candidates, then start, then end.
#[derive(Debug)]
pub(super) struct Roads {
    width: usize,
    /// Row by row: from all to one, and from one to all.
    ways: Box<[Way]>,
    near: Vec<Box<[u16]>>,
    /// The shortest drives to and from each candidate, together.
    pub(super) nearest: Box<[i32]>,
    /// The most time that a detour saves: 0 under the triangle inequality, a second or two where times were rounded.
    pub(super) saving: i32,
}

impl Roads {
    /// The roads between the stops `numbers` of `day`; what takes longer than `longest` takes one second longer. `saving` is
    /// the most that a detour saves, if it is known.
    pub(super) fn measure(day: &Day, numbers: &[usize], longest: i32, saving: Option<i32>) -> Roads {
        let nodes: Vec<usize> = numbers.iter().map(|number| day.stops[*number].node).collect();
        let count = nodes.len();
        let width = count + 2;
        let never = longest + 1;
        let nowhere = Way {
            there: never,
            onwards: never,
        };
        let mut ways = vec![nowhere; width * width];
        let mut set = |a: usize, b: usize, seconds: i32| {
            ways[a * width + b].onwards = seconds.min(never);
            ways[b * width + a].there = seconds.min(never);
        };
        for (a, node) in nodes.iter().copied().chain([day.start]).enumerate() {
            for (b, other) in nodes.iter().enumerate() {
                set(a, b, day.travel.between(node, *other));
            }
            set(a, count + 1, day.homewards(node));
        }
        let mut roads = Roads {
            width,
            ways: ways.into_boxed_slice(),
            near: Vec::with_capacity(count),
            nearest: Box::default(),
            saving: 0,
        };
        for stop in 0..count {
            let near = roads.neighbours(stop, count);
            roads.near.push(near);
        }
        roads.nearest = (0..count).map(|stop| roads.shortest(stop)).collect();
        roads.saving = saving.unwrap_or_else(|| roads.most_saved(never));
        roads
    }

    /// The most that a way over a third site is shorter than the direct one, looked for over all candidates, or over those
    /// near the end of the way where they are very many.
    fn most_saved(&self, never: i32) -> i32 {
        let count = self.near.len();
        let rows: Vec<Vec<i32>> = (0..self.width)
            .map(|from| self.ways(index(from)).iter().map(|way| way.onwards).collect())
            .collect();
        let mut most = 0;
        for (from, direct) in rows.iter().enumerate() {
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
                let saved = direct
                    .iter()
                    .zip(&rows[stop])
                    .map(|(direct, on)| direct - on - there);
                most = saved.fold(most, i32::max);
            }
        }
        // A way that takes longer than the day is none that anybody drives.
        most.min(never)
    }

    /// The shortest drives to and from any other site, together.
    fn shortest(&self, stop: usize) -> i32 {
        let ways = self.ways(index(stop)).iter().enumerate();
        let others = ways.filter(|(other, _)| *other != stop);
        let (there, onwards) = others.fold((NEVER, NEVER), |(there, onwards), (_, way)| {
            (there.min(way.there), onwards.min(way.onwards))
        });
        there + onwards
    }

    fn neighbours(&self, stop: usize, count: usize) -> Box<[u16]> {
        let ways = self.ways(index(stop));
        let far = |other: &u16| {
            let way = ways[usize::from(*other)];
            (way.there + way.onwards, *other)
        };
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
    pub(super) fn ways(&self, stop: u16) -> &[Way] {
        let at = usize::from(stop) * self.width;
        &self.ways[at..at + self.width]
    }

    /// The candidates near a candidate, nearest first.
    pub(super) fn near(&self, stop: u16) -> &[u16] {
        &self.near[usize::from(stop)]
    }
}
