//! The capture of a lead, and which lead a new one is again.

use fieldbook_model::{Fields, Kind, Record, TOUCH_PREFIX, schema};
use fieldbook_sales::facts::is_filled;
use fieldbook_sales::pool::{self, SOURCE_TOUCH};

use super::super::account_names::folded;
use super::super::{Book, BookError, edit, set};
use crate::store::{StoreError, Write, phone};

/// A captured lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Captured {
    /// The lead.
    pub lead: Record,
    /// False if a lead with this email address or telephone number was there: what it lacked was filled in, and the source
    /// was kept as a touch.
    pub is_new: bool,
}

impl Book {
    /// Takes a lead into the book. One with the same email address or telephone number is the same lead, and so is one with
    /// neither of the same name and company: its empty fields are filled in, its source stays, and the new source is kept as
    /// a touch.
    ///
    /// # Errors
    /// [`BookError`]: a field that does not take its value, a lead without a name.
    ///
    /// # Examples
    /// ```
    /// use fieldbook_book::{Book, OpenOptions};
    /// use fieldbook_model::Fields;
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-lead");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions::new(folder.join("book.db")))?;
    /// let met = Fields::new().with("name", "Li Wei").with("phone", "+86 21 5555 0100").with("source", "Trade fair");
    /// let lead = book.capture_lead(&met)?.lead;
    /// let called = Fields::new().with("name", "Wei Li").with("phone", "021 5555 0100").with("source", "Web form");
    /// let again = book.capture_lead(&called)?;
    /// assert_eq!((again.is_new, again.lead.id), (false, lead.id));
    /// assert_eq!(again.lead.fields.text("source"), Some("Trade fair"));
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn capture_lead(&self, fields: &Fields) -> Result<Captured, BookError> {
        set::refuse_reserved(fields)?;
        schema::check_new(Kind::Lead, fields)?;
        self.check_custom(Kind::Lead, fields)?;
        self.check_references(Kind::Lead, fields)?;
        let (id, context) = (self.new_id(), self.write_context());
        let found = self.transaction(|write| {
            let Some(known) = known_lead(write, fields)? else {
                edit::create(write, context, id, Kind::Lead, fields)?;
                return Ok::<_, BookError>(None);
            };
            let patch = enrichment(self, &known, fields);
            if !patch.0.is_empty() {
                let stored = write
                    .stored(known.id)?
                    .ok_or(BookError::NoSuchRecord { id: known.id })?;
                edit::edit(write, context, stored, &patch)?;
            }
            Ok(Some(known.id))
        })?;
        Ok(Captured {
            lead: self.record(found.unwrap_or(id))?,
            is_new: found.is_none(),
        })
    }
}

/// The oldest lead with the email address or the telephone number that the fields have; of a lead with neither, the one with
/// its name and company.
pub(in super::super) fn known_lead(write: &Write<'_>, fields: &Fields) -> Result<Option<Record>, StoreError> {
    let text = |key: &str| fields.text(key).filter(|text| is_filled(text));
    let (email, phone) = (text("email"), text("phone"));
    let mut found: Vec<Record> = Vec::new();
    for text in [email, phone].into_iter().flatten() {
        found.extend(write.search_whole(text, Kind::Lead)?);
    }
    found.retain(|lead| {
        let stated = |key: &str| lead.fields.text(key);
        let is_same_email = email
            .zip(stated("email"))
            .is_some_and(|(one, other)| folded(one) == folded(other));
        let is_same_phone = phone
            .zip(stated("phone"))
            .is_some_and(|(one, other)| phone::are_one(one, other));
        is_same_email || is_same_phone
    });
    if let (None, None, Some(name)) = (email, phone, text("name")) {
        found = write.search_whole(name, Kind::Lead)?;
        let same =
            |lead: &Record, key: &str| lead.fields.text(key).map(folded) == fields.text(key).map(folded);
        found.retain(|lead| {
            same(lead, "name")
                && ["company", "email", "phone", "external_id"]
                    .iter()
                    .all(|key| same(lead, key))
        });
    }
    Ok(found.into_iter().min_by_key(|lead| lead.id))
}

/// The change by which a lead that is known takes over from `fields` what it lacks. Another source becomes a touch, once.
pub(in super::super) fn enrichment(book: &Book, known: &Record, fields: &Fields) -> Fields {
    let mut patch: Fields = fields
        .0
        .iter()
        .filter(|(key, _)| !known.fields.0.contains_key(*key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let source = fields.text("source").or(fields.text("campaign"));
    let is_first = |source: &&str| {
        known.fields.text("source") != Some(source)
            && patch.text("source") != Some(source)
            && !pool::touches(&known.fields)
                .iter()
                .any(|touch| touch.kind == SOURCE_TOUCH && touch.text.as_deref() == Some(source))
    };
    if let Some(source) = source.filter(is_first) {
        let touch = book.touch(SOURCE_TOUCH, Some(source)).to_text();
        patch.set(&format!("{TOUCH_PREFIX}{}", book.new_id()), touch);
    }
    patch
}
