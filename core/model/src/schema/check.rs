//! The check of a value against its field, and the reading of a text as such a value.

use chrono::{DateTime, NaiveDate};

use super::{FieldType, KEY_BYTES_MAX, LONG_TEXT_BYTES_MAX, TEXT_BYTES_MAX, fields_of, spec};
use crate::Money;
use crate::arrival;
use crate::evidence::{Line, Link};
use crate::{CheckIn, CheckOut, Fields, Kind, Scalar, StageMove};
use fieldbook_location::{Fence, Position, Word};

/// A value that may not stand in a field.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct FieldFault {
    /// Name of the field.
    pub field: String,
    /// The defect of the value.
    pub why: Why,
}

/// The defect of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The kind of record has no such field.
    #[error("no such field")]
    Unknown,
    /// The field may not be absent or cleared.
    #[error("is required")]
    Missing,
    /// The value is of another type.
    #[error("takes a {expected}")]
    WrongType {
        /// The type it takes.
        expected: &'static str,
    },
    /// The text cannot be read as what the field takes.
    #[error("expected {expected}")]
    Malformed {
        /// The expected form of the text.
        expected: &'static str,
    },
    /// The text is too long.
    #[error("{bytes} bytes, {allowed} allowed")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The most the field takes.
        allowed: usize,
    },
    /// The field has a value already, and the first one counts for ever.
    #[error("is written once and has a value already")]
    WrittenOnce,
    /// A text that machines could not carry: it holds a NUL.
    #[error("holds a character that text cannot have")]
    BadCharacter,
}

impl FieldFault {
    /// A fault of `field`.
    pub fn new(field: &str, why: Why) -> FieldFault {
        FieldFault {
            field: field.chars().take(KEY_BYTES_MAX).collect(),
            why,
        }
    }
}

/// Whose words a text may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vocabulary {
    /// Those of this version: for what is written here.
    Ours,
    /// Those of any version, as long as they have the form of a word: for what was written elsewhere.
    Any,
}

/// Checks one value for one field, as this version writes it. A key without declaration is refused.
///
/// # Errors
/// [`FieldFault`], naming the field.
pub fn check(kind: Kind, key: &str, value: &Scalar) -> Result<(), FieldFault> {
    check_in(Vocabulary::Ours, kind, key, value)
}

/// Checks one value that another program wrote, which may be of a later version: types, sizes and shapes as in [`check`],
/// but a word that is not known here is let through, to be carried and shown as it is.
///
/// # Errors
/// [`FieldFault`], naming the field.
pub fn check_foreign(kind: Kind, key: &str, value: &Scalar) -> Result<(), FieldFault> {
    check_in(Vocabulary::Any, kind, key, value)
}

fn check_in(words: Vocabulary, kind: Kind, key: &str, value: &Scalar) -> Result<(), FieldFault> {
    let fault = |why| FieldFault::new(key, why);
    if key.len() > KEY_BYTES_MAX {
        return Err(fault(Why::TooLong {
            bytes: key.len(),
            allowed: KEY_BYTES_MAX,
        }));
    }
    let spec = match (spec(kind, key), kind) {
        (Some(spec), _) => spec,
        // Whoever knows the kind has checked the rest.
        (None, Kind::Other(_)) => return check_as(FieldType::Any, value).map_err(fault),
        (None, _) => return Err(fault(Why::Unknown)),
    };
    if spec.name.ends_with('/') && key.len() == spec.name.len() {
        return Err(fault(Why::Unknown));
    }
    check_value(words, spec.takes, spec.required, value).map_err(fault)
}

/// Checks that a new record has what its kind requires.
///
/// # Errors
/// [`Why::Missing`], naming the first required field that is absent, or the fault of the first field that is wrong.
pub fn check_new(kind: Kind, fields: &Fields) -> Result<(), FieldFault> {
    fields
        .0
        .iter()
        .try_for_each(|(key, value)| check(kind, key, value))?;
    let missing = fields_of(kind).find(|spec| spec.required && fields.value(spec.name).is_none());
    missing.map_or(Ok(()), |spec| Err(FieldFault::new(spec.name, Why::Missing)))
}

/// Checks a value against a type alone.
///
/// # Errors
/// What is wrong with it.
pub fn check_as(takes: FieldType, value: &Scalar) -> Result<(), Why> {
    check_value(Vocabulary::Ours, takes, false, value)
}

