//! A rep at a customer's door: planned, open, closed or skipped.

use std::collections::BTreeMap;

use super::{CheckIn, CheckOut, Extra, Fields, Scalar, arrival};
use crate::ids::RecordId;

/// The state of a visit.
#[expect(
    clippy::large_enum_variant,
    reason = "made to be looked at one at a time; lists keep fields"
)]
#[derive(Debug, Clone, PartialEq, Default)]
pub enum VisitState {
    /// Nobody has been there yet.
    #[default]
    Planned,
    /// The rep is there.
    Open {
        /// The rep's arrival.
        check_in: CheckIn,
    },
    /// The rep was there.
    Closed {
        /// The rep's arrival.
        check_in: CheckIn,
        /// The rep's departure.
        check_out: CheckOut,
    },
    /// It will not happen.
    Skipped {
        /// The rep's reason.
        reason: String,
    },
    /// It took place, in a form that a later version writes and this one cannot read. The texts are carried as they are.
    Unreadable {
        /// The arrival, as the record holds it; `None` when only the departure stands there.
        check_in: Option<String>,
        /// The departure, as the record holds it; `None` while the rep is there.
        check_out: Option<String>,
    },
}

impl VisitState {
    /// The word for it: `planned`, `open`, `closed`, `skipped`, `unreadable`.
    pub fn name(&self) -> &'static str {
        match self {
            VisitState::Planned => "planned",
            VisitState::Open { .. } => "open",
            VisitState::Closed { .. } => "closed",
            VisitState::Skipped { .. } => "skipped",
            VisitState::Unreadable { .. } => "unreadable",
        }
    }

    /// Time of the arrival, in Unix milliseconds of the phone's clock; `None` if nobody was there, or none of it is
    /// known.
    pub fn arrived_at_ms(&self) -> Option<i64> {
        match self {
            VisitState::Open { check_in } | VisitState::Closed { check_in, .. } => Some(check_in.at_ms),
            VisitState::Unreadable { check_in, .. } => check_in.as_deref().and_then(arrival::at_ms),
            VisitState::Planned | VisitState::Skipped { .. } => None,
        }
    }

    /// Time of the departure, in Unix milliseconds of the phone's clock; `None` while the rep is there or was never
    /// there.
    pub fn left_at_ms(&self) -> Option<i64> {
        match self {
            VisitState::Closed { check_out, .. } => Some(check_out.at_ms),
            VisitState::Unreadable { check_out, .. } => check_out.as_deref().and_then(arrival::at_ms),
            VisitState::Planned | VisitState::Open { .. } | VisitState::Skipped { .. } => None,
        }
    }

    /// True if the rep has arrived and not left, also if the arrival cannot be read.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            VisitState::Open { .. } | VisitState::Unreadable { check_out: None, .. }
        )
    }

    /// Reads the state off the fields. Being there outranks a note that one will not go: when one phone checked in while
    /// another skipped, the visit took place.
    ///
    /// Whoever was there stays there: an arrival or departure that cannot be read never makes a visit look planned.
    fn take(f: &mut Fields) -> VisitState {
        let (check_in, check_out) = (f.take_text("check_in"), f.take_text("check_out"));
        let skipped = f.take_text("skipped");
        if check_in.is_none() && check_out.is_none() {
            return skipped.map_or(VisitState::Planned, |reason| VisitState::Skipped { reason });
        }
        let arrival = check_in.as_deref().map(str::parse);
        let departure = check_out.as_deref().map(str::parse);
        match (arrival, departure) {
            (Some(Ok(check_in)), None) => VisitState::Open { check_in },
            (Some(Ok(check_in)), Some(Ok(check_out))) => VisitState::Closed { check_in, check_out },
            _ => VisitState::Unreadable { check_in, check_out },
        }
    }

    fn put(self, f: &mut Fields) {
        match self {
            VisitState::Planned => {}
            VisitState::Open { check_in } => f.set("check_in", check_in.to_text()),
            VisitState::Closed { check_in, check_out } => {
                f.set("check_in", check_in.to_text());
                f.set("check_out", check_out.to_text());
            }
            VisitState::Skipped { reason } => f.set("skipped", reason),
            VisitState::Unreadable { check_in, check_out } => {
                f.set_some("check_in", check_in);
                f.set_some("check_out", check_out);
            }
        }
    }
}

/// A visit of one rep to one account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Visit {
    /// The account visited.
    pub account_id: Option<RecordId>,
    /// At which of its sites; `None` for an account without one.
    pub site_id: Option<RecordId>,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// For when it was planned, in Unix milliseconds; `None` when the rep just walked in.
    pub planned_at_ms: Option<i64>,
    /// Whose visit it is.
    pub rep: Option<String>,
    /// Purpose of the visit.
    pub purpose: Option<String>,
    /// Outcome of the visit.
    pub outcome: Option<String>,
    /// State of the visit.
    pub state: VisitState,
    /// The visit that stays, when this one is the same tap on another device.
    pub same_as: Option<RecordId>,
    /// Photos that were attested: the SHA-256 of each file, with what is said of it.
    pub photos: BTreeMap<String, String>,
    /// Links of the evidence chain, by their names, each as a line of the chain's file.
    pub links: BTreeMap<String, String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

impl From<Fields> for Visit {
    fn from(mut f: Fields) -> Visit {
        Visit {
            account_id: f.take_id("account_id"),
            site_id: f.take_id("site_id"),
            external_id: f.take_text("external_id"),
            planned_at_ms: f.take_time("planned_at"),
            rep: f.take_text("rep"),
            purpose: f.take_text("purpose"),
            outcome: f.take_text("outcome"),
            state: VisitState::take(&mut f),
            same_as: f.take_id("same_as"),
            photos: f.take_texts("photo/"),
            links: f.take_texts("link/"),
            extra: f.into(),
        }
    }
}

impl From<Visit> for Fields {
    fn from(v: Visit) -> Fields {
        let mut f = Fields::from(v.extra);
        f.set_some("account_id", v.account_id.map(Scalar::Id));
        f.set_some("site_id", v.site_id.map(Scalar::Id));
        f.set_some("external_id", v.external_id);
        f.set_some("planned_at", v.planned_at_ms.map(Scalar::Time));
        f.set_some("rep", v.rep);
        f.set_some("purpose", v.purpose);
        f.set_some("outcome", v.outcome);
        v.state.put(&mut f);
        f.set_some("same_as", v.same_as.map(Scalar::Id));
        f.set_members("photo/", v.photos);
        f.set_members("link/", v.links);
        f
    }
}
