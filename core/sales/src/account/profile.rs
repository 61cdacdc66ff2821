//! The profile of an account: what is known of it in many dimensions, each with its source and its age.
//!
//! A dimension of which nobody wrote anything down is not known: it has no value, and none is guessed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Body, DealEnd, Kind, Money, Record, StageMoves, VisitState, Zone};
use serde::Serialize;

use super::{Cadence, CadenceSource, Churn, Health, TierSource, Tiered, YEAR_DAYS};
use crate::facts::is_filled;
use crate::stats::{DealLog, Prior, WinRate, win_rate_of};
use crate::text::counted;

/// The last write of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Unix milliseconds.
    pub at_ms: i64,
    /// The author; `None` where no name is known.
    pub by: Option<String>,
}

/// An account with all that hangs on it, without deleted records.
pub struct AccountView<'a> {
    /// The day, in `zone`.
    pub today: NaiveDate,
    /// The zone in which days are counted.
    pub zone: &'a Zone,
    /// The account.
    pub account: &'a Record,
    /// Its sites.
    pub sites: &'a [Record],
    /// Its contacts.
    pub contacts: &'a [Record],
    /// Its deals, each with its history.
    pub deals: &'a [(Record, DealLog)],
    /// The visits that were held, the latest first.
    pub visits: &'a [Record],
    /// Its tasks.
    pub tasks: &'a [Record],
    /// Its notes.
    pub notes: &'a [Record],
    /// Its tier.
    pub tiered: &'a Tiered,
    /// Its cadence.
    pub cadence: Cadence,
    /// Its health.
    pub health: &'a Health,
    /// Its rhythm.
    pub churn: &'a Churn,
    /// The last write of a field of a record.
    pub written: &'a dyn Fn(RecordId, &str) -> Option<Written>,
}

/// One dimension of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dimension {
    /// The name for programs.
    pub name: &'static str,
    /// The value as text; `None` where it is not known.
    pub value: Option<String>,
    /// The records or the field that it stands on.
    pub source: String,
    /// The day of the write or the event that it stands on.
    pub as_of: Option<NaiveDate>,
    /// Days since then.
    pub age_days: Option<i64>,
}

/// The profile of an account: always the same dimensions in the same order.
pub fn profile(view: &AccountView<'_>) -> Vec<Dimension> {
    let mut all = Vec::new();
    all.extend(about_itself(view));
    all.extend(about_places_and_people(view));
    all.extend(about_visits(view));
    all.extend(about_money(view));
    all.extend(about_deals(view));
    all.extend(about_work(view));
    all
}

impl AccountView<'_> {
    fn dimension(
        &self,
        name: &'static str,
        source: &str,
        known: Option<(String, Option<NaiveDate>)>,
    ) -> Dimension {
        let (value, as_of) = known.map_or((None, None), |(value, as_of)| (Some(value), as_of));
        Dimension {
            name,
            source: source.to_owned(),
            age_days: as_of.map(|day| (self.today - day).num_days().max(0)),
            as_of,
            value,
        }
    }

    fn day(&self, at_ms: i64) -> NaiveDate {
        self.zone.date(at_ms)
    }

    fn made_on(&self, record: &Record) -> Option<NaiveDate> {
        record.id.made_at_ms().map(|at_ms| self.day(at_ms))
    }

    /// A filled text field of a record, with the day of its last write.
    fn text_of(&self, record: &Record, field: &str) -> Option<(String, Option<NaiveDate>, String)> {
        let text = record.fields.text(field).filter(|text| is_filled(text))?;
        let written = (self.written)(record.id, field);
        let by = written.as_ref().and_then(|written| written.by.as_ref());
        let by = by.map_or(String::new(), |by| format!(", by {by}"));
        let on = written.map(|written| self.day(written.at_ms));
        Some((text.trim().to_owned(), on, by))
    }

    fn own(&self, name: &'static str, field: &str) -> Dimension {
        let found = self.text_of(self.account, field);
        let by = found.as_ref().map_or("", |(_, _, by)| by);
        let source = format!("account.{field}{by}");
        self.dimension(name, &source, found.map(|(value, on, _)| (value, on)))
    }

    /// The field of the deal that wrote it last.
    fn latest_of_deals(
        &self,
        name: &'static str,
        field: &str,
        is_asked: impl Fn(&DealLog) -> bool,
    ) -> Dimension {
        let found = self
            .deals
            .iter()
            .filter(|(_, log)| is_asked(log))
            .filter_map(|(deal, _)| Some((self.text_of(deal, field)?, deal.title())))
            .max_by(|((_, a, _), _), ((_, b, _), _)| a.cmp(b));
        match found {
            Some(((value, on, by), deal)) => {
                self.dimension(name, &format!("deal {deal}{by}"), Some((value, on)))
            }
            None => self.dimension(name, &format!("deals.{field}"), None),
        }
    }
}

