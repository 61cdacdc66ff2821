//! What was seen of the devices' chains of evidence.

use fieldbook_model::evidence::{Checked, Digest, Moment, PublicKey};
use fieldbook_model::ids::{DeviceId, RecordId};
use rusqlite::{OptionalExtension, Row, named_params};

use super::{StoreError, Tx};

/// How far a device's chain was checked, and where it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// Whose chain it is.
    pub device: DeviceId,
    /// How many links hold, the hash of the last of them, and what the next is held against.
    pub links: u64,
    /// The hash of the last of them.
    pub head: Digest,
    /// The key that signs the next.
    pub key: PublicKey,
    /// When the last of them was.
    pub last: Option<Moment>,
    /// The first link that breaks, and why.
    pub broken: Option<(u64, String)>,
}

/// A link that came with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLink {
    /// Its place in the chain.
    pub n: u64,
    /// With which record it came.
    pub record: RecordId,
    /// Its hash.
    pub hash: Digest,
    /// Link and signature.
    pub line: String,
}

/// Something that does not fit between an arrival and its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The visit.
    pub record: RecordId,
    /// What: `verdict_differs`, `unattested`, `place_differs`, `not_judged`.
    pub what: String,
    /// Which device wrote it.
    pub device: DeviceId,
    /// When it was found, Unix milliseconds.
    pub at_ms: i64,
}

impl ChainHead {
    /// A chain of which nothing was seen yet.
    pub fn nothing(device: DeviceId, key: PublicKey) -> ChainHead {
        ChainHead::of(device, Checked::nothing(key))
    }

    /// How far a chain was checked.
    pub fn of(device: DeviceId, checked: Checked) -> ChainHead {
        ChainHead {
            device,
            links: checked.links,
            head: checked.head,
            key: checked.key,
            last: checked.last,
            broken: None,
        }
    }
}

const HEAD: &str =
    "SELECT device, links, head, key, last, broken_at, broken FROM evidence_head WHERE device = :device";
const HEADS: &str =
    "SELECT device, links, head, key, last, broken_at, broken FROM evidence_head ORDER BY device";

fn head(row: &Row<'_>) -> Result<ChainHead, StoreError> {
    let last: Option<String> = row.get(4)?;
    let last = last.map(|text| serde_json::from_str(&text)).transpose();
    let broken_at: Option<i64> = row.get(5)?;
    Ok(ChainHead {
        device: DeviceId(row.get(0)?),
        links: row.get::<_, i64>(1)?.cast_unsigned(),
        head: Digest(row.get(2)?),
        key: PublicKey(row.get(3)?),
        last: last.map_err(|_| StoreError::Damaged {
            what: "evidence_head.last",
        })?,
        broken: broken_at.map(i64::cast_unsigned).zip(row.get(6)?),
    })
}

impl Tx<'_> {
    /// How far a device's chain is known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn chain_head(&self, device: DeviceId) -> Result<Option<ChainHead>, StoreError> {
        let mut select = self.connection().prepare_cached(HEAD)?;
        let mut rows = select.query(named_params! { ":device": device.0 })?;
        rows.next()?.map(head).transpose()
    }

    /// How far every device's chain is known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn chain_heads(&self) -> Result<Vec<ChainHead>, StoreError> {
        let mut select = self.connection().prepare_cached(HEADS)?;
        let mut rows = select.query([])?;
        let mut heads = Vec::new();
        while let Some(row) = rows.next()? {
            heads.push(head(row)?);
        }
        Ok(heads)
    }

    /// Remembers how far a chain is known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_chain_head(&self, head: &ChainHead) -> Result<(), StoreError> {
        let last = head.last.as_ref().map(serde_json::to_string);
        let last = last
            .transpose()
            .expect("numbers and texts always have a JSON form");
        self.connection()
            .prepare_cached(
                "INSERT INTO evidence_head (device, links, head, key, last, broken_at, broken)
                 VALUES (:device, :links, :head, :key, :last, :broken_at, :broken)
                 ON CONFLICT (device) DO UPDATE SET links = excluded.links, head = excluded.head, key = excluded.key,
                     last = excluded.last, broken_at = excluded.broken_at, broken = excluded.broken",
            )?
            .execute(named_params! {
                ":device": head.device.0,
                ":links": head.links.cast_signed(),
                ":head": head.head.0,
                ":key": head.key.0,
                ":last": last,
                ":broken_at": head.broken.as_ref().map(|(n, _)| n.cast_signed()),
                ":broken": head.broken.as_ref().map(|(_, why)| why),
            })?;
        Ok(())
    }

    /// The link that was seen in a place of a chain.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn seen_link(&self, device: DeviceId, n: u64) -> Result<Option<SeenLink>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT n, record, hash, line FROM evidence_link WHERE device = :device AND n = :n",
        )?;
        let found = select.query_row(
            named_params! { ":device": device.0, ":n": n.cast_signed() },
            |row| {
                Ok(SeenLink {
                    n: row.get::<_, i64>(0)?.cast_unsigned(),
                    record: RecordId(row.get(1)?),
                    hash: Digest(row.get(2)?),
                    line: row.get(3)?,
                })
            },
        );
        Ok(found.optional()?)
    }

    /// Remembers a link, in the place of one without a signature if there was such.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_seen_link(&self, device: DeviceId, link: &SeenLink, at_ms: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT OR REPLACE INTO evidence_link (device, n, record, hash, line, received_at_ms)
                 VALUES (:device, :n, :record, :hash, :line, :at)",
            )?
            .execute(named_params! {
                ":device": device.0,
                ":n": link.n.cast_signed(),
                ":record": link.record.0,
                ":hash": link.hash.0,
                ":line": link.line,
                ":at": at_ms,
            })?;
        Ok(())
    }

    /// Remembers a finding; the first of its sort stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_finding(&self, finding: &Finding) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT OR IGNORE INTO evidence_finding (record, what, device, at_ms) VALUES (:record, :what, :device, :at)",
            )?
            .execute(named_params! {
                ":record": finding.record.0, ":what": finding.what, ":device": finding.device.0, ":at": finding.at_ms,
            })?;
        Ok(())
    }

    /// All findings, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn findings(&self) -> Result<Vec<Finding>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT record, what, device, at_ms FROM evidence_finding ORDER BY at_ms, record, what",
        )?;
        let rows = select.query_map([], |row| {
            Ok(Finding {
                record: RecordId(row.get(0)?),
                what: row.get(1)?,
                device: DeviceId(row.get(2)?),
                at_ms: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
