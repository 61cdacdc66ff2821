//! Leads: the records, the pool, their points, and what they become.

use fieldbook_core::book::import::{CardError, leads_of_cards};
use fieldbook_core::book::{self, BookError};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Extra, Fields, Lead};
use fieldbook_core::sales::pool::{Holding, Touch};
use fieldbook_core::sales::stats::Reason;

use crate::Fieldbook;
use crate::records::Record;
use crate::scalars::{Day, Labels, RECORD_ID_FORM, parse_arg};

/// A person or a company that might become a customer.
#[uniffi::remote(Record)]
pub struct Lead {
    /// The person, or else the company.
    pub name: String,
    /// The company.
    pub company: Option<String>,
    /// The number to call.
    pub phone: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// The place, as its source wrote it.
    pub city: Option<String>,
    /// Where the lead came from. The first value counts for ever.
    pub source: Option<String>,
    /// The campaign that brought it. The first value counts for ever.
    pub campaign: Option<String>,
    /// The size of the budget, in the company's own tiers.
    pub budget_tier: Option<String>,
    /// The reason why nothing comes of it; a lead with one is out of the pool.
    pub closed_reason: Option<String>,
    /// The account that it became; null for none.
    pub became_account: Option<RecordId>,
    /// The deal that it became; null for none.
    pub became_deal: Option<RecordId>,
    /// Claims and returns, each as its JSON, by the id of the claim.
    pub claims: Labels,
    /// What was done about the lead, each as its JSON, by the id of the touch.
    pub touches: Labels,
    /// The lead's key in the system it was imported from.
    pub external_id: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// Something that was done about a lead.
#[uniffi::remote(Record)]
pub struct Touch {
    /// The time of the act, Unix milliseconds.
    pub at_ms: i64,
    /// The name of whoever did it.
    pub by: String,
    /// The kind of act: `call`, `visit`, `message`, `reply`, or `source` for a later source.
    pub kind: String,
    /// What was said.
    pub text: Option<String>,
}

/// The holder of a lead.
#[uniffi::remote(Enum)]
pub enum Holding {
    /// Nobody: it may be claimed.
    Free,
    /// Somebody, and nobody else may claim it.
    Held {
        /// The holder.
        by: String,
        /// The time of the claim, Unix milliseconds.
        since_ms: i64,
        /// The last protected day.
        until: Day,
        /// The day beyond which no touch protects it.
        last: Day,
    },
    /// Somebody whose protection is over, until the grace is too.
    Due {
        /// The holder.
        by: String,
        /// The last protected day.
        until: Day,
        /// The first day on which it is free.
        free_on: Day,
    },
    /// Nobody any more: it became an account.
    Converted,
    /// Nobody any more: nothing comes of it.
    Closed {
        /// The reason.
        reason: String,
    },
}

/// A lead as the pool has it.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct LeadStanding {
    /// The lead.
    pub lead: Record,
    /// The holder.
    pub holding: Holding,
    /// `true` if a claim of this device waits for the server, and another may be granted before it.
    pub pending: bool,
    /// `true` if the rep of this book holds it.
    pub is_own: bool,
    /// `true` if the rep of this book may claim it, as far as this device knows.
    pub may_claim: bool,
    /// What was done about it, in order.
    pub touches: Vec<Touch>,
}

impl From<book::LeadStanding> for LeadStanding {
    fn from(standing: book::LeadStanding) -> LeadStanding {
        LeadStanding {
            lead: standing.lead.into(),
            holding: standing.holding,
            pending: standing.pending,
            is_own: standing.is_own,
            may_claim: standing.may_claim,
            touches: standing.touches,
        }
    }
}

/// A captured lead.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct CapturedLead {
    /// The lead.
    pub lead: Record,
    /// `false` if a lead with this email address or telephone number was there: what it lacked was filled in.
    pub is_new: bool,
}

/// The records that a lead became.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ConvertedLead {
    /// The account.
    pub account: Record,
    /// The person at it; null for a lead without a company.
    pub contact: Option<Record>,
    /// The deal, if one was asked for.
    pub deal: Option<Record>,
}

/// One reason of a lead's points.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LeadReason {
    /// The field.
    pub field: String,
    /// The lead's answer, such as `web form` or `missing`.
    pub answer: String,
    /// Points above or below the average lead.
    pub points: i64,
}

/// An open lead with its points.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ScoredLead {
    /// The lead.
    pub lead: Record,
    /// Its points; 0 is the average lead, and ten double the odds.
    pub points: i64,
    /// The odds of a conversion, 0 to 1.
    pub odds: f64,
    /// The answers that moved it, the largest first.
    pub reasons: Vec<LeadReason>,
}

impl From<book::ScoredLead> for ScoredLead {
    fn from(scored: book::ScoredLead) -> ScoredLead {
        let reason = |reason: Reason| LeadReason {
            field: reason.column,
            answer: reason.answer,
            points: reason.points,
        };
        ScoredLead {
            lead: scored.lead.into(),
            points: scored.score.points,
            odds: scored.score.p,
            reasons: scored.score.reasons.into_iter().map(reason).collect(),
        }
    }
}

