//! Arriving at a customer's door.

use super::{Book, BookError, edit};
use crate::ids::RecordId;
use crate::location::{self, Assessment, Fence, Fix, FixError, Position, RawFix, Rules, Verdict, distance};
use crate::model::{Body, CheckIn, Fields, Kind, Record, Scalar, VisitState};
use crate::store::StoreError;
use crate::units::Meters;

/// The radius within which a rep counts as being at a site that has no fence of its own.
pub const DEFAULT_FENCE: Meters = Meters(150.0);

/// How long after the first tap another one is the same check-in, in milliseconds.
const SAME_TAP_MS: i64 = 10 * 60 * 1_000;

/// How far from its planned time a visit may be to be the one that a check-in opens, in milliseconds.
const PLANNED_WITHIN_MS: i64 = 12 * 60 * 60 * 1_000;

/// A tap on "check in".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckInRequest {
    /// At which of the account's sites; the nearest one when not given.
    pub site: Option<RecordId>,
    /// Which planned visit; the account's one of today when not given, else a new one.
    pub visit: Option<RecordId>,
    /// What the phone knows of where it is. None is a good answer: a check-in never waits for one.
    pub fixes: Vec<RawFix>,
}

/// Why a check-in or check-out was refused. Where the rep is never is a reason: that is in the verdict.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CheckInError {
    /// The rep is already somewhere: check out there first.
    #[error("visit {visit} is still open")]
    AlreadyOpen {
        /// Where.
        visit: RecordId,
    },
    /// The visit is over, or was skipped.
    #[error("visit {visit} is {state}")]
    NotNow {
        /// Which visit.
        visit: RecordId,
        /// What it is: `planned`, `closed` or `skipped`.
        state: &'static str,
    },
    /// The visit or the site belongs to another account.
    #[error("record {id} belongs to another account")]
    OtherAccount {
        /// The visit or the site.
        id: RecordId,
    },
    /// A fix has a number that no phone reports.
    #[error("fix {index}: {fault}")]
    BadFix {
        /// Which one, from 0.
        index: usize,
        /// What is wrong.
        fault: FixError,
    },
    /// The record, or the file.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl From<StoreError> for CheckInError {
    fn from(error: StoreError) -> CheckInError {
        CheckInError::Book(error.into())
    }
}

impl Book {
    /// Checks in at `account`, now. It is saved whatever the fixes say; the verdict is in the visit. The same tap twice is
    /// one check-in; a second tap within ten minutes that brings a first usable fix upgrades the verdict.
    ///
    /// # Errors
    /// [`CheckInError`].
    pub fn check_in(&self, account: RecordId, request: &CheckInRequest) -> Result<Record, CheckInError> {
        let found = self.record(account)?;
        if found.kind != Kind::Account {
            return Err(BookError::WrongKind {
                id: account,
                found: found.kind,
                wanted: Kind::Account,
            }
            .into());
        }
        if found.deleted {
            return Err(BookError::Deleted { id: account }.into());
        }
        let fixes = parse_fixes(&request.fixes)?;
        let now_ms = self.clock.now_ms();
        if let Some(open) = self.own_open_visit()? {
            let same = open.fields.id("account_id") == Some(account)
                && request.visit.is_none_or(|visit| visit == open.id);
            return if same {
                self.tap_again(&open, request, &fixes, now_ms)
            } else {
                Err(CheckInError::AlreadyOpen { visit: open.id })
            };
        }
        let planned = self.planned_visit(account, request.visit, now_ms)?;
        let wanted = request
            .site
            .or_else(|| planned.as_ref().and_then(|visit| visit.fields.id("site_id")));
        let site = self.site_for(account, wanted, &fixes)?;
        let assessment = assess(site.as_ref(), &fixes, now_ms);
        let check_in = CheckIn {
            at_ms: now_ms,
            time_given: self.time_given,
            fixes: request.fixes.clone(),
            assessment,
        };
        let mut fields = Fields::new().with("check_in", check_in.to_text());
        fields.set_some("site_id", site.map(|site| Scalar::Id(site.id)));
        fields.set_some("rep", self.identity().rep);
        match planned {
            Some(visit) => Ok(self.edit(visit.id, &fields)?),
            None => Ok(self.new_visit(account, fields)?),
        }
    }

    fn new_visit(&self, account: RecordId, fields: Fields) -> Result<Record, BookError> {
        let (id, hand) = (self.new_id(), self.hand());
        let fields = fields.with("account_id", Scalar::Id(account));
        self.act(|write| edit::create(write, hand, id, Kind::Visit, &fields))?;
        self.record(id)
    }

    /// The visit at which this rep is right now.
    pub(super) fn own_open_visit(&self) -> Result<Option<Record>, BookError> {
        let rep = self.identity().rep;
        let mut open = self.store.open_visits()?;
        open.retain(|visit| visit.fields.text("rep") == rep.as_deref());
        Ok(open.pop())
    }

