//! The creation of territories.

use fieldbook_model::clock::Random;
use fieldbook_model::ids::TerritoryId;

use serde_json::json;

use super::{AdminError, audit, validated_name};
use crate::service::random_uuid;
use crate::store::{Store, Territory};

/// Adds a territory without records.
///
/// # Errors
/// [`AdminError::NoName`], [`AdminError::TerritoryExists`], or [`AdminError::Store`].
pub fn add_territory(store: &Store, name: &str, random: &dyn Random) -> Result<Territory, AdminError> {
    let name = validated_name(name)?;
    let tx = store.write()?;
    if tx.territory_named(name)?.is_some() {
        return Err(AdminError::TerritoryExists {
            name: name.to_owned(),
        });
    }
    let territory = Territory::new(TerritoryId(random_uuid(random)), name, random);
    tx.add_territory(&territory)?;
    audit::note_now(
        &tx,
        "territory_added",
        json!({ "territory": territory.id.to_string(), "name": name }),
    )?;
    tx.commit()?;
    Ok(territory)
}
