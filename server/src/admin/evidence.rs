//! Lists the devices' chains of evidence and the discrepancies found in check-ins.

use fieldbook_model::evidence::{Digest, PublicKey};

use super::AdminError;
use crate::store::{Finding, Store, StoreError};

/// A device's chain in the administrator's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The device that signs the chain.
    pub device: super::Device,
    /// The key that signs the first link.
    pub key: PublicKey,
    /// The number of links that were verified, from the first on.
    pub links: u64,
    /// The hash of the last verified link, to compare an exported chain with.
    pub head: Digest,
    /// The position of the first broken link, and the code of its fault.
    pub broken: Option<(u64, String)>,
}

/// The chains of all devices that have sent a link.
///
/// # Errors
/// [`AdminError::Store`].
pub fn chains(store: &Store) -> Result<Vec<Chain>, AdminError> {
    let tx = store.read()?;
    let mut chains = Vec::new();
    for head in tx.chain_heads()? {
        let device = tx.device(head.device)?.ok_or(StoreError::Damaged {
            what: "evidence_head.device",
        })?;
        chains.push(Chain {
            key: PublicKey(device.key),
            device: super::devices::to_device(&tx, device)?,
            links: head.links,
            head: head.head,
            broken: head.broken,
        });
    }
    Ok(chains)
}

/// The discrepancies between check-ins and their evidence, the oldest first.
///
/// # Errors
/// [`AdminError::Store`].
pub fn findings(store: &Store) -> Result<Vec<Finding>, AdminError> {
    Ok(store.read()?.findings()?)
}
