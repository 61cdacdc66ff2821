//! The fields that a record of any kind may have beside its own.

use std::collections::BTreeMap;

use super::{Fields, Scalar};
use crate::ids::RecordId;

/// Labels, a remark, the company's own fields, and whatever a newer version of this software wrote.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extra {
    /// Labels, in order.
    pub tags: Vec<String>,
    /// A standing remark. Two remarks written at once are both kept, one after the other.
    pub remark: Option<String>,
    /// The record that a duplicate was merged into. It is deleted, and what hung on it hangs on the other.
    pub merged_into: Option<RecordId>,
    /// The company's own fields, declared by [`CustomField`](super::CustomField) records.
    pub custom: BTreeMap<String, Scalar>,
    /// Marks of the rules that made or changed it, each with the rule; `made` is that of its maker.
    pub rules: BTreeMap<String, String>,
    /// Reviews by managers, each as its JSON, by the id of the review.
    pub reviews: BTreeMap<String, String>,
    /// Fields that this version does not know. They survive every edit.
    pub unknown: Fields,
}

impl From<Fields> for Extra {
    /// Takes what is left when a noun has taken its own fields.
    fn from(mut f: Fields) -> Extra {
        Extra {
            tags: f.take_members("tag/").into_keys().collect(),
            remark: f.take_text("remark"),
            merged_into: f.take_id("merged_into"),
            custom: f.take_members("x/"),
            rules: f.take_texts("rule/"),
            reviews: f.take_texts("review/"),
            unknown: f,
        }
    }
}

impl From<Extra> for Fields {
    fn from(extra: Extra) -> Fields {
        let mut f = extra.unknown;
        f.set_some("remark", extra.remark);
        f.set_some("merged_into", extra.merged_into.map(Scalar::Id));
        f.0.extend(
            extra
                .tags
                .into_iter()
                .map(|tag| (format!("tag/{tag}"), Scalar::Bool(true))),
        );
        f.0.extend(
            extra
                .custom
                .into_iter()
                .map(|(name, value)| (format!("x/{name}"), value)),
        );
        f.set_members("rule/", extra.rules);
        f.set_members("review/", extra.reviews);
        f
    }
}
