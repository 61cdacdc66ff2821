//! Leads: capture, the pool, and what they become.

mod capture;
mod score;

pub use capture::Captured;
pub(super) use capture::{enrichment, known_lead};
pub use score::{LeadScores, ScoredLead};

use fieldbook_model::ids::RecordId;
use fieldbook_model::{CLAIM_PREFIX, Fields, Kind, Record, Role, Scalar, TOUCH_PREFIX, Zone};
use fieldbook_sales::facts::is_filled;
use fieldbook_sales::pool::{self, Claim, ClaimAct, Holding, TOUCH_KINDS, Touch};
use sha2::{Digest, Sha256};

use super::{Book, BookError, edit};

/// Why an act on a lead was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LeadError {
    /// Somebody else holds the lead, or it is out of the pool.
    #[error("{}", not_free(.holding))]
    NotFree {
        /// Who holds it, or what became of it.
        holding: Holding,
    },
    /// Only whoever holds a lead gives it back; managers and administrators may too.
    #[error("{} holds the lead", holder.as_deref().unwrap_or("nobody"))]
    NotHeld {
        /// The holder, if there is one.
        holder: Option<String>,
    },
    /// A kind of touch that there is not.
    #[error("a touch is one of {}", TOUCH_KINDS.join(", "))]
    BadTouch,
    /// The book refused, or its file failed.
    #[error(transparent)]
    Book(#[from] BookError),
}

fn not_free(holding: &Holding) -> String {
    match holding {
        Holding::Held { by, until, .. } => format!("{by} holds the lead until {until}"),
        Holding::Due { by, free_on, .. } => format!("{by} holds the lead; it is free on {free_on}"),
        Holding::Converted => "the lead has become an account".to_owned(),
        Holding::Closed { reason } => format!("the lead is closed: {reason}"),
        Holding::Free => "the lead is free".to_owned(),
    }
}

/// A lead as the pool has it.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadStanding {
    /// The lead.
    pub lead: Record,
    /// Who holds it now.
    pub holding: Holding,
    /// True if the server has not yet answered: a claim of this device is pending, and another may be granted before it.
    pub pending: bool,
    /// True if the rep of this book holds it.
    pub is_own: bool,
    /// True if the rep of this book may claim it, as far as this device knows.
    pub may_claim: bool,
    /// What was done about it, in order.
    pub touches: Vec<Touch>,
}

/// What a lead became.
#[derive(Debug, Clone, PartialEq)]
pub struct ConvertedLead {
    /// The account.
    pub account: Record,
    /// The person at it.
    pub contact: Option<Record>,
    /// The deal, if one was asked for.
    pub deal: Option<Record>,
}

impl Book {
    /// A lead in the pool.
    ///
    /// # Errors
    /// [`BookError`]: no such record, another kind.
    pub fn lead_standing(&self, id: RecordId) -> Result<LeadStanding, BookError> {
        let lead = self.lead(id)?;
        self.standing_of(lead)
    }

