//! Travel between the stops of a search, in both directions, and who is near whom.

use super::super::day::Day;
use super::instance::index;

/// How many neighbours of a stop are known.
const NEIGHBOURS: usize = 96;

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
}

impl Roads {
    /// The roads between the stops `numbers` of `day`; what takes longer than `longest` takes one second longer.
    pub(super) fn measure(day: &Day, numbers: &[usize], longest: i32) -> Roads {
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
        };
        for stop in 0..count {
            let near = roads.neighbours(stop, count);
            roads.near.push(near);
        }
        roads
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
