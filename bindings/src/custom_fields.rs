//! The declarations of the company's own fields.

use fieldbook_core::model::schema::FieldType;
use fieldbook_core::model::{CustomField, Extra, Kind};

/// The declaration of one custom field: records of kind `on` may then carry `x/NAME`.
#[uniffi::remote(Record)]
pub struct CustomField {
    /// The kind of record that has the field.
    pub on: Option<Kind>,
    /// The field's name, without `x/`.
    pub name: String,
    /// The type of its values; free text when null.
    pub value_type: Option<FieldType>,
    /// The permitted values; any value when empty.
    pub choices: Vec<String>,
    /// The declaration's key in the system it was imported from.
    pub external_id: Option<String>,
    /// Labels and remark.
    pub extra: Extra,
}

/// The type of a field's values.
#[uniffi::remote(Enum)]
pub enum FieldType {
    /// A text of at most 2,000 bytes.
    Text,
    /// A text of at most 65,536 bytes, which may have several lines.
    LongText,
    /// An integer, 0 or more.
    Count,
    /// A finite number.
    Number,
    /// A truth value.
    Bool,
    /// An instant, Unix milliseconds.
    Time,
    /// A day, `2026-11-24`.
    Date,
    /// An amount with its currency, `1200.50 USD`.
    Money,
    /// A place, `52.6271956,1.2927065` in WGS-84.
    Position,
    /// `circle:150` or `polygon:[[[lon,lat],...]]`.
    Fence,
    /// The id of a record of this kind.
    Ref(Kind),
    /// The id of a record of any kind.
    AnyRef,
    /// The name of a kind.
    Kind,
    /// The name of a custom field's type.
    TypeName,
    /// A check-in, as JSON.
    CheckIn,
    /// A check-out, as JSON.
    CheckOut,
    /// A link of a chain of evidence.
    Link,
    /// A move of a deal from stage to stage, as JSON.
    StageMove,
    /// A value of any type.
    Any,
}
