//! What the server alone can vouch for in the sales process: who may pass a gate that was shut, who may review, and whose
//! claim on a lead came first.
//!
//! What a gate asked for was judged on the phone, from the facts of that moment, and the move says so. The server refuses no
//! move for what it knows otherwise by now: an honest edit is never lost.

use fieldbook_model::doc::Document;
use fieldbook_model::wire::{Push, Row};
use fieldbook_model::{CLAIM_PREFIX, Fields, Kind, MOVE_PREFIX, MoveKind, Role, StageMove, Zone};
use fieldbook_sales::pack::{PackLibrary, SignedPack};
use fieldbook_sales::pool;
use fieldbook_sales::review::REVIEW_PREFIX;

use crate::store::{StoreError, Tx};

/// The packs by which the moves in `pushes` are judged; only the shipped ones if no deal is among them.
pub(super) fn load_packs(tx: &Tx<'_>, pushes: &[Push]) -> Result<PackLibrary, StoreError> {
    let is_judged = |push: &Push| matches!(push.kind, Kind::Opportunity | Kind::Lead);
    if !pushes.iter().any(is_judged) {
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

/// False if a change to a lead claims what another person holds, or gives back what another holds. `stored` is the record
/// with all that was accepted before it: claims are granted in the order in which they arrive. Days are those of UTC, as on
/// the phones.
pub(super) fn may_claim(stored: &[u8], change: &Fields, packs: &PackLibrary, now_ms: i64) -> bool {
    if change.members(CLAIM_PREFIX).next().is_none() {
        return true;
    }
    let lead = match Document::load(stored) {
        Ok(document) if !stored.is_empty() => document.project(Kind::Lead).fields,
        _ => Fields::new(),
    };
    pool::may_change(&lead, change, &packs.pool_rules(), &Zone::UTC, now_ms)
}