fn about_itself(view: &AccountView<'_>) -> Vec<Dimension> {
    let address: Vec<(String, Option<NaiveDate>, String)> =
        ["street", "postcode", "city", "region", "country"]
            .iter()
            .filter_map(|field| view.text_of(view.account, field))
            .collect();
    let lines: Vec<&str> = address.iter().map(|(text, ..)| text.as_str()).collect();
    let address = (!lines.is_empty()).then(|| {
        (
            lines.join(", "),
            address.iter().filter_map(|(_, on, _)| *on).max(),
        )
    });
    let tier = match view.tiered.source {
        TierSource::Hand | TierSource::Unlisted => view.own("tier", "tier"),
        TierSource::Derived | TierSource::Unknown => {
            let tier = view.tiered.tier.clone();
            view.dimension(
                "tier",
                "the standard's rule",
                tier.map(|tier| (tier, Some(view.today))),
            )
        }
    };
    vec![
        view.own("industry", "industry"),
        tier,
        view.own("owner", "owner"),
        view.dimension("address", "account", address),
        view.own("phone", "phone"),
        view.own("email", "email"),
        view.own("website", "website"),
    ]
}

fn about_places_and_people(view: &AccountView<'_>) -> Vec<Dimension> {
    let placed = view
        .sites
        .iter()
        .filter(|site| site.fields.text("position").is_some())
        .count();
    let newest = |records: &[Record]| records.iter().filter_map(|record| view.made_on(record)).max();
    let sites = (!view.sites.is_empty()).then(|| {
        (
            format!("{}, {placed} with a position", view.sites.len()),
            newest(view.sites),
        )
    });
    let hours = view
        .sites
        .iter()
        .filter_map(|site| Some((view.text_of(site, "opening_hours")?, site.title())))
        .max_by(|((_, a, _), _), ((_, b, _), _)| a.cmp(b));
    let hours = match hours {
        Some(((value, on, by), site)) => {
            view.dimension("opening_hours", &format!("site {site}{by}"), Some((value, on)))
        }
        None => view.dimension("opening_hours", "sites", None),
    };
    let is_reachable = |contact: &&Record| {
        ["phone", "email"]
            .iter()
            .any(|key| contact.fields.text(key).is_some())
    };
    let reachable = view.contacts.iter().filter(is_reachable).count();
    let contacts = (!view.contacts.is_empty()).then(|| {
        (
            format!("{}, {reachable} reachable", view.contacts.len()),
            newest(view.contacts),
        )
    });
    let mut chain: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (deal, _) in view.deals.iter().filter(|(_, log)| log.is_open()) {
        for (member, _) in deal.fields.members("role/") {
            if let Some((contact, role)) = member.split_once(':') {
                let contact = view
                    .contacts
                    .iter()
                    .find(|record| record.id.to_string() == contact);
                chain
                    .entry(role)
                    .or_default()
                    .insert(contact.map_or("somebody", |contact| contact.title()));
            }
        }
    }
    let roles: Vec<String> = chain
        .iter()
        .map(|(role, who)| {
            format!(
                "{role}: {}",
                who.iter().copied().collect::<Vec<_>>().join(" and ")
            )
        })
        .collect();
    let chain = (!roles.is_empty()).then(|| (roles.join(", "), None));
    vec![
        view.dimension("sites", "sites", sites),
        hours,
        view.dimension("contacts", "contacts", contacts),
        view.dimension("decision_chain", "open deals", chain),
    ]
}

