//! The declarations themselves.

use super::{FieldSpec, FieldType, Policy, Searched, StoredIn};
use crate::Kind;

/// A field as most are: the latest value counts, a text is found by its words, it has a column in CSV files, and the
/// tables keep it in the JSON beside their columns, so that a new one needs no migration.
const fn field(name: &'static str, takes: FieldType) -> FieldSpec {
    FieldSpec {
        name,
        takes,
        policy: Policy::Latest,
        required: false,
        searched: match takes {
            FieldType::Text | FieldType::LongText => Searched::Value,
            _ => Searched::No,
        },
        stored: StoredIn::More,
        exported: true,
    }
}

/// A field with a column in the table of its kind.
const fn column(name: &'static str, takes: FieldType) -> FieldSpec {
    FieldSpec {
        stored: StoredIn::Column,
        ..field(name, takes)
    }
}

/// A set: its members are fields of their own, and no column holds them.
const fn set(name: &'static str, takes: FieldType, searched: Searched) -> FieldSpec {
    FieldSpec {
        searched,
        exported: false,
        ..field(name, takes)
    }
}

impl FieldSpec {
    const fn required(self) -> FieldSpec {
        FieldSpec {
            required: true,
            ..self
        }
    }

    /// Every concurrent value is shown.
    const fn keep_all(self) -> FieldSpec {
        FieldSpec {
            policy: Policy::KeepAll,
            ..self
        }
    }

    /// The first value counts for ever.
    const fn first(self) -> FieldSpec {
        FieldSpec {
            policy: Policy::First,
            ..self
        }
    }

    /// Nobody looks for it by its words.
    const fn unsearched(self) -> FieldSpec {
        FieldSpec {
            searched: Searched::No,
            ..self
        }
    }

    /// No CSV column has its value as it is.
    const fn unexported(self) -> FieldSpec {
        FieldSpec {
            exported: false,
            ..self
        }
    }

    /// The table that all kinds share keeps it.
    const fn by_record(self) -> FieldSpec {
        FieldSpec {
            stored: StoredIn::Record,
            ..self
        }
    }
}

/// The fields that a record of any kind may have.
const EVERY: &[FieldSpec] = &[
    field("external_id", FieldType::Text).by_record(),
    field("deleted", FieldType::Bool).by_record().unexported(),
    field("merged_into", FieldType::AnyRef).unexported(),
    column("remark", FieldType::LongText).keep_all(),
    set("tag/", FieldType::Bool, Searched::Names),
    set("x/", FieldType::Any, Searched::Value),
    set("rule/", FieldType::Text, Searched::No),
    set("review/", FieldType::LongText, Searched::No).first(),
];

const ACCOUNT_ID: FieldSpec = field("account_id", FieldType::Ref(Kind::Account))
    .by_record()
    .unexported();

const ADDRESS: [FieldSpec; 5] = [
    column("street", FieldType::Text),
    column("city", FieldType::Text),
    column("region", FieldType::Text),
    column("postcode", FieldType::Text),
    column("country", FieldType::Text),
];

const ACCOUNT: &[FieldSpec] = &[
    column("name", FieldType::Text).required(),
    column("tier", FieldType::Text),
    column("industry", FieldType::Text),
    column("phone", FieldType::Text),
    set("phone/", FieldType::Text, Searched::Names),
    column("email", FieldType::Text),
    column("website", FieldType::Text).unsearched(),
    column("visit_every_days", FieldType::Count),
    column("owner", FieldType::Text),
    ADDRESS[0],
    ADDRESS[1],
    ADDRESS[2],
    ADDRESS[3],
    ADDRESS[4],
];

const SITE: &[FieldSpec] = &[
    ACCOUNT_ID.required(),
    column("name", FieldType::Text),
    column("position", FieldType::Position),
    column("fence", FieldType::Fence),
    column("opening_hours", FieldType::Text).unsearched(),
    ADDRESS[0],
    ADDRESS[1],
    ADDRESS[2],
    ADDRESS[3],
    ADDRESS[4],
];

const CONTACT: &[FieldSpec] = &[
    column("name", FieldType::Text).required(),
    ACCOUNT_ID,
    column("role", FieldType::Text),
    column("phone", FieldType::Text),
    column("email", FieldType::Text),
];

