//! What the server alone can vouch for in the sales process: who may pass a gate that was shut, who may review, and whose
//! claim on a lead came first.
//!
//! What a gate asked for was judged on the phone, from the facts of that moment, and the move says so. The server refuses no
//! move for what it knows otherwise by now: an honest edit is never lost.

use std::collections::BTreeSet;

use fieldbook_model::doc::Document;
use fieldbook_model::wire::Row;
use fieldbook_model::{
    CLAIM_PREFIX, Fields, Kind, MOVE_PREFIX, MoveKind, Role, StageMove, TOUCH_PREFIX, Zone,
};
use fieldbook_sales::pack::{PackLibrary, SignedPack};
use fieldbook_sales::pool;
use fieldbook_sales::review::REVIEW_PREFIX;

use crate::store::{StoreError, Tx};

/// What the company knows that changes to deals and leads are judged by. Empty for changes to other kinds.
#[derive(Debug, Default)]
pub(super) struct Company {
    /// The processes.
    packs: PackLibrary,
    /// The names of all people.
    people: BTreeSet<String>,
}

impl Company {
    /// Reads what changes to records of `kinds` are judged by.
    pub(super) fn load(tx: &Tx<'_>, kinds: impl IntoIterator<Item = Kind>) -> Result<Company, StoreError> {
        let mut company = Company::default();
        let (mut is_deal, mut is_lead) = (false, false);
        for kind in kinds {
            is_deal |= kind == Kind::Opportunity;
            is_lead |= kind == Kind::Lead;
        }
        if is_deal || is_lead {
            let rows = tx.company_rows(Kind::Pack)?;
            let fields = rows.iter().filter_map(|row| Row::decode(row).ok());
            company.packs = PackLibrary::new(fields.map(|row| SignedPack::from_fields(&row.fields)));
        }
        if is_lead {
            company.people = tx.people()?.into_iter().map(|(person, _)| person.name).collect();
        }
        Ok(company)
    }
}

/// False if a change forces a gate that its author's role may not force, or reviews a record as a rep. By a pack that the
/// server does not have, managers and administrators may.
pub(super) fn may_move(kind: Kind, fields: &Fields, role: Role, company: &Company) -> bool {
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
        let pack = made.pack.parse().ok().and_then(|id| company.packs.get(&id));
        pack.map_or(role >= Role::Manager, |pack| {
            pack.process.moves.force.iter().any(|may| may == role.name())
        })
    })
}

/// False if a change to a lead does what its author may not ([`pool::may_change`]). `stored` is the record with all that was
/// accepted before it: claims are granted in the order in which they arrive. Days are those of UTC, as on the phones.
pub(super) fn may_change_lead(
    stored: &[u8],
    change: &Fields,
    (name, role): (&str, Role),
    company: &Company,
    now_ms: i64,
) -> bool {
    let is_of_pool = |key: &str| {
        key.starts_with(CLAIM_PREFIX)
            || key.starts_with(TOUCH_PREFIX)
            || matches!(key, "became_account" | "closed_reason")
    };
    if !change.0.keys().any(|key| is_of_pool(key)) {
        return true;
    }
    let lead = match Document::load(stored) {
        Ok(document) if !stored.is_empty() => document.project(Kind::Lead).fields,
        _ => Fields::new(),
    };
    let author = pool::Author {
        name,
        role,
        people: &company.people,
    };
    pool::may_change(
        &lead,
        change,
        &author,
        &company.packs.pool_rules(),
        &Zone::UTC,
        now_ms,
    )
}
