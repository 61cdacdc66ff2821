//! The visits of a day.

use chrono::{NaiveDate, NaiveTime};

use super::{Book, BookError};
use fieldbook_model::Record;

impl Book {
    /// The visits that take or took place on `date`, by time. The day is that of a place `utc_offset_minutes` east of
    /// Greenwich.
    ///
    /// # Errors
    /// [`BookError::BadRequest`] for an offset beyond 18 hours or a day that has no successor.
    pub fn day(&self, date: NaiveDate, utc_offset_minutes: i32) -> Result<Vec<Record>, BookError> {
        let bad = BookError::BadRequest {
            what: "a day and an offset of at most 18 hours",
        };
        if utc_offset_minutes.abs() > 18 * 60 {
            return Err(bad);
        }
        let next = date.succ_opt().ok_or(bad)?;
        let start = |day: NaiveDate| {
            day.and_time(NaiveTime::MIN).and_utc().timestamp_millis() - i64::from(utc_offset_minutes) * 60_000
        };
        Ok(self.store.visits_between(start(date), start(next))?)
    }
}
