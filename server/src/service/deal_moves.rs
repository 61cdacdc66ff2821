//! The moves of deals and the reviews of records, as far as the server alone can vouch for them: who may pass a gate that
//! was shut, and who may review.
//!
//! What a gate asked for was judged on the phone, from the facts of that moment, and the move says so. The server refuses no
//! move for what it knows otherwise by now: an honest edit is never lost.

use fieldbook_model::wire::{Push, Row};
use fieldbook_model::{Fields, Kind, MOVE_PREFIX, MoveKind, Role, StageMove};
use fieldbook_sales::pack::{PackLibrary, SignedPack};
use fieldbook_sales::review::REVIEW_PREFIX;

use crate::store::{StoreError, Tx};

/// The packs by which the moves in `pushes` are judged; only the shipped ones if no deal is among them.
pub(super) fn load_packs(tx: &Tx<'_>, pushes: &[Push]) -> Result<PackLibrary, StoreError> {
    if pushes.iter().all(|push| push.kind != Kind::Opportunity) {
        return Ok(PackLibrary::default());
    }
    let rows = tx.company_rows(Kind::Pack)?;
    let fields = rows.iter().filter_map(|row| Row::decode(row).ok());
    Ok(PackLibrary::new(
        fields.map(|row| SignedPack::from_fields(&row.fields)),
    ))
}

/// False if a change forces a gate that its author's role may not force, or reviews a record as a rep. By a pack that the server does not have, managers
/// and administrators may.
pub(super) fn may_move(kind: Kind, fields: &Fields, role: Role, packs: &PackLibrary) -> bool {
    if role < Role::Manager && fields.members(REVIEW_PREFIX).next().is_some() {
        return false;
    }
    if kind != Kind::Opportunity {
        return true;
    }
    let moves = fields.members(MOVE_PREFIX);
    let mut forced = moves
        .filter_map(|(_, made)| made.text()?.parse::<StageMove>().ok())
        .filter(|made| made.kind == MoveKind::Forced);
    forced.all(|made| {
        let pack = made.pack.parse().ok().and_then(|id| packs.get(&id));
        pack.map_or(role >= Role::Manager, |pack| {
            pack.process.moves.force.iter().any(|may| may == role.name())
        })
    })
}
