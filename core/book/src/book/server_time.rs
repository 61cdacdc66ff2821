//! The server's time on this device: for new stamps, and for the times of edits whose clock proved wrong later.
//!
//! The server's time of an answer is carried on by the monotonic clock, which nobody can set; across a restart, or on a device
//! without one, by the wall clock.

use sha2::{Digest, Sha256};

use super::Book;
use super::identity::Identity;
use crate::store::{EditTime, Reading, Unsent, Uptime};
use fieldbook_model::evidence::Anchor;

/// Difference in milliseconds above which two times contradict each other.
const APART_MS: i64 = 30_000;

/// Longest time in milliseconds for which the monotonic clock alone carries the server's time on. A crystal is a second a day off.
const CARRIED_MS_MAX: i64 = 12 * 3_600_000;

/// Error of an answer's time in milliseconds from which on a better one that agrees is kept.
const COARSE_MS: i64 = 5_000;

/// The present, by the clocks of this device and by the server's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Present {
    /// The clocks of this device; `None` if the time is given by hand.
    pub(super) reading: Option<Reading>,
    /// The server's clock, Unix milliseconds.
    pub(super) server_ms: i64,
}

impl Book {
    /// The clocks of this device now.
    pub(super) fn reading(&self, identity: &Identity) -> Reading {
        let monotonic = self.clock.monotonic();
        Reading {
            wall_ms: self.clock.now_ms(),
            uptime: monotonic.map(|now| Uptime {
                ms: now.ms,
                boot: boot_number(&now.boot),
            }),
            heard_ms: identity.anchor.as_ref().map(|anchor| anchor.server_ms),
        }
    }

    /// Unix milliseconds by the server's clock, as far as its answers told how far ours is from it.
    pub(super) fn now_ms(&self) -> i64 {
        let identity = self.identity();
        identity.server_time(&self.reading(&identity))
    }

    /// The present, by what the server said last.
    pub(super) fn present(&self) -> Present {
        let identity = self.identity();
        let reading = self.reading(&identity);
        Present {
            server_ms: identity.server_time(&reading),
            reading: (!self.time_given).then_some(reading),
        }
    }

    /// True if the server's time is known so well that no edit has to wait for a question.
    pub(super) fn knows_time(&self) -> bool {
        let identity = self.identity();
        identity
            .carried(&self.reading(&identity))
            .is_some_and(|(_, age_ms)| age_ms <= CARRIED_MS_MAX)
    }

    /// Takes over the server's time `server_ms` of an answer to a request that was sent at `sent_at_ms` by the wall clock and
    /// took `round_trip_ms`. The times are for the identity alone: the caller keeps it.
    pub(super) fn learn_time(
        &self,
        identity: &mut Identity,
        server_ms: i64,
        sent_at_ms: i64,
        round_trip_ms: i64,
    ) {
        let now = self.reading(identity);
        let anchor = self.anchor(server_ms, round_trip_ms);
        let apart = server_ms
            .saturating_sub(identity.server_time(&now))
            .saturating_abs();
        let agrees = identity.anchor.is_some() && apart <= APART_MS.saturating_add(anchor.within_ms);
        if !agrees || identity.steady_since_ms.is_none() {
            identity.steady_since_ms = Some(server_ms);
        }
        if agrees && anchor.within_ms > COARSE_MS && identity.carried(&now).is_some() {
            return;
        }
        identity.clock_offset_ms = server_ms.saturating_sub(i64::midpoint(sent_at_ms, now.wall_ms));
        identity.anchor = Some(anchor);
    }
}

impl Identity {
    /// The server's time at a reading of the clocks, Unix milliseconds.
    pub(super) fn server_time(&self, reading: &Reading) -> i64 {
        self.carried(reading).map_or_else(
            || reading.wall_ms.saturating_add(self.clock_offset_ms),
            |(server_ms, _)| server_ms,
        )
    }

    /// The server's time at a reading, carried on by the monotonic clock, with the age of the answer in milliseconds; `None`
    /// across a restart.
    fn carried(&self, reading: &Reading) -> Option<(i64, i64)> {
        let anchor: &Anchor = self.anchor.as_ref()?;
        let (heard, now) = (anchor.monotonic.as_ref()?, reading.uptime?);
        let age_ms = now.ms.checked_sub(heard.ms).filter(|age_ms| *age_ms >= 0)?;
        (boot_number(&heard.boot) == now.boot).then(|| (anchor.server_ms.saturating_add(age_ms), age_ms))
    }
}

impl Present {
    /// The time of an edit, Unix milliseconds by the server's clock, from the clocks at the edit and now.
    ///
    /// The monotonic clock decides if it ran through. Otherwise the wall clock does, if it can have been the same all the time: an
    /// edit is made after the last answer before it, and before now.
    pub(super) fn time_of(&self, edit: &EditTime) -> i64 {
        let Some(now) = self.reading else {
            return edit.made_at_ms.min(self.server_ms);
        };
        if let Some(passed_ms) = passed_ms(&edit.reading, &now) {
            return self.server_ms.saturating_sub(passed_ms);
        }
        let since_ms = edit
            .reading
            .heard_ms
            .filter(|heard_ms| *heard_ms <= self.server_ms);
        let since_ms = since_ms.unwrap_or(i64::MIN);
        let lead_ms = self.server_ms.saturating_sub(now.wall_ms);
        let by_wall = edit.reading.wall_ms.saturating_add(lead_ms);
        let may_be = since_ms.saturating_sub(APART_MS)..=self.server_ms.saturating_add(APART_MS);
        if may_be.contains(&edit.made_at_ms) && !may_be.contains(&by_wall) {
            return edit.made_at_ms;
        }
        by_wall.clamp(since_ms, self.server_ms)
    }

