//! The visits of a day.

use chrono::NaiveDate;

use super::{Book, BookError};
use fieldbook_model::{Record, Zone};

impl Book {
    /// The visits that take or took place on `date`, by time. The day is that of `zone`, of 23 or 25 hours when its clocks
    /// change.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn day(&self, date: NaiveDate, zone: &Zone) -> Result<Vec<Record>, BookError> {
        let day = zone.day(date);
        Ok(self.store.visits_between(day.start, day.end)?)
    }
}
