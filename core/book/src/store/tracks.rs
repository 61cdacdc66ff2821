//! The rep's track: the newest fixes in one row each, older ones packed into blocks, and dismissed stops.
//!
//! A fix is durable with its transaction. Packing moves fixes between the tables in the same transaction, so a phone that
//! dies at any moment loses at most the fix being written.

use rusqlite::{Connection, named_params};

use super::{Store, StoreError, Write};
use fieldbook_location::track::{TrackFix, pack, unpack};
use fieldbook_model::ids::RecordId;

/// Number of single fixes that are packed into one block.
const BLOCK: usize = 256;

impl Store {
    /// The fixes in `from_ms..until_ms`, Unix milliseconds, in order of time.
    ///
    /// # Errors
    /// [`StoreError`] of the file; a block that cannot be read is left out.
    pub fn track(&self, from_ms: i64, until_ms: i64) -> Result<Vec<TrackFix>, StoreError> {
        let bodies = self.read_at_once(|connection| {
            let mut bodies = overlapping(connection, from_ms, until_ms)?
                .into_iter()
                .map(|(_, body)| body)
                .collect::<Vec<_>>();
            bodies.extend(single(connection, from_ms, until_ms)?);
            Ok(bodies)
        })?;
        Ok(within(&bodies, from_ms, until_ms))
    }

    /// True if a dismissed stop at the site overlaps the time from `from_ms` to `until_ms`, Unix milliseconds.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn was_dismissed(&self, site: RecordId, from_ms: i64, until_ms: i64) -> Result<bool, StoreError> {
        self.read_at_once(|connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM track_dismissal
                       WHERE site_id = :site AND from_ms <= :until AND until_ms >= :from)";
            let mut statement = connection.prepare_cached(sql)?;
            let bound = named_params! { ":site": site.0, ":from": from_ms, ":until": until_ms };
            statement.query_row(bound, |row| row.get(0))
        })
    }
}

