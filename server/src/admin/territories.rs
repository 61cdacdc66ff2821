//! Adding a territory.

use fieldbook_model::clock::Random;
use fieldbook_model::ids::TerritoryId;

use super::{AdminError, named};
use crate::office::uuid;
use crate::store::{Store, Territory};

/// Adds a territory.
///
/// # Errors
/// [`AdminError::NoName`], [`AdminError::TerritoryExists`], or the store's.
pub fn add_territory(store: &Store, name: &str, random: &dyn Random) -> Result<Territory, AdminError> {
    let name = named(name)?;
    let tx = store.write()?;
    if tx.territory_named(name)?.is_some() {
        return Err(AdminError::TerritoryExists {
            name: name.to_owned(),
        });
    }
    let territory = Territory::new(TerritoryId(uuid(random)), name, random);
    tx.add_territory(&territory)?;
    tx.commit()?;
    Ok(territory)
}
