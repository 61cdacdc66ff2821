//! Taking a file's records into the book.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use super::edit::{WriteContext, create, edit};
use super::{Book, BookError};
use crate::import::{self, AccountRef, Draft, ImportError, ImportKind, LineFault, RefusedLine};
use crate::store::{StoreError, Write};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Scalar};

/// How many lines are durable together. A kill in between loses none of what was reported; importing the file again
/// finishes it.
const LINES_PER_TRANSACTION: usize = 5_000;

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportReport {
    /// The columns that were recognised, each with the field it filled.
    pub matched: Vec<(String, String)>,
    /// The columns that were not.
    pub unmatched: Vec<String>,
    /// Records that are new in the book.
    pub imported: u32,
    /// Records that changed.
    pub updated: u32,
    /// Records that were already as the file says.
    pub unchanged: u32,
    /// Lines that were not taken.
    pub refused: Vec<RefusedLine>,
}

/// Why an import ended. What was taken before is in the book, and importing the file again goes on from there.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ImportFault {
    /// Nothing of the file could be read.
    #[error(transparent)]
    File(#[from] ImportError),
    /// The book.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl From<StoreError> for ImportFault {
    fn from(error: StoreError) -> ImportFault {
        ImportFault::Book(error.into())
    }
}

/// A draft with the account that it belongs to, if it names one.
type Owned = (Draft, Option<RecordId>);

/// What became of one line.
enum LineOutcome {
    Imported,
    Updated,
    Unchanged,
}

/// One import under way.
struct ImportApplier<'b> {
    book: &'b Book,
    kind: Kind,
    context: WriteContext,
    /// Accounts found by name so far; `None` for a name that none or several have.
    named: HashMap<String, Option<RecordId>>,
    /// What this import made: another line with the same name is another record.
    made: HashSet<RecordId>,
}

impl Book {
    /// Imports a file: `.csv` or `.json`, compressed or not. A record is found again by its external id, an account without
    /// one by its name; what is already as the file says is left alone, so importing twice is importing once. A bad line
    /// never stops the good ones. `map` names columns that are not recognised, as `(field, column)`; `progress` hears how
    /// many lines are done.
    ///
    /// # Errors
    /// [`ImportFault::File`] when nothing of the file can be read; [`ImportFault::Book`] when the book cannot be written.
    pub fn import(
        &self,
        kind: ImportKind,
        name: &str,
        input: &mut dyn Read,
        map: &[(String, String)],
        progress: &mut dyn FnMut(u64),
    ) -> Result<ImportReport, ImportFault> {
        let mut lines = import::open(kind, name, input, map)?;
        let mut report = ImportReport {
            matched: lines.matched().to_vec(),
            ..ImportReport::default()
        };
        let mut applier = ImportApplier {
            book: self,
            kind: kind.kind(),
            context: self.write_context(),
            named: HashMap::new(),
            made: HashSet::new(),
        };
        let mut done = 0;
        loop {
            let taken = self.act(|write| applier.batch(write, lines.by_ref().take(LINES_PER_TRANSACTION)))?;
            let lines_taken =
                u64::from(taken.imported + taken.updated + taken.unchanged) + taken.refused.len() as u64;
            if lines_taken == 0 {
                break;
            }
            done += lines_taken;
            report.imported += taken.imported;
            report.updated += taken.updated;
            report.unchanged += taken.unchanged;
            report.refused.extend(taken.refused);
            progress(done);
        }
        report.unmatched = lines.unmatched().to_vec();
        Ok(report)
    }
}

