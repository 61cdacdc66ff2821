//! Something worth remembering.

use super::{Extra, Fields, Scalar};
use crate::ids::RecordId;

/// A remark with a date of its own. Two people who write the same note at once both keep their text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Note {
    /// About which customer, if about one.
    pub account_id: Option<RecordId>,
    /// About which other record (a visit, a deal), if about one.
    pub about_id: Option<RecordId>,
    /// The text of the note.
    pub text: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// Time of writing, in Unix milliseconds.
    pub written_at_ms: Option<i64>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

impl From<Fields> for Note {
    fn from(mut f: Fields) -> Note {
        Note {
            account_id: f.take_id("account_id"),
            about_id: f.take_id("about_id"),
            text: f.take_text("text").unwrap_or_default(),
            external_id: f.take_text("external_id"),
            written_at_ms: f.take_time("written_at"),
            extra: f.into(),
        }
    }
}

impl From<Note> for Fields {
    fn from(n: Note) -> Fields {
        let mut f = Fields::from(n.extra);
        f.set_some("account_id", n.account_id.map(Scalar::Id));
        f.set_some("about_id", n.about_id.map(Scalar::Id));
        f.set("text", n.text);
        f.set_some("external_id", n.external_id);
        f.set_some("written_at", n.written_at_ms.map(Scalar::Time));
        f
    }
}
