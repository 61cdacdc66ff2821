//! The server checks every link and judges every check-in again. A dishonest phone is found out; no change is refused.

use fieldbook_location::{FenceShape, RawFix, RawSite, SiteGeofence, Verdict};
use fieldbook_model::evidence::{
    Act, Digest, FORMAT, Line, Link, PublicKey, Readings, TrustedTime, genesis, sign,
};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{CheckIn, Fields, Kind, Scalar, assess};
use fieldbook_server::admin::{self, Chain};

use crate::device::{Phone, World};

const NINE: i64 = 1_795_510_800_000;

/// A phone with a chain of evidence, honest unless a test makes it lie.
struct Rep {
    phone: Phone,
    n: u64,
    head: Digest,
    last: Option<TrustedTime>,
}

fn at_the_door() -> RawFix {
    RawFix {
        at: "2026-11-24T09:00:00Z".into(),
        lat: 52.627,
        lon: 1.293,
        accuracy_m: 10.0,
        ..RawFix::default()
    }
}

fn arrival(fix: RawFix) -> CheckIn {
    let site = RawSite {
        lat: 52.627,
        lon: 1.293,
        fence: FenceShape::Circle(150.0),
    };
    let place = SiteGeofence::try_from(site.clone()).unwrap();
    CheckIn {
        at_ms: NINE,
        time_given: false,
        assessment: assess(Some(&place), &[fix.clone().try_into().unwrap()], NINE),
        fixes: vec![fix],
        judged_at_ms: None,
        site: Some(site),
        moment: None,
        make_up: None,
    }
}

impl Rep {
    fn new(world: &World) -> Rep {
        let phone = world.rep("Ada");
        let head = genesis(&PublicKey(phone.key()));
        Rep {
            phone,
            n: 0,
            head,
            last: None,
        }
    }

    /// The key and value of the field that carries the next link.
    fn link(&mut self, visit: RecordId, text: &str) -> (String, String) {
        let time = TrustedTime::from_readings(&Readings {
            wall_ms: NINE,
            before: self.last.clone(),
            ..Readings::default()
        });
        let link = Link {
            v: FORMAT,
            n: self.n,
            prev: self.head,
            act: Act::CheckIn {
                visit,
                sha256: Digest::of(text.as_bytes()),
            },
            time,
        };
        let text = link.to_text();
        (self.n, self.head, self.last) = (self.n + 1, Link::hash(&text), Some(link.time));
        let signature = Some(sign(&self.phone.secret, &text));
        let line = Line {
            link: text,
            signature,
            content: None,
        };
        (format!("link/{:010}", link.n), line.to_text())
    }

    /// A visit with the fields that `fields_of` gives it.
    fn visit(
        &mut self,
        world: &World,
        account: RecordId,
        fields_of: impl FnOnce(&mut Rep, RecordId) -> Fields,
    ) -> RecordId {
        let fields = Fields::new().with("account_id", Scalar::Id(account));
        let visit = self.phone.add(world, Kind::Visit, &fields);
        for (key, value) in fields_of(self, visit).0 {
            self.phone.edit(world, visit, &key, value.text().unwrap());
        }
        visit
    }

    fn honest(&mut self, world: &World, account: RecordId) -> RecordId {
        self.visit(world, account, |rep, visit| {
            let text = arrival(at_the_door()).to_text();
            let (key, line) = rep.link(visit, &text);
            Fields::new().with("check_in", text).with(&key, line)
        })
    }
}

fn chain(world: &World) -> Chain {
    let mut chains = admin::chains(&world.store).unwrap();
    assert_eq!(chains.len(), 1);
    chains.remove(0)
}

fn findings(world: &World) -> Vec<String> {
    let found = admin::findings(&world.store).unwrap();
    found.into_iter().map(|finding| finding.what).collect()
}

fn broken(world: &World) -> Option<(u64, String)> {
    chain(world).broken
}

#[test]
fn an_honest_chain_holds_in_whatever_order_it_comes() {
    let world = World::new();
    let mut rep = Rep::new(&world);
    let account = rep.phone.account(&world, "Shop");
    let first = rep.honest(&world, account);
    rep.honest(&world, account);
    // The first visit is held back: the second one's link has nothing to follow yet.
    let held = rep.phone.records.remove(&first).unwrap();
    rep.phone.sync(&world);
    assert_eq!((chain(&world).links, broken(&world)), (0, None));
    rep.phone.records.insert(first, held);
    rep.phone.sync(&world);
    let known = chain(&world);
    assert_eq!((known.links, known.head, known.broken), (2, rep.head, None));
    assert_eq!(findings(&world), Vec::<String>::new());
}

#[test]
fn a_verdict_that_its_evidence_does_not_give_is_found() {
    let world = World::new();
    let mut rep = Rep::new(&world);
    let account = rep.phone.account(&world, "Shop");
    rep.visit(&world, account, |rep, visit| {
        let mut claim = arrival(RawFix {
            lat: 52.7,
            ..at_the_door()
        });
        assert_eq!(claim.assessment.verdict, Verdict::OffSite);
        claim.assessment = arrival(at_the_door()).assessment;
        let text = claim.to_text();
        let (key, line) = rep.link(visit, &text);
        Fields::new().with("check_in", text).with(&key, line)
    });
    rep.phone.sync(&world);
    assert_eq!(findings(&world), ["verdict_differs"]);
    assert_eq!(broken(&world), None);
}

