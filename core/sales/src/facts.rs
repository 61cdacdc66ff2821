//! The facts that criteria ask for, and their types.
//!
//! A fact has a name of two parts, `deal.amount`. It is known, absent, or unknown on this device because a record that it
//! stands on is not here. The names of deals' and accounts' facts are their declared fields.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use fieldbook_model::schema::{self, FieldType};
use fieldbook_model::{Fields, Kind, Money, Scalar};

use crate::rule::Subject;

/// The type of a value in a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactType {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// A day.
    Date,
    /// An amount with its currency.
    Money,
    /// Anything that can only be asked whether it is there.
    Opaque,
}

impl FactType {
    /// The word for it in messages.
    pub fn name(self) -> &'static str {
        match self {
            FactType::Bool => "bool",
            FactType::Int => "int",
            FactType::Text => "text",
            FactType::Date => "date",
            FactType::Money => "money",
            FactType::Opaque => "opaque",
        }
    }
}

/// A value of a fact.
#[derive(Debug, Clone, PartialEq)]
pub enum FactValue {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// An amount with its currency.
    Money(Money),
    /// Something that is there.
    Opaque,
}

impl FactValue {
    /// The type of the value.
    pub fn fact_type(&self) -> FactType {
        match self {
            FactValue::Bool(_) => FactType::Bool,
            FactValue::Int(_) => FactType::Int,
            FactValue::Text(_) => FactType::Text,
            FactValue::Date(_) => FactType::Date,
            FactValue::Money(_) => FactType::Money,
            FactValue::Opaque => FactType::Opaque,
        }
    }
}

/// The standing of one fact.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// Known, with this value.
    Known(FactValue),
    /// Known to be absent.
    Absent,
    /// Not known on this device until the named thing is synced.
    Unknown(String),
}

/// What is known about a deal when a gate is judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The day on which it is judged, in the zone of the customer.
    pub today: NaiveDate,
    by_name: BTreeMap<String, Fact>,
    /// First parts of names whose record is not here, with the thing to sync.
    not_here: BTreeMap<String, String>,
}

/// Facts that are counted from records around a deal, with their types.
const COUNTED: [(&str, FactType); 8] = [
    ("contacts.count", FactType::Int),
    ("visits.held", FactType::Int),
    ("visits.verified", FactType::Int),
    ("visits.last_on", FactType::Date),
    ("tasks.open", FactType::Int),
    ("tasks.overdue", FactType::Int),
    ("competitors.count", FactType::Int),
    ("stage.days", FactType::Int),
];

/// The type of the fact `name`; `None` if there is no such fact.
///
/// `deal.FIELD` and `account.FIELD` are declared fields, `deal.x.NAME` and `account.x.NAME` custom ones, which can only be
/// asked whether they are filled in; rules have them of the other [subjects](Subject) too. `role.NAME` is the number of contacts who have that role in the decision chain,
/// `team.NAME` the person of our side, `check.ID` is true if the rep has checked that criterion off.
pub fn fact_type(name: &str) -> Option<FactType> {
    let (of, what) = name.split_once('.')?;
    if what.is_empty() {
        return None;
    }
    match of {
        "role" => is_slug(what).then_some(FactType::Int),
        "check" => is_slug(what).then_some(FactType::Bool),
        "team" => is_slug(what).then_some(FactType::Text),
        _ => match Subject::from_name(of) {
            Some(subject) => field_type(subject.kind(), what),
            None => COUNTED
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, takes)| *takes),
        },
    }
}

fn field_type(kind: Kind, field: &str) -> Option<FactType> {
    if field.strip_prefix("x.").is_some_and(|name| !name.is_empty()) {
        return Some(FactType::Opaque);
    }
    let spec = schema::spec(kind, field).filter(|spec| !spec.is_set())?;
    Some(match spec.takes {
        FieldType::Text | FieldType::LongText => FactType::Text,
        FieldType::Count => FactType::Int,
        FieldType::Bool => FactType::Bool,
        FieldType::Date => FactType::Date,
        FieldType::Money => FactType::Money,
        _ => FactType::Opaque,
    })
}

