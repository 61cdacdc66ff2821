//! The effects of rules, with ids that every device makes alike.

use chrono::{Days, NaiveDate};
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{self, FieldType};
use fieldbook_model::{Fields, Kind, Record, Scalar};
use sha2::{Digest, Sha256};

use super::occurrence::{Occurrence, value_text};
use super::{Action, Rule, RulePack};
use crate::pack::hex;
use crate::text::Texts;

/// The prefix of the marks that rules leave in the records that they make or change; the value names pack and rule.
pub const RULE_PREFIX: &str = "rule/";
/// The mark of a record that a rule made; other marks name an occurrence that changed the record.
pub(super) const MADE_MARK: &str = "made";

/// What an action writes.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A new record, unless it was made before. A record that was deleted since stays deleted.
    Make {
        /// The id, the same on every device.
        id: RecordId,
        /// The kind.
        kind: Kind,
        /// The fields.
        fields: Fields,
    },
    /// Fields of a record that is there, unless it has the mark.
    Change {
        /// The record.
        id: RecordId,
        /// The key of the mark, which is among the fields.
        mark: String,
        /// The fields.
        fields: Fields,
    },
}

/// The trace by which an action is known to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// A record of this id, deleted or not.
    Record(RecordId),
    /// This key among the fields of the watched record.
    Mark(String),
}

/// The trace of each action of a rule at one occurrence, in the order of the actions.
pub fn traces(pack: &RulePack, rule: &Rule, occurrence: &Occurrence, record: &Record) -> Vec<Trace> {
    let actions = rule.actions.iter().enumerate();
    let trace = |(n, action): (usize, &Action)| {
        let hash = hash(pack, rule, occurrence, record, n);
        match action {
            Action::Set { .. } | Action::Tag { .. } => Trace::Mark(mark(&hash)),
            Action::Task { .. } | Action::Visit { .. } | Action::Note { .. } => {
                Trace::Record(RecordId::from_hash(occurrence.at_ms, &hash))
            }
        }
    };
    actions.map(trace).collect()
}

/// SHA-256 over the names of pack, rule, record, occurrence and action. The version is left out: a new version of a pack
/// does not do again what an earlier one did.
fn hash(pack: &RulePack, rule: &Rule, occurrence: &Occurrence, record: &Record, action: usize) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [
        "fieldbook-rule",
        pack.name.as_str(),
        rule.id.as_str(),
        record.id.to_string().as_str(),
        occurrence.key.as_str(),
        action.to_string().as_str(),
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().into()
}

fn mark(hash: &[u8; 32]) -> String {
    format!("{RULE_PREFIX}{}", hex(&hash[..8]))
}

/// The names that stand in texts for their placeholders.
#[derive(Debug, Clone, Copy, Default)]
pub struct Titles<'a> {
    /// The name of the account.
    pub account: &'a str,
    /// The owner of the account.
    pub account_owner: Option<&'a str>,
}

/// The effects of one occurrence of a rule at `record`, in the order of the actions.
///
/// All follows from pack, record and occurrence: days count from the day of the occurrence, never from the day on which a
/// device finds it. `business_day` gives the day so many business days after another, at the customer's place.
pub fn effects(
    pack: &RulePack,
    rule: &Rule,
    occurrence: &Occurrence,
    record: &Record,
    titles: Titles<'_>,
    business_day: &dyn Fn(NaiveDate, u32) -> NaiveDate,
) -> Vec<Effect> {
    let from = Source {
        pack,
        rule,
        occurrence,
        record,
        titles,
        business_day,
    };
    let actions = rule.actions.iter().enumerate();
    actions.filter_map(|(n, action)| from.effect(n, action)).collect()
}

struct Source<'a> {
    pack: &'a RulePack,
    rule: &'a Rule,
    occurrence: &'a Occurrence,
    record: &'a Record,
    titles: Titles<'a>,
    business_day: &'a dyn Fn(NaiveDate, u32) -> NaiveDate,
}

