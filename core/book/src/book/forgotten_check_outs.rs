//! Visits that nobody checked out of: closed by rule, and marked with it.

use super::Book;
use super::check_in_context::{parse_fixes, to_raw_fixes};
use super::check_in_error::CheckInError;
use super::evidence::TapClock;
use fieldbook_location::{RawFix, Verdict};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Body, CheckOut, ClosedBy, Record, assess};

/// The longest that a visit stays open, in milliseconds, where nobody says when the shift ends: twelve hours.
pub const LONGEST_STAY_MS: i64 = 12 * 60 * 60 * 1_000;

/// The end of a visit that nobody checked out of, and the rule that gives it.
///
/// `next_ms` is when the rep arrived elsewhere. A rule never ends a visit before it began, nor ahead of `now_ms`.
fn end_of(
    arrived_ms: i64,
    next_ms: Option<i64>,
    shift_end_ms: Option<i64>,
    now_ms: i64,
) -> Option<(i64, ClosedBy)> {
    let next = next_ms.map(|at_ms| (at_ms, ClosedBy::NextCheckIn));
    let shift = shift_end_ms
        .filter(|at_ms| *at_ms > arrived_ms)
        .unwrap_or(arrived_ms.saturating_add(LONGEST_STAY_MS));
    let rules = next.into_iter().chain([(shift, ClosedBy::EndOfShift)]);
    rules
        .filter(|(at_ms, _)| (arrived_ms..=now_ms).contains(at_ms))
        .min_by_key(|(at_ms, _)| *at_ms)
}

impl Book {
    /// Closes this rep's visits that are over by a rule: the rep arrived elsewhere since, the shift ended (`shift_end_ms`,
    /// Unix milliseconds), or it has been open for [`LONGEST_STAY_MS`]. Each says by which. Every check-in does so first.
    ///
    /// # Errors
    /// [`CheckInError::Book`].
    pub fn close_forgotten(&self, shift_end_ms: Option<i64>) -> Result<Vec<Record>, CheckInError> {
        let now_ms = self.clock.now_ms();
        let open = self.own_open_visits()?;
        let arrivals: Vec<Option<i64>> = open.iter().map(arrived_ms).collect();
        let mut closed = Vec::new();
        for (at, visit) in open.iter().enumerate() {
            let Some(arrived) = arrivals[at] else { continue };
            let next = arrivals[at + 1..].iter().flatten().min().copied();
            if let Some((end_ms, rule)) = end_of(arrived, next, shift_end_ms, now_ms) {
                closed.push(self.close_by(visit.id, end_ms, rule, &[])?);
            }
        }
        Ok(closed)
    }

    /// Closes an open visit when its fixes show that the rep has left the fence: what a host calls when the system's
    /// geofence fires. It ends with the last fix on site, or the first beyond. `None` when they do not show it.
    ///
    /// # Errors
    /// [`CheckInError::BadFix`], [`CheckInError::Book`].
    pub fn left_fence(&self, visit: RecordId, fixes: &[RawFix]) -> Result<Option<Record>, CheckInError> {
        let record = self.visit(visit)?;
        let Some(arrived) = arrived_ms(&record) else {
            return Ok(None);
        };
        let fixes = parse_fixes(fixes)?;
        let place = self.place_of(&record)?;
        let now_ms = self.clock.now_ms();
        if assess(place.as_ref(), &fixes, now_ms).verdict != Verdict::OffSite {
            return Ok(None);
        }
        let alone = |at: usize| assess(place.as_ref(), &fixes[at..=at], fixes[at].at_ms()).verdict;
        let on_site = (0..fixes.len())
            .filter(|at| alone(*at).on_site())
            .map(|at| fixes[at].at_ms());
        let beyond = (0..fixes.len())
            .filter(|at| alone(*at) == Verdict::OffSite)
            .map(|at| fixes[at].at_ms());
        let end_ms = on_site.max().or_else(|| beyond.min()).unwrap_or(now_ms);
        let end_ms = end_ms.clamp(arrived, now_ms.max(arrived));
        self.close_by(visit, end_ms, ClosedBy::FenceExit, &to_raw_fixes(&fixes))
            .map(Some)
    }

    fn close_by(
        &self,
        visit: RecordId,
        end_ms: i64,
        rule: ClosedBy,
        fixes: &[RawFix],
    ) -> Result<Record, CheckInError> {
        let check_out = CheckOut {
            at_ms: end_ms,
            time_given: self.time_given,
            fixes: fixes.to_vec(),
            assessment: None,
            moment: None,
            closed_by: Some(rule),
        };
        self.leave(visit, check_out, &[], None, &TapClock::default())
    }
}

/// Time of the arrival at an open visit.
fn arrived_ms(visit: &Record) -> Option<i64> {
    match visit.body() {
        Body::Visit(visit) if visit.state.is_open() => visit.state.arrived_at_ms(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_applies_closes_a_visit_and_never_ahead_of_time() {
        const HOUR: i64 = 3_600_000;
        let end = |next, shift, now| end_of(10 * HOUR, next, shift, now);
        assert_eq!(end(None, None, 21 * HOUR), None);
        assert_eq!(
            end(None, None, 22 * HOUR),
            Some((22 * HOUR, ClosedBy::EndOfShift))
        );
        assert_eq!(end(None, Some(18 * HOUR), 17 * HOUR), None);
        assert_eq!(
            end(None, Some(18 * HOUR), 19 * HOUR),
            Some((18 * HOUR, ClosedBy::EndOfShift))
        );
        // A shift that ended before the arrival is not the one.
        assert_eq!(end(None, Some(9 * HOUR), 19 * HOUR), None);
        let next = Some(12 * HOUR);
        assert_eq!(
            end(next, Some(18 * HOUR), 19 * HOUR),
            Some((12 * HOUR, ClosedBy::NextCheckIn))
        );
        assert_eq!(
            end_of(i64::MAX, None, None, i64::MAX),
            Some((i64::MAX, ClosedBy::EndOfShift))
        );
    }
}
