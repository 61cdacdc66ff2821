//! How the devices' chains of evidence stand.

use fieldbook_model::evidence::{Digest, PublicKey};

use super::AdminError;
use crate::store::{Finding, Store, StoreError};

/// A device's chain, as the administrator's list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The device.
    pub device: super::Device,
    /// The key that its chain begins under.
    pub key: PublicKey,
    /// How many links were checked and hold.
    pub links: u64,
    /// The hash of the last of them, to verify an exported chain against.
    pub head: Digest,
    /// The first link that breaks, and why.
    pub broken: Option<(u64, String)>,
}

/// The chains of all devices that have sent a link.
///
/// # Errors
/// The store's.
pub fn chains(store: &Store) -> Result<Vec<Chain>, AdminError> {
    let tx = store.read()?;
    let mut chains = Vec::new();
    for head in tx.chain_heads()? {
        let device = tx.device(head.device)?.ok_or(StoreError::Damaged {
            what: "evidence_head.device",
        })?;
        chains.push(Chain {
            key: PublicKey(device.key),
            device: super::devices::told(&tx, device)?,
            links: head.links,
            head: head.head,
            broken: head.broken,
        });
    }
    Ok(chains)
}

/// What does not fit between arrivals and their evidence, the oldest first.
///
/// # Errors
/// The store's.
pub fn findings(store: &Store) -> Result<Vec<Finding>, AdminError> {
    Ok(store.read()?.findings()?)
}
