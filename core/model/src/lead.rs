//! Somebody who might become a customer.

use std::collections::BTreeMap;

use super::{Extra, Fields, Scalar};
use crate::ids::RecordId;

/// The prefix of the set of claims; the id of the claim follows, a `UUIDv7`.
pub const CLAIM_PREFIX: &str = "claim/";
/// The prefix of the set of touches; the id of the touch follows, a `UUIDv7`.
pub const TOUCH_PREFIX: &str = "touch/";

/// A person or a company that might become a customer, before there is an account.
#[derive(Debug, Clone, PartialEq, Default)]
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
    /// The account that it became.
    pub became_account: Option<RecordId>,
    /// The deal that it became.
    pub became_deal: Option<RecordId>,
    /// Claims and returns, each as its JSON, by the id of the claim.
    pub claims: BTreeMap<String, String>,
    /// What was done about the lead, each as its JSON, by the id of the touch.
    pub touches: BTreeMap<String, String>,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

impl From<Fields> for Lead {
    fn from(mut f: Fields) -> Lead {
        Lead {
            name: f.take_text("name").unwrap_or_default(),
            company: f.take_text("company"),
            phone: f.take_text("phone"),
            email: f.take_text("email"),
            city: f.take_text("city"),
            source: f.take_text("source"),
            campaign: f.take_text("campaign"),
            budget_tier: f.take_text("budget_tier"),
            closed_reason: f.take_text("closed_reason"),
            became_account: f.take_id("became_account"),
            became_deal: f.take_id("became_deal"),
            claims: f.take_texts(CLAIM_PREFIX),
            touches: f.take_texts(TOUCH_PREFIX),
            external_id: f.take_text("external_id"),
            extra: f.into(),
        }
    }
}

impl From<Lead> for Fields {
    fn from(l: Lead) -> Fields {
        let mut f = Fields::from(l.extra);
        f.set("name", l.name);
        f.set_some("company", l.company);
        f.set_some("phone", l.phone);
        f.set_some("email", l.email);
        f.set_some("city", l.city);
        f.set_some("source", l.source);
        f.set_some("campaign", l.campaign);
        f.set_some("budget_tier", l.budget_tier);
        f.set_some("closed_reason", l.closed_reason);
        f.set_some("became_account", l.became_account.map(Scalar::Id));
        f.set_some("became_deal", l.became_deal.map(Scalar::Id));
        f.set_members(CLAIM_PREFIX, l.claims);
        f.set_members(TOUCH_PREFIX, l.touches);
        f.set_some("external_id", l.external_id);
        f
    }
}
