//! Push: the verdicts on changes and their effect.

use fieldbook_model::clock::{Clock as _, Stamp};
use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::doc::{Document, create};
use fieldbook_model::ids::{ActorId, TerritoryId};
use fieldbook_model::wire::{Blob, ChangeOutcome, ProtocolError, Push, SyncRequest, VERSION, pack};
use fieldbook_model::{Fields, Kind, Role, Scalar};
use fieldbook_server::{admin, service};

use crate::device::{Phone, World};

#[test]
fn what_one_phone_wrote_another_reads() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let mut bob = world.rep("Bob");
    let shop = ann.account(&world, "Corner shop");
    ann.edit(&world, shop, "phone", "1");
    ann.sync(&world);
    bob.sync(&world);
    assert_eq!(bob.text(shop, "phone").as_deref(), Some("1"));
    bob.edit(&world, shop, "phone", "2");
    ann.edit(&world, shop, "tier", "A");
    bob.sync(&world);
    ann.sync(&world);
    bob.sync(&world);
    for phone in [&ann, &bob] {
        assert_eq!(phone.text(shop, "phone").as_deref(), Some("2"));
        assert_eq!(phone.text(shop, "tier").as_deref(), Some("A"));
        phone.agrees_with(&world);
    }
    assert_eq!(ann.people.get(&bob.actor).map(String::as_str), Some("Bob"));
}

#[test]
fn a_request_sent_again_changes_nothing_and_hears_the_same() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Corner shop");
    ann.edit(&world, shop, "phone", "1");
    let request = ann.request();
    let first = ann.call(&world, &request).unwrap();
    let sum = world.sum(ann.home);
    let again = ann.call(&world, &request).unwrap();
    assert_eq!(again, first);
    assert_eq!(world.sum(ann.home), sum);
    ann.apply(&request, &again);
    ann.agrees_with(&world);
}

#[test]
fn what_a_phone_wrote_is_not_sent_back_to_it() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Corner shop");
    ann.sync(&world);
    ann.edit(&world, shop, "phone", "1");
    let request = SyncRequest {
        push_only: true,
        ..ann.request()
    };
    let response = ann.call(&world, &request).unwrap();
    assert!(response.scopes.is_empty());
    ann.apply(&request, &response);
    ann.sync(&world);
    assert_eq!(ann.received, 0);
    ann.agrees_with(&world);
}

#[test]
fn after_a_lost_answer_the_others_changes_still_come() {
    let world = World::new();
    let (mut ann, mut bob) = (world.rep("Ann"), world.rep("Bob"));
    let shop = ann.account(&world, "Corner shop");
    ann.sync(&world);
    bob.sync(&world);
    ann.edit(&world, shop, "phone", "1");
    ann.call(&world, &ann.request()).unwrap();
    bob.edit(&world, shop, "tier", "B");
    bob.sync(&world);
    ann.sync(&world);
    bob.sync(&world);
    assert_eq!(ann.text(shop, "tier").as_deref(), Some("B"));
    ann.agrees_with(&world);
    bob.agrees_with(&world);
}

#[test]
fn a_refused_change_blocks_no_other_record_and_its_dependents_go_with_it() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let good = ann.account(&world, "Corner shop");
    let bad = ann.add(&world, Kind::Account, &Fields::new().with("name", Scalar::Int(7)));
    ann.edit(&world, bad, "phone", "1");
    let request = ann.request();
    let response = ann.call(&world, &request).unwrap();
    let verdict = |id| &response.verdicts[request.push.iter().position(|p| p.id == id).unwrap()];
    assert!(verdict(good).changes.is_empty() && verdict(good).seq > 0);
    let refused = [Refusal::BadField, Refusal::MissingDependency].map(ChangeOutcome::Refused);
    assert_eq!(
        (verdict(bad).changes.as_slice(), verdict(bad).seq),
        (&refused[..], 0)
    );
}

#[test]
fn the_record_of_a_refused_change_comes_whole_in_the_same_answer() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Corner shop");
    ann.sync(&world);
    for push_only in [false, true] {
        ann.edit(&world, shop, "visit_every_days", "often");
        let request = SyncRequest {
            push_only,
            ..ann.request()
        };
        let response = ann.call(&world, &request).unwrap();
        let news: Vec<_> = response.scopes.iter().flat_map(|scope| &scope.records).collect();
        assert!(
            matches!(news.as_slice(), [record] if record.id == shop && record.whole),
            "{push_only}"
        );
        ann.apply(&request, &response);
        assert_eq!(
            *ann.verdicts.borrow(),
            [ChangeOutcome::Refused(Refusal::BadField)]
        );
        ann.sync(&world);
        ann.agrees_with(&world);
    }
}