/// True for 1 to 64 of `a`-`z`, `0`-`9`, `_` and `-`: the form of the ids of stages, criteria and roles.
pub fn is_slug(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

/// True if a text says something: at least one letter or digit of any script. A dash or blanks fill no field.
pub fn is_filled(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

impl Facts {
    /// The facts of the own fields of any record that rules watch.
    pub fn of_record(today: NaiveDate, subject: Subject, fields: &Fields) -> Facts {
        let mut facts = Facts {
            today,
            by_name: BTreeMap::new(),
            not_here: BTreeMap::new(),
        };
        facts.take_fields(subject.name(), subject.kind(), fields);
        facts
    }

    /// The facts of a deal's own fields, its decision chain, checks and team.
    pub fn of_deal(today: NaiveDate, deal: &Fields) -> Facts {
        let mut facts = Facts::of_record(today, Subject::Deal, deal);
        let mut roles: BTreeMap<&str, i64> = BTreeMap::new();
        for (name, _) in deal.members("role/") {
            if let Some((_, role)) = name.split_once(':') {
                *roles.entry(role).or_default() += 1;
            }
        }
        for (role, count) in roles {
            facts.set(&format!("role.{role}"), FactValue::Int(count));
        }
        for (name, _) in deal.members("check/") {
            facts.set(&format!("check.{name}"), FactValue::Bool(true));
        }
        for (name, person) in deal.members("team/") {
            if let Some(person) = person.text().filter(|text| is_filled(text)) {
                facts.set(&format!("team.{name}"), FactValue::Text(person.to_owned()));
            }
        }
        let competitors = deal.members("competitor/").count();
        facts.set(
            "competitors.count",
            FactValue::Int(i64::try_from(competitors).unwrap_or(i64::MAX)),
        );
        facts
    }

    /// Adds the facts of the deal's account.
    pub fn take_account(&mut self, account: &Fields) {
        self.take_fields("account", Kind::Account, account);
    }

    /// Says that every fact of `of` (`account`, `visits`) is unknown here until `needs` is synced.
    pub fn not_here(&mut self, of: &str, needs: &str) {
        self.not_here.insert(of.to_owned(), needs.to_owned());
    }

    /// Sets one fact.
    pub fn set(&mut self, name: &str, value: FactValue) {
        self.by_name.insert(name.to_owned(), Fact::Known(value));
    }

    /// The standing of a fact. What was never set is absent; counts, roles and checks that were never set are zero and false.
    pub fn get(&self, name: &str) -> Fact {
        if let Some(known) = self.by_name.get(name) {
            return known.clone();
        }
        let of = name.split_once('.').map_or(name, |(of, _)| of);
        if let Some(needs) = self.not_here.get(of) {
            return Fact::Unknown(needs.clone());
        }
        match (of, fact_type(name)) {
            ("check", Some(FactType::Bool)) => Fact::Known(FactValue::Bool(false)),
            (of, _) if Subject::from_name(of).is_some() => Fact::Absent,
            (_, Some(FactType::Int)) => Fact::Known(FactValue::Int(0)),
            _ => Fact::Absent,
        }
    }

    fn take_fields(&mut self, of: &str, kind: Kind, fields: &Fields) {
        for (key, value) in &fields.0 {
            if let Some(custom) = key.strip_prefix("x/") {
                let is_there = value.text().is_none_or(is_filled) && *value != Scalar::Cleared;
                if is_there {
                    self.set(&format!("{of}.x.{custom}"), FactValue::Opaque);
                }
                continue;
            }
            let Some(takes) = field_type(kind, key) else {
                continue;
            };
            if let Some(value) = fact_value(takes, value) {
                self.set(&format!("{of}.{key}"), value);
            }
        }
    }
}

fn fact_value(takes: FactType, value: &Scalar) -> Option<FactValue> {
    match (takes, value) {
        (_, Scalar::Cleared) => None,
        (FactType::Text, Scalar::Text(text)) => is_filled(text).then(|| FactValue::Text(text.clone())),
        (FactType::Date, Scalar::Text(text)) => text.parse().ok().map(FactValue::Date),
        (FactType::Money, Scalar::Text(text)) => text.parse().ok().map(FactValue::Money),
        (FactType::Int, Scalar::Int(n)) => Some(FactValue::Int(*n)),
        (FactType::Bool, Scalar::Bool(b)) => Some(FactValue::Bool(*b)),
        (FactType::Opaque, value) => value.text().is_none_or(is_filled).then_some(FactValue::Opaque),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_10_a_dash_or_blanks_fill_no_field() {
        for (text, filled) in [
            ("-", false),
            (" ", false),
            ("—", false),
            ("?", false),
            ("n", true),
            ("客户", true),
            ("5", true),
        ] {
            assert_eq!(is_filled(text), filled, "{text}");
        }
        let deal = Fields::new()
            .with("budget_tier", "-")
            .with("next_step", " ")
            .with("source", "Fair");
        let facts = Facts::of_deal(NaiveDate::default(), &deal);
        assert_eq!(
            (facts.get("deal.budget_tier"), facts.get("deal.next_step")),
            (Fact::Absent, Fact::Absent)
        );
        assert_eq!(
            facts.get("deal.source"),
            Fact::Known(FactValue::Text("Fair".into()))
        );
    }

    #[test]
    fn law_12_what_is_not_here_is_unknown_and_what_was_never_counted_is_zero() {
        let mut facts = Facts::of_deal(
            NaiveDate::default(),
            &Fields::new().with("role/c1:champion", Scalar::Bool(true)),
        );
        facts.not_here("account", "the account");
        assert_eq!(facts.get("account.tier"), Fact::Unknown("the account".into()));
        assert_eq!(facts.get("role.champion"), Fact::Known(FactValue::Int(1)));
        assert_eq!(facts.get("role.blocker"), Fact::Known(FactValue::Int(0)));
        assert_eq!(facts.get("visits.last_on"), Fact::Absent);
    }

    #[test]
    fn a_fact_is_a_declared_field_or_one_that_is_counted() {
        assert_eq!(fact_type("deal.amount"), Some(FactType::Money));
        assert_eq!(fact_type("account.visit_every_days"), Some(FactType::Int));
        assert_eq!(fact_type("deal.x.tender"), Some(FactType::Opaque));
        for none in [
            "deal.colour",
            "deal.move/",
            "deal.x.",
            "deal",
            "orders.count",
            "role.A B",
            "check.",
        ] {
            assert_eq!(fact_type(none), None, "{none}");
        }
    }
}
