//! How single values cross: ids, days and the like as texts, metres as numbers, maps of fields as maps.
//!
//! Nothing of a type is left abroad but its name, so a number's unit is in the name of the field that holds it. A text
//! that is not what it should be becomes [`BookError::BadRequest`], never a panic.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::str::FromStr;

use fieldbook_core::book::BookError;
use fieldbook_core::ids::{ChangeHash, DeviceId, RecordId, TerritoryId};
use fieldbook_core::location::Meters;
use fieldbook_core::location::{Fence, FenceShape, Position, UnknownEntry};
use fieldbook_core::model::{Currency, Fields, Kind, OtherKind};

use crate::records::{FieldValue, Place};

/// A day of the calendar.
pub(crate) type Day = chrono::NaiveDate;
/// A text that the core chose: it only ever leaves.
pub(crate) type Word = &'static str;
/// How many bytes.
pub(crate) type Size = usize;
/// What the system said of a file.
pub(crate) type IoKind = std::io::ErrorKind;
/// A file on this device.
pub(crate) type FilePath = PathBuf;
/// Texts by name.
pub(crate) type Labels = BTreeMap<String, String>;
/// The company's own fields, by name.
pub(crate) type CustomValues = BTreeMap<String, FieldValue>;

/// Only errors hold these, and none comes back.
const ONE_WAY: BookError = BookError::BadRequest {
    what: "errors are not sent back",
};

/// Reads a text from abroad.
pub(crate) fn read<T: FromStr>(text: &str, what: Word) -> Result<T, BookError> {
    text.parse().map_err(|_| BookError::BadRequest { what })
}

uniffi::custom_type!(
    /// A record's id: a UUID as text, made on the device, sorting by the time it was made.
    RecordId, String, {
    remote,
    lower: |id| id.to_string(),
    try_lift: |text| Ok(read(&text, "a record's id is a UUID")?),
});

uniffi::custom_type!(
    /// A territory's id: a UUID as text.
    TerritoryId, String, {
    remote,
    lower: |id| id.to_string(),
    try_lift: |text| Ok(read(&text, "a territory's id is a UUID")?),
});

uniffi::custom_type!(
    /// A device's id, as the server knows it: a UUID as text.
    DeviceId, String, {
    remote,
    lower: |id| id.to_string(),
    try_lift: |text| Ok(read(&text, "a device's id is a UUID")?),
});

uniffi::custom_type!(
    /// What a change is known by: 64 hexadecimal digits.
    ChangeHash, String, {
    remote,
    lower: |hash| hash.to_string(),
    try_lift: |text| Ok(read(&text, "a change is named by 64 hexadecimal digits")?),
});

uniffi::custom_type!(
    /// The number of a kind that this version does not know.
    OtherKind, u8, {
    remote,
    lower: |kind| kind.code(),
    try_lift: |code| match Kind::from_code(code) {
        Ok(Kind::Other(other)) => Ok(other),
        _ => Err(BookError::BadRequest { what: "this version knows that kind by its name" }.into()),
    },
});

uniffi::custom_type!(
    /// A day of the calendar, `2026-11-24`.
    Day, String, {
    remote,
    lower: |day| day.to_string(),
    try_lift: |text| Ok(read(&text, "a day is written 2026-11-24")?),
});

uniffi::custom_type!(
    /// An ISO 4217 currency: three capital letters.
    Currency, String, {
    remote,
    lower: |currency| currency.code().to_owned(),
    try_lift: |text| Ok(read(&text, "a currency is three capital letters such as EUR")?),
});

uniffi::custom_type!(
    /// A length on the ground; the field that holds it says that it is metres.
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
    /// The area in which a rep counts as being at a site.
    Fence, FenceShape, {
    remote,
    lower: |fence| fence.into(),
    try_lift: |shape| Ok(Fence::try_from(shape).map_err(|_| BookError::BadRequest {
        what: "a fence is a circle of up to 1,000 km or an outline that does not cross itself",
    })?),
});

uniffi::custom_type!(
    /// The fields of a record by name. Members of sets are fields too: `tag/vip`, `phone/+44 1603 1234`, `x/allergens`.
    Fields, HashMap<String, FieldValue>, {
    remote,
    lower: |fields| fields.0.into_iter().collect(),
    try_lift: |fields| Ok(fields.into_iter().collect()),
});

uniffi::custom_type!(
    /// An entry of a list in the words of a later version, as JSON. It only ever leaves.
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
    /// A file on this device.
    FilePath, String, {
    remote,
    lower: |path| path.to_string_lossy().into_owned(),
    try_lift: |path| Ok(path.into()),
});

uniffi::custom_type!(
    /// A number of bytes.
    Size, u64, {
    remote,
    lower: |size| size as u64,
    try_lift: |size| Ok(size.try_into()?),
});

uniffi::custom_type!(
    /// A word in an error, such as what a field expects.
    Word, String, {
    remote,
    lower: |word| word.to_owned(),
    try_lift: |_word| Err(ONE_WAY.into()),
});

uniffi::custom_type!(
    /// What the system said of a file, in English.
    IoKind, String, {
    remote,
    lower: |kind| kind.to_string(),
    try_lift: |_kind| Err(ONE_WAY.into()),
});
