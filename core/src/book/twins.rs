//! One tap on two devices of a rep, or on one that was restored: two visits where there was one.
//!
//! Every device that sees both comes to the same conclusion, so it does not matter which does it, nor how often.

use super::check_in::SAME_TAP_MS;
use super::evidence::{Attested, TapClock};
use super::{Book, BookError, edit};
use crate::evidence::{Act, Digest};
use crate::ids::RecordId;
use crate::model::{Body, CheckIn, Fields, Kind, Record, Scalar, Visit, VisitState};

/// How far back twins are looked for, in milliseconds: two weeks offline.
const BACK_MS: i64 = 14 * 86_400_000;

/// A visit that took place, with what tells twins.
struct Seen {
    id: RecordId,
    visit: Visit,
    check_in: CheckIn,
    same_as: Option<RecordId>,
}

impl Seen {
    fn of(record: &Record) -> Option<Seen> {
        let Body::Visit(visit) = record.body() else {
            return None;
        };
        let (VisitState::Open { check_in } | VisitState::Closed { check_in, .. }) = visit.state.clone()
        else {
            return None;
        };
        Some(Seen {
            id: record.id,
            visit,
            check_in,
            same_as: record.fields.id("same_as"),
        })
    }

    /// Whether the two are one tap: one rep, one customer, one site as far as both know it, ten minutes at most.
    fn is_twin(&self, other: &Seen) -> bool {
        let sites = self.visit.site_id.zip(other.visit.site_id);
        self.visit.account_id == other.visit.account_id
            && self.visit.rep == other.visit.rep
            && sites.is_none_or(|(one, other)| one == other)
            && self.check_in.make_up.is_none()
            && other.check_in.make_up.is_none()
            && self.check_in.at_ms.abs_diff(other.check_in.at_ms) <= SAME_TAP_MS.unsigned_abs()
    }

    /// Which of two twins stays: the better verdict, then the earlier tap, then the smaller id.
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
    pub(super) fn fold_twins(&self) -> Result<(), BookError> {
        let (now_ms, rep) = (self.clock.now_ms(), self.identity().rep);
        let visits = self
            .store
            .visits_between(now_ms.saturating_sub(BACK_MS), now_ms.saturating_add(BACK_MS))?;
        let own = visits
            .iter()
            .filter(|visit| visit.fields.text("rep") == rep.as_deref());
        let seen: Vec<Seen> = own.filter_map(Seen::of).collect();
        for one in &seen {
            let stays = seen
                .iter()
                .filter(|other| one.is_twin(other))
                .min_by_key(|other| other.order());
            match stays {
                Some(stays) if stays.id != one.id && one.same_as.is_none() => self.fold(one, stays)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn fold(&self, twin: &Seen, stays: &Seen) -> Result<(), BookError> {
        let hand = self.hand();
        self.act(|write| {
            let departure = match (&twin.visit.state, &stays.visit.state) {
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
                    moment: self.moment(write, &[], &TapClock::default())?,
                };
                self.attest(write, attested, &mut fields)?;
                edit::edit(write, hand, stored, &fields)?;
            }
            let marks = Fields::new()
                .with("same_as", Scalar::Id(stays.id))
                .with("deleted", Scalar::Bool(true));
            match write.stored(twin.id)? {
                Some(stored) if stored.record.kind == Kind::Visit => {
                    edit::edit(write, hand, stored, &marks).map(|_| ())
                }
                _ => Ok(()),
            }
        })
    }
}
