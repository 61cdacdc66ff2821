//! Writing the book out, in forms that other programs read and that [`import`](crate::import) takes back.

mod plan;

use std::io::Write;

use fieldbook_model::{Kind, Record};

use super::edit::load;
use super::page::Query;
use super::{Book, BookError, PAGE_MAX};
use crate::export::{ExportFormat, ExportKind, Item, Revision, form};
use fieldbook_model::ids::RecordId;

pub use plan::PlanFormat;

impl Book {
    /// Writes all records of one sort, deleted ones aside, and returns how many. Memory stays flat however many there are.
    ///
    /// # Errors
    /// [`BookError::CannotWrite`] when `out` fails; [`BookError::BadRequest`] for accounts as a calendar.
    ///
    /// # Examples
    /// ```
    /// # use std::sync::Arc;
    /// use fieldbook_book::{Book, ExportFormat, ExportKind, OpenOptions};
    /// use fieldbook_model::clock::FixedClock;
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-export");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions {
    ///     clock: Arc::new(FixedClock::at(1_795_510_800_000)),
    ///     ..OpenOptions::new(folder.join("book.db"))
    /// })?;
    /// let shop = book.add(Kind::Account, &Fields::new().with("name", "Corner shop"))?;
    /// let mut csv = Vec::new();
    /// assert_eq!(book.export(ExportKind::Accounts, ExportFormat::Csv, &mut csv)?, 1);
    /// assert!(String::from_utf8(csv)?.contains("Corner shop"));
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export(
        &self,
        what: ExportKind,
        format: ExportFormat,
        out: &mut dyn Write,
    ) -> Result<u64, BookError> {
        let mut form = form(what, format).ok_or(BookError::BadRequest {
            what: "a calendar holds visits, not accounts",
        })?;
        let kind = if what == ExportKind::Accounts {
            Kind::Account
        } else {
            Kind::Visit
        };
        let written = |_: std::io::Error| BookError::CannotWrite;
        form.begin(out).map_err(written)?;
        let (mut count, mut query) = (0, Query::first(kind, PAGE_MAX));
        loop {
            let page = self.page(&query)?;
            query.after = page.records.last().map(|record| record.id);
            for record in page.records {
                let mut item = self.item(record)?;
                match format {
                    ExportFormat::Ics => item.revision = self.revision(item.record.id)?,
                    ExportFormat::GeoJson if item.site.is_none() => item.site = self.only_site(&item)?,
                    _ => {}
                }
                count += u64::from(form.item(&item, out).map_err(written)?);
            }
            if !page.more {
                break;
            }
        }
        form.end(out).map_err(written)?;
        Ok(count)
    }

    fn item(&self, record: Record) -> Result<Item, BookError> {
        if record.kind == Kind::Account {
            let site = self.sites_of(record.id)?.into_iter().next();
            return Ok(Item {
                record,
                account: None,
                site,
                revision: None,
            });
        }
        let account = record
            .fields
            .id("account_id")
            .map(|id| self.store.record(id))
            .transpose()?
            .flatten();
        let site = record
            .fields
            .id("site_id")
            .map(|id| self.store.record(id))
            .transpose()?
            .flatten();
        Ok(Item {
            record,
            account,
            site,
            revision: None,
        })
    }

    /// The site of the account of a visit, if the account has one and no more.
    fn only_site(&self, visit: &Item) -> Result<Option<Record>, BookError> {
        let Some(account) = &visit.account else {
            return Ok(None);
        };
        let mut sites = self.sites_of(account.id)?;
        Ok(if sites.len() == 1 { sites.pop() } else { None })
    }

    /// The changes of a record, by its history; `None` for a document that cannot be read.
    fn revision(&self, id: RecordId) -> Result<Option<Revision>, BookError> {
        let Some(stored) = self.store.stored(id)? else {
            return Ok(None);
        };
        let history = load(&stored.document)
            .map(|document| document.history())
            .unwrap_or_default();
        let last = history.iter().map(|edit| edit.at.ms()).max();
        Ok(last.map(|changed_at_ms| Revision {
            changed_at_ms,
            number: history.len() - 1,
        }))
    }
}

#[cfg(test)]
mod tests;
