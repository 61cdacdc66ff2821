//! The JSON for programs: one shape for each type, made only here.
//!
//! A record is flat: what every record has (`id`, `kind`, `territory`, `deleted`, `unsent`, `conflicts`, `title`), then its
//! fields by name. Members of sets come together (`tags`, `phones`, `custom`, `choices`). A field without a value is
//! absent. Shapes are promises: add freely, never change.

use fieldbook_core::book::{ConflictShown, HistoryEntry};
use fieldbook_core::evidence::TrustedTime;
use fieldbook_core::ids::TerritoryId;
use fieldbook_core::location::{Assessment, Fence, Position, RawFix};
use fieldbook_core::model::Money;
use fieldbook_core::model::schema::{self, FieldType};
use fieldbook_core::model::{
    Body, CheckIn, CheckOut, Fields, Kind, OpeningHours, Record, Scalar, VisitState,
};
use serde_json::{Map, Value, json};

use crate::zone::Zone;

/// A record as a flat object.
pub(crate) fn record(record: &Record, zone: Zone) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".into(), record.id.to_string().into());
    object.insert("kind".into(), record.kind.name().into());
    if record.territory != TerritoryId::UNJOINED {
        object.insert("territory".into(), record.territory.to_string().into());
    }
    object.insert("deleted".into(), record.deleted.into());
    object.insert("unsent".into(), record.unsent.into());
    object.insert("conflicts".into(), record.conflicts.into());
    object.insert("title".into(), record.title().into());
    if let Body::Visit(visit) = record.body() {
        object.insert("state".into(), visit.state.name().into());
    }
    declared(record, zone, &mut object);
    // Opening hours that cannot be read are kept unchanged, and marked.
    if let Some(hours) = record.fields.text("opening_hours") {
        match hours.parse::<OpeningHours>() {
            Err(_) => object.insert("opening_hours_fault".into(), "unreadable".into()),
            Ok(read) if read.is_mended() => object.insert("opening_hours_fault".into(), "mended".into()),
            Ok(_) => None,
        };
    }
    // Fields of a newer version, which this one does not know.
    for (key, scalar) in &record.fields.0 {
        let known = schema::spec(record.kind, key).is_some() || object.contains_key(key);
        if !known && *scalar != Scalar::Cleared {
            object.insert(key.clone(), value(record.kind, key, scalar, zone));
        }
    }
    object
}

fn declared(record: &Record, zone: Zone, object: &mut Map<String, Value>) {
    for spec in schema::fields_of(record.kind) {
        if spec.name == "deleted" {
            continue;
        }
        let found = if spec.name.ends_with('/') {
            members(&record.fields, spec.name, zone)
        } else {
            let scalar = record.fields.value(spec.name);
            scalar.map(|scalar| (spec.name, value(record.kind, spec.name, scalar, zone)))
        };
        if let Some((name, value)) = found {
            object.insert(name.to_owned(), value);
        }
    }
}

/// The members of a set under the name of all of them; `None` when there are none.
fn members(fields: &Fields, prefix: &'static str, zone: Zone) -> Option<(&'static str, Value)> {
    let mut members = fields.members(prefix).peekable();
    members.peek()?;
    let names = |members: &mut dyn Iterator<Item = (&str, &Scalar)>| -> Value {
        members.map(|(name, _)| Value::from(name)).collect()
    };
    let object = |members: &mut dyn Iterator<Item = (&str, &Scalar)>| -> Value {
        let pairs = members.map(|(name, scalar)| (name.to_owned(), plain(scalar, zone)));
        Value::Object(pairs.collect())
    };
    Some(match prefix {
        "tag/" => ("tags", names(&mut members)),
        "photo/" => ("photos", names(&mut members)),
        "link/" => ("evidence", object(&mut members)),
        "choice/" => ("choices", names(&mut members)),
        "phone/" => ("phones", object(&mut members)),
        "x/" => ("custom", object(&mut members)),
        other => (other, object(&mut members)),
    })
}

/// The value of one field.
pub(crate) fn value(kind: Kind, key: &str, scalar: &Scalar, zone: Zone) -> Value {
    let Scalar::Text(text) = scalar else {
        return plain(scalar, zone);
    };
    let read = match schema::spec(kind, key).map(|spec| spec.takes) {
        Some(FieldType::Money) => money(text),
        Some(FieldType::Position) => position(text),
        Some(FieldType::Fence) => text.parse::<Fence>().ok().map(|fence| serde(&fence)),
        Some(FieldType::CheckIn) => text.parse().ok().map(|check_in| arrival(&check_in, zone)),
        Some(FieldType::CheckOut) => text.parse().ok().map(|check_out| departure(&check_out, zone)),
        _ => None,
    };
    read.unwrap_or_else(|| text.as_str().into())
}

