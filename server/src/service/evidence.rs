//! Checks the evidence of visits: verifies each device's chain of links, and judges each check-in again from the fixes that
//! came with it.
//!
//! Nothing is refused here. A broken chain, or a verdict that does not follow from its evidence, is recorded for people to
//! look at. The second judgement is the core's own code on the same input, so an honest verdict never differs.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use fieldbook_location::{SiteGeofence, distance};
use fieldbook_model::doc::Document;
use fieldbook_model::evidence::{ChainFault, Checked, Checker, Digest, Expected, Line, Link, PublicKey};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{CheckIn, Fields, Kind, place_of};

use crate::store::{ChainHead, Device, Finding, StoreError, StoredLink, Tx};

/// The largest distance at which the position of a check-in's site and that of the site's record count as equal, in
/// metres.
const SAME_PLACE_M: f64 = 1.0;

/// The evidence that one change of a visit carries.
#[derive(Debug, Clone, Default)]
pub(super) struct Claim {
    links: Vec<Line>,
    /// The text of the field `check_in`.
    arrival: Option<String>,
    /// The text of the field `check_out`.
    departure: Option<String>,
    /// True if the change names another rep.
    names_rep: bool,
}

impl Claim {
    /// The evidence among the fields of a change; `None` if there is none, or the record is no visit.
    pub(super) fn from_fields(kind: Kind, fields: &Fields) -> Option<Claim> {
        if kind != Kind::Visit {
            return None;
        }
        let links = fields.members("link/").filter_map(|(_, value)| value.text());
        let claim = Claim {
            links: links.filter_map(|text| Line::read(text).ok()).collect(),
            arrival: fields.text("check_in").map(str::to_owned),
            departure: fields.text("check_out").map(str::to_owned),
            names_rep: fields.value("rep").is_some(),
        };
        (claim.is_evidence() || claim.names_rep).then_some(claim)
    }

    /// True if it carries evidence.
    fn is_evidence(&self) -> bool {
        !self.links.is_empty() || self.arrival.is_some() || self.departure.is_some()
    }
}