fn check_value(words: Vocabulary, takes: FieldType, required: bool, value: &Scalar) -> Result<(), Why> {
    match (takes, value) {
        (_, Scalar::Cleared) if required => Err(Why::Missing),
        (FieldType::Any, Scalar::Text(text)) => text_within(text, LONG_TEXT_BYTES_MAX),
        (FieldType::Any, Scalar::Real(x)) if !x.is_finite() => Err(Why::Malformed {
            expected: "a finite number",
        }),
        (_, Scalar::Cleared) | (FieldType::Any, _) => Ok(()),
        (takes, Scalar::Text(text)) => check_text(words, takes, text, required),
        (FieldType::Count, Scalar::Int(n)) if *n >= 0 => Ok(()),
        (FieldType::Count, Scalar::Int(_)) => Err(Why::Malformed {
            expected: "a whole number, 0 or more",
        }),
        (FieldType::Number, Scalar::Real(x)) if !x.is_finite() => Err(Why::Malformed {
            expected: "a finite number",
        }),
        (FieldType::Number, Scalar::Real(_) | Scalar::Int(_))
        | (FieldType::Bool, Scalar::Bool(_))
        | (FieldType::Time, Scalar::Time(_))
        | (FieldType::Ref(_) | FieldType::AnyRef, Scalar::Id(_)) => Ok(()),
        (takes, _) => Err(Why::WrongType {
            expected: takes.name(),
        }),
    }
}

fn text_within(text: &str, allowed: usize) -> Result<(), Why> {
    if text.len() > allowed {
        return Err(Why::TooLong {
            bytes: text.len(),
            allowed,
        });
    }
    if text.contains('\0') {
        Err(Why::BadCharacter)
    } else {
        Ok(())
    }
}

fn check_text(words: Vocabulary, takes: FieldType, text: &str, required: bool) -> Result<(), Why> {
    let short = matches!(
        takes,
        FieldType::Text | FieldType::Money | FieldType::Date | FieldType::Position | FieldType::StageMove
    );
    text_within(
        text,
        if short {
            TEXT_BYTES_MAX
        } else {
            LONG_TEXT_BYTES_MAX
        },
    )?;
    if required && text.trim().is_empty() {
        return Err(Why::Missing);
    }
    let malformed = |expected| Err(Why::Malformed { expected });
    match takes {
        _ if words == Vocabulary::Any && is_of_later_version(takes, text) => Ok(()),
        FieldType::Text | FieldType::LongText => Ok(()),
        FieldType::Money if text.parse::<Money>().is_ok() => Ok(()),
        FieldType::Money => malformed("an amount and a currency such as 1200.50 EUR"),
        FieldType::Date if text.parse::<NaiveDate>().is_ok_and(|d| d.to_string() == text) => Ok(()),
        FieldType::Date => malformed("a day such as 2026-11-24"),
        FieldType::Position if text.parse::<Position>().is_ok() => Ok(()),
        FieldType::Position => malformed("latitude,longitude in degrees such as 52.6272,1.2927"),
        FieldType::Fence if text.parse::<Fence>().is_ok() => Ok(()),
        FieldType::Fence => malformed("circle:METRES or polygon:[[[lon,lat],...]]"),
        FieldType::Kind if text.parse::<Kind>().is_ok() => Ok(()),
        FieldType::Kind => malformed("the name of a kind such as account"),
        FieldType::TypeName => text.parse::<FieldType>().map(|_| ()).map_err(|fault| fault.why),
        FieldType::CheckIn if text.parse::<CheckIn>().is_ok() => Ok(()),
        FieldType::CheckOut if text.parse::<CheckOut>().is_ok() => Ok(()),
        FieldType::Link if Line::read(text).is_ok_and(|line| Link::read(&line.link).is_some()) => Ok(()),
        FieldType::StageMove if text.parse::<StageMove>().is_ok() => Ok(()),
        FieldType::CheckIn | FieldType::CheckOut | FieldType::Link | FieldType::StageMove => {
            malformed("an arrival, departure or move as this software writes it")
        }
        other => Err(Why::WrongType {
            expected: other.name(),
        }),
    }
}

/// True if a text has the shape that `takes` has in every version, whatever its words.
fn is_of_later_version(takes: FieldType, text: &str) -> bool {
    match takes {
        FieldType::CheckIn | FieldType::CheckOut => arrival::has_shape(text),
        FieldType::Kind | FieldType::TypeName => text.parse::<Word>().is_ok(),
        // `circle` and `polygon` are known, and so is what may follow them.
        FieldType::Fence => text
            .split_once(':')
            .is_some_and(|(form, _)| form.parse::<Word>().is_ok() && !matches!(form, "circle" | "polygon")),
        _ => false,
    }
}

/// Reads what a person or a file wrote for `key`. An empty text clears the field.
///
/// # Errors
/// [`FieldFault`], naming the field and what it expects.
pub fn parse(kind: Kind, key: &str, text: &str) -> Result<Scalar, FieldFault> {
    let fault = |why| FieldFault::new(key, why);
    let spec = spec(kind, key).ok_or_else(|| fault(Why::Unknown))?;
    let value = if text.trim().is_empty() {
        Scalar::Cleared
    } else {
        parse_as(spec.takes, text).map_err(fault)?
    };
    check(kind, key, &value)?;
    Ok(value)
}

