//! Canonical JSON, the bytes that are hashed and signed: members sorted by name, no blanks, whole numbers only.

use serde_json::{Map, Value};

/// JSON that has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A number with a fraction or beyond 64 bits, whose text differs from program to program: write it as a text.
    #[error("{at}: {number} is no whole number of 64 bits; write it as a text")]
    Number {
        /// Pointer to the number, `/stages/0/rank`.
        at: String,
        /// The number as it was read.
        number: String,
    },
}

/// The canonical text of a JSON value.
///
/// # Errors
/// [`CanonicalError`] for a number that is not whole.
pub fn to_text(value: &Value) -> Result<String, CanonicalError> {
    Ok(sorted(value, "")?.to_string())
}

fn sorted(value: &Value, at: &str) -> Result<Value, CanonicalError> {
    Ok(match value {
        Value::Number(number) if number.as_i64().is_none() => {
            return Err(CanonicalError::Number {
                at: at.to_owned(),
                number: number.to_string(),
            });
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            Value::Array(
                items
                    .map(|(n, item)| sorted(item, &format!("{at}/{n}")))
                    .collect::<Result<_, _>>()?,
            )
        }
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_unstable();
            let mut map = Map::new();
            for name in names {
                map.insert(name.clone(), sorted(&members[name], &format!("{at}/{name}"))?);
            }
            Value::Object(map)
        }
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_sorted_at_every_depth_and_fractions_are_refused() {
        let value = json!({ "b": [{ "z": 1, "a": "é" }], "a": null });
        assert_eq!(to_text(&value).unwrap(), r#"{"a":null,"b":[{"a":"é","z":1}]}"#);
        let refused = to_text(&json!({ "stages": [{ "odds": 0.75 }] })).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "/stages/0/odds: 0.75 is no whole number of 64 bits; write it as a text"
        );
    }
}
