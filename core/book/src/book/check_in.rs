//! Arriving at a customer's door.

use super::check_in_context::{parse_fixes, to_raw_fixes, to_raw_site};
use super::check_in_error::CheckInError;
use super::evidence::{Attested, TapClock};
use super::{Book, BookError, edit};
use fieldbook_location::{Fix, RawFix, SiteGeofence, Verdict};
use fieldbook_model::evidence::{Act, Digest};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Body, CheckIn, Fields, Kind, Record, Scalar, VisitState, assess, place_of};

/// The longest time after the first tap in which another one is the same check-in, in milliseconds.
pub(super) const SAME_TAP_MS: i64 = 10 * 60 * 1_000;

/// The time after the tap in which better fixes can still correct an off-site verdict, in milliseconds: as long as the
/// fixes of the tap count.
const SETTLING_MS: i64 = 2 * 60 * 1_000;

/// A tap on "check in".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckInRequest {
    /// At which of the account's sites; the nearest one when not given.
    pub site: Option<RecordId>,
    /// The planned visit; if absent, the account's one of today, or else a new one.
    pub visit: Option<RecordId>,
    /// The fixes that the phone has. None is fine: a check-in never waits for one.
    pub fixes: Vec<RawFix>,
    /// The phone's readings of the time.
    pub clock: TapClock,
}

impl Book {
    /// Checks in at `account`, now. It is saved whatever the fixes say; the verdict is in the visit. The same tap twice is
    /// one check-in; a second tap within ten minutes whose fixes say more upgrades the verdict. A visit that was forgotten
    /// open is closed by rule first.
    ///
    /// # Errors
    /// [`CheckInError`].
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use fieldbook_book::{Book, CheckInRequest, OpenOptions};
    /// use fieldbook_model::clock::FixedClock;
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-check-in");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions {
    ///     clock: Arc::new(FixedClock::at(1_795_510_800_000)),
    ///     ..OpenOptions::new(folder.join("book.db"))
    /// })?;
    /// let shop = book.add(Kind::Account, &Fields::new().with("name", "Corner shop"))?;
    /// let visit = book.check_in(shop.id, &CheckInRequest::default())?;
    /// assert_eq!(visit.kind, Kind::Visit);
    /// let again = book.check_in(shop.id, &CheckInRequest::default())?;
    /// assert_eq!(again.id, visit.id);
    /// book.check_out(visit.id, &[], None)?;
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_in(&self, account: RecordId, request: &CheckInRequest) -> Result<Record, CheckInError> {
        self.account_to_visit(account)?;
        let fixes = parse_fixes(&request.fixes)?;
        let now_ms = self.clock.now_ms();
        self.close_forgotten(None)?;
        if let Some(open) = self.own_open_visits()?.pop() {
            let same = open.fields.id("account_id") == Some(account)
                && request.visit.is_none_or(|visit| visit == open.id);
            return if same {
                self.tap_again(open, request, &fixes, now_ms)
            } else {
                Err(CheckInError::AlreadyOpen { visit: open.id })
            };
        }
        let planned = self.planned_visit(account, request.visit, now_ms)?;
        let wanted = request
            .site
            .or_else(|| planned.as_ref().and_then(|visit| visit.fields.id("site_id")));
        let site = self.site_for(account, wanted, &fixes)?;
        let place = site.as_ref().and_then(|site| place_of(&site.fields));
        let arrival = Arrival {
            account,
            visit: planned.map(|visit| visit.id),
            site: site.map(|site| site.id),
            check_in: self.tapped(now_ms, place.as_ref(), &fixes),
        };
        self.arrive(&arrival, &fixes, &request.clock)
    }

    /// The evidence of a tap at `now_ms`, without its trusted time.
    fn tapped(&self, now_ms: i64, place: Option<&SiteGeofence>, fixes: &[Fix]) -> CheckIn {
        CheckIn {
            at_ms: now_ms,
            time_given: self.time_given,
            fixes: to_raw_fixes(fixes),
            assessment: assess(place, fixes, now_ms),
            judged_at_ms: None,
            site: place.and_then(to_raw_site),
            moment: None,
            make_up: None,
        }
    }

