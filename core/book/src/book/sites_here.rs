//! At which of the sites a rep is.

use super::{Book, BookError, PAGE_MAX};
use fieldbook_location::Meters;
use fieldbook_location::Position;
use fieldbook_model::{DEFAULT_FENCE, Record, place_of};

/// A site that a position may be at.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteHere {
    /// The site found.
    pub site: Record,
    /// The account of the site.
    pub account: Record,
    /// From the position to the edge of its fence, less than 0 inside.
    pub distance_to_edge: Meters,
}

impl Book {
    /// The sites whose fence a circle of `accuracy` around `at` touches, the deepest inside first, at most 100: an account
    /// may have several, and fences may overlap. The index finds candidates, each is then measured along the ellipsoid.
    ///
    /// # Errors
    /// [`BookError::BadRequest`] for an accuracy that is none.
    pub fn sites_here(&self, at: Position, accuracy: Meters) -> Result<Vec<SiteHere>, BookError> {
        if !(0.0..=fieldbook_location::Circle::RADIUS_MAX.0).contains(&accuracy.0) {
            return Err(BookError::BadRequest {
                what: "an accuracy is a number of metres, 0 or more",
            });
        }
        // A site without a fence of its own is indexed by its position alone.
        let reach = Meters(accuracy.0 + DEFAULT_FENCE.0);
        let mut found: Vec<(Meters, Record)> = Vec::new();
        for site in self.store.sites_touching(at, reach)? {
            let Some(place) = place_of(&site.fields) else {
                continue;
            };
            let edge = place.fence.signed_distance(place.position, at);
            if edge <= accuracy {
                found.push((edge, site));
            }
        }
        found.sort_by(|(a, one), (b, other)| a.0.total_cmp(&b.0).then(one.id.cmp(&other.id)));
        let mut here = Vec::new();
        for (distance_to_edge, site) in found {
            let account = site
                .fields
                .id("account_id")
                .map(|id| self.store.record(id))
                .transpose()?;
            if let Some(account) = account.flatten().filter(|account| !account.deleted) {
                here.push(SiteHere {
                    site,
                    account,
                    distance_to_edge,
                });
            }
            if here.len() == PAGE_MAX as usize {
                break;
            }
        }
        Ok(here)
    }
}

#[cfg(test)]
mod tests;
