//! The packs of the book.

use std::sync::{Arc, PoisonError};

use fieldbook_model::{Kind, Record, Role};
use fieldbook_sales::pack::{PackLibrary, Refused, SignedPack, SignedPackError};

use crate::book::{Book, BookError};

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
    /// The processes and rules in use on this device, the shipped processes among them, and the packs that do not count,
    /// with the reason.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn packs(&self) -> Result<Arc<PackLibrary>, BookError> {
        let state = self.store.kind_state(Kind::Pack)?;
        let mut remembered = self.packs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, library)) = remembered.as_ref().filter(|(of, _)| *of == state) {
            return Ok(Arc::clone(library));
        }
        let library = Arc::new(PackLibrary::new(signed_packs(&self.pack_records()?)));
        *remembered = Some((state, Arc::clone(&library)));
        Ok(library)
    }

    /// The records of the book's packs, in the order in which they were made.
    fn pack_records(&self) -> Result<Vec<Record>, BookError> {
        let mut records: Vec<Record> = Vec::new();
        self.each_record(Kind::Pack, |record| {
            records.push(record.clone());
            Ok(())
        })?;
        records.sort_by_key(|record| record.id);
        Ok(records)
    }

    /// Takes a signed pack into the book, from where the server sends it to everybody. A pack that is there already is
    /// taken once.
    ///
    /// # Errors
    /// [`PackInstallError`]: forged, cut off or unsound; signed by another key; a version that is taken or does not rise; a
    /// rep's book.
    pub fn install_pack(&self, file: &str) -> Result<Record, PackInstallError> {
        let signed = SignedPack::from_file(file).map_err(Refused::from)?;
        let role = self.identity().role();
        if !role.may_write(Kind::Pack) {
            return Err(PackInstallError::MayNot { role });
        }
        let records = self.pack_records()?;
        let pack = PackLibrary::check(signed_packs(&records), &signed)?;
        let fields = signed.to_fields(&pack.id());
        match records.into_iter().find(|record| record.fields == fields) {
            Some(same) => Ok(same),
            None => Ok(self.add(Kind::Pack, &fields)?),
        }
    }
}

fn signed_packs(records: &[Record]) -> impl Iterator<Item = SignedPack> {
    records
        .iter()
        .map(|record| SignedPack::from_fields(&record.fields))
}

impl From<SignedPackError> for PackInstallError {
    fn from(error: SignedPackError) -> PackInstallError {
        PackInstallError::Refused(error.into())
    }
}
