//! The health of the database: that it can be read, and that there is room and leave to write.

use std::fs::File;
use std::io::{self, ErrorKind, Write as _};

use super::{Store, StoreError};

/// The name of the file that is written and removed, beside the database.
const PROBE_NAME: &str = "fieldbook.probe";

/// The size of that file: about what a small push needs. In bytes.
const PROBE_BYTES: usize = 256 << 10;

impl Store {
    /// Checks that the database can be read and that something can be written beside it.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::ReadOnly`], or another one of reading.
    pub fn check_health(&self) -> Result<(), StoreError> {
        let reading = self.read()?;
        reading.territories()?;
        if reading.is_read_only()? {
            return Err(StoreError::ReadOnly {
                path: self.path.clone(),
            });
        }
        drop(reading);
        self.probe()
    }

    /// Writes a file beside the database and removes it.
    fn probe(&self) -> Result<(), StoreError> {
        let path = self.path.with_file_name(PROBE_NAME);
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(&vec![0; PROBE_BYTES])?;
            file.sync_data()
        });
        let removed = std::fs::remove_file(&path);
        written.and(removed).map_err(|cause| self.folder_error(cause))
    }

    /// The reason why nothing can be written beside the database.
    pub(super) fn folder_error(&self, cause: io::Error) -> StoreError {
        let dir = self.path.parent().unwrap_or(&self.path).to_owned();
        match cause.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StoreError::Full,
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => StoreError::ReadOnly { path: dir },
            _ => StoreError::Folder { dir, cause },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldbook_model::clock::SeededRandom;

    #[test]
    fn the_reason_why_nothing_can_be_written_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), &SeededRandom::new(1)).unwrap();
        store.check_health().unwrap();
        assert!(!dir.path().join(PROBE_NAME).exists(), "nothing is left behind");
        let named = |kind: ErrorKind| store.folder_error(kind.into());
        assert!(matches!(named(ErrorKind::StorageFull), StoreError::Full));
        assert!(matches!(named(ErrorKind::QuotaExceeded), StoreError::Full));
        let read_only = named(ErrorKind::ReadOnlyFilesystem);
        assert_eq!(
            read_only.to_string(),
            format!("{} is read-only", dir.path().display())
        );
        std::fs::create_dir(dir.path().join(PROBE_NAME)).unwrap();
        assert!(matches!(store.check_health(), Err(StoreError::Folder { .. })));
    }
}