impl Source<'_> {
    fn name(&self) -> String {
        format!("{}/{}", self.pack.id(), self.rule.id)
    }

    fn effect(&self, n: usize, action: &Action) -> Option<Effect> {
        let hash = hash(self.pack, self.rule, self.occurrence, self.record, n);
        match action {
            Action::Task { .. } => self.task(hash, action),
            Action::Visit {
                purpose,
                in_days,
                business_days,
            } => {
                let on = self.day_after(*in_days, *business_days);
                let zone = self.pack.zone();
                let account = self.record.account()?;
                let fields = Fields::new()
                    .with("account_id", Scalar::Id(account))
                    .with("purpose", self.text(purpose))
                    .with("planned_at", Scalar::Time(zone.instant_ms(on, 9 * 3_600)));
                Some(self.make(hash, Kind::Visit, fields))
            }
            Action::Note { text } => {
                let mut fields = Fields::new()
                    .with("text", self.text(text))
                    .with("about_id", Scalar::Id(self.record.id))
                    .with("written_at", Scalar::Time(self.occurrence.at_ms));
                fields.set_some("account_id", self.record.account().map(Scalar::Id));
                Some(self.make(hash, Kind::Note, fields))
            }
            Action::Set { field, value, over } => {
                let field = field.split_once('.').map_or(field.as_str(), |(_, field)| field);
                let stands = self.record.fields.value(field).and_then(value_text);
                if stands.as_ref() == Some(value) || (stands.is_some() && !over) {
                    return None;
                }
                let value = field_value(self.record.kind, field, value)?;
                Some(self.change(hash, field, value))
            }
            Action::Tag { tag } => {
                let key = format!("tag/{tag}");
                let stands = self.record.fields.0.contains_key(&key);
                (!stands).then(|| self.change(hash, &key, Scalar::Bool(true)))
            }
        }
    }

    fn task(&self, hash: [u8; 32], action: &Action) -> Option<Effect> {
        let Action::Task {
            name,
            due_days,
            business_days,
            owner,
            priority,
            remind_hour,
        } = action
        else {
            return None;
        };
        let due = self.day_after(*due_days, *business_days);
        let mut fields = Fields::new()
            .with("name", self.text(name))
            .with("due_on", due.to_string());
        fields.set_some("account_id", self.record.account().map(Scalar::Id));
        if self.record.kind != Kind::Account {
            fields.set("about_id", Scalar::Id(self.record.id));
        }
        let owner = match owner.as_deref() {
            Some("owner") => self.record.fields.text("owner").or(self.titles.account_owner),
            named => named,
        };
        fields.set_some("owner", owner);
        fields.set_some("priority", priority.as_deref());
        if let Some(hour) = remind_hour {
            let zone = self.pack.zone();
            let at_ms = zone.instant_ms(due, i64::from(*hour) * 3_600);
            fields.set("remind_at", Scalar::Time(at_ms));
        }
        Some(self.make(hash, Kind::Task, fields))
    }

    fn make(&self, hash: [u8; 32], kind: Kind, mut fields: Fields) -> Effect {
        fields.set(&format!("{RULE_PREFIX}{MADE_MARK}"), self.name());
        Effect::Make {
            id: RecordId::from_hash(self.occurrence.at_ms, &hash),
            kind,
            fields,
        }
    }

    fn change(&self, hash: [u8; 32], field: &str, value: Scalar) -> Effect {
        let mark = mark(&hash);
        let fields = Fields::new().with(field, value).with(&mark, self.name());
        Effect::Change {
            id: self.record.id,
            mark,
            fields,
        }
    }

    fn day_after(&self, days: u16, business: bool) -> NaiveDate {
        let on = self.occurrence.on;
        if business {
            (self.business_day)(on, u32::from(days))
        } else {
            on.checked_add_days(Days::new(u64::from(days))).unwrap_or(on)
        }
    }

    fn text(&self, texts: &Texts) -> String {
        let deal = if self.record.kind == Kind::Opportunity {
            self.record.title()
        } else {
            ""
        };
        let filled = texts.get(&self.pack.language);
        let mut text = String::with_capacity(filled.len() + 32);
        let mut rest = filled;
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            let (name, value) = [
                ("{account}", self.titles.account),
                ("{deal}", deal),
                ("{name}", self.record.title()),
            ]
            .into_iter()
            .find(|(name, _)| rest.starts_with(name))
            .unwrap_or(("{", "{"));
            text.push_str(value);
            rest = &rest[name.len()..];
        }
        text.push_str(rest);
        text
    }
}

/// The value of a field as its type holds it; `None` for a text that is none.
pub(super) fn field_value(kind: Kind, field: &str, value: &str) -> Option<Scalar> {
    let spec = schema::spec(kind, field).filter(|spec| !spec.is_set())?;
    let value = match spec.takes {
        FieldType::Count => Scalar::Int(value.parse().ok()?),
        FieldType::Bool => Scalar::Bool(value.parse().ok()?),
        _ => Scalar::Text(value.to_owned()),
    };
    schema::check(kind, field, &value).ok().map(|()| value)
}