fn about_visits(view: &AccountView<'_>) -> Vec<Dimension> {
    let arrived = |visit: &Record| match visit.body() {
        Body::Visit(visit) => visit.state.arrived_at_ms(),
        _ => None,
    };
    let last = view.visits.first();
    let last_on = last.and_then(arrived).map(|at_ms| view.day(at_ms));
    let verdict = last.and_then(|visit| match visit.body() {
        Body::Visit(visit) => match visit.state {
            VisitState::Open { check_in } | VisitState::Closed { check_in, .. } => {
                serde_json::to_value(check_in.assessment.verdict).ok()
            }
            _ => None,
        },
        _ => None,
    });
    let verdict = verdict
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .map_or(String::new(), |word| format!(", {}", word.replace('_', " ")));
    let rep = last
        .and_then(|visit| visit.fields.text("rep"))
        .map_or(String::new(), |rep| format!(" by {rep}"));
    let in_year = view
        .visits
        .iter()
        .filter_map(arrived)
        .filter(|at_ms| (view.today - view.day(*at_ms)).num_days() < YEAR_DAYS)
        .count();
    let outcome = view.visits.iter().find_map(|visit| {
        let (text, ..) = view.text_of(visit, "outcome")?;
        Some((text, arrived(visit).map(|at_ms| view.day(at_ms))))
    });
    let due = view
        .cadence
        .due_on(last_on)
        .map_or_else(|| "never visited".to_owned(), |due| format!("due on {due}"));
    let every = view.cadence.every_days;
    let cadence = match view.cadence.source {
        CadenceSource::Usual => None,
        CadenceSource::Account => Some((format!("every {every} days, {due}"), last_on)),
        CadenceSource::Tier => Some((format!("every {every} days by its tier, {due}"), last_on)),
    };
    vec![
        view.dimension(
            "last_visit",
            "visits",
            last_on.map(|on| (format!("{on}{rep}{verdict}"), Some(on))),
        ),
        view.dimension(
            "visits_in_year",
            "visits",
            last_on.map(|on| (in_year.to_string(), Some(on))),
        ),
        view.dimension("cadence", "account and tier", cadence),
        view.dimension("last_outcome", "visits", outcome),
    ]
}

/// Sums of money by currency, `2000.00 EUR + 300 JPY`.
fn sums(money: impl Iterator<Item = Money>) -> String {
    let mut by_currency: BTreeMap<String, Money> = BTreeMap::new();
    for one in money {
        by_currency
            .entry(one.currency.code().to_owned())
            .and_modify(|sum| sum.minor = sum.minor.saturating_add(one.minor))
            .or_insert(one);
    }
    let sums: Vec<String> = by_currency.values().map(Money::to_string).collect();
    sums.join(" + ")
}

fn about_money(view: &AccountView<'_>) -> Vec<Dimension> {
    let logs = || view.deals.iter().map(|(_, log)| log);
    let worth = |deals: &[&DealLog]| {
        let sum = sums(deals.iter().filter_map(|log| log.money()));
        let n = deals.len();
        if sum.is_empty() {
            counted(n, "deal")
        } else {
            format!("{sum} in {}", counted(n, "deal"))
        }
    };
    let ended_on = |log: &DealLog| log.end.map(|end| end.when.on);
    let open: Vec<&DealLog> = logs().filter(|log| log.is_open()).collect();
    let won: Vec<&DealLog> = logs().filter(|log| log.is_won()).collect();
    let is_of_year = |log: &&&DealLog| {
        ended_on(log).is_some_and(|on| (0..YEAR_DAYS).contains(&(view.today - on).num_days()))
    };
    let of_year: Vec<&DealLog> = won.iter().filter(is_of_year).copied().collect();
    let last_won = won.iter().filter_map(|log| ended_on(log)).max();
    let closed: Vec<&DealLog> = logs().filter(|log| !log.is_open()).collect();
    let last_closed = closed.iter().filter_map(|log| ended_on(log)).max();
    let rate = (!closed.is_empty()).then(|| (rate_text(&win_rate_of(&closed, Prior::NONE)), last_closed));
    let newest_open = open.iter().map(|log| log.opened.on).max();
    let known = !view.deals.is_empty();
    vec![
        view.dimension("open_deals", "deals", known.then(|| (worth(&open), newest_open))),
        view.dimension("won_in_year", "deals", known.then(|| (worth(&of_year), last_won))),
        view.dimension("won_ever", "deals", last_won.map(|on| (worth(&won), Some(on)))),
        view.dimension("win_rate", "closed deals", rate),
    ]
}

