//! A record of any kind.

use super::{
    Account, Contact, CustomField, Extra, Fields, Kind, Lead, Note, Opportunity, OtherKind, Pack, Scalar,
    Site, Task, Visit,
};
use crate::ids::{RecordId, TerritoryId};

/// The typed content of a record.
#[expect(
    clippy::large_enum_variant,
    reason = "made to be looked at one at a time; lists keep fields"
)]
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A customer or prospect.
    Account(Account),
    /// A place of a customer.
    Site(Site),
    /// A person at an account.
    Contact(Contact),
    /// A deal with an account.
    Opportunity(Opportunity),
    /// A visit to an account.
    Visit(Visit),
    /// Something to do.
    Task(Task),
    /// Something to remember.
    Note(Note),
    /// A field that the company added.
    CustomField(CustomField),
    /// A signed pack of rules.
    Pack(Pack),
    /// A lead.
    Lead(Lead),
    /// A record of a kind that this version does not know.
    Other(OtherRecord),
}

/// A record of a kind that this version does not know, as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherRecord {
    /// The kind, by its number.
    pub kind: OtherKind,
    /// All of its fields.
    pub fields: Fields,
}

impl Body {
    /// Reads a body off its fields. Total: whatever the gate admits has a meaning.
    pub fn from_fields(kind: Kind, mut fields: Fields) -> Body {
        fields
            .0
            .retain(|key, value| *value != Scalar::Cleared && key != "deleted");
        match kind {
            Kind::Account => Body::Account(fields.into()),
            Kind::Site => Body::Site(fields.into()),
            Kind::Contact => Body::Contact(fields.into()),
            Kind::Opportunity => Body::Opportunity(fields.into()),
            Kind::Visit => Body::Visit(fields.into()),
            Kind::Task => Body::Task(fields.into()),
            Kind::Note => Body::Note(fields.into()),
            Kind::CustomField => Body::CustomField(fields.into()),
            Kind::Pack => Body::Pack(fields.into()),
            Kind::Lead => Body::Lead(fields.into()),
            Kind::Other(kind) => Body::Other(OtherRecord { kind, fields }),
        }
    }

    /// The fields to write for it.
    pub fn into_fields(self) -> Fields {
        match self {
            Body::Account(x) => x.into(),
            Body::Site(x) => x.into(),
            Body::Contact(x) => x.into(),
            Body::Opportunity(x) => x.into(),
            Body::Visit(x) => x.into(),
            Body::Task(x) => x.into(),
            Body::Note(x) => x.into(),
            Body::CustomField(x) => x.into(),
            Body::Pack(x) => x.into(),
            Body::Lead(x) => x.into(),
            Body::Other(x) => x.fields,
        }
    }

    /// Labels, remark and the company's own fields; `None` for a kind that this version does not know.
    pub fn extra(&self) -> Option<&Extra> {
        match self {
            Body::Account(x) => Some(&x.extra),
            Body::Site(x) => Some(&x.extra),
            Body::Contact(x) => Some(&x.extra),
            Body::Opportunity(x) => Some(&x.extra),
            Body::Visit(x) => Some(&x.extra),
            Body::Task(x) => Some(&x.extra),
            Body::Note(x) => Some(&x.extra),
            Body::CustomField(x) => Some(&x.extra),
            Body::Pack(x) => Some(&x.extra),
            Body::Lead(x) => Some(&x.extra),
            Body::Other(_) => None,
        }
    }

    /// The kind of the record.
    pub fn kind(&self) -> Kind {
        match self {
            Body::Account(_) => Kind::Account,
            Body::Site(_) => Kind::Site,
            Body::Contact(_) => Kind::Contact,
            Body::Opportunity(_) => Kind::Opportunity,
            Body::Visit(_) => Kind::Visit,
            Body::Task(_) => Kind::Task,
            Body::Note(_) => Kind::Note,
            Body::CustomField(_) => Kind::CustomField,
            Body::Pack(_) => Kind::Pack,
            Body::Lead(_) => Kind::Lead,
            Body::Other(x) => Kind::Other(x.kind),
        }
    }
}

/// A record as the book shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its name for machines.
    pub id: RecordId,
    /// The kind of the record.
    pub kind: Kind,
    /// The territory that it belongs to; only the server moves it.
    pub territory: TerritoryId,
    /// True if it was deleted. It can be restored.
    pub deleted: bool,
    /// True if the server has not yet answered an edit of it.
    pub unsent: bool,
    /// Number of concurrent values that are not shown; `conflicts` lists them.
    pub conflicts: u32,
    /// Its fields, as merged.
    pub fields: Fields,
}

impl Record {
    /// The record as the plain type of its kind.
    pub fn body(&self) -> Body {
        Body::from_fields(self.kind, self.fields.clone())
    }

    /// The account that the record is, or that it belongs to.
    pub fn account(&self) -> Option<RecordId> {
        match self.kind {
            Kind::Account => Some(self.id),
            _ => self.fields.id("account_id"),
        }
    }

    /// The title: the name, a note's first line, a visit's purpose, or else the kind.
    pub fn title(&self) -> &str {
        let line = ["name", "purpose", "text"]
            .iter()
            .find_map(|key| self.fields.text(key));
        line.and_then(|text| text.lines().next())
            .unwrap_or(self.kind.name())
    }
}
