//! One JSON object a line.

use std::io::Write;

use serde_json::{Map, Value};

use super::{Form, Item};
use fieldbook_model::Record;

pub(super) struct Json;

impl Form for Json {
    fn begin(&mut self, _out: &mut dyn Write) -> std::io::Result<()> {
        Ok(())
    }

    fn item(&mut self, item: &Item, out: &mut dyn Write) -> std::io::Result<bool> {
        let mut object = object(&item.record);
        if let Some(account) = &item.account {
            object.insert("account".to_owned(), account.title().into());
        }
        if let Some(site) = &item.site {
            object.insert("site".to_owned(), Value::Object(self::object(site)));
        }
        serde_json::to_writer(&mut *out, &object)?;
        out.write_all(b"\n")?;
        Ok(true)
    }

    fn end(&mut self, _out: &mut dyn Write) -> std::io::Result<()> {
        Ok(())
    }
}

/// A record's id, kind and fields.
pub(super) fn object(record: &Record) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".to_owned(), record.id.to_string().into());
    object.insert("kind".to_owned(), record.kind.name().into());
    object.extend(
        record
            .fields
            .0
            .iter()
            .map(|(key, value)| (key.clone(), value.to_json())),
    );
    object
}