fn rate_text(rate: &WinRate) -> String {
    let thin = if rate.is_thin() {
        ", too few to say much"
    } else {
        ""
    };
    format!("{} of {} closed{thin}", rate.won, rate.closed)
}

fn about_deals(view: &AccountView<'_>) -> Vec<Dimension> {
    let mut competitors = BTreeSet::new();
    let mut products = BTreeSet::new();
    let (mut seen_on, mut bought_on) = (None, None);
    for (deal, log) in view.deals {
        for (name, _) in deal.fields.members("competitor/") {
            competitors.insert(name.to_owned());
            seen_on = seen_on
                .max((view.written)(deal.id, &format!("competitor/{name}")).map(|w| view.day(w.at_ms)));
        }
        if let Some(product) = deal
            .fields
            .text("product")
            .filter(|text| log.is_won() && is_filled(text))
        {
            products.insert(product.to_owned());
            bought_on = bought_on.max(log.end.map(|end| end.when.on));
        }
    }
    let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
    vec![
        view.latest_of_deals("lead_source", "source", |_| true),
        view.latest_of_deals("budget_tier", "budget_tier", |_| true),
        view.dimension(
            "competitors",
            "deals",
            (!competitors.is_empty()).then(|| (list(&competitors), seen_on)),
        ),
        view.dimension(
            "products",
            "won deals",
            (!products.is_empty()).then(|| (list(&products), bought_on)),
        ),
        view.latest_of_deals("next_step", "next_step", DealLog::is_open),
        view.latest_of_deals("lost_reason", "lost_reason", |log| {
            !log.is_open() && !log.is_won()
        }),
    ]
}

fn about_work(view: &AccountView<'_>) -> Vec<Dimension> {
    let open: Vec<&Record> = view
        .tasks
        .iter()
        .filter(|task| task.fields.time("done_at").is_none())
        .collect();
    let due = |task: &&Record| -> Option<NaiveDate> { task.fields.text("due_on")?.parse().ok() };
    let overdue = open
        .iter()
        .filter(|task| due(task).is_some_and(|on| on < view.today))
        .count();
    let newest = view.tasks.iter().filter_map(|task| view.made_on(task)).max();
    let tasks = (!view.tasks.is_empty()).then(|| (format!("{} open, {overdue} overdue", open.len()), newest));
    let written_on = |note: &Record| {
        let at_ms = note.fields.time("written_at").or_else(|| note.id.made_at_ms());
        at_ms.map(|at_ms| view.day(at_ms))
    };
    let note = view.notes.iter().max_by_key(|note| written_on(note));
    let note = note.map(|note| (note.title().to_owned(), written_on(note)));
    let grade = view
        .health
        .grade
        .and_then(|grade| serde_json::to_value(grade).ok());
    let grade = grade
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let health = view
        .health
        .score
        .map(|score| (format!("{score} of 100, {grade}"), Some(view.today)));
    let rhythm = view.churn.rhythm().map(|rhythm| {
        let state = view.churn.state().replace('_', " ");
        let text = format!(
            "every {} days; {state}, silent for {}",
            rhythm.days, rhythm.silent_days
        );
        (text, Some(rhythm.last))
    });
    vec![
        view.dimension("tasks", "tasks", tasks),
        view.dimension("last_note", "notes", note),
        view.dimension("health", "the score of today", health),
        view.dimension("rhythm", "visits and won deals", rhythm),
    ]
}

/// True for a deal that neither its moves nor its stage end.
pub fn is_open_deal(deal: &Record) -> bool {
    deal.kind == Kind::Opportunity
        && DealEnd::of_deal(&deal.fields, StageMoves::fold(&deal.fields).as_ref()).is_none()
}

#[cfg(test)]
mod tests;
