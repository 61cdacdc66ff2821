//! Sets of working days, one for each customer, as bit sets.

/// A set of working days for each customer.
#[derive(Debug, Clone, Default)]
pub(super) struct DaySets {
    /// Number of words of a set.
    words: usize,
    bits: Vec<u64>,
}

impl DaySets {
    /// Empty sets of `days` working days for `customers` customers.
    pub(super) fn empty(customers: usize, days: usize) -> DaySets {
        let words = days.div_ceil(64);
        DaySets {
            words,
            bits: vec![0; customers * words],
        }
    }

    /// Empties all sets.
    pub(super) fn clear(&mut self) {
        self.bits.fill(0);
    }

    /// Copies `other` and reuses this memory.
    pub(super) fn copy_from(&mut self, other: &DaySets) {
        self.bits.clone_from(&other.bits);
    }

    /// Adds a day.
    pub(super) fn insert(&mut self, stop: u16, day: usize) {
        self.bits[usize::from(stop) * self.words + day / 64] |= 1 << (day % 64);
    }

    /// Removes a day.
    pub(super) fn remove(&mut self, stop: u16, day: usize) {
        self.bits[usize::from(stop) * self.words + day / 64] &= !(1 << (day % 64));
    }

    /// Whether a day is in the set.
    #[inline]
    pub(super) fn has(&self, stop: u16, day: usize) -> bool {
        self.bits[usize::from(stop) * self.words + day / 64] >> (day % 64) & 1 == 1
    }

    /// Number of days in the set.
    #[inline]
    pub(super) fn count(&self, stop: u16) -> usize {
        self.set(stop).iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The last day in the set before `day`.
    #[inline]
    pub(super) fn before(&self, stop: u16, day: usize) -> Option<usize> {
        let set = self.set(stop);
        let (word, bit) = (day / 64, day % 64);
        let highest = |at: usize, bits: u64| at * 64 + 63 - bits.leading_zeros() as usize;
        let here = set[word] & ((1 << bit) - 1);
        if here != 0 {
            return Some(highest(word, here));
        }
        let earlier = (0..word).rev().find(|at| set[*at] != 0);
        earlier.map(|at| highest(at, set[at]))
    }

    /// The first day in the set from `day` on.
    #[inline]
    pub(super) fn from(&self, stop: u16, day: usize) -> Option<usize> {
        let set = self.set(stop);
        let (word, bit) = (day / 64, day % 64);
        if word >= set.len() {
            return None;
        }
        let here = set[word] >> bit;
        if here != 0 {
            return Some(day + here.trailing_zeros() as usize);
        }
        let later = (word + 1..set.len()).find(|at| set[*at] != 0);
        later.map(|at| at * 64 + set[at].trailing_zeros() as usize)
    }

    #[inline]
    fn set(&self, stop: u16) -> &[u64] {
        let at = usize::from(stop) * self.words;
        &self.bits[at..at + self.words]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_around_a_day_are_found_beyond_the_first_word() {
        let mut visit_days = DaySets::empty(2, 130);
        for day in [3, 63, 64, 129] {
            visit_days.insert(1, day);
        }
        assert_eq!((visit_days.count(0), visit_days.count(1)), (0, 4));
        assert_eq!(
            (
                visit_days.before(1, 3),
                visit_days.before(1, 64),
                visit_days.before(1, 129)
            ),
            (None, Some(63), Some(64))
        );
        assert_eq!(
            (
                visit_days.from(1, 0),
                visit_days.from(1, 4),
                visit_days.from(1, 65)
            ),
            (Some(3), Some(63), Some(129))
        );
        assert_eq!((visit_days.from(1, 130), visit_days.from(0, 0)), (None, None));
        visit_days.remove(1, 64);
        assert!(!visit_days.has(1, 64) && visit_days.has(1, 63));
        assert_eq!(visit_days.before(1, 129), Some(63));
    }
}
