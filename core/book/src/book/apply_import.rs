//! The import of a file into the book: which record a line describes again, and what of it changes.

use std::collections::HashSet;
use std::io::Read;

use super::account_names::{AccountNames, folded};
use super::edit::{WriteContext, create, edit};
use super::{Book, BookError, deal, lead, salesforce, set};
use crate::import::{self, AccountRef, Draft, ImportError, ImportKind, LineFault, RefusedLine};
use crate::store::{StoreError, Stored, Write};
use fieldbook_location::{Position, distance};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Scalar, Zone};

/// Number of lines that become durable together. A kill in between loses nothing that was reported; importing the file
/// again completes it.
const LINES_PER_TRANSACTION: usize = 5_000;

/// The reading of a file where it does not tell.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Columns that are not recognised by their names, as `(field, column)`.
    pub map: Vec<(String, String)>,
    /// The zone of times that state none.
    pub zone: Zone,
}

impl Default for ImportOptions {
    /// No column is named, and times that state no zone are in UTC.
    fn default() -> ImportOptions {
        ImportOptions {
            map: Vec::new(),
            zone: Zone::UTC,
        }
    }
}

/// The result of an import.
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
    /// Of the updated records, those that had no key, were found by their name, and have the key of the file from now on.
    pub keyed: u32,
    /// Of the new accounts, those of whose name the book has another; [`Book::duplicates`] shows which may be one.
    pub namesakes: u32,
    /// Lines that were not taken.
    pub refused: Vec<RefusedLine>,
}

/// Why an import ended. What was taken before is in the book, and importing the file again goes on from there.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ImportFault {
    /// Nothing of the file could be read.
    #[error(transparent)]
    File(#[from] ImportError),
    /// The book could not be written.
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

/// The outcome of one line.
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
    /// The accounts by name, read when the first line asks for one.
    names: Option<AccountNames>,
    /// The records that earlier lines made or found by name: another line with the same name is another record.
    used: HashSet<RecordId>,
    /// Records without a key that took that of the file, and new accounts of a name that is in the book.
    keyed: u32,
    namesakes: u32,
}

/// Greatest distance of two positions of one door, metres: geocoders differ by as much.
pub(super) const SAME_DOOR_M: f64 = 150.0;

