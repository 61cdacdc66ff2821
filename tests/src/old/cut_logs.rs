//! The write-ahead logs that a process may leave when it dies while it opens a file.

use std::path::Path;

/// Length of the header of a write-ahead log and of the header before each page in it, in bytes (`SQLite` file format,
/// section 4.1).
const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Every prefix of the log that a process may leave when it dies while it writes it: cut at each page, and within it.
///
/// `log` is the file `...-wal` while the database is open.
///
/// # Errors
/// The errors of the file system.
pub fn cut_logs(log: &Path) -> std::io::Result<Vec<Vec<u8>>> {
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
