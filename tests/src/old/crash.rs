//! The states of the disk after a process died while it opened a file.

use std::path::Path;

/// The length of the header of a write-ahead log, and of what stands before each page in it (`SQLite` file format,
/// section 4.1).
const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Every log that a process may leave behind which dies while it writes this one: cut at each page, and within it.
///
/// `log` is the file `...-wal` as it is while the database is still open.
///
/// # Errors
/// Those of the disk.
pub fn deaths(log: &Path) -> std::io::Result<Vec<Vec<u8>>> {
    let whole = std::fs::read(log)?;
    let number = |at: usize| {
        let bytes = whole.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u32::from_be_bytes) as usize
    };
    let frame = FRAME_HEADER + number(8);
    let mut cuts = vec![0, HEADER / 2];
    let frames = (HEADER..=whole.len()).step_by(frame);
    cuts.extend(frames.flat_map(|at| [at, at + frame / 2]));
    cuts.retain(|at| *at <= whole.len());
    Ok(cuts.into_iter().map(|at| whole[..at].to_vec()).collect())
}
