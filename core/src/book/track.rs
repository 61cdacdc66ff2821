//! The rep's own track: kept fix by fix, read by the day, turned into visits that may have been forgotten.

use super::{Book, BookError};
use crate::ids::RecordId;
use crate::location::track::{Stop, StopRules, Track, TrackFix};
use crate::location::{Fence, Position};
use crate::model::Record;
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

impl Book {
    /// Keeps a fix of the rep's track. It is on the disk when this returns, and costs the same whatever was kept before.
    ///
    /// Whether a track may be kept at this moment is asked before: outside working hours and in private mode nothing is.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn record_fix(&self, fix: &TrackFix) -> Result<(), BookError> {
        Ok(self.store.act(|write| write.add_fix(fix))?)
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
