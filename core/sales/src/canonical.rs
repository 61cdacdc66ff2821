//! Canonical JSON, the bytes that are hashed and signed: members sorted by name, no blanks, whole numbers only.

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::pack::hex;

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

/// The first 8 bytes of the SHA-256 of a text, as 16 hexadecimal digits: the short name of what is signed.
pub fn short_hash(text: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(text).into();
    hex(&hash[..8])
}

/// The canonical text of a checked pack, which has whole numbers only.
pub(crate) fn pack_text(pack: &impl Serialize) -> String {
    let json = serde_json::to_value(pack).expect("texts, whole numbers and lists always have a JSON form");
    to_text(&json).expect("a checked pack has whole numbers only")
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
