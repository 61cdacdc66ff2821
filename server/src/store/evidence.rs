//! The devices' chains of evidence as far as they were received, and the findings of their checks.

use fieldbook_model::evidence::{Checked, Digest, PublicKey, TrustedTime};
use fieldbook_model::ids::{DeviceId, RecordId, UserId};
use rusqlite::{OptionalExtension, Row, named_params};

use super::{StoreError, Tx};

/// The verified part of a device's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// The device that signs the chain.
    pub device: DeviceId,
    /// The number of verified links, from the first on.
    pub links: u64,
    /// The hash of the last verified link.
    pub head: Digest,
    /// The key that signs the next link.
    pub key: PublicKey,
    /// The time of the last verified link; `None` before the first.
    pub last: Option<TrustedTime>,
    /// The position of the first broken link, and the code of its fault.
    pub broken: Option<(u64, String)>,
}

/// A link that was received with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLink {
    /// The position in the chain, from 0.
    pub n: u64,
    /// The record that carried it.
    pub record: RecordId,
    /// The hash of the link.
    pub hash: Digest,
    /// The line of link and signature, as the record carries it.
    pub line: String,
}

/// A discrepancy between a check-in or check-out and its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The visit concerned.
    pub record: RecordId,
    /// The discrepancy: `verdict_differs`, `unattested`, `place_differs` or `not_judged`.
    pub what: String,
    /// The device that wrote the change.
    pub device: DeviceId,
    /// The time at which it was found, in Unix milliseconds.
    pub at_ms: i64,
}

impl ChainHead {
    /// The head of a chain without links.
    pub fn empty(device: DeviceId, key: PublicKey) -> ChainHead {
        ChainHead::from_checked(device, Checked::nothing(key))
    }

    /// The head that a checker has reached, without a broken link.
    pub fn from_checked(device: DeviceId, checked: Checked) -> ChainHead {
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

fn head_from_row(row: &Row<'_>) -> Result<ChainHead, StoreError> {
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
    /// True if somebody else than this person has attested a visit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn is_attested_by_another(&self, record: RecordId, person: UserId) -> Result<bool, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT 1 FROM evidence_link l JOIN device d ON d.id = l.device
             WHERE l.record = :record AND d.person <> :person LIMIT 1",
        )?;
        Ok(select.exists(named_params! { ":record": record.0, ":person": person.0 })?)
    }

    /// The head of a device's chain; `None` if no link was received.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn chain_head(&self, device: DeviceId) -> Result<Option<ChainHead>, StoreError> {
        let mut select = self.connection().prepare_cached(HEAD)?;
        let mut rows = select.query(named_params! { ":device": device.0 })?;
        rows.next()?.map(head_from_row).transpose()
    }

    /// The heads of all chains, by device.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn chain_heads(&self) -> Result<Vec<ChainHead>, StoreError> {
        let mut select = self.connection().prepare_cached(HEADS)?;
        let mut rows = select.query([])?;
        let mut heads = Vec::new();
        while let Some(row) = rows.next()? {
            heads.push(head_from_row(row)?);
        }
        Ok(heads)
    }

    /// Inserts or replaces the head of a chain.
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

    /// The link at a position of a device's chain.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn link(&self, device: DeviceId, n: u64) -> Result<Option<StoredLink>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT n, record, hash, line FROM evidence_link WHERE device = :device AND n = :n",
        )?;
        let found = select.query_row(
            named_params! { ":device": device.0, ":n": n.cast_signed() },
            |row| {
                Ok(StoredLink {
                    n: row.get::<_, i64>(0)?.cast_unsigned(),
                    record: RecordId(row.get(1)?),
                    hash: Digest(row.get(2)?),
                    line: row.get(3)?,
                })
            },
        );
        Ok(found.optional()?)
    }

    /// Inserts a link, or replaces the unsigned one at its position.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_link(&self, device: DeviceId, link: &StoredLink, at_ms: i64) -> Result<(), StoreError> {
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

    /// Inserts a finding, unless the record has one of the same sort.
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
