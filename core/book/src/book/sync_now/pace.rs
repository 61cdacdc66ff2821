//! The size of a page by the speed of the line.
//!
//! A page is durable once it has come as a whole, so on a line that is slow and cut off every minute only small ones come
//! through. The size halves after a request that took long or was cut off under way, and doubles after a full one that was
//! quick.

use fieldbook_model::wire::{PAGE_BYTES, PAGE_BYTES_MIN, PUSH_BYTES};

/// A request that takes longer was too large, in milliseconds.
const LONG_MS: i64 = 15_000;

/// A request that was answered or cut off earlier than this was none too large, in milliseconds.
const SHORT_MS: i64 = 4_000;

/// The part of a page that has to go over the line, compressed, before its speed says anything about a larger one.
const TELLING_PART: u64 = 32;

/// The size of pages, in bytes of records before compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::book) struct Pace(usize);

impl Default for Pace {
    fn default() -> Pace {
        Pace(PAGE_BYTES)
    }
}

impl Pace {
    /// A pace as it was kept; out of range, the next one in it.
    pub(in crate::book) fn from_bytes(bytes: i64) -> Pace {
        let bytes = usize::try_from(bytes).unwrap_or(PAGE_BYTES);
        Pace(bytes.clamp(PAGE_BYTES_MIN, PAGE_BYTES))
    }

    /// The size of a page, bytes.
    pub(in crate::book) fn bytes(self) -> usize {
        self.0
    }

    /// What to ask the server for; `None` if its own size will do.
    pub(super) fn page(self) -> Option<u32> {
        (self.0 < PAGE_BYTES).then(|| u32::try_from(self.0).unwrap_or(u32::MAX))
    }

    /// The most bytes of changes in one push, in the same proportion to its largest.
    pub(super) fn push_bytes(self) -> usize {
        PUSH_BYTES / (PAGE_BYTES / self.0).max(1)
    }

    /// The pace after a request that was answered: `moved` bytes went over the line in `took_ms`.
    pub(super) fn after_answer(self, moved: u64, took_ms: i64) -> Pace {
        if took_ms > LONG_MS {
            return self.smaller();
        }
        if took_ms < SHORT_MS && moved >= self.0 as u64 / TELLING_PART {
            return Pace((self.0 * 2).min(PAGE_BYTES));
        }
        self
    }

    /// The pace after a request that came to nothing after `took_ms`. Without a signal it ends at once, which says nothing.
    pub(super) fn after_cut(self, took_ms: i64) -> Pace {
        if took_ms < SHORT_MS { self } else { self.smaller() }
    }

    fn smaller(self) -> Pace {
        Pace((self.0 / 2).max(PAGE_BYTES_MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_shrink_on_a_slow_line_and_grow_again() {
        let full = Pace::default();
        assert_eq!((full.page(), full.push_bytes()), (None, PUSH_BYTES));
        let mut pace = full;
        for _ in 0..20 {
            let next = pace.after_cut(60_000);
            assert!(next.0 < pace.0 || next.0 == PAGE_BYTES_MIN);
            pace = next;
        }
        assert_eq!(pace.0, PAGE_BYTES_MIN);
        assert!(pace.push_bytes() >= 4_096);
        assert_eq!(
            pace.after_answer(10, 100),
            pace,
            "a small answer says nothing of the line"
        );
        assert_eq!(pace.after_cut(200), pace, "no signal says nothing of the line");
        for _ in 0..20 {
            pace = pace.after_answer(pace.0 as u64 / 4, 1_000);
        }
        assert_eq!(pace, full);
        assert_eq!(full.after_answer(900_000, 200_000).page(), Some(1 << 20));
        assert_eq!((Pace::from_bytes(-1), Pace::from_bytes(i64::MAX)), (full, full));
        assert_eq!(Pace::from_bytes(1).0, PAGE_BYTES_MIN);
    }
}
