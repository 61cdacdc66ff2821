//! A record as a flat map of scalars, the shape in which it is merged, stored and sent.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::ids::RecordId;

/// One value of one field.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// Cleared: an edit like any other, so that it can win and be won against.
    Cleared,
    /// Text, and everything that has a text form of its own (money, dates, positions, fences).
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number with a fraction; never NaN or infinite.
    Real(f64),
    /// Yes or no.
    Bool(bool),
    /// Milliseconds since the Unix epoch, UTC.
    Time(i64),
    /// A reference to another record.
    Id(RecordId),
}

impl Scalar {
    /// The text of a [`Scalar::Text`].
    pub fn text(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The scalar as JSON from which it reads back: `{"time":ms}` and `{"id":"..."}`, the rest as what it is.
    pub fn to_json(&self) -> Value {
        match self {
            Scalar::Cleared => Value::Null,
            Scalar::Text(text) => text.as_str().into(),
            Scalar::Int(n) => (*n).into(),
            Scalar::Real(x) => (*x).into(),
            Scalar::Bool(b) => (*b).into(),
            Scalar::Time(ms) => json!({ "time": ms }),
            Scalar::Id(id) => json!({ "id": id.to_string() }),
        }
    }

    /// Reads what [`to_json`](Scalar::to_json) wrote; `None` for other JSON.
    pub fn from_json(json: &Value) -> Option<Scalar> {
        Some(match json {
            Value::Null => Scalar::Cleared,
            Value::String(text) => Scalar::Text(text.clone()),
            Value::Bool(b) => Scalar::Bool(*b),
            Value::Number(n) => n
                .as_i64()
                .map_or_else(|| n.as_f64().map(Scalar::Real), |n| Some(Scalar::Int(n)))?,
            Value::Object(o) => match (
                o.get("time").and_then(Value::as_i64),
                o.get("id").and_then(Value::as_str),
            ) {
                (Some(ms), _) => Scalar::Time(ms),
                (_, Some(id)) => Scalar::Id(id.parse().ok()?),
                _ => return None,
            },
            Value::Array(_) => return None,
        })
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Scalar {
        Scalar::Text(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Scalar {
        Scalar::Text(text)
    }
}

/// The fields of a record by name. Members of sets are fields too: `tag/vip`, `phone/+44 1603 1234`, `x/allergens`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields(pub BTreeMap<String, Scalar>);

impl Fields {
    /// An empty set of fields.
    pub fn new() -> Fields {
        Fields::default()
    }

    /// Sets a field.
    pub fn set(&mut self, key: &str, value: impl Into<Scalar>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Sets a field if there is a value for it.
    pub fn set_some(&mut self, key: &str, value: Option<impl Into<Scalar>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// The field with this value added.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Scalar>) -> Fields {
        self.set(key, value);
        self
    }

    /// The value of a field that is set and not cleared.
    pub fn value(&self, key: &str) -> Option<&Scalar> {
        self.0.get(key).filter(|v| **v != Scalar::Cleared)
    }

    /// The text of a field.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.value(key).and_then(Scalar::text)
    }

    /// The record that a field points to.
    pub fn id(&self, key: &str) -> Option<RecordId> {
        match self.value(key) {
            Some(Scalar::Id(id)) => Some(*id),
            _ => None,
        }
    }

    /// The time in a field.
    pub fn time(&self, key: &str) -> Option<i64> {
        match self.value(key) {
            Some(Scalar::Time(ms)) => Some(*ms),
            _ => None,
        }
    }

    /// True if a field is the boolean `true`.
    pub fn is_true(&self, key: &str) -> bool {
        self.value(key) == Some(&Scalar::Bool(true))
    }

    /// The members of the set `prefix` (`tag/`) that are present, with their values, in order of their names.
    pub fn members<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Scalar)> {
        let from = self.0.range(prefix.to_owned()..);
        from.map_while(move |(key, value)| key.strip_prefix(prefix).map(|name| (name, value)))
            .filter(|(_, value)| !matches!(value, Scalar::Cleared | Scalar::Bool(false)))
    }

    /// Leaves out the fields that were cleared: a row holds what is there.
    pub fn drop_cleared(&mut self) {
        self.0.retain(|_, value| *value != Scalar::Cleared);
    }

    /// Takes the text of a field out.
    pub(super) fn take_text(&mut self, key: &str) -> Option<String> {
        match self.0.remove(key) {
            Some(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Takes a text out and reads it. A text that this version cannot read, because a later one wrote it, stays where it
    /// is and is carried on unchanged.
    pub(super) fn take_parsed<T: std::str::FromStr>(&mut self, key: &str) -> Option<T> {
        let read = self.text(key)?.parse().ok()?;
        self.0.remove(key);
        Some(read)
    }

    /// Takes a whole number out.
    pub(super) fn take_int(&mut self, key: &str) -> Option<i64> {
        match self.0.remove(key) {
            Some(Scalar::Int(n)) => Some(n),
            _ => None,
        }
    }

    /// Takes a number out.
    pub(super) fn take_real(&mut self, key: &str) -> Option<f64> {
        let read = match self.0.get(key)? {
            Scalar::Real(x) => *x,
            #[expect(clippy::cast_precision_loss, reason = "a whole number in a field of numbers")]
            Scalar::Int(n) => *n as f64,
            _ => return None,
        };
        self.0.remove(key);
        Some(read)
    }

    /// Takes a time out.
    pub(super) fn take_time(&mut self, key: &str) -> Option<i64> {
        match self.0.remove(key) {
            Some(Scalar::Time(ms)) => Some(ms),
            _ => None,
        }
    }

    /// Takes a reference out.
    pub(super) fn take_id(&mut self, key: &str) -> Option<RecordId> {
        match self.0.remove(key) {
            Some(Scalar::Id(id)) => Some(id),
            _ => None,
        }
    }

    /// Takes the members of the set `prefix` that hold a text out, as names with texts.
    pub(super) fn take_texts(&mut self, prefix: &str) -> BTreeMap<String, String> {
        let texts: BTreeMap<String, String> = self
            .members(prefix)
            .filter_map(|(name, value)| Some((name.to_owned(), value.text()?.to_owned())))
            .collect();
        for name in texts.keys() {
            self.0.remove(&format!("{prefix}{name}"));
        }
        texts
    }

    /// Sets the members of the set `prefix`.
    pub(super) fn set_members<V: Into<Scalar>>(&mut self, prefix: &str, members: BTreeMap<String, V>) {
        let members = members.into_iter();
        self.0
            .extend(members.map(|(name, value)| (format!("{prefix}{name}"), value.into())));
    }

    /// Puts names into the set `prefix`.
    pub(super) fn set_flags(&mut self, prefix: &str, names: Vec<String>) {
        let names = names.into_iter();
        self.0
            .extend(names.map(|name| (format!("{prefix}{name}"), Scalar::Bool(true))));
    }

    /// Takes the present members of the set `prefix` out, as names with values.
    pub(super) fn take_members(&mut self, prefix: &str) -> BTreeMap<String, Scalar> {
        let taken = self
            .members(prefix)
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        self.0.retain(|key, _| !key.starts_with(prefix));
        taken
    }
}

impl FromIterator<(String, Scalar)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, Scalar)>>(items: I) -> Fields {
        Fields(items.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_member_of_a_set_is_not_seen() {
        let fields = Fields::new()
            .with("tag/a", Scalar::Bool(true))
            .with("tag/b", Scalar::Cleared)
            .with("tax", "x");
        assert_eq!(fields.members("tag/").map(|(n, _)| n).collect::<Vec<_>>(), ["a"]);
    }
}
