//! Conversions of single values at the API boundary: ids and days as texts, metres as numbers, fields as maps.
//!
//! A type keeps only its name on the foreign side, so the unit of a number is in the name of the field that holds it.
//! A text that cannot be parsed becomes [`BookError::BadRequest`], never a panic. `UniFFI` hands that error to the
//! caller only if the call fails with `BookError`; a call with another error type takes its ids as text and parses
//! them with [`parse_arg`].

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::str::FromStr;

use fieldbook_core::book::BookError;
use fieldbook_core::ids::{ChangeHash, DeviceId, RecordId, TerritoryId};
use fieldbook_core::location::Meters;
use fieldbook_core::location::{Fence, FenceShape, Position, UnknownEntry};
use fieldbook_core::model::{Currency, Fields, Kind, OtherKind, Zone};

use crate::records::{FieldValue, Place};

/// A calendar day without a time zone.
pub(crate) type Day = chrono::NaiveDate;
/// A fixed English text of the core. It is only ever returned.
pub(crate) type Word = &'static str;
/// A number of bytes or items.
pub(crate) type Size = usize;
/// The operating system's error kind for a file.
pub(crate) type IoKind = std::io::ErrorKind;
/// The path of a file on this device.
pub(crate) type FilePath = PathBuf;
/// Texts by label, sorted.
pub(crate) type Labels = BTreeMap<String, String>;
/// The company's own fields, by name.
pub(crate) type CustomValues = BTreeMap<String, FieldValue>;

/// The error for a value that is only ever returned; errors alone hold these types.
const ONE_WAY: BookError = BookError::BadRequest {
    what: "errors are not sent back",
};

/// The expected form of a record id, for [`BookError::BadRequest`].
pub(crate) const RECORD_ID_FORM: &str = "a record's id is a UUID";

/// The zone of that IANA name; without one, the constant offset.
pub(crate) fn to_zone(name: Option<&str>, offset_minutes: i32) -> Result<Zone, BookError> {
    match name {
        Some(name) => parse_arg(name, "a time zone such as Europe/Berlin"),
        None => Zone::fixed(offset_minutes).map_err(|_| BookError::BadRequest {
            what: "an offset of at most 18 hours",
        }),
    }
}

/// Parses a text argument, or fails with [`BookError::BadRequest`] and the expected form `what`.
pub(crate) fn parse_arg<T: FromStr>(text: &str, what: Word) -> Result<T, BookError> {
    text.parse().map_err(|_| BookError::BadRequest { what })
}

uniffi::custom_type!(
    /// The id of a record: a UUID as text, created on the device. Ids sort by creation time.
    RecordId, String, {
    remote,
    lower: |id| id.to_string(),
    try_lift: |text| Ok(parse_arg(&text, RECORD_ID_FORM)?),
});

uniffi::custom_type!(
    /// The id of a territory: a UUID as text.
    TerritoryId, String, {
    remote,
    lower: |id| id.to_string(),
    try_lift: |text| Ok(parse_arg(&text, "a territory's id is a UUID")?),
});

uniffi::custom_type!(
    /// The id of a device on the server: a UUID as text.
    DeviceId, String, {
    remote,
    lower: |id| id.to_string(),
    try_lift: |text| Ok(parse_arg(&text, "a device's id is a UUID")?),
});

uniffi::custom_type!(
    /// The SHA-256 that identifies a change: 64 hexadecimal digits.
    ChangeHash, String, {
    remote,
    lower: |hash| hash.to_string(),
    try_lift: |text| Ok(parse_arg(&text, "a change is named by 64 hexadecimal digits")?),
});

uniffi::custom_type!(
    /// The wire number of a kind that this version does not know.
    OtherKind, u8, {
    remote,
    lower: |kind| kind.code(),
    try_lift: |code| match Kind::from_code(code) {
        Ok(Kind::Other(other)) => Ok(other),
        _ => Err(BookError::BadRequest { what: "this version knows that kind by its name" }.into()),
    },
});

uniffi::custom_type!(
    /// A calendar day, `2026-11-24`.
    Day, String, {
    remote,
    lower: |day| day.to_string(),
    try_lift: |text| Ok(parse_arg(&text, "a day is written 2026-11-24")?),
});

uniffi::custom_type!(
    /// An ISO 4217 currency code: three capital letters.
    Currency, String, {
    remote,
    lower: |currency| currency.code().to_owned(),
    try_lift: |text| Ok(parse_arg(&text, "a currency is three capital letters such as EUR")?),
});

uniffi::custom_type!(
    /// A length on the ground, in metres.
    Meters, f64, {
    remote,
    lower: |length| length.0,
    try_lift: |length| Ok(Meters(length)),
});

uniffi::custom_type!(
    /// A point on the earth, WGS-84.
    Position, Place, {
    remote,
    lower: |at| Place { lat: at.lat(), lon: at.lon() },
    try_lift: |at| Ok(Position::new(at.lat, at.lon).map_err(|_| BookError::BadRequest {
        what: "a position is degrees north from -90 to 90 and degrees east from -180 to 180",
    })?),
});

uniffi::custom_type!(
    /// A geofence: the area in which a rep counts as being at a site.
    Fence, FenceShape, {
    remote,
    lower: |fence| fence.into(),
    try_lift: |shape| Ok(Fence::try_from(shape).map_err(|_| BookError::BadRequest {
        what: "a fence is a circle of up to 1,000 km or an outline that does not cross itself",
    })?),
});

uniffi::custom_type!(
    /// The fields of a record by name. Members of sets are fields too: `tag/vip`, `phone/+44 1603 1234`,
    /// `x/allergens`.
    Fields, HashMap<String, FieldValue>, {
    remote,
    lower: |fields| fields.0.into_iter().collect(),
    try_lift: |fields| Ok(fields.into_iter().collect()),
});

uniffi::custom_type!(
    /// A list entry of a later version, as JSON. It is only ever returned.
    UnknownEntry, String, {
    remote,
    lower: |entry| entry.to_json().to_string(),
    try_lift: |_entry| Err(ONE_WAY.into()),
});

uniffi::custom_type!(
    /// The company's own fields, by name.
    CustomValues, HashMap<String, FieldValue>, {
    remote,
    lower: |values| values.into_iter().collect(),
    try_lift: |values| Ok(values.into_iter().collect()),
});

uniffi::custom_type!(
    /// Texts by name.
    Labels, HashMap<String, String>, {
    remote,
    lower: |labels| labels.into_iter().collect(),
    try_lift: |labels| Ok(labels.into_iter().collect()),
});

uniffi::custom_type!(
    /// The path of a file on this device.
    FilePath, String, {
    remote,
    lower: |path| path.to_string_lossy().into_owned(),
    try_lift: |path| Ok(path.into()),
});

uniffi::custom_type!(
    /// A number of bytes or items.
    Size, u64, {
    remote,
    lower: |size| size as u64,
    try_lift: |size| Ok(size.try_into()?),
});

uniffi::custom_type!(
    /// A word in an error, such as the type that a field expects.
    Word, String, {
    remote,
    lower: |word| word.to_owned(),
    try_lift: |_word| Err(ONE_WAY.into()),
});

uniffi::custom_type!(
    /// The operating system's error for a file, in English.
    IoKind, String, {
    remote,
    lower: |kind| kind.to_string(),
    try_lift: |_kind| Err(ONE_WAY.into()),
});
