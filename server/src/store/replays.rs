//! The requests of the last minutes, so that none is answered twice. They are kept in memory alone: a request signed before
//! the program started is refused as too old.

use std::collections::{HashSet, VecDeque};

use fieldbook_model::wire::REQUEST_AGE_MS_MAX;

/// The requests that were answered within twice [`REQUEST_AGE_MS_MAX`].
#[derive(Debug, Default)]
pub(super) struct Replays {
    seen: HashSet<[u8; 16]>,
    /// The same in the order of arrival, with the time of it.
    order: VecDeque<(i64, [u8; 16])>,
    /// The time from which on requests are answered, Unix milliseconds.
    since_ms: i64,
}

/// The place of a request in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// It comes for the first time, and in time.
    Fresh,
    /// It was signed at another time than now.
    Stale,
    /// It came before.
    Replayed,
}

impl Replays {
    pub(super) fn since(since_ms: i64) -> Replays {
        Replays {
            since_ms,
            ..Replays::default()
        }
    }

    /// Notes a request by its signature, and tells whether it is to be answered.
    ///
    /// A clock that was set back must not refuse every request until it has caught up, nor keep them all until then.
    pub(super) fn note(&mut self, signature: &[u8; 64], time_ms: i64, now_ms: i64) -> Freshness {
        self.since_ms = self.since_ms.min(now_ms);
        if self.order.back().is_some_and(|(at_ms, _)| *at_ms > now_ms) {
            for (at_ms, _) in &mut self.order {
                *at_ms = (*at_ms).min(now_ms);
            }
        }
        let apart = now_ms.saturating_sub(time_ms).saturating_abs();
        if apart > REQUEST_AGE_MS_MAX || time_ms < self.since_ms {
            return Freshness::Stale;
        }
        // A request may be dated five minutes ahead, and is good for five minutes after that.
        while let Some((at_ms, oldest)) = self.order.front() {
            if now_ms.saturating_sub(*at_ms) <= 2 * REQUEST_AGE_MS_MAX {
                break;
            }
            self.seen.remove(oldest);
            self.order.pop_front();
        }
        let mut key = [0; 16];
        key.copy_from_slice(&signature[..16]);
        if !self.seen.insert(key) {
            return Freshness::Replayed;
        }
        self.order.push_back((now_ms, key));
        Freshness::Fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_answered_once_and_within_five_minutes() {
        let mut replays = Replays::since(1_000);
        let mut note = |n: u8, time_ms, now_ms| replays.note(&[n; 64], time_ms, now_ms);
        assert_eq!(note(1, 2_000, 2_000), Freshness::Fresh);
        assert_eq!(note(1, 2_000, 2_001), Freshness::Replayed);
        assert_eq!(note(1, 2_000, 2_000 + REQUEST_AGE_MS_MAX), Freshness::Replayed);
        assert_eq!(note(1, 2_000, 2_001 + REQUEST_AGE_MS_MAX), Freshness::Stale);
        assert_eq!(note(2, 999, 2_000), Freshness::Stale, "signed before the start");
        // One that is dated ahead stays known for as long as it is good.
        let ahead = 10_000_000 + REQUEST_AGE_MS_MAX;
        assert_eq!(note(3, ahead, 10_000_000), Freshness::Fresh);
        assert_eq!(note(3, ahead, ahead + REQUEST_AGE_MS_MAX), Freshness::Replayed);
        assert_eq!(note(4, ahead, 9_999_999), Freshness::Stale, "too far ahead");
    }

    #[test]
    fn a_clock_that_was_ahead_when_the_program_started_refuses_nobody_once_it_is_right() {
        let month = 30 * 86_400_000;
        let mut replays = Replays::since(month);
        assert_eq!(replays.note(&[1; 64], month, month), Freshness::Fresh);
        assert_eq!(replays.note(&[2; 64], 5_000, 5_000), Freshness::Fresh);
        assert_eq!(replays.note(&[2; 64], 5_000, 5_001), Freshness::Replayed);
        let later = 5_001 + 2 * REQUEST_AGE_MS_MAX;
        assert_eq!(replays.note(&[3; 64], later, later), Freshness::Fresh);
        assert_eq!(
            replays.order.len(),
            1,
            "nothing is remembered until the clock has caught up"
        );
    }
}
