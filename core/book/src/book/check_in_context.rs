//! The visit and the site that a tap refers to.

use super::check_in_error::CheckInError;
use super::{Book, BookError};
use fieldbook_location::{FenceShape, Fix, Position, RawFix, RawSite, SiteGeofence, distance};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Body, Kind, Record, VisitState, place_of};

/// The greatest distance in time of a planned visit that a check-in opens, in milliseconds.
const PLANNED_WITHIN_MS: i64 = 12 * 60 * 60 * 1_000;

/// A fence whose text is longer is not repeated in every check-in.
const FENCE_BYTES_MAX: usize = 8_192;

/// The most fixes that are kept of one tap, the newest: they must fit the record.
pub(super) const FIXES_MAX: usize = 100;

impl Book {
    /// An account that can be visited.
    pub(super) fn account_to_visit(&self, account: RecordId) -> Result<(), BookError> {
        self.live_record(account, Kind::Account).map(drop)
    }

    /// The visits at which this rep is right now, by arrival. More than one only while two devices have not met.
    pub(super) fn own_open_visits(&self) -> Result<Vec<Record>, BookError> {
        let rep = self.identity().rep;
        let mut open = self.store.open_visits()?;
        open.retain(|visit| visit.fields.text("rep") == rep.as_deref());
        Ok(open)
    }

    /// The planned visit that a check-in opens: the one asked for, or the account's nearest of today.
    pub(super) fn planned_visit(
        &self,
        account: RecordId,
        asked: Option<RecordId>,
        now_ms: i64,
    ) -> Result<Option<Record>, CheckInError> {
        if let Some(id) = asked {
            let visit = self.visit(id)?;
            let state = state_of(&visit);
            if visit.fields.id("account_id") != Some(account) {
                return Err(CheckInError::OtherAccount { id });
            }
            return if state == VisitState::Planned {
                Ok(Some(visit))
            } else {
                let state = state.name();
                Err(CheckInError::NotNow { visit: id, state })
            };
        }
        let (from, until) = (
            now_ms.saturating_sub(PLANNED_WITHIN_MS),
            now_ms.saturating_add(PLANNED_WITHIN_MS),
        );
        let around = self.store.visits_between(from, until).map_err(BookError::from)?;
        let of_account = around.into_iter().filter(|visit| {
            visit.fields.id("account_id") == Some(account) && state_of(visit) == VisitState::Planned
        });
        Ok(of_account.min_by_key(|visit| {
            let planned = visit.fields.time("planned_at").unwrap_or(i64::MAX);
            planned.abs_diff(now_ms)
        }))
    }

    /// A record that must be a visit, and not a deleted one.
    pub(super) fn visit(&self, id: RecordId) -> Result<Record, BookError> {
        self.live_record(id, Kind::Visit)
    }

    /// The site of a check-in: the one asked for, or the account's nearest to the best fix.
    pub(super) fn site_for(
        &self,
        account: RecordId,
        asked: Option<RecordId>,
        fixes: &[Fix],
    ) -> Result<Option<Record>, CheckInError> {
        if let Some(id) = asked {
            let site = self.record(id)?;
            if site.kind != Kind::Site {
                return Err(BookError::WrongKind {
                    id,
                    found: site.kind,
                    wanted: Kind::Site,
                }
                .into());
            }
            return if site.fields.id("account_id") == Some(account) {
                Ok(Some(site))
            } else {
                Err(CheckInError::OtherAccount { id })
            };
        }
        let mut sites = self.sites_of(account)?;
        let best = fixes
            .iter()
            .filter(|fix| !fix.mock())
            .min_by(|a, b| a.radius_or_infinity().total_cmp(&b.radius_or_infinity()));
        if let Some(fix) = best {
            let away = |site: &Record| {
                position_of(site).map_or(f64::INFINITY, |position| distance(position, fix.position()).0)
            };
            sites.sort_by(|a, b| away(a).total_cmp(&away(b)));
        }
        Ok(sites.into_iter().next())
    }

    /// The place that a visit is held against.
    pub(super) fn place_of(&self, visit: &Record) -> Result<Option<SiteGeofence>, BookError> {
        let site = visit.fields.id("site_id").map(|id| self.record(id)).transpose()?;
        Ok(site.and_then(|site| place_of(&site.fields)))
    }
}

/// The word for a visit's state.
pub(super) fn state_of(visit: &Record) -> VisitState {
    match visit.body() {
        Body::Visit(visit) => visit.state,
        _ => VisitState::Planned,
    }
}

pub(super) fn position_of(site: &Record) -> Option<Position> {
    site.fields.text("position").and_then(|text| text.parse().ok())
}

/// A place as an arrival keeps it, unless its fence is too long to be repeated.
pub(super) fn to_raw_site(place: &SiteGeofence) -> Option<RawSite> {
    (place.fence.to_string().len() <= FENCE_BYTES_MAX).then(|| RawSite {
        lat: place.position.lat(),
        lon: place.position.lon(),
        fence: FenceShape::from(place.fence.clone()),
    })
}

/// Reads the fixes that a host handed over, and leaves out the oldest beyond [`FIXES_MAX`].
pub(super) fn parse_fixes(raw: &[RawFix]) -> Result<Vec<Fix>, CheckInError> {
    let parse = |(index, fix): (usize, &RawFix)| {
        Fix::try_from(fix.clone()).map_err(|fault| CheckInError::BadFix { index, fault })
    };
    let mut fixes: Vec<Fix> = raw.iter().enumerate().map(parse).collect::<Result<_, _>>()?;
    if fixes.len() > FIXES_MAX {
        fixes.sort_by_key(Fix::at_ms);
        fixes.drain(..fixes.len() - FIXES_MAX);
    }
    Ok(fixes)
}

/// Fixes in the form that a record keeps.
pub(super) fn to_raw_fixes(fixes: &[Fix]) -> Vec<RawFix> {
    fixes.iter().map(RawFix::from).collect()
}