    /// The leads that are neither converted nor closed, in the order of lists.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn leads(&self) -> Result<Vec<LeadStanding>, BookError> {
        let mut leads = Vec::new();
        self.each_record(Kind::Lead, |lead| {
            let standing = self.standing_of(lead.clone())?;
            if !matches!(standing.holding, Holding::Converted | Holding::Closed { .. }) {
                leads.push(standing);
            }
            Ok(())
        })?;
        Ok(leads)
    }

    /// Claims a lead for the rep of this book. The claim is pending until the server has answered: of two that were made
    /// without a signal it grants the one that arrives first, and the other is among the refused edits of its phone.
    ///
    /// # Errors
    /// [`LeadError::NotFree`] when somebody holds it, as far as this device knows.
    pub fn claim_lead(&self, id: RecordId) -> Result<LeadStanding, LeadError> {
        let standing = self.lead_standing(id)?;
        let by = self.own_name();
        if !standing.holding.may_claim(&by) {
            return Err(LeadError::NotFree {
                holding: standing.holding,
            });
        }
        Ok(self.write_claim(id, by, ClaimAct::Claim, None)?)
    }

    /// Gives a lead back to the pool.
    ///
    /// # Errors
    /// [`LeadError::NotHeld`] when somebody else holds it, or nobody.
    pub fn return_lead(&self, id: RecordId, why: Option<&str>) -> Result<LeadStanding, LeadError> {
        let holding = self.lead_standing(id)?.holding;
        let by = self.own_name();
        let holder = holding.holder().map(str::to_owned);
        let is_own = holder.as_ref() == Some(&by);
        match holder {
            Some(holder) if is_own || self.identity().role() >= Role::Manager => {
                Ok(self.write_claim(id, holder, ClaimAct::Return, why)?)
            }
            holder => Err(LeadError::NotHeld { holder }),
        }
    }

    /// Writes down what was done about a lead; a touch of its holder prolongs the protection.
    ///
    /// # Errors
    /// [`LeadError::BadTouch`] for a kind that is none of [`TOUCH_KINDS`].
    pub fn touch_lead(
        &self,
        id: RecordId,
        kind: &str,
        text: Option<&str>,
    ) -> Result<LeadStanding, LeadError> {
        if !TOUCH_KINDS.contains(&kind) {
            return Err(LeadError::BadTouch);
        }
        self.lead(id)?;
        let key = format!("{TOUCH_PREFIX}{}", self.new_id());
        let patch = Fields::new().with(&key, self.touch(kind, text).to_text());
        let lead = self.edit(id, &patch)?;
        Ok(self.standing_of(lead)?)
    }

    /// Makes an account, a contact and, if `deal` names one, a deal of a lead, in one act. Their ids follow from the lead, so
    /// two phones that convert it make one account.
    ///
    /// # Errors
    /// [`LeadError::NotFree`] when somebody else holds the lead, or it is converted or closed.
    pub fn convert_lead(&self, id: RecordId, deal: Option<&str>) -> Result<ConvertedLead, LeadError> {
        let LeadStanding { lead, holding, .. } = self.lead_standing(id)?;
        let by = self.own_name();
        if !holding.may_claim(&by) && holding.holder() != Some(&by) {
            return Err(LeadError::NotFree { holding });
        }
        let text = |key: &str| lead.fields.text(key).filter(|text| is_filled(text));
        let (account, contact, opportunity) = (
            derived_id(id, "account"),
            derived_id(id, "contact"),
            derived_id(id, "deal"),
        );
        let mut account_fields = Fields::new().with("name", text("company").unwrap_or(lead.title()));
        account_fields.set("owner", by.as_str());
        account_fields.set_some("city", text("city"));
        let mut made = vec![(account, Kind::Account, account_fields)];
        if text("company").is_some() {
            let mut fields = Fields::new()
                .with("name", lead.title())
                .with("account_id", Scalar::Id(account));
            fields.set_some("phone", text("phone"));
            fields.set_some("email", text("email"));
            made.push((contact, Kind::Contact, fields));
        } else {
            made[0].2.set_some("phone", text("phone"));
            made[0].2.set_some("email", text("email"));
        }
        if let Some(name) = deal {
            let mut fields = Fields::new()
                .with("name", name)
                .with("owner", by.as_str())
                .with("account_id", Scalar::Id(account));
            fields.set_some("source", text("source"));
            fields.set_some("budget_tier", text("budget_tier"));
            made.push((opportunity, Kind::Opportunity, fields));
        }
        let mut patch = Fields::new().with("became_account", Scalar::Id(account));
        patch.set_some("became_deal", deal.map(|_| Scalar::Id(opportunity)));
        let context = self.write_context();
        self.transaction(|write| {
            for (id, kind, fields) in &made {
                if write.stored(*id)?.is_none() {
                    edit::create(write, context, *id, *kind, fields)?;
                }
            }
            let stored = write.stored(id)?.ok_or(BookError::NoSuchRecord { id })?;
            edit::edit(write, context, stored, &patch)
        })?;
        Ok(ConvertedLead {
            account: self.record(account)?,
            contact: self.store.record(contact).map_err(BookError::from)?,
            deal: self.store.record(opportunity).map_err(BookError::from)?,
        })
    }

    fn lead(&self, id: RecordId) -> Result<Record, BookError> {
        self.live_record(id, Kind::Lead)
    }

    /// Days are those of UTC, as on the server that grants claims.
    fn standing_of(&self, lead: Record) -> Result<LeadStanding, BookError> {
        let rules = self.packs()?.pool_rules();
        let holding = pool::holding(&lead.fields, &rules, &Zone::UTC, self.now_ms());
        let is_joined = self.identity().server.is_some();
        let own = self.own_name();
        let is_own = holding.holder() == Some(&own);
        Ok(LeadStanding {
            pending: is_joined && lead.unsent && is_own,
            is_own,
            may_claim: holding.may_claim(&own),
            touches: pool::touches(&lead.fields),
            holding,
            lead,
        })
    }

    fn write_claim(
        &self,
        id: RecordId,
        by: String,
        act: ClaimAct,
        why: Option<&str>,
    ) -> Result<LeadStanding, BookError> {
        let known = self.record(id)?;
        let rules = self.packs()?.pool_rules();
        let claim = Claim {
            why: why.filter(|why| is_filled(why)).map(str::to_owned),
            ..pool::next_claim(&known.fields, &rules, &Zone::UTC, by, act, self.now_ms())
        };
        let key = format!("{CLAIM_PREFIX}{}", self.new_id());
        let lead = self.edit(id, &Fields::new().with(&key, claim.to_text()))?;
        self.standing_of(lead)
    }

    fn touch(&self, kind: &str, text: Option<&str>) -> Touch {
        Touch {
            at_ms: self.now_ms(),
            by: self.own_name(),
            kind: kind.to_owned(),
            text: text.filter(|text| is_filled(text)).map(str::to_owned),
        }
    }

    /// The name of the rep; that of a book without one is empty.
    fn own_name(&self) -> String {
        self.identity().rep.clone().unwrap_or_default()
    }
}

/// The id of what a lead becomes.
fn derived_id(lead: RecordId, what: &str) -> RecordId {
    let mut hash = Sha256::new();
    hash.update(b"fieldbook-lead\0");
    hash.update(lead.0);
    hash.update(what.as_bytes());
    RecordId::from_hash(lead.made_at_ms().unwrap_or(0), &hash.finalize().into())
}