#[test]
fn a_change_by_another_devices_actor_is_refused() {
    let world = World::new();
    let (mut ann, mut eve) = (world.rep("Ann"), world.rep("Eve"));
    let shop = ann.account(&world, "Corner shop");
    ann.sync(&world);
    eve.sync(&world);
    let own = std::mem::replace(&mut eve.actor, ann.actor);
    eve.edit(&world, shop, "phone", "666");
    assert_eq!(eve.call(&world, &eve.request()), Err(ProtocolError::ActorTaken));
    eve.actor = own;
    eve.sync(&world);
    assert_eq!(
        *eve.verdicts.borrow(),
        [ChangeOutcome::Refused(Refusal::ForeignActor)]
    );
    ann.sync(&world);
    assert_eq!(ann.text(shop, "phone"), None);
    eve.agrees_with(&world);
}

#[test]
fn a_new_actor_of_a_device_is_bound_when_first_seen_and_the_old_one_still_counts() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Corner shop");
    ann.actor = ActorId([9; 16]);
    ann.edit(&world, shop, "phone", "1");
    ann.sync(&world);
    assert_eq!(ann.text(shop, "phone").as_deref(), Some("1"));
    ann.agrees_with(&world);
    let mut bob = world.rep("Bob");
    bob.actor = ActorId([9; 16]);
    assert_eq!(bob.call(&world, &bob.request()), Err(ProtocolError::ActorTaken));
}

#[test]
fn a_contact_follows_its_account_even_when_that_comes_after_it() {
    let world = World::new();
    world.person("Max", Role::Manager, &["North", "South"]);
    world.person("Sue", Role::Rep, &["South"]);
    let (mut max, mut sue) = (world.phone("Max"), world.phone("Sue"));
    let shop = sue.account(&world, "Corner shop");
    sue.sync(&world);
    max.sync(&world);
    let contact = max.add(
        &world,
        Kind::Contact,
        &Fields::new()
            .with("name", "Jo")
            .with("account_id", Scalar::Id(shop)),
    );
    let here = max.account(&world, "Near shop");
    let orphan = max.add(
        &world,
        Kind::Note,
        &Fields::new()
            .with("text", "hm")
            .with("account_id", Scalar::Id(here)),
    );
    let mut request = max.request();
    request.push.sort_by_key(|push| std::cmp::Reverse(push.kind));
    let response = max.call(&world, &request).unwrap();
    max.apply(&request, &response);
    assert_eq!(max.records[&contact].territory, world.territory("South"));
    assert_eq!(max.records[&orphan].territory, world.territory("North"));
    sue.sync(&world);
    assert!(sue.records.contains_key(&contact) && !sue.records.contains_key(&orphan));
}

#[test]
fn a_contact_that_came_before_its_account_is_fetched_by_it() {
    let world = World::new();
    world.person("Max", Role::Manager, &["North", "South"]);
    let (mut ann, mut max) = (world.rep("Ann"), world.phone("Max"));
    let shop = ann.account(&world, "Corner shop");
    let later = ann.records.remove(&shop).unwrap();
    admin::move_user(&world.store, "Max", &["South", "North"], world.tick()).unwrap();
    let contact = max.add(
        &world,
        Kind::Contact,
        &Fields::new()
            .with("name", "Jo")
            .with("account_id", Scalar::Id(shop)),
    );
    max.sync(&world);
    assert_eq!(max.records[&contact].territory, world.territory("South"));
    admin::move_user(&world.store, "Ann", &["North", "South"], world.tick()).unwrap();
    ann.records.insert(shop, later);
    ann.sync(&world);
    max.sync(&world);
    assert_eq!(max.records[&contact].territory, world.territory("North"));
    max.agrees_with(&world);
}

#[test]
fn a_rep_may_not_add_a_field_for_the_company_and_a_manager_may() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    world.person("Max", Role::Manager, &["South"]);
    let mut max = world.phone("Max");
    let field = Fields::new()
        .with("name", "allergens")
        .with("on", "account")
        .with("type", "text");
    ann.add(&world, Kind::CustomField, &field);
    let request = ann.request();
    let refused = ann.call(&world, &request).unwrap();
    assert_eq!(
        refused.verdicts[0].changes,
        [ChangeOutcome::Refused(Refusal::Forbidden)]
    );
    ann.apply(&request, &refused);
    let id = max.add(
        &world,
        Kind::CustomField,
        &Fields::new().with("name", "allergens"),
    );
    max.sync(&world);
    assert_eq!(max.records[&id].territory, TerritoryId::COMPANY);
    ann.sync(&world);
    assert!(ann.records.contains_key(&id));
}

