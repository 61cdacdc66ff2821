//! Leaving, or not going at all.

use super::check_in::{CheckInError, parse_fixes, state_of};
use super::{Book, BookError};
use crate::ids::RecordId;
use crate::location::RawFix;
use crate::model::schema;
use crate::model::{CheckOut, Fields, Record, Scalar};

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
        let record = self.visit(visit)?;
        match state_of(&record) {
            "open" => {}
            "closed" => return Ok(record),
            state => return Err(CheckInError::NotNow { visit, state }),
        }
        let parsed = parse_fixes(fixes)?;
        let assessment = if parsed.is_empty() {
            None
        } else {
            Some(self.assess_at(&record, &parsed)?)
        };
        let check_out = CheckOut {
            at_ms: self.clock.now_ms(),
            time_given: self.time_given,
            fixes: fixes.to_vec(),
            assessment,
        };
        let mut fields = Fields::new().with("check_out", check_out.to_text());
        fields.set_some("outcome", outcome);
        schema::check(
            record.kind,
            "outcome",
            &outcome.map_or(Scalar::Cleared, Scalar::from),
        )
        .map_err(BookError::from)?;
        Ok(self.edit(visit, &fields)?)
    }

    /// Says that a planned visit will not happen, and why.
    ///
    /// # Errors
    /// [`CheckInError::NotNow`] for a visit that is open or over.
    pub fn skip_visit(&self, visit: RecordId, reason: &str) -> Result<Record, CheckInError> {
        let record = self.visit(visit)?;
        match state_of(&record) {
            "planned" | "skipped" => {}
            state => return Err(CheckInError::NotNow { visit, state }),
        }
        if reason.trim().is_empty() {
            return Err(BookError::from(schema::FieldFault::new("skipped", schema::Why::Missing)).into());
        }
        let fields = Fields::new().with("skipped", reason.trim());
        schema::check(record.kind, "skipped", &Scalar::from(reason)).map_err(BookError::from)?;
        Ok(self.edit(visit, &fields)?)
    }
}