/// Checks and records the claims of a request, each with the record whose change carried it.
pub(super) fn record_claims(
    tx: &Tx<'_>,
    device: &Device,
    claims: &[(RecordId, Claim)],
    now_ms: i64,
) -> Result<(), StoreError> {
    if claims.is_empty() {
        return Ok(());
    }
    let mut visits = HashMap::new();
    for (record, claim) in claims {
        if claim.names_rep && tx.is_attested_by_another(*record, device.person)? {
            tx.put_finding(&Finding {
                record: *record,
                what: "rep_changed".to_owned(),
                device: device.id,
                at_ms: now_ms,
            })?;
        }
        if !claim.is_evidence() {
            continue;
        }
        let visit = match visits.entry(*record) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(VisitState::load(tx, *record)?),
        };
        for what in findings(visit, claim) {
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
    let mut head = known.unwrap_or_else(|| ChainHead::empty(device.id, key));
    let mut links: Vec<(StoredLink, Link, Line)> = claims
        .iter()
        .flat_map(|(record, claim)| claim.links.iter().filter_map(|line| parse_link(*record, line)))
        .collect();
    links.sort_by_key(|(stored, ..)| stored.n);
    for (stored, link, line) in &links {
        if let Some(fault) = store_link(tx, &head, stored, link, line, now_ms)? {
            head.broken.get_or_insert((stored.n, fault.code().to_owned()));
        }
    }
    if !links.is_empty() {
        advance_head(tx, &mut head, key)?;
        tx.put_chain_head(&head)?;
    }
    Ok(())
}

/// Parses a line; `None` if it is no link.
fn parse_link(record: RecordId, line: &Line) -> Option<(StoredLink, Link, Line)> {
    let link = Link::read(&line.link)?;
    let stored = StoredLink {
        n: i64::try_from(link.n).ok()?.cast_unsigned(),
        record,
        hash: Link::hash(&line.link),
        line: line.to_text(),
    };
    Some((stored, link, line.clone()))
}

/// Stores a link at its position in the chain, unless another link is stored there. Returns the fault of a link that does
/// not belong there.
fn store_link(
    tx: &Tx<'_>,
    head: &ChainHead,
    stored: &StoredLink,
    link: &Link,
    line: &Line,
    now_ms: i64,
) -> Result<Option<ChainFault>, StoreError> {
    if link.act.visit().is_some_and(|visit| visit != stored.record) {
        return Ok(Some(ChainFault::OtherVisit));
    }
    match tx.link(head.device, stored.n)? {
        Some(known) if known.hash != stored.hash => Ok(Some(ChainFault::Rewritten)),
        // Nothing is new, except where a key in the phone's hardware has signed the link since, and it is not verified yet.
        Some(known) if line.signature.is_none() || known.line == stored.line || stored.n < head.links => {
            Ok(None)
        }
        _ => tx.put_link(head.device, stored, now_ms).map(|()| None),
    }
}

/// Verifies the stored links that follow the head, up to the first that is missing, unsigned or broken. A link without a
/// signature may still be signed, so it stops the check and is no fault.
fn advance_head(tx: &Tx<'_>, head: &mut ChainHead, key: PublicKey) -> Result<(), StoreError> {
    let checked = Checked {
        begins: key,
        key: head.key,
        links: head.links,
        head: head.head,
        last: head.last.take(),
    };
    let mut checker = Checker::resume(checked, Expected::default());
    while let Some(next) = tx.link(head.device, checker.links())? {
        let line = Line::read(&next.line).map_err(|_| StoreError::Damaged {
            what: "evidence_link.line",
        })?;
        match checker.take(&line) {
            Ok(()) => {}
            Err(broken) if broken.fault == ChainFault::Unsigned => break,
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
        ..ChainHead::from_checked(head.device, checker.checked())
    };
    Ok(())
}

/// The state of a visit that its claims are compared with, read once for all of them.
struct VisitState {
    /// The hashes of the texts that the links in the visit attest.
    attested: HashSet<Digest>,
    /// The place of the visit's site.
    place: Option<SiteGeofence>,
}

impl VisitState {
    fn load(tx: &Tx<'_>, record: RecordId) -> Result<VisitState, StoreError> {
        // A visit may be absent: a parked change is kept outside of any record.
        let visit = fields_of(tx, record, Kind::Visit)?.unwrap_or_default();
        let site = match visit.id("site_id") {
            Some(site) => fields_of(tx, site, Kind::Site)?,
            None => None,
        };
        let carried = visit.members("link/").filter_map(|(_, value)| value.text());
        let carried = carried.filter_map(|text| Line::read(text).ok());
        Ok(VisitState {
            attested: carried.filter_map(|line| attested_by(&line)).collect(),
            place: site.as_ref().and_then(place_of),
        })
    }
}

/// The discrepancies between a check-in or check-out and its evidence, in the words of [`Finding::what`].
fn findings(visit: &VisitState, claim: &Claim) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut texts = claim.arrival.iter().chain(&claim.departure);
    if texts.any(|text| !is_attested(visit, claim, text)) {
        found.push("unattested");
    }
    let arrival: CheckIn = match claim.arrival.as_ref().map(|text| text.parse()) {
        None => return found,
        Some(Ok(arrival)) => arrival,
        // A later version wrote it, or no version did: nothing of it can be compared with the site.
        Some(Err(_)) => {
            found.push("not_judged");
            return found;
        }
    };
    if arrival
        .judged_again()
        .is_some_and(|ours| ours != arrival.assessment)
    {
        found.push("verdict_differs");
    }
    if visit
        .place
        .as_ref()
        .is_some_and(|place| place_differs(&arrival, place))
    {
        found.push("place_differs");
    }
    found
}

/// True if a link in the change or in the stored visit attests this text by its hash.
fn is_attested(visit: &VisitState, claim: &Claim, text: &str) -> bool {
    let hash = Digest::of(text.as_bytes());
    visit.attested.contains(&hash) || claim.links.iter().any(|line| attested_by(line) == Some(hash))
}

/// The hash of the text that a link attests; `None` if it attests none.
fn attested_by(line: &Line) -> Option<Digest> {
    let content = Link::read(&line.link)?.act.content()?;
    Some(content.1)
}

/// The fields of a stored record; `None` if there is no such record.
fn fields_of(tx: &Tx<'_>, id: RecordId, kind: Kind) -> Result<Option<Fields>, StoreError> {
    let Some(record) = tx.record(id)? else {
        return Ok(None);
    };
    let document = Document::load(&record.document).map_err(|_| StoreError::Damaged {
        what: "record.document",
    })?;
    Ok(Some(document.project(kind).fields))
}

/// True if a check-in was judged against another position or fence than the site's record has. The record may have been
/// corrected since; this finding tells a manager.
fn place_differs(arrival: &CheckIn, place: &SiteGeofence) -> bool {
    let claimed = arrival.site.clone().map(SiteGeofence::try_from);
    match claimed {
        Some(Ok(claimed)) => {
            claimed.fence != place.fence || distance(claimed.position, place.position).0 > SAME_PLACE_M
        }
        Some(Err(_)) => true,
        // The check-in repeats no site, because its fence was too long or it had none: judge against the record instead.
        None => arrival
            .judged_at(Some(place))
            .is_some_and(|ours| ours != arrival.assessment),
    }
}
