//! The check of a pack of rules: what would go wrong in the field, and what would never end, is refused when it is built.

use std::collections::{BTreeMap, BTreeSet};

use fieldbook_model::schema::{self, FieldType, Policy};
use fieldbook_model::{Kind, Zone};
use serde_json::Value;

use super::effect::field_value;
use super::{Action, RULES_FORMAT, Rule, RulePack, Subject, Trigger};
use crate::expr::Expr;
use crate::pack::{Faults, PackFault, PackFaults, parse_format};

/// The most rules that may set off one another in a chain.
pub const RING_DEPTH_MAX: usize = 3;

/// Triggers of a field that names a subject and a field of it.
fn field_of(name: &str) -> Option<(Subject, &str)> {
    let (subject, field) = name.split_once('.')?;
    Some((Subject::from_name(subject)?, field))
}

pub(super) fn parse(text: &str) -> Result<RulePack, PackFaults> {
    let json = parse_format(text, RULES_FORMAT)?;
    let pack: RulePack = serde_json::from_value(json).map_err(|e| PackFault::Json(e.to_string()))?;
    let mut faults = Faults::default();
    faults.head(&pack.name, pack.version, &pack.titles, pack.next_key.as_deref());
    if pack.zone.parse::<Zone>().is_err() {
        faults.incomplete("zone", "a time zone such as Europe/Berlin, known on this machine");
    }
    if pack.rules.is_empty() {
        faults.incomplete("rules", "a pack has at least one rule");
    }
    let mut ids = BTreeSet::new();
    for rule in &pack.rules {
        let at = format!("rules/{}", rule.id);
        faults.id(&at, &rule.id);
        faults.unique(&at, &rule.id, &mut ids);
        faults.text(&format!("{at}/titles"), &rule.titles);
        check_rule(&mut faults, &at, rule);
    }
    if faults.0.is_empty() {
        check_rings(&mut faults, &pack.rules);
    }
    if faults.0.is_empty() {
        Ok(pack)
    } else {
        Err(PackFaults(faults.0))
    }
}

/// The pack in `text` with the conditions in CEL compiled by `compile` into its tests, as JSON text.
///
/// # Errors
/// [`PackFaults`] with the faults of `compile`, each at the place of its rule; JSON that does not read.
pub fn with_conditions(
    text: &str,
    compile: impl Fn(&str) -> Result<Value, String>,
) -> Result<String, PackFaults> {
    let mut json = parse_format(text, RULES_FORMAT)?;
    let mut faults = Vec::new();
    let rules = json.get_mut("rules").and_then(Value::as_array_mut);
    for rule in rules.into_iter().flatten().filter_map(Value::as_object_mut) {
        let Some(when) = rule.get("when").and_then(Value::as_str) else {
            continue;
        };
        match compile(when) {
            Ok(test) => {
                rule.insert("test".to_owned(), test);
            }
            Err(fault) => faults.push(PackFault::Condition {
                at: format!(
                    "rules/{}/when",
                    rule.get("id").and_then(Value::as_str).unwrap_or_default()
                ),
                fault,
            }),
        }
    }
    if faults.is_empty() {
        Ok(json.to_string())
    } else {
        Err(PackFaults(faults))
    }
}

fn check_rule(faults: &mut Faults, at: &str, rule: &Rule) {
    check_trigger(faults, at, &rule.on);
    let subject = rule.on.subject();
    match (&rule.test, &rule.when) {
        (Some(test), _) => match Expr::parse(test) {
            Err(fault) => faults.0.push(PackFault::Criterion {
                at: format!("{at}/test"),
                fault,
            }),
            Ok(expr) => {
                let subject = subject.unwrap_or(Subject::Account);
                let elsewhere = expr.facts().into_iter().filter(|fact| !is_at(subject, fact));
                for fact in elsewhere {
                    faults.0.push(PackFault::FactElsewhere {
                        at: format!("{at}/test"),
                        subject,
                        fact: fact.to_owned(),
                    });
                }
            }
        },
        (None, Some(_)) => faults.0.push(PackFault::NotCompiled {
            at: format!("{at}/when"),
        }),
        (None, None) => {}
    }
    if rule.actions.is_empty() {
        faults.incomplete(at, "a rule does at least one thing");
    }
    for (n, action) in rule.actions.iter().enumerate() {
        check_action(faults, &format!("{at}/do/{n}"), subject, action);
    }
}

/// True if records of `subject` have the fact `name`.
fn is_at(subject: Subject, name: &str) -> bool {
    let of = name.split_once('.').map_or(name, |(of, _)| of);
    match of {
        "role" | "check" | "team" | "competitors" | "stage" => subject == Subject::Deal,
        "account" | "visits" | "contacts" | "tasks" => true,
        of => of == subject.name(),
    }
}

