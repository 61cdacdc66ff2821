//! The declarations themselves.

use super::{FieldSpec, FieldType, Policy};
use crate::Kind;

const fn field(name: &'static str, takes: FieldType) -> FieldSpec {
    FieldSpec {
        name,
        takes,
        policy: Policy::Latest,
        required: false,
    }
}

const fn required(name: &'static str, takes: FieldType) -> FieldSpec {
    FieldSpec {
        required: true,
        ..field(name, takes)
    }
}

const fn keep_all(name: &'static str) -> FieldSpec {
    FieldSpec {
        policy: Policy::KeepAll,
        ..field(name, FieldType::LongText)
    }
}

/// What a record of any kind may have.
const EVERY: &[FieldSpec] = &[
    field("external_id", FieldType::Text),
    field("deleted", FieldType::Bool),
    keep_all("remark"),
    field("tag/", FieldType::Bool),
    field("x/", FieldType::Any),
];

const ADDRESS: [FieldSpec; 5] = [
    field("street", FieldType::Text),
    field("city", FieldType::Text),
    field("region", FieldType::Text),
    field("postcode", FieldType::Text),
    field("country", FieldType::Text),
];

const ACCOUNT: &[FieldSpec] = &[
    required("name", FieldType::Text),
    field("tier", FieldType::Text),
    field("industry", FieldType::Text),
    field("phone", FieldType::Text),
    field("phone/", FieldType::Text),
    field("email", FieldType::Text),
    field("website", FieldType::Text),
    field("visit_every_days", FieldType::Count),
    field("owner", FieldType::Text),
    ADDRESS[0],
    ADDRESS[1],
    ADDRESS[2],
    ADDRESS[3],
    ADDRESS[4],
];

const SITE: &[FieldSpec] = &[
    required("account_id", FieldType::Ref(Kind::Account)),
    field("name", FieldType::Text),
    field("position", FieldType::Position),
    field("fence", FieldType::Fence),
    field("opening_hours", FieldType::Text),
    ADDRESS[0],
    ADDRESS[1],
    ADDRESS[2],
    ADDRESS[3],
    ADDRESS[4],
];

const CONTACT: &[FieldSpec] = &[
    required("name", FieldType::Text),
    field("account_id", FieldType::Ref(Kind::Account)),
    field("role", FieldType::Text),
    field("phone", FieldType::Text),
    field("email", FieldType::Text),
];

const OPPORTUNITY: &[FieldSpec] = &[
    required("name", FieldType::Text),
    field("account_id", FieldType::Ref(Kind::Account)),
    FieldSpec {
        policy: Policy::FurtherStage,
        ..field("stage", FieldType::Text)
    },
    field("amount", FieldType::Money),
    field("opened_on", FieldType::Date),
    field("close_on", FieldType::Date),
    field("product", FieldType::Text),
    field("owner", FieldType::Text),
    field("next_step", FieldType::Text),
];

const VISIT: &[FieldSpec] = &[
    required("account_id", FieldType::Ref(Kind::Account)),
    field("site_id", FieldType::Ref(Kind::Site)),
    field("planned_at", FieldType::Time),
    field("rep", FieldType::Text),
    field("purpose", FieldType::Text),
    field("outcome", FieldType::Text),
    field("check_in", FieldType::CheckIn),
    field("check_out", FieldType::CheckOut),
    field("skipped", FieldType::Text),
    field("same_as", FieldType::Ref(Kind::Visit)),
    field("photo/", FieldType::Text),
    field("link/", FieldType::Link),
];

const TASK: &[FieldSpec] = &[
    required("name", FieldType::Text),
    field("account_id", FieldType::Ref(Kind::Account)),
    field("due_on", FieldType::Date),
    field("done_at", FieldType::Time),
    field("owner", FieldType::Text),
    field("priority", FieldType::Text),
];

const NOTE: &[FieldSpec] = &[
    FieldSpec {
        required: true,
        ..keep_all("text")
    },
    field("account_id", FieldType::Ref(Kind::Account)),
    field("about_id", FieldType::AnyRef),
    field("written_at", FieldType::Time),
];

const CUSTOM_FIELD: &[FieldSpec] = &[
    required("name", FieldType::Text),
    required("on", FieldType::Kind),
    field("type", FieldType::TypeName),
    field("choice/", FieldType::Bool),
];

/// The declared fields of `kind`: its own, then those that every kind has. Of an unknown kind only the latter are known.
pub fn fields_of(kind: Kind) -> impl Iterator<Item = &'static FieldSpec> {
    let own = match kind {
        Kind::Account => ACCOUNT,
        Kind::Site => SITE,
        Kind::Contact => CONTACT,
        Kind::Opportunity => OPPORTUNITY,
        Kind::Visit => VISIT,
        Kind::Task => TASK,
        Kind::Note => NOTE,
        Kind::CustomField => CUSTOM_FIELD,
        Kind::Other(_) => &[],
    };
    own.iter().chain(EVERY)
}
