//! A deal that may be won.

use std::collections::BTreeMap;

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
    /// Sales stage: the id of the stage that the deal's moves add up to; of a deal without moves, a stage in the company's
    /// own words, of which the further of two concurrent ones is shown.
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
    /// The day of the next step.
    pub next_step_on: Option<chrono::NaiveDate>,
    /// Lead source: the campaign, channel or person that brought the deal. It is written once.
    pub source: Option<String>,
    /// Size of the customer's budget, in the company's own words.
    pub budget_tier: Option<String>,
    /// Why the deal was lost.
    pub lost_reason: Option<String>,
    /// Forecast category that the rep gives: `commit`, `best` or `omit`.
    pub forecast_category: Option<String>,
    /// The rep's own probability that the deal is won, percent. The computed one stands beside it and never replaces it.
    pub probability: Option<f64>,
    /// The deal's moves from stage to stage, each a [`StageMove`](super::StageMove) as JSON, by id.
    pub moves: BTreeMap<String, String>,
    /// The decision chain: the id of a contact, a colon and a role, such as `economic_buyer`.
    pub roles: Vec<String>,
    /// The people of our side, by role: account manager, solution expert, delivery manager.
    pub team: BTreeMap<String, String>,
    /// The criteria of the process that the rep has checked off.
    pub checks: Vec<String>,
    /// Competitors by name, each with a note.
    pub competitors: BTreeMap<String, String>,
    /// The day on which each competitor was first seen.
    pub competitors_seen: BTreeMap<String, String>,
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
            next_step_on: f.take_parsed("next_step_on"),
            source: f.take_text("source"),
            budget_tier: f.take_text("budget_tier"),
            lost_reason: f.take_text("lost_reason"),
            forecast_category: f.take_text("forecast_category"),
            probability: f.take_real("probability"),
            moves: f.take_texts("move/"),
            roles: f.take_members("role/").into_keys().collect(),
            team: f.take_texts("team/"),
            checks: f.take_members("check/").into_keys().collect(),
            competitors: f.take_texts("competitor/"),
            competitors_seen: f.take_texts("competitor_seen/"),
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
        f.set_some("next_step_on", o.next_step_on.map(|d| d.to_string()));
        f.set_some("source", o.source);
        f.set_some("budget_tier", o.budget_tier);
        f.set_some("lost_reason", o.lost_reason);
        f.set_some("forecast_category", o.forecast_category);
        f.set_some("probability", o.probability.map(Scalar::Real));
        f.set_members("move/", o.moves);
        f.set_flags("role/", o.roles);
        f.set_members("team/", o.team);
        f.set_flags("check/", o.checks);
        f.set_members("competitor/", o.competitors);
        f.set_members("competitor_seen/", o.competitors_seen);
        f
    }
}