    /// Writes an arrival with the link that attests it, in one act.
    pub(super) fn arrive(
        &self,
        arrival: &Arrival,
        fixes: &[Fix],
        clock: &TapClock,
    ) -> Result<Record, CheckInError> {
        let (context, rep) = (self.write_context(), self.identity().rep);
        let visit = arrival.visit.unwrap_or_else(|| self.new_id());
        self.transaction(|write| {
            let time = self.trusted_time(write, fixes, clock)?;
            let check_in = CheckIn {
                moment: Some(time.clone()),
                ..arrival.check_in.clone()
            };
            let text = check_in.to_text();
            let sha256 = Digest::of(text.as_bytes());
            let mut fields = Fields::new().with("check_in", text.as_str());
            fields.set_some("site_id", arrival.site.map(Scalar::Id));
            fields.set_some("rep", rep);
            let act = match check_in.make_up {
                Some(_) => Act::MakeUp { visit, sha256 },
                None => Act::CheckIn { visit, sha256 },
            };
            let content = Some(text.as_str());
            let attested = Attested { act, content, time };
            self.attest(write, attested, &mut fields)?;
            if arrival.visit.is_some() {
                let stored = write
                    .stored(visit)?
                    .ok_or(BookError::NoSuchRecord { id: visit })?;
                edit::edit(write, context, stored, &fields)?;
            } else {
                let fields = fields.with("account_id", Scalar::Id(arrival.account));
                edit::create(write, context, visit, Kind::Visit, &fields)?;
            }
            Ok::<_, CheckInError>(())
        })?;
        Ok(self.record(visit)?)
    }

    /// The same tap again: nothing changes, unless all fixes together say more for the rep than those before.
    fn tap_again(
        &self,
        open: Record,
        request: &CheckInRequest,
        fixes: &[Fix],
        now_ms: i64,
    ) -> Result<Record, CheckInError> {
        let Body::Visit(visit) = open.body() else {
            return Ok(open);
        };
        let VisitState::Open { check_in } = visit.state else {
            return Ok(open);
        };
        let since_ms = now_ms.saturating_sub(check_in.at_ms);
        let settled = check_in.assessment.verdict == Verdict::OffSite && since_ms > SETTLING_MS;
        if fixes.is_empty() || settled || !(0..=SAME_TAP_MS).contains(&since_ms) {
            return Ok(open);
        }
        let all = parse_fixes(&[check_in.fixes.clone(), to_raw_fixes(fixes)].concat())?;
        let (site, place) = if let Some(Ok(place)) = check_in.site.clone().map(SiteGeofence::try_from) {
            (None, Some(place))
        } else {
            let account = visit.account_id.unwrap_or(open.id);
            let site = self.site_for(account, visit.site_id.or(request.site), &all)?;
            let place = site.as_ref().and_then(|site| place_of(&site.fields));
            (site, place)
        };
        let upgraded = CheckIn {
            judged_at_ms: Some(now_ms),
            ..self.tapped(now_ms, place.as_ref(), &all)
        };
        if !says_more(upgraded.assessment.verdict, check_in.assessment.verdict) {
            return Ok(open);
        }
        let upgraded = CheckIn {
            at_ms: check_in.at_ms,
            time_given: check_in.time_given,
            moment: check_in.moment,
            ..upgraded
        };
        self.upgrade(&open, &upgraded, site, &all, &request.clock)
    }

    fn upgrade(
        &self,
        open: &Record,
        check_in: &CheckIn,
        site: Option<Record>,
        fixes: &[Fix],
        clock: &TapClock,
    ) -> Result<Record, CheckInError> {
        let (context, visit, text) = (self.write_context(), open.id, check_in.to_text());
        self.transaction(|write| {
            let mut fields = Fields::new().with("check_in", text.as_str());
            fields.set_some("site_id", site.map(|site| Scalar::Id(site.id)));
            let sha256 = Digest::of(text.as_bytes());
            let attested = Attested {
                act: Act::Upgrade { visit, sha256 },
                content: Some(&text),
                time: self.trusted_time(write, fixes, clock)?,
            };
            self.attest(write, attested, &mut fields)?;
            let stored = write
                .stored(visit)?
                .ok_or(BookError::NoSuchRecord { id: visit })?;
            Ok(edit::edit(write, context, stored, &fields)?)
        })
    }
}

/// True if a verdict replaces an earlier one on the same tap. The passing of time alone never upgrades a verdict:
/// `OffSite` is replaced only by a fix inside the fence.
fn says_more(verdict: Verdict, before: Verdict) -> bool {
    match before {
        Verdict::Unverifiable => verdict != Verdict::Unverifiable,
        // Whoever reached it knew more than this version.
        Verdict::Other(_) => false,
        Verdict::OffSite => verdict.on_site(),
        Verdict::LikelyOnSite | Verdict::Verified => verdict.rank() < before.rank(),
    }
}

/// An arrival about to be written.
pub(super) struct Arrival {
    pub(super) account: RecordId,
    /// The visit that it opens; a new one when `None`.
    pub(super) visit: Option<RecordId>,
    pub(super) site: Option<RecordId>,
    pub(super) check_in: CheckIn,
}
