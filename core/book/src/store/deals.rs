//! The deals of the book with only those fields that figures and warnings are made of, in one statement.

use std::fmt;

use fieldbook_model::{Fields, Kind, MOVE_PREFIX, Record, Scalar};
use rusqlite::named_params;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::record::Head;
use super::row::scalar;
use super::{Store, StoreError};

/// Columns of a deal's row that are read, in the order of the statement.
const COLUMNS: [&str; 6] = ["name", "stage", "amount", "opened_on", "close_on", "owner"];
/// Fields without a column that are read as well, beside the members of [`PREFIXES`].
const OTHERS: [&str; 4] = ["next_step_on", "lost_reason", "purpose", "text"];
/// Sets whose members are read.
const PREFIXES: [&str; 2] = [MOVE_PREFIX, "role/"];

const DEALS: &str =
    "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id,
            o.name, o.stage, o.amount, o.opened_on, o.close_on, o.owner, o.more
     FROM record r JOIN opportunity o ON o.rid = r.rid
     WHERE r.kind = :kind AND r.deleted = 0
     ORDER BY r.title COLLATE NOCASE, r.rid";

fn is_read(key: &str) -> bool {
    PREFIXES.iter().any(|prefix| key.starts_with(prefix)) || OTHERS.contains(&key) || COLUMNS.contains(&key)
}

/// The fields of the JSON object in the column `more` for which [`is_read`] is true; the values of others are passed over
/// unread.
struct Kept;

impl<'de> Visitor<'de> for Kept {
    type Value = Vec<(String, Scalar)>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object of fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kept = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if !is_read(&key) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if let Some(value) = Scalar::from_json(&map.next_value()?) {
                kept.push((key, value));
            }
        }
        Ok(kept)
    }
}

fn kept(more: &str) -> Vec<(String, Scalar)> {
    let mut json = serde_json::Deserializer::from_str(more);
    // As everywhere in the store, a column that is no object holds no field.
    json.deserialize_map(Kept)
        .and_then(|kept| json.end().map(|()| kept))
        .unwrap_or_default()
}

impl Store {
    /// Calls `work` with every deal that is not deleted, in order of title. A deal has only the fields by which it is named,
    /// dated, valued and owned, its next step's day, the
    /// reason of its loss, its moves and its roles; no other field is read.
    ///
    /// One statement reads them all, so they are of one state, and no more than one deal is in memory. `work` must not
    /// read from the store.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn each_deal_brief(&self, mut work: impl FnMut(Record)) -> Result<(), StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(DEALS)?;
            let mut rows = statement.query(named_params! { ":kind": Kind::Opportunity.code() })?;
            while let Some(row) = rows.next()? {
                let mut record = Head::read(row)?.into_record();
                let mut fields = Fields::new();
                for (name, at) in COLUMNS.iter().zip(9..) {
                    if let Some(value) = scalar(Kind::Opportunity, name, row.get_ref(at)?) {
                        fields.0.insert((*name).to_owned(), value);
                    }
                }
                if let Some(more) = row.get_ref(9 + COLUMNS.len())?.as_str_or_null()? {
                    fields.0.extend(kept(more));
                }
                record.fields.0.extend(fields.0);
                work(record);
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fields_of_figures_are_kept_and_the_rest_is_passed_over() {
        let more =
            r#"{"next_step_on":"2026-12-01","x/note":"long","role/a:champion":true,"tag/a":true,"amount":7}"#;
        let keys: Vec<String> = kept(more).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["next_step_on", "role/a:champion", "amount"]);
    }

    #[test]
    fn a_column_that_is_no_object_holds_no_field() {
        for more in ["[]", "7", "", r#"{"next_step_on":"#, r#"{"next_step_on":"x"} x"#] {
            assert_eq!(kept(more), [], "{more}");
        }
    }
}
