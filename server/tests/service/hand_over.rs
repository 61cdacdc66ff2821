//! Hand-overs: records that move to another territory.

use fieldbook_model::wire::ChangeOutcome;
use fieldbook_model::{Fields, Kind, Role, Scalar};
use fieldbook_server::admin;
use fieldbook_server::admin::AdminError;

use crate::device::{Phone, World};

fn north_and_south() -> (World, Phone, Phone) {
    let world = World::new();
    let ann = world.rep("Ann");
    world.person("Sue", Role::Rep, &["South"]);
    let sue = world.phone("Sue");
    (world, ann, sue)
}

#[test]
fn an_account_is_handed_over_with_all_that_belongs_to_it() {
    let (world, mut ann, mut sue) = north_and_south();
    let shop = ann.account(&world, "Shop");
    let stays = ann.account(&world, "Other shop");
    let of_shop = |fields: Fields| fields.with("account_id", Scalar::Id(shop));
    let note = ann.add(
        &world,
        Kind::Note,
        &of_shop(Fields::new().with("text", "ring twice")),
    );
    let visit = ann.add(
        &world,
        Kind::Visit,
        &of_shop(Fields::new().with("purpose", "hello")),
    );
    ann.sync(&world);
    sue.sync(&world);
    let done = admin::hand_over(&world.store, &[shop], "South", world.tick()).unwrap();
    assert_eq!((done.accounts, done.records), (1, 3));
    ann.sync(&world);
    sue.sync(&world);
    assert_eq!(ann.records.keys().collect::<Vec<_>>(), [&stays]);
    assert_eq!(sue.records.len(), 3);
    assert!([shop, note, visit].iter().all(|id| sue.records.contains_key(id)));
    ann.agrees_with(&world);
    sue.agrees_with(&world);
    let again = admin::hand_over(&world.store, &[shop], "South", world.tick()).unwrap();
    assert_eq!((again.accounts, again.records), (0, 0));
}

#[test]
fn an_edit_made_before_the_hand_over_is_taken_late_and_one_made_after_it_is_parked() {
    let (world, mut ann, mut sue) = north_and_south();
    let shop = ann.account(&world, "Shop");
    ann.sync(&world);
    world.tick();
    ann.edit(&world, shop, "phone", "before");
    admin::hand_over(&world.store, &[shop], "South", world.tick()).unwrap();
    world.tick();
    ann.edit(&world, shop, "tier", "after");
    ann.edit(&world, shop, "industry", "after that");
    let before_note = ann.add(
        &world,
        Kind::Note,
        &Fields::new()
            .with("text", "new")
            .with("account_id", Scalar::Id(shop)),
    );
    let request = ann.request();
    let response = ann.call(&world, &request).unwrap();
    let of = |id| &response.verdicts[request.push.iter().position(|p| p.id == id).unwrap()];
    assert_eq!(
        of(shop).changes,
        [
            ChangeOutcome::AcceptedLate,
            ChangeOutcome::Parked,
            ChangeOutcome::Parked
        ]
    );
    assert_eq!(of(shop).territory, world.territory("South"));
    assert_eq!(of(before_note).changes, [ChangeOutcome::Parked]);
    let again = ann.call(&world, &request).unwrap();
    assert_eq!(again.verdicts, response.verdicts);
    assert_eq!(world.store.read().unwrap().parked_count(shop).unwrap(), 2);
    ann.apply(&request, &response);
    ann.sync(&world);
    assert!(ann.records.is_empty());
    sue.sync(&world);
    assert_eq!(sue.text(shop, "phone").as_deref(), Some("before"));
    assert_eq!(sue.text(shop, "tier"), None);
    ann.agrees_with(&world);
    sue.agrees_with(&world);
}

#[test]
fn a_note_made_before_the_hand_over_of_its_account_goes_with_it() {
    let (world, mut ann, mut sue) = north_and_south();
    let shop = ann.account(&world, "Shop");
    ann.sync(&world);
    world.tick();
    let note = ann.add(
        &world,
        Kind::Note,
        &Fields::new()
            .with("text", "new")
            .with("account_id", Scalar::Id(shop)),
    );
    admin::hand_over(&world.store, &[shop], "South", world.tick()).unwrap();
    let request = ann.request();
    let response = ann.call(&world, &request).unwrap();
    assert_eq!(response.verdicts[0].changes, [ChangeOutcome::AcceptedLate]);
    assert_eq!(ann.call(&world, &request).unwrap().verdicts, response.verdicts);
    ann.apply(&request, &response);
    ann.sync(&world);
    sue.sync(&world);
    assert!(sue.records.contains_key(&note));
    sue.agrees_with(&world);
}

#[test]
fn an_edit_that_was_taken_before_the_hand_over_hears_the_same_after_it() {
    let (world, mut ann, _) = north_and_south();
    let shop = ann.account(&world, "Shop");
    ann.sync(&world);
    ann.edit(&world, shop, "phone", "1");
    let request = ann.request();
    let first = ann.call(&world, &request).unwrap();
    admin::hand_over(&world.store, &[shop], "South", world.tick()).unwrap();
    let again = ann.call(&world, &request).unwrap();
    assert_eq!(again.verdicts[0].changes, first.verdicts[0].changes);
    ann.apply(&request, &again);
    ann.sync(&world);
    ann.agrees_with(&world);
}

