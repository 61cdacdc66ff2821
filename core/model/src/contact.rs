//! A person at a customer's.

use super::{Extra, Fields, Scalar};
use crate::ids::RecordId;

/// A person, usually at an account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contact {
    /// The account that the person works for, if it is known.
    pub account_id: Option<RecordId>,
    /// The whole name, as it is spoken.
    pub name: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// The person's role there, such as `buyer`.
    pub role: Option<String>,
    /// The number to call.
    pub phone: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

impl From<Fields> for Contact {
    fn from(mut f: Fields) -> Contact {
        Contact {
            account_id: f.take_id("account_id"),
            name: f.take_text("name").unwrap_or_default(),
            external_id: f.take_text("external_id"),
            role: f.take_text("role"),
            phone: f.take_text("phone"),
            email: f.take_text("email"),
            extra: f.into(),
        }
    }
}

impl From<Contact> for Fields {
    fn from(c: Contact) -> Fields {
        let mut f = Fields::from(c.extra);
        f.set_some("account_id", c.account_id.map(Scalar::Id));
        f.set("name", c.name);
        f.set_some("external_id", c.external_id);
        f.set_some("role", c.role);
        f.set_some("phone", c.phone);
        f.set_some("email", c.email);
        f
    }
}
