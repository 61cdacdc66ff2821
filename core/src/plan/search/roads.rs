//! Travel between the stops of a search, in both directions, and who is near whom.

use super::super::day::Day;
use super::instance::index;

/// How many neighbours of a stop are known.
const NEIGHBOURS: usize = 96;

/// Travel between candidates, then start, then end.
#[derive(Debug)]
pub(super) struct Roads {
    width: usize,
    /// Row by row: from one to all.
    from: Box<[i32]>,
    /// Row by row: from all to one.
    to: Box<[i32]>,
    near: Vec<Box<[u16]>>,
}

impl Roads {
    /// The roads between the stops `numbers` of `day`; what takes longer than `longest` takes one second longer.
    pub(super) fn measure(day: &Day, numbers: &[usize], longest: i32) -> Roads {
        let nodes: Vec<usize> = numbers.iter().map(|number| day.stops[*number].node).collect();
        let count = nodes.len();
        let width = count + 2;
        let never = longest + 1;
        let mut from = vec![never; width * width];
        let mut to = from.clone();
        let mut set = |a: usize, b: usize, seconds: i32| {
            from[a * width + b] = seconds.min(never);
            to[b * width + a] = seconds.min(never);
        };
        for (a, node) in nodes.iter().copied().chain([day.start]).enumerate() {
            for (b, other) in nodes.iter().enumerate() {
                set(a, b, day.travel.between(node, *other));
            }
            set(a, count + 1, day.homewards(node));
        }
        let mut roads = Roads {
            width,
            from: from.into_boxed_slice(),
            to: to.into_boxed_slice(),
            near: Vec::with_capacity(count),
        };
        for stop in 0..count {
            let near = roads.neighbours(stop, count);
            roads.near.push(near);
        }
        roads
    }

    fn neighbours(&self, stop: usize, count: usize) -> Box<[u16]> {
        let (there, back) = (self.from(index(stop)), self.to(index(stop)));
        let far = |other: &u16| (there[usize::from(*other)] + back[usize::from(*other)], *other);
        let mut others: Vec<u16> = (0..count).filter(|other| *other != stop).map(index).collect();
        if others.len() > NEIGHBOURS {
            others.select_nth_unstable_by_key(NEIGHBOURS, far);
            others.truncate(NEIGHBOURS);
        }
        others.sort_unstable_by_key(far);
        others.into_boxed_slice()
    }

    /// From `a` to every site.
    #[inline]
    pub(super) fn from(&self, a: u16) -> &[i32] {
        let at = usize::from(a) * self.width;
        &self.from[at..at + self.width]
    }

    /// From every site to `b`.
    #[inline]
    pub(super) fn to(&self, b: u16) -> &[i32] {
        let at = usize::from(b) * self.width;
        &self.to[at..at + self.width]
    }

    /// The candidates near a candidate, nearest first.
    pub(super) fn near(&self, stop: u16) -> &[u16] {
        &self.near[usize::from(stop)]
    }
}
