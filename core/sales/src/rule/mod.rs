//! Rules that do chores: a trigger, a condition and actions, as data with a version.
//!
//! A pack of rules is JSON of the format `fieldbook-rules/1`, signed and sent out as a process is. A rule looks at records as
//! they stand and finds what occurred ([`Occurrence`]), each with the moment of it. The effects of an occurrence have ids that
//! are made from the rule, the record and the occurrence, so five devices that find it write one record, and finding it again
//! writes nothing. No rule depends on a device being awake: what fell due while it slept is found later, with its own date.

mod check;
mod effect;
mod occurrence;

use std::fmt;

use chrono::NaiveDate;
use fieldbook_model::{Kind, Zone};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical;
use crate::expr::Expr;
use crate::pack::{PackFaults, PackId};
use crate::text::Texts;

pub use check::{RING_DEPTH_MAX, with_conditions};
pub use effect::{Effect, RULE_PREFIX, Titles, Trace, effects, traces};
pub use occurrence::{Occurrence, Watched, occurrences};

/// The format of packs of rules, in their member `format`.
pub const RULES_FORMAT: &str = "fieldbook-rules/1";

/// The records that a rule may watch, by the word in its trigger and in the names of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An account.
    Account,
    /// A contact.
    Contact,
    /// A deal.
    Deal,
    /// A visit.
    Visit,
    /// A task.
    Task,
}

impl Subject {
    /// All of them.
    pub const ALL: [Subject; 5] = [
        Subject::Account,
        Subject::Contact,
        Subject::Deal,
        Subject::Visit,
        Subject::Task,
    ];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Account => "account",
            Subject::Contact => "contact",
            Subject::Deal => "deal",
            Subject::Visit => "visit",
            Subject::Task => "task",
        }
    }

    /// The kind of record.
    pub fn kind(self) -> Kind {
        match self {
            Subject::Account => Kind::Account,
            Subject::Contact => Kind::Contact,
            Subject::Deal => Kind::Opportunity,
            Subject::Visit => Kind::Visit,
            Subject::Task => Kind::Task,
        }
    }

    /// The subject that a fact's first part names; `None` for facts that are counted.
    pub fn from_name(name: &str) -> Option<Subject> {
        Subject::ALL.into_iter().find(|subject| subject.name() == name)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The span of a recurring trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// From Monday on.
    Week,
    /// From the first of the month on.
    Month,
    /// From the first of January, April, July and October on.
    Quarter,
    /// From the first of January on.
    Year,
}