impl ImportApplier<'_> {
    fn batch(
        &mut self,
        write: &mut Write<'_>,
        batch: impl Iterator<Item = Result<Draft, RefusedLine>>,
    ) -> Result<ImportReport, ImportFault> {
        let mut report = ImportReport::default();
        for line in batch {
            let owned = match line {
                Ok(draft) => self.owned(write, draft)?,
                Err(refused) => Err(refused),
            };
            match owned {
                Ok((draft, account)) => match self.take(write, draft, account)? {
                    LineOutcome::Imported => report.imported += 1,
                    LineOutcome::Updated => report.updated += 1,
                    LineOutcome::Unchanged => report.unchanged += 1,
                },
                Err(refused) => report.refused.push(refused),
            }
        }
        Ok(report)
    }

    /// Finds the account that a draft belongs to; a line whose account is not in the book is refused.
    ///
    /// # Errors
    /// [`StoreError`] of the file, which says nothing about the account.
    fn owned(&mut self, write: &Write<'_>, draft: Draft) -> Result<Result<Owned, RefusedLine>, StoreError> {
        let found = match &draft.account {
            None => return Ok(Ok((draft, None))),
            Some(AccountRef::ExternalId(key)) => write.by_external_id(Kind::Account, key)?,
            Some(AccountRef::Name(name)) => self.named(write, name)?,
        };
        Ok(match found {
            Some(account) => Ok((draft, Some(account))),
            None => Err(RefusedLine {
                line: draft.line,
                field: "account".to_owned(),
                reason: LineFault::NoSuchAccount,
            }),
        })
    }

    /// The account of that name, looked up once; `None` for a name that none or several have.
    fn named(&mut self, write: &Write<'_>, name: &str) -> Result<Option<RecordId>, StoreError> {
        let key = name.to_lowercase();
        if let Some(known) = self.named.get(&key) {
            return Ok(*known);
        }
        let found = write.account_named(name)?;
        self.named.insert(key, found);
        Ok(found)
    }

    fn take(
        &mut self,
        write: &mut Write<'_>,
        mut draft: Draft,
        account: Option<RecordId>,
    ) -> Result<LineOutcome, ImportFault> {
        draft.fields.set_some("account_id", account.map(Scalar::Id));
        if let Some(id) = self.existing(write, &draft)? {
            let changed = change(write, self.context, id, &draft.fields)?;
            let site_changed = draft
                .site
                .as_ref()
                .map_or(Ok(false), |site| self.site(write, &draft, id, site))?;
            return Ok(if changed || site_changed {
                LineOutcome::Updated
            } else {
                LineOutcome::Unchanged
            });
        }
        let id = self.book.new_id();
        create(write, self.context, id, self.kind, &draft.fields)?;
        self.made.insert(id);
        if let Some(site) = draft.site.take() {
            self.new_site(write, draft.external_id, id, site)?;
        }
        Ok(LineOutcome::Imported)
    }

    /// The record that a draft describes again.
    fn existing(&self, write: &Write<'_>, draft: &Draft) -> Result<Option<RecordId>, StoreError> {
        if let Some(key) = &draft.external_id {
            return write.by_external_id(self.kind, key);
        }
        let named = match (self.kind, draft.fields.text("name")) {
            (Kind::Account, Some(name)) => write.account_named(name)?,
            _ => None,
        };
        Ok(named.filter(|id| !self.made.contains(id)))
    }

    /// Brings the door of an account up to date: the one with the account's key, else its only one, else a new one.
    fn site(
        &self,
        write: &mut Write<'_>,
        draft: &Draft,
        account: RecordId,
        site: &Fields,
    ) -> Result<bool, ImportFault> {
        let keyed = draft
            .external_id
            .as_ref()
            .map_or(Ok(None), |key| write.by_external_id(Kind::Site, key))?;
        let found = match keyed {
            Some(id) => Some(id),
            None => write.only_site_of(account)?,
        };
        if let Some(id) = found {
            return change(write, self.context, id, site);
        }
        let key = draft.external_id.clone();
        self.new_site(write, key, account, site.clone()).map(|()| true)
    }

    fn new_site(
        &self,
        write: &mut Write<'_>,
        external_id: Option<String>,
        account: RecordId,
        site: Fields,
    ) -> Result<(), ImportFault> {
        let mut fields = site.with("account_id", Scalar::Id(account));
        fields.set_some("external_id", external_id);
        Ok(create(
            write,
            self.context,
            self.book.new_id(),
            Kind::Site,
            &fields,
        )?)
    }
}

/// Writes what differs; whether something did. A record that was deleted stays deleted.
fn change(
    write: &mut Write<'_>,
    context: WriteContext,
    id: RecordId,
    fields: &Fields,
) -> Result<bool, ImportFault> {
    let Some(stored) = write.stored(id)? else {
        return Ok(false);
    };
    let same = fields
        .0
        .iter()
        .all(|(key, value)| stored.record.fields.0.get(key) == Some(value));
    if same {
        return Ok(false);
    }
    edit(write, context, stored, fields)?;
    Ok(true)
}
