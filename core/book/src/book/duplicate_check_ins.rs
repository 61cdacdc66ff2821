//! One tap on two devices of a rep, or on one that was restored: two visits where there was one, or one planned visit with
//! two arrivals.
//!
//! Every device that sees both comes to the same conclusion, so it does not matter which does it, nor how often.

use super::check_in::SAME_TAP_MS;
use super::evidence::{Attested, TapClock};
use super::{Book, BookError, edit};
use fieldbook_model::evidence::{Act, Digest};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Body, CheckIn, CheckOut, Fields, Kind, Record, Scalar, Visit, VisitState};

/// The age up to which duplicates are looked for, in milliseconds: two weeks offline.
const BACK_MS: i64 = 14 * 86_400_000;

/// A visit that took place, with what tells duplicates.
struct ArrivedVisit {
    id: RecordId,
    visit: Visit,
    check_in: CheckIn,
    same_as: Option<RecordId>,
}

impl ArrivedVisit {
    fn from_record(record: &Record) -> Option<ArrivedVisit> {
        let Body::Visit(visit) = record.body() else {
            return None;
        };
        let (VisitState::Open { check_in } | VisitState::Closed { check_in, .. }) = visit.state.clone()
        else {
            return None;
        };
        Some(ArrivedVisit {
            id: record.id,
            visit,
            check_in,
            same_as: record.fields.id("same_as"),
        })
    }

    /// True if both are one tap: one rep, one customer, one site as far as both know it, at most ten minutes apart.
    fn is_same_tap(&self, other: &ArrivedVisit) -> bool {
        let sites = self.visit.site_id.zip(other.visit.site_id);
        self.visit.account_id == other.visit.account_id
            && self.visit.rep == other.visit.rep
            && sites.is_none_or(|(one, other)| one == other)
            && self.check_in.make_up.is_none()
            && other.check_in.make_up.is_none()
            && self.check_in.at_ms.abs_diff(other.check_in.at_ms) <= SAME_TAP_MS.unsigned_abs()
    }

    /// The order in which one of two duplicates stays: the better verdict, then the earlier tap, then the smaller id.
    fn order(&self) -> (u8, i64, RecordId) {
        (
            self.check_in.assessment.verdict.rank(),
            self.check_in.at_ms,
            self.id,
        )
    }
}