    /// The time of an unsent change; of one whose clocks are not known the time that it was given, unless that is to come.
    pub(super) fn time_of_unsent(&self, change: &Unsent, time: Option<&EditTime>) -> i64 {
        time.map_or(change.made_at_ms.min(self.server_ms), |time| self.time_of(time))
    }

    /// True if an edit was given a time that its clocks contradict.
    pub(super) fn contradicts(&self, edit: &EditTime) -> bool {
        self.reading.is_some() && self.time_of(edit).abs_diff(edit.made_at_ms) > APART_MS.unsigned_abs()
    }

    /// True if it is certain that an edit was given a wrong time: the monotonic clock ran through, or the time is still to come.
    pub(super) fn disproves(&self, edit: &EditTime) -> bool {
        let ran_through = self
            .reading
            .is_some_and(|now| passed_ms(&edit.reading, &now).is_some());
        let to_come =
            edit.made_at_ms.saturating_sub(self.server_ms) > fieldbook_model::doc::gate::AHEAD_MS_MAX;
        (ran_through || to_come) && self.contradicts(edit)
    }
}

/// Milliseconds from one reading to a later one by the monotonic clock; `None` across a restart.
fn passed_ms(then: &Reading, now: &Reading) -> Option<i64> {
    let (then, now) = (then.uptime?, now.uptime?);
    let passed_ms = now.ms.checked_sub(then.ms)?;
    (then.boot == now.boot && passed_ms >= 0).then_some(passed_ms)
}

/// The identity of a start as a number.
fn boot_number(boot: &str) -> i64 {
    let hash: [u8; 32] = Sha256::digest(boot.as_bytes()).into();
    i64::from_le_bytes([
        hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7],
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldbook_model::ids::{ChangeHash, RecordId};

    const DAY: i64 = 86_400_000;
    const SERVER: i64 = 100 * DAY;

    fn reading(wall_ms: i64, uptime: Option<(i64, i64)>, heard_ms: Option<i64>) -> Reading {
        let uptime = uptime.map(|(ms, boot)| Uptime { ms, boot });
        Reading {
            wall_ms,
            uptime,
            heard_ms,
        }
    }

    fn time(made_at_ms: i64, reading: Reading) -> EditTime {
        EditTime {
            hash: ChangeHash([1; 32]),
            record: RecordId([2; 16]),
            made_at_ms,
            reading,
        }
    }

    fn now(wall_ms: i64, uptime: Option<(i64, i64)>) -> Present {
        Present {
            reading: Some(reading(wall_ms, uptime, None)),
            server_ms: SERVER,
        }
    }

    #[test]
    fn the_monotonic_clock_decides_whatever_was_done_to_the_wall_clock() {
        let edit = time(7 * DAY, reading(7 * DAY, Some((1_000, 1)), None));
        let present = now(500 * DAY, Some((61_000, 1)));
        assert_eq!(present.time_of(&edit), SERVER - 60_000);
        assert!(present.contradicts(&edit) && present.disproves(&edit));
    }

    #[test]
    fn a_clock_that_was_wrong_all_the_time_is_put_right() {
        for wrong in [3 * DAY, -3 * DAY, 40 * DAY, -40 * DAY] {
            // An hour ago, by a clock whose error nobody knew.
            let made = SERVER - 3_600_000 + wrong;
            let edit = time(made, reading(made, None, None));
            assert_eq!(now(SERVER + wrong, None).time_of(&edit), SERVER - 3_600_000);
        }
    }

    #[test]
    fn a_clock_that_was_put_wrong_after_the_edit_leaves_its_time() {
        let heard = SERVER - 7_200_000;
        let edit = time(SERVER - 3_600_000, reading(SERVER - 3_600_000, None, Some(heard)));
        for wrong in [3 * DAY, -3 * DAY] {
            let present = now(SERVER + wrong, None);
            assert_eq!(present.time_of(&edit), SERVER - 3_600_000, "{wrong}");
            assert!(!present.contradicts(&edit));
        }
    }

    #[test]
    fn no_edit_is_made_after_now_and_a_given_time_is_never_put_right() {
        let edit = time(SERVER + DAY, reading(SERVER + DAY, None, None));
        assert_eq!(now(SERVER, None).time_of(&edit), SERVER);
        let by_hand = Present {
            reading: None,
            server_ms: SERVER,
        };
        assert_eq!(by_hand.time_of(&edit), SERVER);
        assert!(!by_hand.contradicts(&edit) && !by_hand.disproves(&edit));
    }
}