fn check_trigger(faults: &mut Faults, at: &str, trigger: &Trigger) {
    let at = format!("{at}/on");
    let bad_field = |field: &str| PackFault::RuleField {
        at: at.clone(),
        field: field.to_owned(),
    };
    match trigger {
        Trigger::FieldIs { field, value } => {
            let fits = field_of(field)
                .is_some_and(|(subject, name)| field_value(subject.kind(), name, value).is_some());
            if !fits {
                faults.0.push(bad_field(&format!("{field} = {value}")));
            }
        }
        Trigger::FieldFilled { field } => {
            let fits =
                field_of(field).is_some_and(|(subject, name)| field_type(subject.kind(), name).is_some());
            if !fits {
                faults.0.push(bad_field(field));
            }
        }
        Trigger::Date { field, .. } => {
            let takes = field_of(field).and_then(|(subject, name)| field_type(subject.kind(), name));
            if takes != Some(FieldType::Date) {
                faults.0.push(bad_field(field));
            }
        }
        Trigger::StageEntered { stage } | Trigger::StageDays { stage, .. } => faults.id(&at, stage),
        Trigger::Quiet { of, .. } | Trigger::Every { of, .. }
            if !matches!(of, Subject::Account | Subject::Deal) =>
        {
            faults.incomplete(&at, "it watches an account or a deal");
        }
        _ => {}
    }
}

fn field_type(kind: Kind, field: &str) -> Option<FieldType> {
    let spec = schema::spec(kind, field).filter(|spec| !spec.is_set())?;
    Some(spec.takes)
}

/// Fields that a person or the server alone decides about.
fn is_reserved(field: &str) -> bool {
    matches!(
        field,
        "stage" | "deleted" | "check_in" | "check_out" | "same_as" | "account_id" | "done_at" | "external_id"
    )
}

fn check_action(faults: &mut Faults, at: &str, subject: Option<Subject>, action: &Action) {
    match action {
        Action::Task {
            name,
            owner,
            remind_hour,
            ..
        } => {
            faults.text(at, name);
            if owner.as_deref().is_some_and(|owner| owner.trim().is_empty()) {
                faults.incomplete(at, "an owner has a name");
            }
            if remind_hour.is_some_and(|hour| hour > 23) {
                faults.incomplete(at, "an hour is 0 to 23");
            }
        }
        Action::Visit { purpose, .. } => faults.text(at, purpose),
        Action::Note { text } => faults.text(at, text),
        Action::Set { field, value, over } => {
            let is_kept = |kind, name| schema::policy(kind, name) == Policy::First;
            let fits = field_of(field).is_some_and(|(of, name)| {
                Some(of) == subject
                    && !is_reserved(name)
                    && !(*over && is_kept(of.kind(), name))
                    && field_value(of.kind(), name, value).is_some()
            });
            if !fits {
                faults.0.push(PackFault::RuleField {
                    at: at.to_owned(),
                    field: format!("{field} = {value}"),
                });
            }
        }
        Action::Tag { tag } => {
            if tag.trim().is_empty() || tag.chars().count() > 64 {
                faults.incomplete(at, "a label has 1 to 64 characters");
            }
        }
    }
}

/// True if what `action` of a rule about `subject` writes is what `rule` looks at.
fn sets_off(subject: Option<Subject>, action: &Action, rule: &Rule) -> bool {
    let makes = |made: Subject| match &rule.on {
        Trigger::Added { of, from_rules } => *of == made && *from_rules,
        Trigger::TaskOverdue { from_rules, .. } => made == Subject::Task && *from_rules,
        Trigger::Date { .. } | Trigger::FieldIs { .. } | Trigger::FieldFilled { .. } => {
            rule.on.subject() == Some(made)
        }
        _ => false,
    };
    match action {
        Action::Task { .. } => makes(Subject::Task),
        Action::Visit { .. } => makes(Subject::Visit),
        Action::Note { .. } | Action::Tag { .. } => false,
        Action::Set { field, .. } => {
            let watches = rule.on.subject() == subject
                && rule.on.field() == field.split_once('.').map(|(_, field)| field);
            let asks = rule
                .condition()
                .is_some_and(|condition| condition.facts().contains(&field.as_str()));
            watches || asks
        }
    }
}

/// Refuses rings, and chains longer than [`RING_DEPTH_MAX`].
fn check_rings(faults: &mut Faults, rules: &[Rule]) {
    let edges: BTreeMap<usize, Vec<usize>> = rules
        .iter()
        .enumerate()
        .map(|(from, rule)| {
            let subject = rule.on.subject();
            let set_off = |(_, other): &(usize, &Rule)| {
                rule.actions.iter().any(|action| sets_off(subject, action, other))
            };
            let to = rules.iter().enumerate().filter(set_off).map(|(to, _)| to);
            (from, to.collect())
        })
        .collect();
    for start in 0..rules.len() {
        if let Some((path, is_ring)) = long_way(&edges, &[start]) {
            let rules = path.iter().map(|n| rules[*n].id.clone()).collect();
            faults.0.push(if is_ring {
                PackFault::Ring { rules }
            } else {
                PackFault::Chain { rules }
            });
            return;
        }
    }
}

/// A way that comes back to where it began, or is longer than allowed.
fn long_way(edges: &BTreeMap<usize, Vec<usize>>, path: &[usize]) -> Option<(Vec<usize>, bool)> {
    let last = *path.last()?;
    for next in &edges[&last] {
        let mut longer = path.to_vec();
        longer.push(*next);
        if let Some(at) = path.iter().position(|n| n == next) {
            return Some((longer.split_off(at), true));
        }
        if longer.len() > RING_DEPTH_MAX {
            return Some((longer, false));
        }
        if let Some(found) = long_way(edges, &longer) {
            return Some(found);
        }
    }
    None
}

#[cfg(test)]
mod tests;
