//! Making up for a check-in that was missed: a kind of its own, visible as such for ever.

use super::check_in::Arrival;
use super::check_in_context::to_raw_site;
use super::check_in_error::CheckInError;
use super::evidence::TapClock;
use super::{Book, BookError};
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{self, FieldFault, Why};
use fieldbook_model::{CheckIn, CheckOut, Record, Scalar, assess, place_of};

/// The greatest age of a backdated check-in, days.
pub const MAKE_UP_DAYS: i64 = 7;

/// A visit that took place without a check-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakeUp {
    /// At which of the account's sites; the first when not given.
    pub site: Option<RecordId>,
    /// Time of the arrival that the rep states, Unix milliseconds.
    pub at_ms: i64,
    /// Time of the departure that the rep states, if the visit is over.
    pub until_ms: Option<i64>,
    /// Why there was no check-in.
    pub reason: String,
    /// The phone's readings of the time now.
    pub clock: TapClock,
}

impl Book {
    /// Makes up for a missed check-in. The visit says so for ever, its verdict is `unverifiable` whatever it was, and the
    /// chain of evidence holds when it was really written.
    ///
    /// # Errors
    /// [`CheckInError::NotThen`] for a time ahead, or more than [`MAKE_UP_DAYS`] ago; [`CheckInError::Book`] with
    /// [`BookError::BadField`] for no reason at all.
    pub fn make_up(&self, account: RecordId, missed: &MakeUp) -> Result<Record, CheckInError> {
        self.account_to_visit(account)?;
        let now_ms = self.clock.now_ms();
        let oldest_ms = now_ms.saturating_sub(MAKE_UP_DAYS * 86_400_000);
        let until_ms = missed.until_ms.unwrap_or(missed.at_ms);
        for at_ms in [missed.at_ms, until_ms] {
            if !(oldest_ms..=now_ms).contains(&at_ms) || until_ms < missed.at_ms {
                return Err(CheckInError::NotThen { at_ms });
            }
        }
        let reason = missed.reason.trim();
        if reason.is_empty() {
            return Err(BookError::from(FieldFault::new("make_up", Why::Missing)).into());
        }
        schema::check_as(schema::FieldType::Text, &Scalar::from(reason))
            .map_err(|why| BookError::from(FieldFault::new("make_up", why)))?;
        let planned = self.planned_visit(account, None, missed.at_ms)?;
        let site = self.site_for(account, missed.site, &[])?;
        let place = site.as_ref().and_then(|site| place_of(&site.fields));
        let arrival = Arrival {
            account,
            visit: planned.map(|visit| visit.id),
            site: site.map(|site| site.id),
            check_in: CheckIn {
                at_ms: missed.at_ms,
                time_given: true,
                fixes: Vec::new(),
                assessment: assess(place.as_ref(), &[], missed.at_ms),
                judged_at_ms: None,
                site: place.as_ref().and_then(to_raw_site),
                moment: None,
                make_up: Some(reason.to_owned()),
            },
        };
        let visit = self.arrive(&arrival, &[], &missed.clock)?;
        let check_out = CheckOut {
            at_ms: until_ms,
            time_given: true,
            fixes: Vec::new(),
            assessment: None,
            moment: None,
            closed_by: None,
        };
        // A made-up visit is never open: the rep may well be at another door.
        self.leave(visit.id, check_out, &[], None, &missed.clock)
    }
}
