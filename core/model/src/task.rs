//! Something to do.

use super::{Extra, Fields, Scalar};
use crate::ids::RecordId;

/// Something to do, by a day.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Task {
    /// For which customer, if for one.
    pub account_id: Option<RecordId>,
    /// Description of the task.
    pub name: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// The last day for it.
    pub due_on: Option<chrono::NaiveDate>,
    /// Time of completion, in Unix milliseconds; `None` while it is open.
    pub done_at_ms: Option<i64>,
    /// The person responsible, as the imported file named them.
    pub owner: Option<String>,
    /// Priority, in the company's own words.
    pub priority: Option<String>,
    /// The record that it is about, beside the account: a deal, a visit.
    pub about_id: Option<RecordId>,
    /// Time at which the app reminds of it, Unix milliseconds.
    pub remind_at_ms: Option<i64>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

impl From<Fields> for Task {
    fn from(mut f: Fields) -> Task {
        Task {
            account_id: f.take_id("account_id"),
            name: f.take_text("name").unwrap_or_default(),
            external_id: f.take_text("external_id"),
            due_on: f.take_parsed("due_on"),
            done_at_ms: f.take_time("done_at"),
            owner: f.take_text("owner"),
            priority: f.take_text("priority"),
            about_id: f.take_id("about_id"),
            remind_at_ms: f.take_time("remind_at"),
            extra: f.into(),
        }
    }
}

impl From<Task> for Fields {
    fn from(t: Task) -> Fields {
        let mut f = Fields::from(t.extra);
        f.set_some("account_id", t.account_id.map(Scalar::Id));
        f.set("name", t.name);
        f.set_some("external_id", t.external_id);
        f.set_some("due_on", t.due_on.map(|d| d.to_string()));
        f.set_some("done_at", t.done_at_ms.map(Scalar::Time));
        f.set_some("owner", t.owner);
        f.set_some("priority", t.priority);
        f.set_some("about_id", t.about_id.map(Scalar::Id));
        f.set_some("remind_at", t.remind_at_ms.map(Scalar::Time));
        f
    }
}
