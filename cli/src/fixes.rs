//! Fixes on the command line, in JSON. An error names the number of the fix and the field.

use fieldbook_core::location::{Activity, Datum, RawFix, to_wgs84};
use serde_json::Value;

use crate::error::CliError;

/// The type of a field of a fix.
#[derive(Debug, Clone, Copy)]
enum FixFieldType {
    Time,
    Number,
    Integer,
    Text,
    YesNo,
    Activity,
    Place,
}

/// The fields of a fix: name, type, `true` if required.
const FIELDS: [(&str, FixFieldType, bool); 13] = [
    ("at", FixFieldType::Time, true),
    ("lat", FixFieldType::Number, true),
    ("lon", FixFieldType::Number, true),
    ("accuracy_m", FixFieldType::Number, true),
    ("speed_mps", FixFieldType::Number, false),
    ("bearing_deg", FixFieldType::Number, false),
    ("altitude_m", FixFieldType::Number, false),
    ("mock", FixFieldType::YesNo, false),
    ("monotonic_ms", FixFieldType::Integer, false),
    ("boot_id", FixFieldType::Text, false),
    ("gps_at", FixFieldType::Time, false),
    ("activity", FixFieldType::Activity, false),
    ("network", FixFieldType::Place, false),
];

impl FixFieldType {
    fn takes(self, value: &Value) -> bool {
        match self {
            FixFieldType::Time | FixFieldType::Text => value.is_string(),
            FixFieldType::Number => value.is_number(),
            FixFieldType::Integer => value.is_i64(),
            FixFieldType::YesNo => value.is_boolean(),
            FixFieldType::Activity => value
                .as_str()
                .is_some_and(|word| word.parse::<Activity>().is_ok()),
            FixFieldType::Place => ["lat", "lon", "accuracy_m"]
                .iter()
                .all(|name| value[name].is_number()),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            FixFieldType::Time => "a time such as \"2026-11-24T09:30:00Z\"",
            FixFieldType::Number => "a number",
            FixFieldType::Integer => "a whole number",
            FixFieldType::Text => "a text",
            FixFieldType::YesNo => "true or false",
            FixFieldType::Activity => "still, walking, running, cycling or driving",
            FixFieldType::Place => "an object of lat, lon and accuracy_m",
        }
    }
}

/// Reads the texts of `--fix`, each one fix or a list of them.
pub(crate) fn from_options(texts: &[String], datum: Datum) -> Result<Vec<RawFix>, CliError> {
    let mut fixes = Vec::new();
    for text in texts {
        let index = fixes.len();
        let value: Value = serde_json::from_str(text).map_err(|error| {
            CliError::fix(index, None, format!("not JSON ({error})")).with("option", "--fix")
        })?;
        match value {
            Value::Array(list) => {
                for (offset, value) in list.into_iter().enumerate() {
                    fixes.push(fix(index + offset, value, datum)?);
                }
            }
            one => fixes.push(fix(index, one, datum)?),
        }
    }
    Ok(fixes)
}

/// Reads fix number `index`. Converts coordinates to WGS-84; impossible ones are kept for the core to refuse.
pub(crate) fn fix(index: usize, value: Value, datum: Datum) -> Result<RawFix, CliError> {
    let Some(object) = value.as_object() else {
        return Err(CliError::fix(index, None, "expected an object"));
    };
    for (name, field_type, required) in FIELDS {
        match object.get(name).filter(|value| !value.is_null()) {
            None if required => return Err(CliError::fix(index, Some(name), format!("{name} is required"))),
            Some(value) if !field_type.takes(value) => {
                let message = format!("{name} takes {}", field_type.expected());
                return Err(CliError::fix(index, Some(name), message));
            }
            _ => {}
        }
    }
    let mut fix: RawFix = serde_json::from_value(value).map_err(|error| CliError::fix(index, None, error))?;
    if let Ok(position) = to_wgs84(datum, fix.lat, fix.lon) {
        (fix.lat, fix.lon) = (position.lat(), position.lon());
    }
    if let Some(network) = &mut fix.network
        && let Ok(position) = to_wgs84(datum, network.lat, network.lon)
    {
        (network.lat, network.lon) = (position.lat(), position.lon());
    }
    Ok(fix)
}
