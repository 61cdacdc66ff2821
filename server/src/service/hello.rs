//! Hello: the server's identity and clock, which a device needs to sign a request.

use fieldbook_model::ids::ServerId;
use fieldbook_model::wire::{HelloResponse, VERSION};

use super::ServiceError;
use crate::store::{Store, StoreError, Tx};

/// Answers a hello. Anyone may ask.
///
/// # Errors
/// [`ServiceError::Store`].
pub fn hello(store: &Store, now_ms: i64) -> Result<HelloResponse, ServiceError> {
    let server = server_id(&store.read()?)?;
    Ok(HelloResponse {
        version: VERSION,
        server,
        now_ms,
    })
}

/// The identity of this server.
pub(super) fn server_id(tx: &Tx<'_>) -> Result<ServerId, StoreError> {
    let missing = StoreError::Damaged { what: "office.id" };
    tx.office_id()?.map(ServerId).ok_or(missing)
}