fn plain(scalar: &Scalar, zone: Zone) -> Value {
    match scalar {
        Scalar::Cleared => Value::Null,
        Scalar::Text(text) => text.as_str().into(),
        Scalar::Int(n) => (*n).into(),
        Scalar::Real(x) => (*x).into(),
        Scalar::Bool(yes) => (*yes).into(),
        Scalar::Time(ms) => zone.rfc3339(*ms).into(),
        Scalar::Id(id) => id.to_string().into(),
    }
}

fn money(text: &str) -> Option<Value> {
    let money: Money = text.parse().ok()?;
    Some(json!({ "amount": money.decimal(), "currency": money.currency.code() }))
}

fn position(text: &str) -> Option<Value> {
    let at: Position = text.parse().ok()?;
    Some(json!({ "lat": at.lat(), "lon": at.lon() }))
}

fn serde(thing: &impl serde::Serialize) -> Value {
    serde_json::to_value(thing).expect("numbers, texts and lists always have a JSON form")
}

/// A verdict with its evidence.
pub(crate) fn assessment(assessment: &Assessment) -> Value {
    serde(assessment)
}

fn arrival(check_in: &CheckIn, zone: Zone) -> Value {
    let mut value = tap(
        check_in.at_ms,
        check_in.time_given,
        Some(&check_in.assessment),
        &check_in.fixes,
        zone,
    );
    if let Some(at_ms) = check_in.judged_at_ms {
        value["judged_at"] = zone.rfc3339(at_ms).into();
    }
    if let Some(reason) = &check_in.make_up {
        value["made_up"] = reason.as_str().into();
    }
    with_moment(value, check_in.moment.as_ref())
}

fn departure(check_out: &CheckOut, zone: Zone) -> Value {
    let mut value = tap(
        check_out.at_ms,
        check_out.time_given,
        check_out.assessment.as_ref(),
        &check_out.fixes,
        zone,
    );
    if let Some(rule) = check_out.closed_by {
        value["closed_by"] = serde(&rule);
    }
    with_moment(value, check_out.moment.as_ref())
}

/// With the time by all clocks together.
fn with_moment(mut value: Value, moment: Option<&TrustedTime>) -> Value {
    if let Some(moment) = moment {
        value["time"] = serde(moment);
    }
    value
}

fn tap(at_ms: i64, time_given: bool, verdict: Option<&Assessment>, fixes: &[RawFix], zone: Zone) -> Value {
    json!({
        "at": zone.rfc3339(at_ms),
        "time_given": time_given,
        "verdict": verdict.map(assessment),
        "fixes": serde(&fixes),
    })
}

/// A value that lost, with its author and time.
pub(crate) fn conflict(shown: &ConflictShown, zone: Zone) -> Value {
    json!({
        "record": shown.record.to_string(),
        "kind": shown.kind.name(),
        "title": shown.title,
        "field": shown.field,
        "shown": value(shown.kind, &shown.field, &shown.shown, zone),
        "lost": value(shown.kind, &shown.field, &shown.lost, zone),
        "lost_by": shown.lost_by,
        "lost_at": zone.rfc3339(shown.lost_at_ms),
        "change": shown.change.to_string(),
    })
}

/// One change of a record; a field that it cleared is null.
pub(crate) fn change(kind: Kind, entry: &HistoryEntry, zone: Zone) -> Value {
    let fields: Map<String, Value> = entry
        .fields
        .0
        .iter()
        .map(|(key, scalar)| (key.clone(), value(kind, key, scalar, zone)))
        .collect();
    json!({
        "change": entry.change.to_string(),
        "by": entry.by,
        "at": zone.rfc3339(entry.at_ms),
        "fields": fields,
    })
}

/// The check-in of a visit; `None` if there is none that can be read.
pub(crate) fn check_in_of(state: &VisitState) -> Option<&CheckIn> {
    match state {
        VisitState::Open { check_in } | VisitState::Closed { check_in, .. } => Some(check_in),
        VisitState::Planned | VisitState::Skipped { .. } | VisitState::Unreadable { .. } => None,
    }
}

#[cfg(test)]
mod tests;