/// The occasion of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Trigger {
    /// A record was made. A record that a rule made counts only with `from_rules`.
    Added {
        /// The records that are watched.
        of: Subject,
        /// True to count records that rules made.
        #[serde(default, skip_serializing_if = "is_false")]
        from_rules: bool,
    },
    /// A field was given a value, for the first time that it has this value.
    FieldIs {
        /// The field, such as `deal.budget_tier`.
        field: String,
        /// The value, as texts have it.
        value: String,
    },
    /// A field was filled in for the first time.
    FieldFilled {
        /// The field, such as `deal.close_on`.
        field: String,
    },
    /// So many days after the day in a field; before it, if negative.
    Date {
        /// The field, such as `deal.close_on`.
        field: String,
        /// Days after that day.
        days: i16,
    },
    /// A deal entered a stage.
    StageEntered {
        /// The id of the stage.
        stage: String,
    },
    /// A deal has been in a stage for so many days.
    StageDays {
        /// The id of the stage.
        stage: String,
        /// Days since it entered.
        days: u16,
    },
    /// A deal entered a stage that passes a milestone.
    Milestone {
        /// The name of the milestone, in the deal's process.
        milestone: String,
    },
    /// A deal went back to an earlier stage.
    MovedBack {},
    /// A deal passed a gate that was shut.
    Forced {},
    /// A deal was opened again after its end.
    Reopened {},
    /// A deal was won.
    Won {},
    /// A deal was lost.
    Lost {},
    /// A competitor was named on a deal.
    CompetitorNamed {},
    /// A visit was held.
    VisitHeld {},
    /// A visit was held and its check-in is neither verified nor likely on site.
    VisitUnverified {},
    /// A visit was called off; counted on the day for which it was planned.
    VisitSkipped {},
    /// A task was done.
    TaskDone {},
    /// A task has been overdue for so many days. A task that a rule made counts only with `from_rules`.
    TaskOverdue {
        /// Days after the day on which it was due.
        days: u16,
        /// True to count tasks that rules made.
        #[serde(default, skip_serializing_if = "is_false")]
        from_rules: bool,
    },
    /// No visit was held at an account, or at an open deal's account, for so many days.
    Quiet {
        /// `account` or `deal`.
        of: Subject,
        /// Days since the last visit; without one, since the record was made.
        days: u16,
    },
    /// On the first day of each span, of the spans that passed since the last look only the latest, and none that began
    /// before the record was made.
    Every {
        /// The span.
        period: Period,
        /// The records that are watched: `account` or `deal`; of deals the open ones.
        of: Subject,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The form that serde asks for.
fn is_false(value: &bool) -> bool {
    !value
}

impl Trigger {
    /// The records that it watches; `None` for a field of no subject, which no checked pack has.
    pub fn subject(&self) -> Option<Subject> {
        Some(match self {
            Trigger::Added { of, .. } | Trigger::Quiet { of, .. } | Trigger::Every { of, .. } => *of,
            Trigger::FieldIs { field, .. } | Trigger::FieldFilled { field } | Trigger::Date { field, .. } => {
                return Subject::from_name(field.split_once('.')?.0);
            }
            Trigger::StageEntered { .. }
            | Trigger::StageDays { .. }
            | Trigger::Milestone { .. }
            | Trigger::MovedBack {}
            | Trigger::Forced {}
            | Trigger::Reopened {}
            | Trigger::Won {}
            | Trigger::Lost {}
            | Trigger::CompetitorNamed {} => Subject::Deal,
            Trigger::VisitHeld {} | Trigger::VisitUnverified {} | Trigger::VisitSkipped {} => Subject::Visit,
            Trigger::TaskDone {} | Trigger::TaskOverdue { .. } => Subject::Task,
        })
    }

    /// The field that it watches, without the subject.
    pub fn field(&self) -> Option<&str> {
        match self {
            Trigger::FieldIs { field, .. } | Trigger::FieldFilled { field } | Trigger::Date { field, .. } => {
                Some(field.split_once('.').map_or(field.as_str(), |(_, field)| field))
            }
            _ => None,
        }
    }
}

/// A chore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "make", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// A task at the record's account.
    Task {
        /// The task; `{account}`, `{deal}` and `{name}` stand for the names of account, deal and record.
        name: Texts,
        /// Days after the occurrence until which it is due.
        due_days: u16,
        /// True to count business days of the account's country.
        #[serde(default, skip_serializing_if = "is_false")]
        business_days: bool,
        /// The person: a name, or `owner` for the owner of the record or its account. Without it nobody is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<String>,
        /// The priority, in the company's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        priority: Option<String>,
        /// The hour, 0 to 23, of the day on which it is due at which the app reminds of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remind_hour: Option<u8>,
    },
    /// A visit planned at the record's account.
    Visit {
        /// The purpose, with the same placeholders.
        purpose: Texts,
        /// Days after the occurrence.
        in_days: u16,
        /// True to count business days of the account's country.
        #[serde(default, skip_serializing_if = "is_false")]
        business_days: bool,
    },
    /// A note about the record.
    Note {
        /// The text, with the same placeholders.
        text: Texts,
    },
    /// A value of a field, such as the owner of a deal: an assignment.
    Set {
        /// The field of the record, such as `deal.owner`.
        field: String,
        /// The value, as texts have it.
        value: String,
        /// True to write over what stands there; otherwise only an empty field is filled.
        #[serde(default, skip_serializing_if = "is_false")]
        over: bool,
    },
    /// A label of the record.
    Tag {
        /// The label.
        tag: String,
    },
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The id, unique in the pack and kept over its versions: by it an occurrence is known to be done.
    pub id: String,
    /// The names that people see.
    pub titles: Texts,
    /// The occasion.
    pub on: Trigger,
    /// The condition in CEL, for people. Where packs are made it is compiled to `test`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The condition, in the language of [`Expr`]: what is evaluated. Without one the rule always applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Value>,
    /// The chores, in order.
    #[serde(rename = "do")]
    pub actions: Vec<Action>,
}

impl Rule {
    /// The condition, read; `None` for a rule without one.
    ///
    /// # Panics
    /// Never for a rule of a pack that [`RulePack::parse`] made.
    pub fn condition(&self) -> Option<Expr> {
        let test = self.test.as_ref()?;
        Some(Expr::parse(test).expect("the pack was checked when it was read"))
    }
}

/// A pack of rules of one version. [`RulePack::parse`] makes only sound ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePack {
    /// [`RULES_FORMAT`].
    pub format: String,
    /// The name, which all versions share.
    pub name: String,
    /// The version, from 1.
    pub version: u32,
    /// The names that people see.
    pub titles: Texts,
    /// The IANA zone in which days are told, the same on every device.
    pub zone: String,
    /// The language of the records that it makes.
    pub language: String,
    /// The first day of which occurrences count.
    pub since: NaiveDate,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The key, in hexadecimal, that signs the versions after this one, where it is another than this version's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_key: Option<String>,
}

impl RulePack {
    /// Reads a pack of rules and checks all of it.
    ///
    /// # Errors
    /// [`PackFaults`]: every fault that was found, each with the place where it stands.
    pub fn parse(text: &str) -> Result<RulePack, PackFaults> {
        check::parse(text)
    }

    /// The zone in which its days are told; UTC where this machine does not know it, which [`RulePack::parse`] refuses.
    pub fn zone(&self) -> Zone {
        self.zone.parse().unwrap_or(Zone::UTC)
    }

    /// Name and version.
    pub fn id(&self) -> PackId {
        PackId {
            name: self.name.clone(),
            version: self.version,
        }
    }

    /// The canonical text, which is hashed and signed.
    pub fn to_text(&self) -> String {
        canonical::pack_text(self)
    }

    /// The first 8 bytes of the SHA-256 of the canonical text, as 16 hexadecimal digits.
    pub fn sha(&self) -> String {
        canonical::short_hash(&self.to_text())
    }
}

/// The rules that are shipped as a start for a company's own. They do nothing until a company signs and sends them out.
pub const SHIPPED_RULES: &str = include_str!("../../rules/sales-rules.json");

#[cfg(test)]
mod tests;