/// Reads a text as a value of the given type, without looking at limits: for custom fields, whose type is in their
/// declaration.
///
/// # Errors
/// What is wrong with the text.
pub fn parse_as(takes: FieldType, text: &str) -> Result<Scalar, Why> {
    let malformed = |expected| Why::Malformed { expected };
    let trimmed = text.trim();
    Ok(match takes {
        FieldType::Count => Scalar::Int(
            trimmed
                .parse()
                .map_err(|_| malformed("a whole number, 0 or more"))?,
        ),
        FieldType::Number => number(trimmed).ok_or_else(|| malformed("a number"))?,
        FieldType::Bool => match trimmed.to_lowercase().as_str() {
            "true" | "yes" | "1" | "y" => Scalar::Bool(true),
            "false" | "no" | "0" | "n" => Scalar::Bool(false),
            _ => return Err(malformed("yes or no")),
        },
        FieldType::Time => {
            let time = DateTime::parse_from_rfc3339(trimmed);
            Scalar::Time(
                time.map_err(|_| malformed("a time such as 2026-11-24T09:30:00+01:00"))?
                    .timestamp_millis(),
            )
        }
        FieldType::Ref(_) | FieldType::AnyRef => {
            Scalar::Id(trimmed.parse().map_err(|_| malformed("the id of a record"))?)
        }
        FieldType::Position => {
            let position: Result<Position, _> = trimmed.parse();
            Scalar::Text(
                position
                    .map_err(|_| malformed("latitude,longitude in degrees such as 52.6272,1.2927"))?
                    .to_string(),
            )
        }
        FieldType::Money => {
            let money: Result<Money, _> = trimmed.parse();
            Scalar::Text(
                money
                    .map_err(|_| malformed("an amount and a currency such as 1200.50 EUR"))?
                    .to_string(),
            )
        }
        FieldType::Fence => {
            let fence: Result<Fence, _> = trimmed.parse();
            Scalar::Text(
                fence
                    .map_err(|_| malformed("circle:METRES or polygon:[[[lon,lat],...]]"))?
                    .to_string(),
            )
        }
        FieldType::LongText => text.into(),
        _ => trimmed.into(),
    })
}

/// Below 2^53 a double is exact to the unit.
const EXACT_BELOW: u64 = 1 << 53;

/// A number. A whole one that a double would change is kept as a whole number, and refused beyond 64 bits.
fn number(text: &str) -> Option<Scalar> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole && digits.parse::<u64>().map_or(true, |size| size > EXACT_BELOW) {
        return text.parse().ok().map(Scalar::Int);
    }
    let real: f64 = text.parse().ok()?;
    real.is_finite().then_some(Scalar::Real(real))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_reads_its_own_texts_and_refuses_others() {
        let ok = |kind, key, text| parse(kind, key, text).map_err(|f| f.why);
        assert_eq!(ok(Kind::Account, "visit_every_days", " 14 "), Ok(Scalar::Int(14)));
        assert!(ok(Kind::Account, "visit_every_days", "-1").is_err());
        assert_eq!(
            ok(Kind::Opportunity, "amount", "12.50 EUR"),
            Ok(Scalar::Text("12.50 EUR".into()))
        );
        assert!(ok(Kind::Opportunity, "amount", "12.505 EUR").is_err());
        assert!(ok(Kind::Opportunity, "close_on", "24/11/2026").is_err());
        assert_eq!(ok(Kind::Account, "nickname", "x"), Err(Why::Unknown));
        assert_eq!(ok(Kind::Account, "name", "  "), Err(Why::Missing));
        assert_eq!(ok(Kind::Account, "tag/", "yes"), Err(Why::Unknown));
        assert_eq!(ok(Kind::Account, "tag/vip", "yes"), Ok(Scalar::Bool(true)));
        let long = "x".repeat(1 << 20);
        assert_eq!(
            ok(Kind::Account, "name", &long),
            Err(Why::TooLong {
                bytes: 1 << 20,
                allowed: TEXT_BYTES_MAX
            })
        );
        assert_eq!(
            ok(Kind::Site, "position", "91,0"),
            Err(Why::Malformed {
                expected: "latitude,longitude in degrees such as 52.6272,1.2927"
            })
        );
    }

    #[test]
    fn a_whole_number_is_kept_to_the_unit_or_refused() {
        let read = |text| parse_as(FieldType::Number, text).ok();
        assert_eq!(read("12.5"), Some(Scalar::Real(12.5)));
        assert_eq!(
            read("9007199254740992"),
            Some(Scalar::Real(9_007_199_254_740_992.0))
        );
        assert_eq!(read("9007199254740993"), Some(Scalar::Int(9_007_199_254_740_993)));
        assert_eq!(read("-9223372036854775808"), Some(Scalar::Int(i64::MIN)));
        for refused in [
            "9223372036854775808",
            "123456789012345678901234567890",
            "inf",
            "NaN",
            "-",
            "",
        ] {
            assert_eq!(read(refused), None, "{refused}");
        }
        assert_eq!(
            parse_as(FieldType::Count, "9007199254740993").ok(),
            Some(Scalar::Int(9_007_199_254_740_993))
        );
        assert!(parse_as(FieldType::Count, "9223372036854775808").is_err());
    }

    #[test]
    fn a_new_record_must_have_what_its_kind_requires() {
        let missing = check_new(Kind::Site, &Fields::new().with("name", "Back door"));
        assert_eq!(missing, Err(FieldFault::new("account_id", Why::Missing)));
    }
}
