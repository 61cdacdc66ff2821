//! The rep's own track: kept fix by fix, read by the day, turned into visits that may have been forgotten.

use super::{Book, BookError};
use crate::ids::RecordId;
use crate::location::track::{Stop, StopRules, Track, TrackFix};
use crate::location::{Fence, Position};
use crate::model::{Keeping, PrivacyRules, Record, RecordingMode};
use crate::units::Meters;

/// How far a stop may be from a site whose fence it does not touch, metres: car parks are that large.
const NEARBY: Meters = Meters(250.0);
/// How many sites around a stop are looked at.
const SITES_MAX: u32 = 10;

/// A stop near a known site, at a time when no visit there was noted.
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestedVisit {
    /// From when until when, and where.
    pub stop: Stop,
    /// The site.
    pub site: Record,
    /// Its account.
    pub account: Record,
    /// From the middle of the stop to the site.
    pub distance: Meters,
}

/// What a track is kept under: nothing is written outside working hours or in private mode.
#[derive(Debug, Clone, Copy)]
pub struct Privacy<'a> {
    /// The company's promise.
    pub rules: &'a PrivacyRules,
    /// What the rep says to be doing.
    pub mode: RecordingMode,
    /// How many minutes the rep's local time is ahead of UTC.
    pub utc_offset_minutes: i32,
}

impl Privacy<'_> {
    /// What becomes of a fix of this time (Unix milliseconds). A time beyond the calendar is dropped.
    fn keeping(&self, at_ms: i64) -> Keeping {
        let local_ms = at_ms.saturating_add(i64::from(self.utc_offset_minutes) * 60_000);
        let local = chrono::DateTime::from_timestamp_millis(local_ms);
        local.map_or(Keeping::Drop, |local| {
            self.rules.keeping(local.naive_utc(), self.mode)
        })
    }
}

impl Book {
    /// Keeps a fix of the rep's track, if it may be kept; says what became of it. What is kept is on the disk when this
    /// returns, and costs the same whatever was kept before; what is not is looked at by nobody.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn record_fix(&self, fix: &TrackFix, privacy: &Privacy<'_>) -> Result<Keeping, BookError> {
        let keeping = privacy.keeping(fix.at_ms());
        if keeping == Keeping::Write {
            self.store.act(|write| write.add_fix(fix))?;
        }
        Ok(keeping)
    }

    /// Forgets what is older than the rules allow at `now_ms`; says how many fixes it was.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn forget_old_track(&self, now_ms: i64, rules: &PrivacyRules) -> Result<usize, BookError> {
        self.forget_track(i64::MIN, rules.oldest_kept_ms(now_ms))
    }

    /// All that is kept of the track from `from_ms` up to but not at `until_ms` (Unix milliseconds), in the order of time:
    /// places to 6 cm, times exactly.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn track(&self, from_ms: i64, until_ms: i64) -> Result<Vec<TrackFix>, BookError> {
        Ok(self.store.track(from_ms, until_ms)?)
    }

    /// Forgets what is kept of the track from `from_ms` up to but not at `until_ms`, for ever; says how many fixes it was.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn forget_track(&self, from_ms: i64, until_ms: i64) -> Result<usize, BookError> {
        Ok(self.store.act(|write| write.forget_track(from_ms, until_ms))?)
    }

    /// The stops of a time near known sites at which no visit was noted meanwhile. The rep accepts, edits or dismisses.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn suggested_visits(&self, from_ms: i64, until_ms: i64) -> Result<Vec<SuggestedVisit>, BookError> {
        let fixes = self.track(from_ms, until_ms)?;
        let mut suggested = Vec::new();
        for stop in Track::of(&fixes, &StopRules::default()).stops {
            suggested.extend(self.suggestion(stop)?);
        }
        Ok(suggested)
    }

    /// The nearest site that a stop may have been a visit to, unless one was noted.
    fn suggestion(&self, stop: Stop) -> Result<Option<SuggestedVisit>, BookError> {
        let around = self.near(stop.center, NEARBY, SITES_MAX)?;
        let hit = around
            .into_iter()
            .find(|near| near.distance <= reach(&near.site, stop));
        let Some(near) = hit else { return Ok(None) };
        if self.was_noted(near.account.id, stop)? {
            return Ok(None);
        }
        Ok(Some(SuggestedVisit {
            stop,
            site: near.site,
            account: near.account,
            distance: near.distance,
        }))
    }

    /// Whether a visit to this account took place during a stop, give or take a quarter of an hour.
    fn was_noted(&self, account: RecordId, stop: Stop) -> Result<bool, BookError> {
        const AROUND_MS: i64 = 15 * 60 * 1_000;
        let (from, until) = (
            stop.from_ms.saturating_sub(AROUND_MS),
            stop.until_ms.saturating_add(AROUND_MS),
        );
        let visits = self.store.visits_between(from, until)?;
        Ok(visits.iter().any(|visit| {
            visit.fields.id("account_id") == Some(account) && visit.fields.text("check_in").is_some()
        }))
    }
}

/// How far from a site's position a stop may be: its fence, or a hundred metres, and the width of the stop.
fn reach(site: &Record, stop: Stop) -> Meters {
    let position: Option<Position> = site.fields.text("position").and_then(|text| text.parse().ok());
    let fence: Option<Fence> = site.fields.text("fence").and_then(|text| text.parse().ok());
    let inside = position
        .zip(fence)
        .is_some_and(|(position, fence)| fence.signed_distance(position, stop.center).0 <= stop.radius.0);
    if inside {
        NEARBY
    } else {
        Meters((100.0 + stop.radius.0).min(NEARBY.0))
    }
}

#[cfg(test)]
mod tests;