/// An act on a lead was refused. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum LeadError {
    /// Somebody else holds the lead, or it is out of the pool.
    #[error("not free")]
    NotFree {
        /// The holder, or what became of it.
        holding: Holding,
    },
    /// Only the holder of a lead gives it back; managers and administrators may too.
    #[error("not held")]
    NotHeld {
        /// The holder, if there is one.
        holder: Option<String>,
    },
    /// A touch is a `call`, `visit`, `message` or `reply`.
    #[error("no such touch")]
    BadTouch,
    /// The book refused, or its file failed.
    #[error("{reason}")]
    Book {
        /// The reason.
        reason: BookError,
    },
}

impl From<book::LeadError> for LeadError {
    fn from(error: book::LeadError) -> LeadError {
        match error {
            book::LeadError::NotFree { holding } => LeadError::NotFree { holding },
            book::LeadError::NotHeld { holder } => LeadError::NotHeld { holder },
            book::LeadError::BadTouch => LeadError::BadTouch,
            book::LeadError::Book(reason) => LeadError::Book { reason },
        }
    }
}

fn record_id(text: &str) -> Result<RecordId, LeadError> {
    parse_arg(text, RECORD_ID_FORM).map_err(|reason| LeadError::Book { reason })
}

#[uniffi::export]
impl Fieldbook {
    /// Takes a lead into the book. One with the same email address or telephone number is the same lead: its empty fields
    /// are filled in, its source stays, and the new source is kept as a touch.
    pub fn capture_lead(&self, fields: Fields) -> Result<CapturedLead, BookError> {
        let captured = self.book.capture_lead(&fields)?;
        Ok(CapturedLead {
            lead: captured.lead.into(),
            is_new: captured.is_new,
        })
    }

    /// The fields of a lead for each business card in a text: a vCard of a file, or the text of a QR code (vCard or MECARD).
    /// Nothing is written: show them, then call `capture_lead`.
    ///
    /// Fails with `BadRequest` for a text that is no card, or a card without a name.
    pub fn leads_of_cards(&self, text: &str) -> Result<Vec<Fields>, BookError> {
        leads_of_cards(text).map_err(|error| BookError::BadRequest {
            what: match error {
                CardError::NotACard => "a vCard or a MECARD",
                CardError::NoName { .. } => "a card that names a person or a company",
                CardError::TooLarge => "a text of at most 4 MB",
            },
        })
    }

    /// A lead in the pool.
    pub fn lead_standing(&self, id: RecordId) -> Result<LeadStanding, BookError> {
        Ok(self.book.lead_standing(id)?.into())
    }

    /// The leads that are neither converted nor closed, in the order of lists.
    pub fn leads(&self) -> Result<Vec<LeadStanding>, BookError> {
        Ok(self.book.leads()?.into_iter().map(LeadStanding::from).collect())
    }

    /// Claims a lead for the rep of this book. The claim is pending until the server has answered: it grants the one that
    /// arrives first.
    ///
    /// Fails with `NotFree` if somebody holds it, as far as this device knows.
    pub fn claim_lead(&self, id: &str) -> Result<LeadStanding, LeadError> {
        Ok(self.book.claim_lead(record_id(id)?)?.into())
    }

    /// Gives a lead back to the pool. Fails with `NotHeld` if somebody else holds it, or nobody.
    #[uniffi::method(default(why = None))]
    pub fn return_lead(&self, id: &str, why: Option<String>) -> Result<LeadStanding, LeadError> {
        Ok(self.book.return_lead(record_id(id)?, why.as_deref())?.into())
    }

    /// Writes down a `call`, `visit`, `message` or `reply`; one of the holder prolongs the protection.
    #[uniffi::method(default(text = None))]
    pub fn touch_lead(&self, id: &str, kind: &str, text: Option<String>) -> Result<LeadStanding, LeadError> {
        Ok(self
            .book
            .touch_lead(record_id(id)?, kind, text.as_deref())?
            .into())
    }

    /// Makes an account, a contact and, if `deal` names one, a deal of a lead, in one act.
    ///
    /// Fails with `NotFree` if somebody else holds the lead, or it is converted or closed.
    #[uniffi::method(default(deal = None))]
    pub fn convert_lead(&self, id: &str, deal: Option<String>) -> Result<ConvertedLead, LeadError> {
        let made = self.book.convert_lead(record_id(id)?, deal.as_deref())?;
        Ok(ConvertedLead {
            account: made.account.into(),
            contact: made.contact.map(Record::from),
            deal: made.deal.map(Record::from),
        })
    }

    /// The open leads with their points, the most promising first, learned from the leads of the book that came to an end.
    /// Empty if there are too few of these.
    pub fn scored_leads(&self) -> Result<Vec<ScoredLead>, BookError> {
        Ok(self
            .book
            .lead_scores()?
            .open
            .into_iter()
            .map(ScoredLead::from)
            .collect())
    }
}
