//! The coverage of a territory: the part that nobody visited.

use std::collections::HashMap;

use super::page::Query;
use super::{Book, BookError, PAGE_MAX};
use fieldbook_location::{Cell, GridSize, VisitedPlace, coverage};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Body, Kind, Record, place_of};

impl Book {
    /// The territory's sites in hexagons, the longest unvisited first. A visit without a site counts for the account's
    /// only one.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn coverage(&self, size: GridSize) -> Result<Vec<Cell>, BookError> {
        let (mut by_site, mut by_account) = (HashMap::new(), HashMap::new());
        self.each(Kind::Visit, |record| {
            if let Some((site, account, at_ms)) = took_place(record) {
                let latest = |known: &mut i64| *known = (*known).max(at_ms);
                match site {
                    Some(site) => by_site.entry(site).and_modify(latest).or_insert(at_ms),
                    None => by_account.entry(account).and_modify(latest).or_insert(at_ms),
                };
            }
        })?;
        let (mut places, mut doors): (Vec<_>, HashMap<RecordId, u32>) = (Vec::new(), HashMap::new());
        self.each(Kind::Site, |record| {
            let account = record.fields.id("account_id");
            if let Some(account) = account {
                *doors.entry(account).or_default() += 1;
            }
            if let Some(place) = place_of(&record.fields) {
                places.push((record.id, account, place.position));
            }
        })?;
        let visited = places.into_iter().map(|(site, account, position)| {
            let only = account.filter(|account| doors.get(account) == Some(&1));
            let of_account = only.and_then(|account| by_account.get(&account).copied());
            VisitedPlace {
                position,
                last_ms: by_site.get(&site).copied().max(of_account),
            }
        });
        Ok(coverage(visited, size))
    }

    fn each(&self, kind: Kind, mut look: impl FnMut(&Record)) -> Result<(), BookError> {
        let mut query = Query::first(kind, PAGE_MAX);
        loop {
            let page = self.page(&query)?;
            query.after = page.records.last().map(|record| record.id);
            page.records.iter().for_each(&mut look);
            if !page.more {
                return Ok(());
            }
        }
    }
}

/// The site, account and time of a visit that took place; `None` for another record.
fn took_place(record: &Record) -> Option<(Option<RecordId>, RecordId, i64)> {
    let Body::Visit(visit) = record.body() else {
        return None;
    };
    let arrived_at_ms = visit.state.arrived_at_ms()?;
    Some((visit.site_id, visit.account_id?, arrived_at_ms))
}