#[test]
fn an_account_that_comes_back_is_not_gone() {
    let (world, mut ann, mut sue) = north_and_south();
    let shop = ann.account(&world, "Shop");
    ann.sync(&world);
    admin::hand_over(&world.store, &[shop], "South", world.tick()).unwrap();
    sue.sync(&world);
    sue.edit(&world, shop, "phone", "1");
    sue.sync(&world);
    admin::hand_over(&world.store, &[shop], "North", world.tick()).unwrap();
    ann.sync(&world);
    sue.sync(&world);
    assert_eq!(ann.text(shop, "phone").as_deref(), Some("1"));
    assert!(sue.records.is_empty());
    ann.agrees_with(&world);
    sue.agrees_with(&world);
}

#[test]
fn a_manager_of_both_territories_keeps_what_is_handed_over() {
    let (world, mut ann, _) = north_and_south();
    world.person("Max", Role::Manager, &["North", "South"]);
    let mut max = world.phone("Max");
    let shop = ann.account(&world, "Shop");
    ann.sync(&world);
    max.sync(&world);
    max.edit(&world, shop, "phone", "1");
    admin::hand_over(&world.store, &[shop], "South", world.tick()).unwrap();
    max.sync(&world);
    assert_eq!(max.records[&shop].territory, world.territory("South"));
    assert_eq!(max.text(shop, "phone").as_deref(), Some("1"));
    max.agrees_with(&world);
}

#[test]
fn an_edit_of_a_person_who_left_the_territory_is_judged_by_when_they_left() {
    let (world, mut ann, _) = north_and_south();
    let shop = ann.account(&world, "Shop");
    ann.sync(&world);
    world.tick();
    ann.edit(&world, shop, "phone", "before");
    admin::move_user(&world.store, "Ann", &["South"], world.tick()).unwrap();
    ann.edit(&world, shop, "phone", "after");
    let response = ann.call(&world, &ann.request()).unwrap();
    assert_eq!(
        response.verdicts[0].changes,
        [ChangeOutcome::AcceptedLate, ChangeOutcome::Parked]
    );
}

#[test]
fn what_is_not_there_cannot_be_handed_over() {
    let (world, mut ann, _) = north_and_south();
    let shop = ann.account(&world, "Shop");
    let note = ann.add(&world, Kind::Note, &Fields::new().with("text", "x"));
    ann.sync(&world);
    let hand_over = |ids: &[_], to| admin::hand_over(&world.store, ids, to, world.tick());
    assert!(matches!(hand_over(&[shop, note], "South"), Err(AdminError::NoAccount { id }) if id == note));
    assert!(matches!(
        hand_over(&[shop], "West"),
        Err(AdminError::NoTerritory { .. })
    ));
    assert!(matches!(
        hand_over(&[shop], "Company"),
        Err(AdminError::ToCompany)
    ));
    ann.sync(&world);
    assert!(ann.records.contains_key(&shop), "all or none");
}

#[test]
fn a_parked_edit_that_is_sent_again_after_the_account_came_back_is_taken() {
    let (world, mut ann, _) = north_and_south();
    let shop = ann.account(&world, "Shop");
    ann.sync(&world);
    admin::hand_over(&world.store, &[shop], "South", world.tick()).unwrap();
    ann.edit(&world, shop, "phone", "1");
    let request = ann.request();
    let parked = ann.call(&world, &request).unwrap();
    assert_eq!(parked.verdicts[0].changes, [ChangeOutcome::Parked]);
    admin::hand_over(&world.store, &[shop], "North", world.tick()).unwrap();
    ann.edit(&world, shop, "phone", "2");
    ann.sync(&world);
    assert_eq!(ann.text(shop, "phone").as_deref(), Some("2"));
    assert_eq!(world.store.read().unwrap().parked_count(shop).unwrap(), 0);
    ann.agrees_with(&world);
}

#[test]
fn after_a_hand_over_only_the_new_changes_come() {
    let (world, mut ann, mut sue) = north_and_south();
    world.person("Max", Role::Manager, &["South", "North"]);
    let mut max = world.phone("Max");
    let shop = ann.account(&world, "Shop");
    for n in 0..10 {
        ann.edit(&world, shop, "phone", &n.to_string());
        ann.sync(&world);
    }
    admin::hand_over(&world.store, &[shop], "South", world.tick()).unwrap();
    sue.sync(&world);
    max.sync(&world);
    max.edit(&world, shop, "tier", "A");
    max.sync(&world);
    let response = sue.call(&world, &sue.request()).unwrap();
    let news: Vec<_> = response.scopes.iter().flat_map(|scope| &scope.records).collect();
    assert!(matches!(news.as_slice(), [record] if !record.whole && record.document.len() < 200));
}
