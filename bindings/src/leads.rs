//! Leads, as the records that they are.

use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Extra, Lead};

use crate::scalars::Labels;

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
