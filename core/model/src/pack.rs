//! A pack of rules that the company sends out: a signed sales process.

use super::{Extra, Fields, Scalar};

/// A signed pack, as its record holds it. It concerns the whole company, and its fields are written once.
///
/// The record only carries it: whether its signature fits and its version counts is for whoever uses it to check.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pack {
    /// The name that all versions share, such as `solution-sale`.
    pub name: String,
    /// The version, from 1.
    pub version: Option<i64>,
    /// The canonical text that is signed.
    pub body: Option<String>,
    /// The public key that signed it, in hexadecimal digits.
    pub key: Option<String>,
    /// The signature of the body, in hexadecimal digits.
    pub signature: Option<String>,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// Labels and remark.
    pub extra: Extra,
}

impl From<Fields> for Pack {
    fn from(mut f: Fields) -> Pack {
        Pack {
            name: f.take_text("name").unwrap_or_default(),
            version: f.take_int("version"),
            body: f.take_text("body"),
            key: f.take_text("key"),
            signature: f.take_text("signature"),
            external_id: f.take_text("external_id"),
            extra: f.into(),
        }
    }
}

impl From<Pack> for Fields {
    fn from(p: Pack) -> Fields {
        let mut f = Fields::from(p.extra);
        f.set("name", p.name);
        f.set_some("version", p.version.map(Scalar::Int));
        f.set_some("body", p.body);
        f.set_some("key", p.key);
        f.set_some("signature", p.signature);
        f.set_some("external_id", p.external_id);
        f
    }
}
