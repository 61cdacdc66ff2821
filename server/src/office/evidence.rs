//! What a device claims of its visits, held against its chain of evidence and judged again from what it sent.
//!
//! Nothing is refused here: a broken chain or a verdict that its evidence does not give is written down for people to look
//! at. The verdict is the core's own, from the same evidence, so an honest one is never different.

use fieldbook_location::{SiteGeofence, distance};
use fieldbook_model::doc::Document;
use fieldbook_model::evidence::{Checked, Checker, Digest, Expected, Fault, Line, Link, PublicKey};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{CheckIn, Fields, Kind, place_of};

use crate::store::{ChainHead, Device, Finding, SeenLink, StoreError, Tx};

/// How far apart the place of an arrival and that of the site's record may be and still be the same, in metres.
const SAME_PLACE_M: f64 = 1.0;

/// What one change says of a visit.
#[derive(Debug, Clone, Default)]
pub(super) struct Claim {
    links: Vec<Line>,
    arrival: Option<String>,
    departure: Option<String>,
}

impl Claim {
    /// What the fields of a change say, if it is about a visit that takes place.
    pub(super) fn of(kind: Kind, fields: &Fields) -> Option<Claim> {
        if kind != Kind::Visit {
            return None;
        }
        let links = fields.members("link/").filter_map(|(_, value)| value.text());
        let claim = Claim {
            links: links.filter_map(|text| Line::read(text).ok()).collect(),
            arrival: fields.text("check_in").map(str::to_owned),
            departure: fields.text("check_out").map(str::to_owned),
        };
        let empty = claim.links.is_empty() && claim.arrival.is_none() && claim.departure.is_none();
        (!empty).then_some(claim)
    }
}

/// Takes note of the claims of a request, each with the record that it came with.
pub(super) fn take(
    tx: &Tx<'_>,
    device: &Device,
    claims: &[(RecordId, Claim)],
    now_ms: i64,
) -> Result<(), StoreError> {
    if claims.is_empty() {
        return Ok(());
    }
    for (record, claim) in claims {
        for what in findings(tx, *record, claim)? {
            tx.put_finding(&Finding {
                record: *record,
                what: what.to_owned(),
                device: device.id,
                at_ms: now_ms,
            })?;
        }
    }
    let key = PublicKey(device.key);
    let known = tx.chain_head(device.id)?;
    let mut head = known.unwrap_or_else(|| ChainHead::nothing(device.id, key));
    let mut links: Vec<(SeenLink, Link, Line)> = claims
        .iter()
        .flat_map(|(record, claim)| claim.links.iter().filter_map(|line| seen(*record, line)))
        .collect();
    links.sort_by_key(|(seen, ..)| seen.n);
    for (seen, link, line) in &links {
        if let Some(fault) = remember(tx, &head, seen, link, line, now_ms)? {
            head.broken.get_or_insert((seen.n, fault.code().to_owned()));
        }
    }
    if !links.is_empty() {
        advance(tx, &mut head, key)?;
        tx.put_chain_head(&head)?;
    }
    Ok(())
}

fn seen(record: RecordId, line: &Line) -> Option<(SeenLink, Link, Line)> {
    let link = Link::read(&line.link)?;
    let seen = SeenLink {
        n: i64::try_from(link.n).ok()?.cast_unsigned(),
        record,
        hash: Link::hash(&line.link),
        line: line.to_text(),
    };
    Some((seen, link, line.clone()))
}

/// Keeps a link in its place, unless another one is there already.
fn remember(
    tx: &Tx<'_>,
    head: &ChainHead,
    seen: &SeenLink,
    link: &Link,
    line: &Line,
    now_ms: i64,
) -> Result<Option<Fault>, StoreError> {
    if link.act.visit().is_some_and(|visit| visit != seen.record) {
        return Ok(Some(Fault::OtherVisit));
    }
    match tx.seen_link(head.device, seen.n)? {
        Some(known) if known.hash != seen.hash => Ok(Some(Fault::Rewritten)),
        // The host's hardware has signed meanwhile.
        Some(known) if line.signature.is_none() || known.line == seen.line || seen.n < head.links => Ok(None),
        _ => tx.put_seen_link(head.device, seen, now_ms).map(|()| None),
    }
}

