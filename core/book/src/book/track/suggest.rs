//! Visits that the track suggests: what the rep may accept, join, split, edit or dismiss.

use super::super::evidence::TapClock;
use super::super::make_up::MakeUp;
use super::super::{Book, BookError};
use fieldbook_location::Meters;
use fieldbook_location::track::{StopRules, Track, TrackStop};
use fieldbook_location::{Fence, Position};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Record, Visit};

/// Greatest distance of a stop from a site whose fence it does not touch, metres: car parks are that large.
const NEARBY: Meters = Meters(250.0);
/// Number of sites around a stop that are considered.
const SITES_MAX: u32 = 10;
/// Greatest distance in time between a stop and a visit that are one, milliseconds.
const AROUND_MS: i64 = 15 * 60 * 1_000;

/// A stop near a known site, at a time when no visit there was noted. The rep may change anything about it before it is
/// accepted ([`SuggestedVisit::missed`]) or dismissed ([`Book::dismiss_suggestion`]).
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestedVisit {
    /// Begin of the visit, Unix milliseconds: that of the stop, unless the rep corrects it.
    pub from_ms: i64,
    /// End of the visit, Unix milliseconds.
    pub until_ms: i64,
    /// The stop that the track shows, as it was found.
    pub stop: TrackStop,
    /// The site of the stop.
    pub site: Record,
    /// The account of the site.
    pub account: Record,
    /// From the middle of the stop to the site.
    pub distance: Meters,
}

impl SuggestedVisit {
    /// One visit of two at one site: from the beginning of the earlier to the end of the later. `None` for two sites.
    #[must_use]
    pub fn joined(&self, other: &SuggestedVisit) -> Option<SuggestedVisit> {
        if self.site.id != other.site.id {
            return None;
        }
        let stayed_ms = |visit: &SuggestedVisit| visit.stop.until_ms.saturating_sub(visit.stop.from_ms);
        let longer = if stayed_ms(other) > stayed_ms(self) {
            other
        } else {
            self
        };
        Some(SuggestedVisit {
            from_ms: self.from_ms.min(other.from_ms),
            until_ms: self.until_ms.max(other.until_ms),
            ..longer.clone()
        })
    }

    /// Two visits of one: up to `at_ms` and from then on, each to be edited for itself. `None` where `at_ms` is not inside.
    #[must_use]
    pub fn split(&self, at_ms: i64) -> Option<(SuggestedVisit, SuggestedVisit)> {
        if at_ms <= self.from_ms || at_ms >= self.until_ms {
            return None;
        }
        let (mut first, mut second) = (self.clone(), self.clone());
        (first.until_ms, second.from_ms) = (at_ms, at_ms);
        Some((first, second))
    }

    /// The parameters of [`Book::make_up`] that make a visit of it; the visit stays marked as backdated, with the
    /// reason.
    #[must_use]
    pub fn missed(&self, reason: &str, clock: TapClock) -> MakeUp {
        MakeUp {
            site: Some(self.site.id),
            at_ms: self.from_ms,
            until_ms: Some(self.until_ms),
            reason: reason.to_owned(),
            clock,
        }
    }
}

impl Book {
    /// The stops of a time near known sites at which no visit was noted meanwhile, and that were not dismissed.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn suggested_visits(&self, from_ms: i64, until_ms: i64) -> Result<Vec<SuggestedVisit>, BookError> {
        let fixes = self.track(from_ms, until_ms)?;
        let mut suggested = Vec::new();
        for stop in Track::from_fixes(&fixes, &StopRules::default()).stops {
            suggested.extend(self.suggestion(stop)?);
        }
        Ok(suggested)
    }

    /// Remembers that what happened at that site from `from_ms` to `until_ms` (Unix milliseconds) was no visit: no stop
    /// there that overlaps this time is suggested again.
    ///
    /// # Errors
    /// [`BookError::BadRequest`] for an end before the beginning; [`BookError::Store`].
    pub fn dismiss_suggestion(&self, site: RecordId, from_ms: i64, until_ms: i64) -> Result<(), BookError> {
        if until_ms < from_ms {
            return Err(BookError::BadRequest {
                what: "a stop ends after it begins",
            });
        }
        Ok(self
            .store
            .transaction(|write| write.dismiss(site, from_ms, until_ms))?)
    }

    /// The nearest site that a stop may have been a visit to, unless one was noted.
    fn suggestion(&self, stop: TrackStop) -> Result<Option<SuggestedVisit>, BookError> {
        let around = self.near(stop.center, NEARBY, SITES_MAX)?;
        let hit = around
            .into_iter()
            .find(|near| near.distance <= reach(&near.site, stop));
        let Some(near) = hit else { return Ok(None) };
        let is_known = self.was_noted(near.account.id, stop)?
            || self
                .store
                .was_dismissed(near.site.id, stop.from_ms, stop.until_ms)?;
        if is_known {
            return Ok(None);
        }
        Ok(Some(SuggestedVisit {
            from_ms: stop.from_ms,
            until_ms: stop.until_ms,
            stop,
            site: near.site,
            account: near.account,
            distance: near.distance,
        }))
    }

    /// True if a visit to this account took place during a stop, within a quarter of an hour.
    fn was_noted(&self, account: RecordId, stop: TrackStop) -> Result<bool, BookError> {
        let (from_ms, until_ms) = (
            stop.from_ms.saturating_sub(AROUND_MS),
            stop.until_ms.saturating_add(AROUND_MS),
        );
        // A visit that began long before may still go on: none lasts longer than the rule that closes it.
        let earliest_ms = from_ms.saturating_sub(super::super::LONGEST_STAY_MS);
        let visits = self.store.visits_between(earliest_ms, until_ms)?;
        let mut own = visits
            .into_iter()
            .filter(|visit| visit.fields.id("account_id") == Some(account));
        Ok(own.any(|visit| lasted_until_ms(visit.fields).is_some_and(|end_ms| end_ms >= from_ms)))
    }
}

/// Until when a visit is known to have lasted, Unix milliseconds; `None` when it never took place.
fn lasted_until_ms(fields: Fields) -> Option<i64> {
    let state = Visit::from(fields).state;
    if state.is_open() {
        return Some(i64::MAX);
    }
    state.left_at_ms()
}

/// Greatest distance of a stop from a site's position: the fence, or a hundred metres, and the width of the stop.
fn reach(site: &Record, stop: TrackStop) -> Meters {
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