impl Book {
    /// Imports a file: `.csv` or `.json`, compressed or not. A record is found again by its external id, an account without
    /// one, and an account of the book that has none yet, by its name, another record by its account and its name or time; what is already as the file says is left alone, so importing twice is importing once. A bad line
    /// never stops the good ones. Accounts of one name without a key are told apart by their address or position.
    /// `progress` is called with the number of lines done.
    ///
    /// # Errors
    /// [`ImportFault::File`] when nothing of the file can be read; [`ImportFault::Book`] when the book cannot be written.
    pub fn import(
        &self,
        kind: ImportKind,
        name: &str,
        input: &mut dyn Read,
        options: &ImportOptions,
        progress: &mut dyn FnMut(u64),
    ) -> Result<ImportReport, ImportFault> {
        let mut lines = import::open(kind, name, input, &options.map)?.in_zone(options.zone.clone());
        let mut report = ImportReport {
            matched: lines.matched().to_vec(),
            ..ImportReport::default()
        };
        let mut applier = ImportApplier {
            book: self,
            kind: kind.kind(),
            context: self.write_context(),
            names: None,
            used: HashSet::new(),
            keyed: 0,
            namesakes: 0,
        };
        let mut done = 0;
        loop {
            let taken =
                self.transaction(|write| applier.batch(write, lines.by_ref().take(LINES_PER_TRANSACTION)))?;
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
        (report.keyed, report.namesakes) = (applier.keyed, applier.namesakes);
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
            let outcome = match owned {
                Ok((draft, account)) => self.take(write, draft, account)?,
                Err(refused) => Err(refused),
            };
            match outcome {
                Ok(LineOutcome::Imported) => report.imported += 1,
                Ok(LineOutcome::Updated) => report.updated += 1,
                Ok(LineOutcome::Unchanged) => report.unchanged += 1,
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
            Some(AccountRef::ExternalId(key)) => keyed(write, Kind::Account, key)?,
            Some(AccountRef::Name(name)) => match self.names(write)?.named(name)[..] {
                [account] => Some(account),
                _ => None,
            },
            Some(AccountRef::RecordId(id)) => of_kind(write, *id, Kind::Account)?,
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

    /// The accounts of the book by name.
    fn names(&mut self, write: &Write<'_>) -> Result<&mut AccountNames, StoreError> {
        if self.names.is_none() {
            self.names = Some(AccountNames::new(write.account_names()?));
        }
        Ok(self.names.get_or_insert_default())
    }

    fn take(
        &mut self,
        write: &mut Write<'_>,
        mut draft: Draft,
        account: Option<RecordId>,
    ) -> Result<Result<LineOutcome, RefusedLine>, ImportFault> {
        draft.fields.set_some("account_id", account.map(Scalar::Id));
        let existing = match self.existing(write, &draft)? {
            Ok(existing) => existing,
            Err(refused) => return Ok(Err(refused)),
        };
        let id = existing.unwrap_or_else(|| self.book.new_id());
        self.used.insert(id);
        if let (Kind::Account, Some(name)) = (self.kind, draft.fields.text("name")) {
            let is_new = existing.is_none();
            let has_namesake = self.names(write)?.insert(id, name);
            self.namesakes += u32::from(is_new && has_namesake);
        }
        if existing.is_none() {
            create(write, self.context, id, self.kind, &draft.fields)?;
            if let Some(site) = draft.site.take() {
                self.new_site(write, draft.external_id, id, site)?;
            }
            return Ok(Ok(LineOutcome::Imported));
        }
        if let Some(stored) = write.stored(id)? {
            let is_keyed = draft.external_id.is_some()
                && stored.record.fields.text("external_id") == draft.external_id.as_deref();
            if self.kind == Kind::Lead && !is_keyed {
                // Found by its address or number, not by its key: it is enriched, as by hand.
                draft.fields = lead::enrichment(self.book, &stored.record, &draft.fields);
            }
            keep_key(&stored, &mut draft);
            set::drop_second(&stored.record, &mut draft.fields);
            if deal::moves_stage(&stored.record, &draft.fields) {
                match self.book.imported_deal(&stored.record, draft.fields)? {
                    Ok(fields) => draft.fields = fields,
                    Err(refusal) => {
                        return Ok(Err(RefusedLine {
                            line: draft.line,
                            field: "stage".to_owned(),
                            reason: LineFault::Stage {
                                why: refusal.to_string(),
                            },
                        }));
                    }
                }
            }
        }
        let changed = change(write, self.context, id, &draft.fields)?;
        let site_changed = draft
            .site
            .as_ref()
            .map_or(Ok(false), |site| self.site(write, &draft, id, site))?;
        Ok(Ok(if changed || site_changed {
            LineOutcome::Updated
        } else {
            LineOutcome::Unchanged
        }))
    }

    /// The record that a draft describes again; a line that could be several is refused.
    fn existing(
        &mut self,
        write: &Write<'_>,
        draft: &Draft,
    ) -> Result<Result<Option<RecordId>, RefusedLine>, StoreError> {
        if let Some(id) = draft.record_id
            && let Some(id) = of_kind(write, id, self.kind)?
        {
            return Ok(Ok(Some(id)));
        }
        if let Some(key) = &draft.external_id
            && let Some(id) = keyed(write, self.kind, key)?
        {
            return Ok(Ok(Some(id)));
        }
        let found = self.named(write, draft)?;
        if let (Ok(Some(_)), Some(_)) = (&found, &draft.external_id) {
            self.keyed += 1;
        }
        Ok(found)
    }

    /// The record that a draft describes again by its name, place or time. A draft with a key is that of a record without.
    fn named(
        &mut self,
        write: &Write<'_>,
        draft: &Draft,
    ) -> Result<Result<Option<RecordId>, RefusedLine>, StoreError> {
        if self.kind == Kind::Lead {
            let known = lead::known_lead(write, &draft.fields)?;
            return Ok(Ok(known.map(|lead| lead.id)));
        }
        let (Kind::Account, Some(name)) = (self.kind, draft.fields.text("name")) else {
            return self.alike(write, draft).map(Ok);
        };
        let mut candidates = self.names(write)?.named(name);
        candidates.retain(|id| !self.used.contains(id));
        let mut found = Vec::new();
        for id in candidates {
            if may_take_key(write, id, draft)? && is_at_one_place(write, id, draft)? {
                found.push(id);
            }
        }
        Ok(match found[..] {
            [] => Ok(None),
            [id] => Ok(Some(id)),
            _ => Err(RefusedLine {
                line: draft.line,
                field: "name".to_owned(),
                reason: LineFault::SeveralAccounts,
            }),
        })
    }

    /// The contact, opportunity or visit that a line without a key describes again: the one that says all that the line
    /// says, else the only one of its account, name or time, and whatever else tells two of them apart.
    fn alike(&self, write: &Write<'_>, draft: &Draft) -> Result<Option<RecordId>, StoreError> {
        let (title, telling): (_, &[&str]) = match self.kind {
            Kind::Contact => (draft.fields.text("name"), &["email"]),
            Kind::Opportunity => (draft.fields.text("name"), &["product", "opened_on", "close_on"]),
            _ => (None, &["planned_at", "rep", "purpose"]),
        };
        let account = draft.fields.id("account_id");
        let mut found = Vec::new();
        for id in write.of_account(self.kind, account, title)? {
            let Some(stored) = write.stored(id)?.filter(|_| !self.used.contains(&id)) else {
                continue;
            };
            if draft.external_id.is_some() && stored.record.fields.value("external_id").is_some() {
                continue;
            }
            let (known, said) = (&stored.record.fields.0, &draft.fields.0);
            if said.iter().all(|(key, value)| known.get(key) == Some(value)) {
                return Ok(Some(id));
            }
            let differs = |field: &&str| {
                let pair = known.get(*field).zip(said.get(*field));
                pair.is_some_and(|(one, other)| one != other)
            };
            let is_timed = self.kind != Kind::Visit || said.contains_key("planned_at");
            if is_timed && !telling.iter().any(differs) {
                found.push(id);
            }
        }
        Ok(match found[..] {
            [id] => Some(id),
            _ => None,
        })
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
            .map_or(Ok(None), |key| keyed(write, Kind::Site, key))?;
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

/// The record, if it is one of that kind, deleted or not; of a duplicate the record that it was merged into.
fn of_kind(write: &Write<'_>, id: RecordId, kind: Kind) -> Result<Option<RecordId>, StoreError> {
    let found = write.stored(id)?.filter(|stored| stored.record.kind == kind);
    found.map(|_| staying(write, id)).transpose()
}

/// The record with that key of another system. Keys of Salesforce are found in either of their forms.
fn keyed(write: &Write<'_>, kind: Kind, key: &str) -> Result<Option<RecordId>, StoreError> {
    let mut found = write.by_external_id(kind, key)?;
    if found.is_none()
        && let Some(other) = salesforce::other_form(key)
    {
        found = write.by_external_id(kind, &other)?;
    }
    found.map(|id| staying(write, id)).transpose()
}

/// The record itself, or the one that it was merged into.
fn staying(write: &Write<'_>, id: RecordId) -> Result<RecordId, StoreError> {
    let (mut at, mut passed) = (id, HashSet::new());
    while passed.insert(at) {
        let stored = if write.is_deleted(at)? {
            write.stored(at)?
        } else {
            None
        };
        match stored.and_then(|stored| stored.record.fields.id("merged_into")) {
            Some(into) if write.stored(into)?.is_some() => at = into,
            _ => return Ok(at),
        }
    }
    Ok(id)
}

/// True if a record has no key, or the draft brings none.
fn may_take_key(write: &Write<'_>, id: RecordId, draft: &Draft) -> Result<bool, StoreError> {
    if draft.external_id.is_none() {
        return Ok(true);
    }
    let stored = write.stored(id)?;
    Ok(stored.is_some_and(|stored| stored.record.fields.value("external_id").is_none()))
}

/// Leaves a record its key, if the draft states the same one in another form, or that of a duplicate which was merged
/// into the record.
fn keep_key(stored: &Stored, draft: &mut Draft) {
    let known = stored.record.fields.text("external_id");
    let (Some(known), Some(stated)) = (known, draft.external_id.as_deref()) else {
        return;
    };
    if known != stated && draft.record_id != Some(stored.record.id) {
        draft.fields.set("external_id", known);
        draft.external_id = Some(known.to_owned());
    }
}

/// False if address or position show that an account is another than that of the draft with the same name: another branch
/// of a chain. What only one of them states shows nothing.
fn is_at_one_place(write: &Write<'_>, id: RecordId, draft: &Draft) -> Result<bool, StoreError> {
    let Some(stored) = write.stored(id)? else {
        return Ok(false);
    };
    let differs = |field: &str| {
        let (one, other) = (stored.record.fields.text(field), draft.fields.text(field));
        one.zip(other)
            .is_some_and(|(one, other)| folded(one) != folded(other))
    };
    if differs("city") || differs("postcode") || differs("country") {
        return Ok(false);
    }
    let site = match write.only_site_of(id)? {
        Some(site) => write.stored(site)?,
        None => None,
    };
    let position = |fields: &Fields| {
        fields
            .text("position")
            .and_then(|text| text.parse::<Position>().ok())
    };
    let positions = site
        .as_ref()
        .and_then(|site| position(&site.record.fields))
        .zip(draft.site.as_ref().and_then(position));
    Ok(match positions {
        Some((one, other)) => distance(one, other).0 <= SAME_DOOR_M,
        None => !differs("street"),
    })
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