/// Checks what follows the head, as far as it is there. A link that is not signed yet is waited for.
fn advance(tx: &Tx<'_>, head: &mut ChainHead, key: PublicKey) -> Result<(), StoreError> {
    let checked = Checked {
        begins: key,
        key: head.key,
        links: head.links,
        head: head.head,
        last: head.last.take(),
    };
    let mut checker = Checker::resume(checked, Expected::default());
    while let Some(next) = tx.seen_link(head.device, checker.links())? {
        let line = Line::read(&next.line).map_err(|_| StoreError::Damaged {
            what: "evidence_link.line",
        })?;
        match checker.take(&line) {
            Ok(()) => {}
            Err(broken) if broken.fault == Fault::Unsigned => break,
            Err(broken) => {
                head.broken
                    .get_or_insert((broken.link, broken.fault.code().to_owned()));
                break;
            }
        }
    }
    let broken = head.broken.take();
    *head = ChainHead {
        broken,
        ..ChainHead::of(head.device, checker.checked())
    };
    Ok(())
}

/// What does not fit between an arrival and its evidence.
fn findings(tx: &Tx<'_>, record: RecordId, claim: &Claim) -> Result<Vec<&'static str>, StoreError> {
    let mut found = Vec::new();
    let visit = fields_of(tx, record, Kind::Visit)?.unwrap_or_default();
    let mut texts = claim.arrival.iter().chain(&claim.departure);
    if texts.any(|text| !attests(&visit, claim, text)) {
        found.push("unattested");
    }
    let arrival: CheckIn = match claim.arrival.as_ref().map(|text| text.parse()) {
        None => return Ok(found),
        Some(Ok(arrival)) => arrival,
        // Written by a later version, or by nobody's: nothing of it could be held against the site.
        Some(Err(_)) => {
            found.push("not_judged");
            return Ok(found);
        }
    };
    if arrival
        .judged_again()
        .is_some_and(|ours| ours != arrival.assessment)
    {
        found.push("verdict_differs");
    }
    let site = match visit.id("site_id") {
        Some(site) => fields_of(tx, site, Kind::Site)?,
        None => None,
    };
    if site
        .as_ref()
        .and_then(place_of)
        .is_some_and(|place| differs(&arrival, &place))
    {
        found.push("place_differs");
    }
    Ok(found)
}

/// Whether a link that came with the change, or that the record carries, attests this text.
fn attests(visit: &Fields, claim: &Claim, text: &str) -> bool {
    let hash = Digest::of(text.as_bytes());
    let carried = visit.members("link/").filter_map(|(_, value)| value.text());
    let carried = carried.filter_map(|text| Line::read(text).ok());
    let mut links = claim.links.iter().cloned().chain(carried);
    links.any(|line| {
        let content = Link::read(&line.link).and_then(|link| link.act.content());
        content.is_some_and(|(_, attested)| attested == hash)
    })
}

/// The fields of a record as the office has it, if it does.
fn fields_of(tx: &Tx<'_>, id: RecordId, kind: Kind) -> Result<Option<Fields>, StoreError> {
    let Some(record) = tx.record(id)? else {
        return Ok(None);
    };
    let document = Document::load(&record.document).map_err(|_| StoreError::Damaged {
        what: "record.document",
    })?;
    Ok(Some(document.project(kind).fields))
}

/// Whether an arrival was held against another place or fence than the site's record has. The record may have been mended
/// since; then this is how a manager learns of it.
fn differs(arrival: &CheckIn, place: &SiteGeofence) -> bool {
    let claimed = arrival.site.clone().map(SiteGeofence::try_from);
    match claimed {
        Some(Ok(claimed)) => {
            claimed.fence != place.fence || distance(claimed.position, place.position).0 > SAME_PLACE_M
        }
        Some(Err(_)) => true,
        // A fence too long to be repeated, or no place at the time: judged against the record itself.
        None => arrival
            .judged_at(Some(place))
            .is_some_and(|ours| ours != arrival.assessment),
    }
}
