//! Sites near a position.

use super::page::page_limit;
use super::{Book, BookError};
use fieldbook_location::Meters;
use fieldbook_location::Position;
use fieldbook_model::Record;

/// A site, whose it is, and how far.
#[derive(Debug, Clone, PartialEq)]
pub struct NearbySite {
    /// The site found.
    pub site: Record,
    /// The account of the site.
    pub account: Record,
    /// From the place asked about to the site, along the ellipsoid.
    pub distance: Meters,
}

impl Book {
    /// The sites at most `within` away from `at`, the nearest first.
    ///
    /// # Errors
    /// [`BookError::BadLimit`]; [`BookError::BadRequest`] for a distance that is not one.
    pub fn near(&self, at: Position, within: Meters, limit: u32) -> Result<Vec<NearbySite>, BookError> {
        let limit = page_limit(limit)?;
        if !within.0.is_finite() || within.0 < 0.0 {
            return Err(BookError::BadRequest {
                what: "a distance is a number of metres, 0 or more",
            });
        }
        let nearby = self.store.near(at, within, limit)?.into_iter();
        let found = nearby.filter_map(|nearby| {
            Some(NearbySite {
                site: nearby.site,
                account: nearby.account?,
                distance: nearby.distance,
            })
        });
        Ok(found.collect())
    }
}
