//! Leaving, or not going at all.

use super::check_in_context::{parse_fixes, state_of, to_raw_fixes};
use super::check_in_error::CheckInError;
use super::evidence::{Attested, TapClock};
use super::{Book, BookError, edit};
use fieldbook_location::{Fix, RawFix};
use fieldbook_model::evidence::{Act, Digest};
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema;
use fieldbook_model::{CheckOut, Fields, Record, Scalar, VisitState, assess};

impl Book {
    /// Checks out of an open visit, now. Checking out twice is once.
    ///
    /// # Errors
    /// [`CheckInError::NotNow`] for a visit that was never opened; [`CheckInError::BadFix`].
    pub fn check_out(
        &self,
        visit: RecordId,
        fixes: &[RawFix],
        outcome: Option<&str>,
    ) -> Result<Record, CheckInError> {
        self.check_out_by(visit, fixes, outcome, &TapClock::default())
    }

    /// Checks out as [`check_out`](Book::check_out), with what the phone knows of the time beside the wall clock.
    ///
    /// # Errors
    /// As [`check_out`](Book::check_out).
    pub fn check_out_by(
        &self,
        visit: RecordId,
        fixes: &[RawFix],
        outcome: Option<&str>,
        clock: &TapClock,
    ) -> Result<Record, CheckInError> {
        let record = self.visit(visit)?;
        let state = state_of(&record);
        if state.left_at_ms().is_some() {
            return Ok(record);
        }
        if !state.is_open() {
            let state = state.name();
            return Err(CheckInError::NotNow { visit, state });
        }
        schema::check(
            record.kind,
            "outcome",
            &outcome.map_or(Scalar::Cleared, Scalar::from),
        )
        .map_err(BookError::from)?;
        let fixes = parse_fixes(fixes)?;
        let now_ms = self.clock.now_ms();
        let place = self.place_of(&record)?;
        let check_out = CheckOut {
            at_ms: now_ms,
            time_given: self.time_given,
            fixes: to_raw_fixes(&fixes),
            assessment: (!fixes.is_empty()).then(|| assess(place.as_ref(), &fixes, now_ms)),
            moment: None,
            closed_by: None,
        };
        self.leave(visit, check_out, &fixes, outcome, clock)
    }

    /// Writes a departure with the link that attests it, in one act.
    pub(super) fn leave(
        &self,
        visit: RecordId,
        check_out: CheckOut,
        fixes: &[Fix],
        outcome: Option<&str>,
        clock: &TapClock,
    ) -> Result<Record, CheckInError> {
        let context = self.write_context();
        self.transaction(|write| {
            let time = self.trusted_time(write, fixes, clock)?;
            let check_out = CheckOut {
                moment: Some(time.clone()),
                ..check_out
            };
            let text = check_out.to_text();
            let mut fields = Fields::new().with("check_out", text.as_str());
            fields.set_some("outcome", outcome);
            let sha256 = Digest::of(text.as_bytes());
            let attested = Attested {
                act: Act::CheckOut { visit, sha256 },
                content: Some(&text),
                time,
            };
            self.attest(write, attested, &mut fields)?;
            let stored = write
                .stored(visit)?
                .ok_or(BookError::NoSuchRecord { id: visit })?;
            Ok(edit::edit(write, context, stored, &fields)?)
        })
    }

    /// Says that a planned visit will not happen, and why.
    ///
    /// # Errors
    /// [`CheckInError::NotNow`] for a visit that is open or over.
    pub fn skip_visit(&self, visit: RecordId, reason: &str) -> Result<Record, CheckInError> {
        let record = self.visit(visit)?;
        match state_of(&record) {
            VisitState::Planned | VisitState::Skipped { .. } => {}
            state => {
                let state = state.name();
                return Err(CheckInError::NotNow { visit, state });
            }
        }
        if reason.trim().is_empty() {
            return Err(BookError::from(schema::FieldFault::new("skipped", schema::Why::Missing)).into());
        }
        let fields = Fields::new().with("skipped", reason.trim());
        schema::check(record.kind, "skipped", &Scalar::from(reason)).map_err(BookError::from)?;
        Ok(self.edit(visit, &fields)?)
    }
}