#[test]
fn a_record_of_a_territory_that_was_never_theirs_is_refused_and_not_spoken_of() {
    let world = World::new();
    world.person("Sue", Role::Rep, &["South"]);
    let (mut ann, mut sue) = (world.rep("Ann"), world.phone("Sue"));
    let shop = sue.account(&world, "Corner shop");
    sue.sync(&world);
    let spied = sue.records[&shop].clone();
    ann.records.insert(shop, spied);
    ann.edit(&world, shop, "phone", "666");
    let note = ann.add(
        &world,
        Kind::Note,
        &Fields::new()
            .with("text", "x")
            .with("account_id", Scalar::Id(shop)),
    );
    let request = ann.request();
    let response = ann.call(&world, &request).unwrap();
    for verdict in &response.verdicts {
        assert_eq!((verdict.seq, verdict.territory), (0, ann.home));
        assert_eq!(verdict.changes, [ChangeOutcome::Refused(Refusal::Forbidden)]);
    }
    ann.apply(&request, &response);
    assert!(!ann.records.contains_key(&shop) && !ann.records.contains_key(&note));
    sue.sync(&world);
    assert_eq!(sue.text(shop, "phone"), None);
}

#[test]
fn an_id_keeps_its_kind() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Corner shop");
    ann.sync(&world);
    ann.edit(&world, shop, "phone", "1");
    let mut request = ann.request();
    request.push[0].kind = Kind::Contact;
    let response = ann.call(&world, &request).unwrap();
    assert_eq!(
        response.verdicts[0].changes,
        [ChangeOutcome::Refused(Refusal::ForeignShape)]
    );
}

#[test]
fn many_edits_are_compacted_and_still_known() {
    let world = World::new();
    let (mut ann, mut bob) = (world.rep("Ann"), world.rep("Bob"));
    let shop = ann.account(&world, "Corner shop");
    ann.sync(&world);
    bob.sync(&world);
    let mut first = None;
    for n in 0..40 {
        ann.edit(&world, shop, "phone", &n.to_string());
        first.get_or_insert(ann.request());
        ann.sync(&world);
    }
    let stored = world.store.read().unwrap().record(shop).unwrap().unwrap();
    assert_eq!(stored.changes, 41);
    assert!(stored.uncompacted <= 16);
    let again = ann.call(&world, &first.unwrap()).unwrap();
    assert_eq!(
        (again.verdicts[0].seq, again.verdicts[0].changes.len()),
        (stored.header.seq, 0)
    );
    bob.sync(&world);
    assert_eq!(bob.text(shop, "phone").as_deref(), Some("39"));
    bob.agrees_with(&world);
}

#[test]
fn one_record_pushed_twice_in_a_request_is_refused_and_taken_when_it_comes_once() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Corner shop");
    ann.edit(&world, shop, "phone", "1");
    let once = ann.request();
    let mut request = once.clone();
    let second = Push {
        changes: vec![request.push[0].changes.pop().unwrap()],
        ..request.push[0].clone()
    };
    request.push.push(second);
    assert_eq!(ann.call(&world, &request), Err(ProtocolError::Malformed));
    assert!(
        world.store.read().unwrap().record(shop).unwrap().is_none(),
        "nothing of it is taken"
    );
    let response = ann.call(&world, &once).unwrap();
    assert!(response.verdicts.iter().all(|v| v.changes.is_empty()));
    assert_eq!(
        world.store.read().unwrap().record(shop).unwrap().unwrap().changes,
        2
    );
}

#[test]
fn a_record_too_large_for_an_answer_is_refused() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let note = ann.add(&world, Kind::Note, &Fields::new().with("text", "start"));
    for n in 0..12 {
        // Random letters, which hardly compress.
        let text: String = (0..60_000)
            .map(|_| char::from(b'a' + u8::try_from(world.random.below(26)).unwrap()))
            .collect();
        ann.edit(&world, note, "text", &format!("{n}{text}"));
        ann.sync(&world);
        ann.agrees_with(&world);
    }
    let stored = world.store.read().unwrap().record(note).unwrap().unwrap();
    assert!(stored.document.len() < 700_000);
}