const OPPORTUNITY: &[FieldSpec] = &[
    column("name", FieldType::Text).required(),
    ACCOUNT_ID,
    FieldSpec {
        policy: Policy::FurtherStage,
        ..column("stage", FieldType::Text)
    },
    column("amount", FieldType::Money),
    column("opened_on", FieldType::Date),
    column("close_on", FieldType::Date),
    column("product", FieldType::Text),
    column("owner", FieldType::Text),
    column("next_step", FieldType::Text),
    field("next_step_on", FieldType::Date),
    field("source", FieldType::Text).first(),
    field("budget_tier", FieldType::Text),
    field("lost_reason", FieldType::Text),
    field("forecast_category", FieldType::Text).unsearched(),
    field("probability", FieldType::Number),
    set("move/", FieldType::StageMove, Searched::No).first(),
    set("role/", FieldType::Bool, Searched::No),
    set("team/", FieldType::Text, Searched::Value),
    set("check/", FieldType::Bool, Searched::No),
    set("competitor/", FieldType::Text, Searched::Names),
    set("competitor_seen/", FieldType::Date, Searched::No).first(),
];

const VISIT: &[FieldSpec] = &[
    ACCOUNT_ID.required(),
    column("site_id", FieldType::Ref(Kind::Site)).unexported(),
    column("planned_at", FieldType::Time),
    column("rep", FieldType::Text),
    column("purpose", FieldType::Text),
    column("outcome", FieldType::Text),
    column("check_in", FieldType::CheckIn).unexported(),
    column("check_out", FieldType::CheckOut).unexported(),
    column("skipped", FieldType::Text).unexported(),
    field("same_as", FieldType::Ref(Kind::Visit)).unexported(),
    set("photo/", FieldType::Text, Searched::No),
    set("link/", FieldType::Link, Searched::No),
];

const TASK: &[FieldSpec] = &[
    column("name", FieldType::Text).required(),
    ACCOUNT_ID,
    column("due_on", FieldType::Date),
    column("done_at", FieldType::Time),
    column("owner", FieldType::Text),
    column("priority", FieldType::Text),
    field("about_id", FieldType::AnyRef).unexported(),
    field("remind_at", FieldType::Time),
];

const NOTE: &[FieldSpec] = &[
    column("text", FieldType::LongText).keep_all().required(),
    ACCOUNT_ID,
    column("about_id", FieldType::AnyRef),
    column("written_at", FieldType::Time),
];

const CUSTOM_FIELD: &[FieldSpec] = &[
    column("name", FieldType::Text).required(),
    column("on", FieldType::Kind).required(),
    column("type", FieldType::TypeName),
    set("choice/", FieldType::Bool, Searched::No),
];

const PACK: &[FieldSpec] = &[
    field("name", FieldType::Text).required().first(),
    field("version", FieldType::Count).required().first(),
    field("body", FieldType::LongText).required().first().unsearched(),
    field("key", FieldType::Text).first().unsearched(),
    field("signature", FieldType::Text).first().unsearched(),
];

const LEAD: &[FieldSpec] = &[
    field("name", FieldType::Text).required(),
    field("company", FieldType::Text),
    field("phone", FieldType::Text),
    field("email", FieldType::Text),
    field("city", FieldType::Text),
    field("source", FieldType::Text).first(),
    field("campaign", FieldType::Text).first(),
    field("budget_tier", FieldType::Text),
    field("closed_reason", FieldType::Text),
    field("became_account", FieldType::Ref(Kind::Account)).unexported(),
    field("became_deal", FieldType::AnyRef).unexported(),
    set("claim/", FieldType::LongText, Searched::No).first(),
    set("touch/", FieldType::LongText, Searched::No).first(),
];

/// The declared fields of `kind`: its own, then those that every kind has. Of an unknown kind only the latter are known.
pub fn fields_of(kind: Kind) -> impl Iterator<Item = &'static FieldSpec> {
    own_fields_of(kind).iter().chain(EVERY)
}

/// True if a book has a table for `kind` alone: when one of the kind's own fields has a column.
pub fn has_own_table(kind: Kind) -> bool {
    own_fields_of(kind)
        .iter()
        .any(|spec| spec.stored == StoredIn::Column)
}

/// The declared fields of `kind` without those that every kind has; none of an unknown kind.
pub fn own_fields_of(kind: Kind) -> &'static [FieldSpec] {
    match kind {
        Kind::Account => ACCOUNT,
        Kind::Site => SITE,
        Kind::Contact => CONTACT,
        Kind::Opportunity => OPPORTUNITY,
        Kind::Visit => VISIT,
        Kind::Task => TASK,
        Kind::Note => NOTE,
        Kind::CustomField => CUSTOM_FIELD,
        Kind::Pack => PACK,
        Kind::Lead => LEAD,
        Kind::Other(_) => &[],
    }
}