    /// The same tap again: nothing changes, unless it brings the first fix that says something.
    fn tap_again(
        &self,
        open: &Record,
        request: &CheckInRequest,
        fixes: &[Fix],
        now_ms: i64,
    ) -> Result<Record, CheckInError> {
        let Body::Visit(visit) = open.body() else {
            return Ok(open.clone());
        };
        let VisitState::Open { mut check_in } = visit.state else {
            return Ok(open.clone());
        };
        let in_time = (0..=SAME_TAP_MS).contains(&(now_ms - check_in.at_ms));
        if check_in.assessment.verdict != Verdict::Unverifiable || fixes.is_empty() || !in_time {
            return Ok(open.clone());
        }
        let account = visit.account_id.unwrap_or(open.id);
        let site = self.site_for(account, visit.site_id.or(request.site), fixes)?;
        check_in.assessment = assess(site.as_ref(), fixes, now_ms);
        check_in.fixes.extend(request.fixes.iter().cloned());
        let mut fields = Fields::new().with("check_in", check_in.to_text());
        fields.set_some("site_id", site.map(|site| Scalar::Id(site.id)));
        Ok(self.edit(open.id, &fields)?)
    }

    /// The planned visit that this check-in opens: the one asked for, or the account's nearest of today.
    fn planned_visit(
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
            return if state == "planned" {
                Ok(Some(visit))
            } else {
                Err(CheckInError::NotNow { visit: id, state })
            };
        }
        let around = self
            .store
            .visits_between(now_ms - PLANNED_WITHIN_MS, now_ms + PLANNED_WITHIN_MS)
            .map_err(BookError::from)?;
        let of_account = around
            .into_iter()
            .filter(|visit| visit.fields.id("account_id") == Some(account) && state_of(visit) == "planned");
        Ok(of_account.min_by_key(|visit| {
            visit
                .fields
                .time("planned_at")
                .unwrap_or(i64::MAX)
                .abs_diff(now_ms)
        }))
    }

    /// A record that must be a visit.
    pub(super) fn visit(&self, id: RecordId) -> Result<Record, BookError> {
        let visit = self.record(id)?;
        match visit.kind {
            Kind::Visit if visit.deleted => Err(BookError::Deleted { id }),
            Kind::Visit => Ok(visit),
            found => Err(BookError::WrongKind {
                id,
                found,
                wanted: Kind::Visit,
            }),
        }
    }

    /// The site of a check-in: the one asked for, or the account's nearest to the best fix.
    fn site_for(
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
            .min_by(|a, b| a.accuracy().0.total_cmp(&b.accuracy().0));
        if let Some(fix) = best {
            let away = |site: &Record| {
                position_of(site).map_or(f64::INFINITY, |position| distance(position, fix.position()).0)
            };
            sites.sort_by(|a, b| away(a).total_cmp(&away(b)));
        }
        Ok(if sites.is_empty() {
            None
        } else {
            Some(sites.swap_remove(0))
        })
    }

    /// Where fixes put the rep against the site of a visit.
    pub(super) fn assess_at(&self, visit: &Record, fixes: &[Fix]) -> Result<Assessment, BookError> {
        let site = visit.fields.id("site_id").map(|id| self.record(id)).transpose()?;
        Ok(assess(site.as_ref(), fixes, self.clock.now_ms()))
    }
}

/// The word for a visit's state.
pub(super) fn state_of(visit: &Record) -> &'static str {
    match visit.body() {
        Body::Visit(visit) => visit.state.name(),
        _ => "planned",
    }
}

fn position_of(site: &Record) -> Option<Position> {
    site.fields.text("position").and_then(|text| text.parse().ok())
}

/// Reads the fixes that a host handed over.
pub(super) fn parse_fixes(raw: &[RawFix]) -> Result<Vec<Fix>, CheckInError> {
    let parse = |(index, fix): (usize, &RawFix)| {
        Fix::try_from(fix.clone()).map_err(|fault| CheckInError::BadFix { index, fault })
    };
    raw.iter().enumerate().map(parse).collect()
}

/// What the fixes say; without a site that has a position there is nothing to hold them against.
fn assess(site: Option<&Record>, fixes: &[Fix], now_ms: i64) -> Assessment {
    let position = site.and_then(position_of);
    let fence = site
        .and_then(|site| site.fields.text("fence"))
        .and_then(|text| text.parse().ok());
    let fence = fence.unwrap_or_else(|| Fence::circle(DEFAULT_FENCE).expect("150 m is a radius"));
    // A site without a position is judged as if no fix had come: unverifiable, and saved.
    let (position, fixes) = match position {
        Some(position) => (position, fixes),
        None => (
            Position::new(0.0, 0.0).expect("the origin is a position"),
            &[][..],
        ),
    };
    location::judge(
        &location::Site { position, fence },
        fixes,
        now_ms,
        &Rules::default(),
    )
}