#[test]
fn a_time_ahead_of_the_server_is_refused() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    ann.latest = Stamp::at_ms(world.clock.now_ms() + 6 * 60_000);
    ann.account(&world, "Tomorrow");
    let response = ann.call(&world, &ann.request()).unwrap();
    assert_eq!(
        response.verdicts[0].changes,
        [ChangeOutcome::Refused(Refusal::ClockAhead)]
    );
}

#[test]
fn garbage_is_no_request() {
    let world = World::new();
    let ann = world.rep("Ann");
    let call = |body: &[u8]| {
        let proof = world.proof(&ann.secret, Some(ann.device), body);
        let now_ms = world.clock.now_ms();
        service::sync(&world.store, ann.device, &proof, body, now_ms).map_err(|f| f.to_fault())
    };
    assert_eq!(call(b"nonsense"), Err(ProtocolError::Malformed));
    let good = pack(&ann.request());
    assert_eq!(call(&good[..good.len() - 1]), Err(ProtocolError::Malformed));
    assert_eq!(
        call(&pack(&SyncRequest {
            version: VERSION + 1,
            ..ann.request()
        })),
        Err(ProtocolError::Version)
    );
    let mut short_audit = ann.request();
    short_audit.scopes.push(fieldbook_model::wire::Scope {
        territory: ann.home,
        epoch: 1,
        cursor: 0,
        audit: Some(vec![0; 255]),
        settled: 0,
    });
    assert_eq!(call(&pack(&short_audit)), Err(ProtocolError::Malformed));
    let mut twice = ann.request();
    let push = Push {
        kind: Kind::Account,
        id: fieldbook_model::ids::RecordId([1; 16]),
        changes: Vec::new(),
        again: None,
    };
    twice.push = vec![push.clone(), push];
    assert_eq!(
        call(&pack(&twice)),
        Err(ProtocolError::Malformed),
        "a record comes once in a request"
    );
    let scope = short_audit.scopes.pop().unwrap();
    let scope = fieldbook_model::wire::Scope { audit: None, ..scope };
    let mut twice = ann.request();
    twice.scopes = vec![scope.clone(), scope];
    assert_eq!(
        call(&pack(&twice)),
        Err(ProtocolError::Malformed),
        "so does a territory"
    );
    assert_eq!(call(&vec![0; (1 << 20) + 1]), Err(ProtocolError::TooLarge));
    let body = pack(&ann.request());
    let proof = world.proof(&[1; 32], Some(ann.device), &body);
    let wrong = service::sync(&world.store, ann.device, &proof, &body, world.clock.now_ms());
    assert_eq!(wrong.map_err(|f| f.to_fault()), Err(ProtocolError::UnknownDevice));
}

#[test]
fn garbage_for_changes_is_refused_one_by_one() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Corner shop");
    let mut request = ann.request();
    let honest = request.push[0].changes[0].0.clone();
    let mut bent = honest.clone();
    *bent.last_mut().unwrap() ^= 1;
    let other = create(ann.actor, Stamp::at_ms(5), &Fields::new().with("name", "Other"));
    request.push[0].changes = [vec![], vec![1, 2, 3], bent, honest, other.bytes]
        .map(Blob)
        .to_vec();
    let response = ann.call(&world, &request).unwrap();
    let refused = ChangeOutcome::Refused;
    let expected = [
        refused(Refusal::Malformed),
        refused(Refusal::Malformed),
        refused(Refusal::HashMismatch),
        ChangeOutcome::Accepted,
        refused(Refusal::ActorFork),
    ];
    assert_eq!(response.verdicts[0].changes, expected);
    let stored = world.store.read().unwrap().record(shop).unwrap().unwrap();
    assert_eq!(Document::load(&stored.document).unwrap().history().len(), 1);
}

#[test]
fn a_revoked_device_is_told_so_and_nothing_is_taken() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Corner shop");
    admin::revoke_device(&world.store, ann.device, world.tick()).unwrap();
    assert_eq!(ann.call(&world, &ann.request()), Err(ProtocolError::Revoked));
    assert!(world.store.read().unwrap().record_header(shop).unwrap().is_none());
    let code = admin::issue_code(&world.store, "Ann", world.tick(), &world.random).unwrap();
    assert_eq!(ann.join(&world, &code.text).unwrap().device, ann.device);
    ann.sync(&world);
    ann.agrees_with(&world);
    let unknown = Phone::new(&world);
    assert_eq!(
        unknown.call(&world, &unknown.request()),
        Err(ProtocolError::UnknownDevice)
    );
}
