//! Files that only their owner may read. Systems other than Unix keep the folders of a user private by themselves.

use std::path::Path;

/// Creates the file of a book if it is missing, and takes it and the files beside it from everyone but their owner.
///
/// No file that exists is opened: closing it would release the locks of `SQLite`. An error is left to `SQLite`, which meets it
/// again; the files of somebody else stay as they are.
#[cfg(unix)]
pub(super) fn restrict(path: &Path) {
    use std::fs::{OpenOptions, Permissions, metadata, set_permissions};
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    const OWNER_ONLY: u32 = 0o600;
    let mut options = OpenOptions::new();
    let _ = options.write(true).create_new(true).mode(OWNER_ONLY).open(path);
    for suffix in ["", "-wal", "-shm", "-lock"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        if metadata(&file).is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
            let _ = set_permissions(&file, Permissions::from_mode(OWNER_ONLY));
        }
    }
}

/// Leaves the files as they are.
#[cfg(not(unix))]
pub(super) fn restrict(_path: &Path) {}
