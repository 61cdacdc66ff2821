//! Times in the database that are still to come, because the clock of the server was ahead once.

use rusqlite::named_params;

use super::{StoreError, Tx};

/// Each time that decides later what is believed or shown.
const TIMES: [&str; 5] = [
    "UPDATE device SET seen_at_ms = :now WHERE seen_at_ms > :now",
    "UPDATE device SET answered_at_ms = :now WHERE answered_at_ms > :now",
    "UPDATE actor SET bound_at_ms = :now WHERE bound_at_ms > :now",
    "UPDATE departure SET at_ms = :now WHERE at_ms > :now",
    "UPDATE person_territory SET left_at_ms = :now WHERE left_at_ms > :now",
];

impl Tx<'_> {
    /// Sets the times that are later than `now_ms` to it: none of them can be right.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_back_to(&self, now_ms: i64) -> Result<(), StoreError> {
        for statement in TIMES {
            self.connection()
                .prepare_cached(statement)?
                .execute(named_params! { ":now": now_ms })?;
        }
        Ok(())
    }
}