impl Write<'_> {
    /// Stores a fix. Storing the same fix again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn add_fix(&mut self, fix: &TrackFix) -> Result<(), StoreError> {
        let body = pack(std::slice::from_ref(fix));
        let mut insert = self
            .tx
            .prepare_cached("INSERT OR IGNORE INTO track_fix (at_ms, body) VALUES (:at_ms, :body)")?;
        insert.execute(named_params! { ":at_ms": fix.at_ms(), ":body": body })?;
        let mut count = self.tx.prepare_cached("SELECT count(*) FROM track_fix")?;
        let single_fixes: i64 = count.query_row([], |row| row.get(0))?;
        if usize::try_from(single_fixes).is_ok_and(|count| count >= BLOCK) {
            drop((insert, count));
            self.pack_track()?;
        }
        Ok(())
    }

    /// Time of the last fix of the track, Unix milliseconds; `None` if the track is empty.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn last_fix_ms(&self) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT max(at_ms) FROM (SELECT max(at_ms) AS at_ms FROM track_fix
                   UNION ALL SELECT max(until_ms) FROM track_block)";
        let mut statement = self.tx.prepare_cached(sql)?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Stores the readable fixes of salvaged blocks, including blocks of one fix. Returns the number of fixes.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn add_saved(&mut self, bodies: &[Vec<u8>]) -> Result<usize, StoreError> {
        let (mut saved, mut single) = (0, Vec::new());
        for fixes in bodies.iter().filter_map(|body| unpack(body).ok()) {
            saved += fixes.len();
            match fixes[..] {
                [fix] => single.push(fix),
                _ => self.add_block(&fixes)?,
            }
        }
        single.sort_by(TrackFix::order);
        for fixes in single.chunks(BLOCK) {
            self.add_block(fixes)?;
        }
        Ok(saved)
    }

    /// Moves the single fixes into a block.
    fn pack_track(&mut self) -> Result<(), StoreError> {
        let fixes = within(&single(&self.tx, i64::MIN, i64::MAX)?, i64::MIN, i64::MAX);
        self.add_block(&fixes)?;
        self.tx.execute("DELETE FROM track_fix", [])?;
        Ok(())
    }

    fn add_block(&mut self, fixes: &[TrackFix]) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (fixes.first(), fixes.last()) else {
            return Ok(());
        };
        let mut insert = self.tx.prepare_cached(
            "INSERT INTO track_block (from_ms, until_ms, fixes, body) VALUES (:from_ms, :until_ms, :fixes, :body)",
        )?;
        insert.execute(named_params! {
            ":from_ms": first.at_ms(),
            ":until_ms": last.at_ms(),
            ":fixes": i64::try_from(fixes.len()).unwrap_or(i64::MAX),
            ":body": pack(fixes),
        })?;
        Ok(())
    }

    /// Deletes the fixes in `from_ms..until_ms` and the dismissed stops that overlap it. Returns the number of fixes.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn forget_track(&mut self, from_ms: i64, until_ms: i64) -> Result<usize, StoreError> {
        let inside = |fix: &TrackFix| (from_ms..until_ms).contains(&fix.at_ms());
        let mut forgotten = 0;
        for (n, body) in overlapping(&self.tx, from_ms, until_ms)? {
            let (gone, kept): (Vec<_>, Vec<_>) =
                unpack(&body).unwrap_or_default().into_iter().partition(inside);
            forgotten += gone.len();
            let mut delete = self.tx.prepare_cached("DELETE FROM track_block WHERE n = :n")?;
            delete.execute(named_params! { ":n": n })?;
            drop(delete);
            self.add_block(&kept)?;
        }
        let mut delete = self
            .tx
            .prepare_cached("DELETE FROM track_fix WHERE at_ms >= :from AND at_ms < :until")?;
        forgotten += delete.execute(named_params! { ":from": from_ms, ":until": until_ms })?;
        let mut delete = self
            .tx
            .prepare_cached("DELETE FROM track_dismissal WHERE until_ms >= :from AND from_ms < :until")?;
        delete.execute(named_params! { ":from": from_ms, ":until": until_ms })?;
        Ok(forgotten)
    }

    /// Stores that a stop at a site was not a visit. Storing it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn dismiss(&mut self, site: RecordId, from_ms: i64, until_ms: i64) -> Result<(), StoreError> {
        let mut insert = self.tx.prepare_cached(
            "INSERT OR IGNORE INTO track_dismissal (site_id, from_ms, until_ms) VALUES (:site, :from, :until)",
        )?;
        insert.execute(named_params! { ":site": site.0, ":from": from_ms, ":until": until_ms })?;
        Ok(())
    }
}

/// The blocks that overlap a time, with their numbers.
fn overlapping(
    connection: &Connection,
    from_ms: i64,
    until_ms: i64,
) -> rusqlite::Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT n, body FROM track_block WHERE until_ms >= :from AND from_ms < :until ORDER BY n";
    let mut statement = connection.prepare_cached(sql)?;
    let bound = named_params! { ":from": from_ms, ":until": until_ms };
    statement
        .query_map(bound, |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// The single fixes of a time, each packed as a block.
fn single(connection: &Connection, from_ms: i64, until_ms: i64) -> rusqlite::Result<Vec<Vec<u8>>> {
    let sql = "SELECT body FROM track_fix WHERE at_ms >= :from AND at_ms < :until ORDER BY at_ms";
    let mut statement = connection.prepare_cached(sql)?;
    let bound = named_params! { ":from": from_ms, ":until": until_ms };
    statement.query_map(bound, |row| row.get(0))?.collect()
}

/// The distinct fixes of the blocks in `from_ms..until_ms`, in order of time.
fn within(blocks: &[Vec<u8>], from_ms: i64, until_ms: i64) -> Vec<TrackFix> {
    let all = blocks.iter().flat_map(|block| unpack(block).unwrap_or_default());
    let open_end = until_ms == i64::MAX;
    let mut fixes: Vec<TrackFix> = all
        .filter(|fix| fix.at_ms() >= from_ms && (fix.at_ms() < until_ms || open_end))
        .collect();
    fixes.sort_by(TrackFix::order);
    TrackFix::dedup(&mut fixes);
    fixes
}
