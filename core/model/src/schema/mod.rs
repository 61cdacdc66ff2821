//! Every field of every kind, declared once: its type, its limits, and what happens when two people write it at once.
//!
//! The same declarations check what a rep types, what a file brings and what another machine sends, so nothing that is
//! refused at one door comes in by another. A name, once released, keeps its type for ever.
//!
//! The list also drives the columns of a book's tables ([`StoredIn`]), the words of its search ([`Searched`]) and the columns
//! of CSV files ([`FieldSpec::exported`]). The typed records and the bindings repeat the names, because each language needs
//! them as members. `tests/one_list.rs` fails when a typed record misses a declared field, and the bindings do not compile
//! when they miss a member of a typed record. A new field is kept in the JSON beside the columns and needs no migration.

mod check;
mod table;

use std::str::FromStr;

pub use check::{FieldFault, Why, check, check_as, check_foreign, check_new, parse, parse_as};
pub use table::{fields_of, has_own_table, own_fields_of};

use super::Kind;

/// The longest a field's name may be, in bytes.
pub const KEY_BYTES_MAX: usize = 200;
/// The longest an ordinary text may be, in bytes.
pub const TEXT_BYTES_MAX: usize = 2_000;
/// The longest a remark, a note or a check-in may be, in bytes.
pub const LONG_TEXT_BYTES_MAX: usize = 65_536;

/// The type of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// A text of at most [`TEXT_BYTES_MAX`].
    Text,
    /// A text of at most [`LONG_TEXT_BYTES_MAX`], which may have several lines.
    LongText,
    /// A whole number, 0 or more.
    Count,
    /// A floating-point number.
    Number,
    /// Yes or no.
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
    /// Another record of this kind.
    Ref(Kind),
    /// Another record of any kind.
    AnyRef,
    /// The name of a kind.
    Kind,
    /// The name of a custom field's type.
    TypeName,
    /// A [`CheckIn`](super::CheckIn) as JSON.
    CheckIn,
    /// A [`CheckOut`](super::CheckOut) as JSON.
    CheckOut,
    /// A link of a chain of evidence: a line as [`Line`](crate::evidence::Line) writes it.
    Link,
    /// A [`StageMove`](super::StageMove) as JSON.
    StageMove,
    /// Whatever scalar it is: a custom field, whose own declaration is checked where it is typed in.
    Any,
}

impl FieldType {
    /// The word for it, as [`CustomField`](super::CustomField) records hold it.
    pub fn name(self) -> &'static str {
        match self {
            FieldType::Text => "text",
            FieldType::LongText => "long_text",
            FieldType::Count => "count",
            FieldType::Number => "number",
            FieldType::Bool => "bool",
            FieldType::Time => "time",
            FieldType::Date => "date",
            FieldType::Money => "money",
            FieldType::Position => "position",
            FieldType::Fence => "fence",
            FieldType::Ref(_) | FieldType::AnyRef => "id",
            FieldType::Kind => "kind",
            FieldType::TypeName => "type",
            FieldType::CheckIn => "check_in",
            FieldType::CheckOut => "check_out",
            FieldType::Link => "link",
            FieldType::StageMove => "stage_move",
            FieldType::Any => "any",
        }
    }
}

impl FromStr for FieldType {
    type Err = FieldFault;

    /// Reads the types that a custom field may have.
    fn from_str(s: &str) -> Result<FieldType, FieldFault> {
        use FieldType::{Bool, Count, Date, LongText, Money, Number, Text, Time};
        let open = [Text, LongText, Count, Number, Bool, Time, Date, Money];
        let found = open.into_iter().find(|t| t.name() == s);
        found.ok_or_else(|| {
            FieldFault::new(
                "type",
                Why::Malformed {
                    expected: "text, long_text, count, number, bool, time, date or money",
                },
            )
        })
    }
}

/// The rule that chooses the value shown of several concurrent ones. The others stay visible as conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// The one written last by hybrid logical time.
    Latest,
    /// The stage that is further along; among equals the latest.
    FurtherStage,
    /// The one written first. It is never written again: no door takes a second value on top of it.
    First,
    /// All of them, one after the other, in order of their time.
    KeepAll,
}

/// One declared field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name; a set's ends in `/` and stands for all its members.
    pub name: &'static str,
    /// The type of its values.
    pub takes: FieldType,
    /// The rule for concurrent values.
    pub policy: Policy,
    /// True if a new record must have it.
    pub required: bool,
    /// The part of it that a search finds.
    pub searched: Searched,
    /// The place of it in a book's tables.
    pub stored: StoredIn,
    /// True if a CSV file of records of this kind has a column for it, where there are such files.
    pub exported: bool,
}

/// By what of a field a search finds the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Searched {
    /// Not at all.
    No,
    /// The words of its text.
    Value,
    /// The names of a set's members.
    Names,
}

/// The place of a field in a book's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredIn {
    /// In the table that all kinds share.
    Record,
    /// In a column of its name in the table of its kind; in the JSON if the kind has no table of its own.
    Column,
    /// In the JSON beside the columns. A field needs no migration for it.
    More,
}

impl FieldSpec {
    /// True if it declares a set, whose members are fields of their own: `tag/vip`.
    pub fn is_set(&self) -> bool {
        self.name.ends_with('/')
    }
}

/// The declaration of `key` on records of `kind`, or `None` for a key this version does not know.
pub fn spec(kind: Kind, key: &str) -> Option<&'static FieldSpec> {
    let set = key.find('/').map(|at| &key[..=at]);
    fields_of(kind).find(|spec| spec.name == set.unwrap_or(key))
}

/// The rule for concurrent values of `key`; [`Policy::Latest`] for a key that this version does not know.
pub fn policy(kind: Kind, key: &str) -> Policy {
    spec(kind, key).map_or(Policy::Latest, |spec| spec.policy)
}