#[test]
fn an_arrival_without_a_link_or_against_another_place_is_found() {
    let world = World::new();
    let mut rep = Rep::new(&world);
    let account = rep.phone.account(&world, "Shop");
    let elsewhere = Fields::new()
        .with("account_id", Scalar::Id(account))
        .with("position", "52.7000000,1.2930000");
    let site = rep.phone.add(&world, Kind::Site, &elsewhere);
    let fields = Fields::new()
        .with("account_id", Scalar::Id(account))
        .with("site_id", Scalar::Id(site));
    let visit = rep.phone.add(&world, Kind::Visit, &fields);
    rep.phone
        .edit(&world, visit, "check_in", &arrival(at_the_door()).to_text());
    rep.phone.sync(&world);
    assert_eq!(findings(&world), ["place_differs", "unattested"]);
}

#[test]
fn a_link_rewritten_cut_or_borrowed_is_seen_by_who_saw_the_first() {
    let world = World::new();
    let mut rep = Rep::new(&world);
    let account = rep.phone.account(&world, "Shop");
    rep.honest(&world, account);
    let (n, head, last) = (rep.n, rep.head, rep.last.clone());
    rep.honest(&world, account);
    rep.phone.sync(&world);
    let seen = chain(&world);
    // The phone goes back to before the second visit and lives the day again.
    (rep.n, rep.head, rep.last) = (n, head, last);
    rep.honest(&world, account);
    rep.phone.sync(&world);
    let known = chain(&world);
    assert_eq!(known.broken, Some((1, "rewritten".to_owned())));
    assert_eq!(
        (known.links, known.head),
        (seen.links, seen.head),
        "what was seen stays seen"
    );
}

#[test]
fn a_link_of_another_visit_is_seen() {
    let world = World::new();
    let mut rep = Rep::new(&world);
    let account = rep.phone.account(&world, "Shop");
    let first = rep.honest(&world, account);
    let text = arrival(at_the_door()).to_text();
    // The link is about the first visit and comes with the second.
    rep.visit(&world, account, |rep, _| {
        let (key, line) = rep.link(first, &text);
        Fields::new().with("check_in", text.as_str()).with(&key, line)
    });
    rep.phone.sync(&world);
    assert_eq!(broken(&world), Some((1, "other_visit".to_owned())));
}

#[test]
fn a_link_under_another_key_breaks_and_garbage_is_no_field_at_all() {
    let world = World::new();
    let mut rep = Rep::new(&world);
    let account = rep.phone.account(&world, "Shop");
    rep.honest(&world, account);
    let secret = std::mem::replace(&mut rep.phone.secret, [9; 32]);
    rep.honest(&world, account);
    rep.phone.secret = secret;
    rep.phone.sync(&world);
    assert_eq!(broken(&world), Some((1, "bad_signature".to_owned())));
    let visit = rep.visit(&world, account, |_, _| Fields::new().with("link/1", "garbage"));
    let request = rep.phone.request();
    let response = rep.phone.call(&world, &request).unwrap();
    let at = request.push.iter().position(|push| push.id == visit).unwrap();
    assert!(matches!(
        response.verdicts[at].changes.as_slice(),
        [_, fieldbook_model::wire::ChangeOutcome::Refused(_)]
    ));
}

#[test]
fn an_arrival_in_words_of_a_later_version_is_taken_and_carried() {
    let world = World::new();
    let mut rep = Rep::new(&world);
    let account = rep.phone.account(&world, "Shop");
    let texts = [
        arrival(at_the_door())
            .to_text()
            .replace("inside_fence", "seen_by_camera"),
        r#"{"at_ms":1795510800000,"assessment":"by a drone"}"#.to_owned(),
    ];
    for text in texts {
        rep.visit(&world, account, |rep, visit| {
            let (key, line) = rep.link(visit, &text);
            Fields::new().with("check_in", text.as_str()).with(&key, line)
        });
    }
    let request = rep.phone.request();
    let response = rep.phone.call(&world, &request).unwrap();
    for verdict in &response.verdicts {
        assert!(verdict.changes.is_empty(), "all accepted: {:?}", verdict.changes);
    }
    let mut found = findings(&world);
    found.sort();
    assert_eq!(found, ["not_judged", "verdict_differs"]);
}

#[test]
fn another_rep_on_a_visit_that_somebody_else_attested_is_found() {
    let world = World::new();
    let mut rep = Rep::new(&world);
    let account = rep.phone.account(&world, "Shop");
    let visit = rep.honest(&world, account);
    rep.phone.edit(&world, visit, "rep", "Ada");
    rep.phone.sync(&world);
    assert_eq!(
        findings(&world),
        Vec::<String>::new(),
        "her own name on her own visit"
    );
    let mut other = world.rep("Ben");
    other.sync(&world);
    other.edit(&world, visit, "rep", "Ben");
    other.sync(&world);
    assert_eq!(findings(&world), ["rep_changed"]);
}
