//! A deal that may be won.

use super::{Extra, Fields, Scalar};
use crate::Money;
use crate::ids::RecordId;

/// A deal, open or closed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opportunity {
    /// Whose money it is, if that is known yet.
    pub account_id: Option<RecordId>,
    /// Name of the deal.
    pub name: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// Sales stage, in the company's own words. Of two concurrent stages the further one is shown.
    pub stage: Option<String>,
    /// Value of the deal.
    pub amount: Option<Money>,
    /// The day it began, `2026-11-24`.
    pub opened_on: Option<chrono::NaiveDate>,
    /// The day it closed or should.
    pub close_on: Option<chrono::NaiveDate>,
    /// The product or service to be sold.
    pub product: Option<String>,
    /// The person responsible, as the imported file named them.
    pub owner: Option<String>,
    /// The next step agreed with the customer.
    pub next_step: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

impl From<Fields> for Opportunity {
    fn from(mut f: Fields) -> Opportunity {
        Opportunity {
            account_id: f.take_id("account_id"),
            name: f.take_text("name").unwrap_or_default(),
            external_id: f.take_text("external_id"),
            stage: f.take_text("stage"),
            amount: f.take_parsed("amount"),
            opened_on: f.take_parsed("opened_on"),
            close_on: f.take_parsed("close_on"),
            product: f.take_text("product"),
            owner: f.take_text("owner"),
            next_step: f.take_text("next_step"),
            extra: f.into(),
        }
    }
}

impl From<Opportunity> for Fields {
    fn from(o: Opportunity) -> Fields {
        let mut f = Fields::from(o.extra);
        f.set_some("account_id", o.account_id.map(Scalar::Id));
        f.set("name", o.name);
        f.set_some("external_id", o.external_id);
        f.set_some("stage", o.stage);
        f.set_some("amount", o.amount.map(|m| m.to_string()));
        f.set_some("opened_on", o.opened_on.map(|d| d.to_string()));
        f.set_some("close_on", o.close_on.map(|d| d.to_string()));
        f.set_some("product", o.product);
        f.set_some("owner", o.owner);
        f.set_some("next_step", o.next_step);
        f
    }
}
