//! The process packs of the book.

use std::sync::{Arc, PoisonError};

use fieldbook_model::{Fields, Kind, Record, Role, Scalar};
use fieldbook_sales::pack::{PackLibrary, Refused, SignedPack, SignedPackError};

use crate::book::{Book, BookError, PAGE_MAX, Query};

/// The packs as they were last read, with the state of the records that they were read from.
pub(in crate::book) type RememberedPacks = ((i64, i64), Arc<PackLibrary>);

/// Why a pack was not installed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PackInstallError {
    /// The pack would not count.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Packs are sent out by managers and administrators.
    #[error("a {role} does not send out packs")]
    MayNot {
        /// The role of the rep of this book.
        role: Role,
    },
    /// The book refused, or its file failed.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl Book {
    /// The processes in use on this device, the shipped ones among them, and the packs that do not count with the reason.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn packs(&self) -> Result<Arc<PackLibrary>, BookError> {
        let state = self.store.kind_state(Kind::Pack)?;
        let mut remembered = self.packs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, library)) = remembered.as_ref().filter(|(of, _)| *of == state) {
            return Ok(Arc::clone(library));
        }
        let library = Arc::new(PackLibrary::new(self.stored_packs()?));
        *remembered = Some((state, Arc::clone(&library)));
        Ok(library)
    }

    /// The signed packs of the book, in the order in which they were made.
    fn stored_packs(&self) -> Result<Vec<SignedPack>, BookError> {
        let mut records: Vec<Record> = Vec::new();
        let mut query = Query::first(Kind::Pack, PAGE_MAX);
        loop {
            let page = self.page(&query)?;
            query.after = page.records.last().map(|record| record.id);
            records.extend(page.records);
            if !page.more {
                break;
            }
        }
        records.sort_by_key(|record| record.id);
        let text = |record: &Record, key| record.fields.text(key).unwrap_or_default().to_owned();
        let signed = records.iter().map(|record| SignedPack {
            body: text(record, "body"),
            key: text(record, "key"),
            signature: text(record, "signature"),
        });
        Ok(signed.collect())
    }

    /// Takes a signed pack into the book, from where the server sends it to everybody. A pack that is there already is
    /// taken once.
    ///
    /// # Errors
    /// [`PackInstallError`]: forged, cut off or unsound; signed by another key; a version that is taken or does not rise; a
    /// rep's book.
    pub fn install_pack(&self, file: &str) -> Result<Record, PackInstallError> {
        let signed = SignedPack::from_file(file).map_err(Refused::from)?;
        let role = self.identity().server.map_or(Role::Admin, |server| server.role);
        if !role.may_write(Kind::Pack) {
            return Err(PackInstallError::MayNot { role });
        }
        let process = PackLibrary::check(self.stored_packs()?, &signed)?;
        let fields = Fields::new()
            .with("name", process.name.as_str())
            .with("version", Scalar::Int(i64::from(process.version)))
            .with("body", signed.body.as_str())
            .with("key", signed.key.as_str())
            .with("signature", signed.signature.as_str());
        let mut query = Query::first(Kind::Pack, PAGE_MAX);
        loop {
            let page = self.page(&query)?;
            if let Some(same) = page.records.iter().find(|record| record.fields == fields) {
                return Ok(same.clone());
            }
            query.after = page.records.last().map(|record| record.id);
            if !page.more {
                return Ok(self.add(Kind::Pack, &fields)?);
            }
        }
    }
}

impl From<SignedPackError> for PackInstallError {
    fn from(error: SignedPackError) -> PackInstallError {
        PackInstallError::Refused(error.into())
    }
}