impl Book {
    /// Makes one visit of what was one tap on two devices: the other is marked with the one that stays, and leaves the
    /// lists. Its links stay in their chain.
    pub(super) fn fold_duplicate_check_ins(&self) -> Result<(), BookError> {
        let (now_ms, rep) = (self.clock.now_ms(), self.identity().rep);
        let visits = self
            .store
            .visits_between(now_ms.saturating_sub(BACK_MS), now_ms.saturating_add(BACK_MS))?;
        let own = visits
            .iter()
            .filter(|visit| visit.fields.text("rep") == rep.as_deref());
        let own: Vec<&Record> = own.collect();
        for visit in own.iter().filter(|visit| visit.conflicts > 0) {
            self.settle_taps(visit.id, &visit.fields)?;
        }
        let seen: Vec<ArrivedVisit> = own.into_iter().filter_map(ArrivedVisit::from_record).collect();
        for one in &seen {
            let stays = seen
                .iter()
                .filter(|other| one.is_same_tap(other))
                .min_by_key(|other| other.order());
            match stays {
                Some(stays) if stays.id != one.id && one.same_as.is_none() => {
                    self.mark_duplicate(one, stays)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Settles what one tap wrote twice into one visit: the better verdict stays, then the earlier tap; of two departures
    /// the earlier one. What may be two taps, or two reps, or two sites, stays a conflict for people.
    fn settle_taps(&self, visit: RecordId, fields: &Fields) -> Result<(), BookError> {
        let lost = self.store.conflicts_of(visit)?;
        if lost
            .iter()
            .any(|lost| matches!(lost.field.as_str(), "rep" | "site_id" | "account_id"))
        {
            return Ok(());
        }
        let written = |field: &str| -> Vec<&str> {
            let lost = lost.iter().filter(|lost| lost.field == field);
            let lost: Vec<&str> = lost.filter_map(|lost| lost.value.text()).collect();
            let shown = fields.text(field).filter(|_| !lost.is_empty());
            shown.into_iter().chain(lost).collect()
        };
        let mut settled = Fields::new();
        for (field, better) in [
            ("check_in", better_arrival as fn(&[&str]) -> Option<String>),
            ("check_out", earlier_departure),
        ] {
            if let Some(text) = better(&written(field)) {
                settled = settled.with(field, text.as_str());
            }
        }
        if settled.0.is_empty() {
            return Ok(());
        }
        let context = self.write_context();
        self.transaction(|write| match write.stored(visit)? {
            Some(stored) => edit::edit(write, context, stored, &settled).map(|_| ()),
            None => Ok(()),
        })
    }

    fn mark_duplicate(&self, duplicate: &ArrivedVisit, stays: &ArrivedVisit) -> Result<(), BookError> {
        let context = self.write_context();
        self.transaction(|write| {
            let departure = match (&duplicate.visit.state, &stays.visit.state) {
                (VisitState::Closed { check_out, .. }, VisitState::Open { .. }) => Some(check_out.to_text()),
                _ => None,
            };
            if let (Some(text), Some(stored)) = (departure, write.stored(stays.id)?) {
                let mut fields = Fields::new().with("check_out", text.as_str());
                let sha256 = Digest::of(text.as_bytes());
                let attested = Attested {
                    act: Act::CheckOut {
                        visit: stays.id,
                        sha256,
                    },
                    content: Some(&text),
                    time: self.trusted_time(write, &[], &TapClock::default())?,
                };
                self.attest(write, attested, &mut fields)?;
                edit::edit(write, context, stored, &fields)?;
            }
            let marks = Fields::new()
                .with("same_as", Scalar::Id(stays.id))
                .with("deleted", Scalar::Bool(true));
            match write.stored(duplicate.id)? {
                Some(stored) if stored.record.kind == Kind::Visit => {
                    edit::edit(write, context, stored, &marks).map(|_| ())
                }
                _ => Ok(()),
            }
        })
    }
}

/// Of arrivals that are one tap: the one that stays. `None` where there is none, or they are not one tap.
fn better_arrival(texts: &[&str]) -> Option<String> {
    let arrivals: Vec<CheckIn> = texts
        .iter()
        .map(|text| text.parse().ok())
        .collect::<Option<_>>()?;
    if arrivals.iter().any(|arrival| arrival.make_up.is_some())
        || !is_one_tap(arrivals.iter().map(|a| a.at_ms))
    {
        return None;
    }
    let ranked = arrivals.iter().zip(texts);
    let best =
        ranked.min_by_key(|(arrival, text)| (arrival.assessment.verdict.rank(), arrival.at_ms, **text))?;
    Some((*best.1).to_owned())
}

/// Of departures that are one tap: the earlier one.
fn earlier_departure(texts: &[&str]) -> Option<String> {
    let departures: Vec<CheckOut> = texts
        .iter()
        .map(|text| text.parse().ok())
        .collect::<Option<_>>()?;
    if !is_one_tap(departures.iter().map(|departure| departure.at_ms)) {
        return None;
    }
    let timed = departures.iter().zip(texts);
    let first = timed.min_by_key(|(departure, text)| (departure.at_ms, **text))?;
    Some((*first.1).to_owned())
}

fn is_one_tap(times_ms: impl Iterator<Item = i64> + Clone) -> bool {
    let (first, last) = (times_ms.clone().min(), times_ms.max());
    first
        .zip(last)
        .is_some_and(|(first, last)| last.abs_diff(first) <= SAME_TAP_MS.unsigned_abs())
}
