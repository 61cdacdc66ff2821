//! Pull: deltas, pages and anti-entropy.

use fieldbook_model::clock::Random;
use fieldbook_model::ids::{RecordId, TerritoryId};
use fieldbook_model::wire::{PAGE_BYTES, ScopeDirective, bucket};
use fieldbook_model::{Fields, Kind, Role};
use fieldbook_server::admin;

use crate::device::World;

#[test]
fn five_thousand_records_come_in_pages() {
    let world = World::new();
    let (mut ann, mut bob) = (world.rep("Ann"), world.rep("Bob"));
    let remark = "r".repeat(600);
    for n in 0..5_000 {
        ann.add(
            &world,
            Kind::Account,
            &Fields::new()
                .with("name", format!("Shop {n}"))
                .with("remark", remark.as_str()),
        );
    }
    ann.sync(&world);
    assert_eq!(ann.received, 0, "it wrote them itself");
    let request = bob.request();
    let first = bob.call(&world, &request).unwrap();
    let news = first
        .scopes
        .iter()
        .find(|news| news.territory == bob.home)
        .unwrap();
    assert!(news.more && news.records.len() < 5_000 && news.sum == 0);
    let bytes: usize = news.records.iter().map(|r| r.document.len() + r.row.len()).sum();
    assert!((PAGE_BYTES / 2..PAGE_BYTES + 10_000).contains(&bytes));
    bob.sync(&world);
    assert_eq!(bob.received, 5_000, "each came once");
    ann.agrees_with(&world);
    bob.agrees_with(&world);
}

#[test]
fn a_record_edited_between_two_pages_still_comes_whole() {
    let world = World::new();
    let (mut ann, mut bob) = (world.rep("Ann"), world.rep("Bob"));
    let remark = "r".repeat(2_000);
    let shops: Vec<_> = (0..1_500)
        .map(|n| {
            ann.add(
                &world,
                Kind::Account,
                &Fields::new()
                    .with("name", format!("{n}"))
                    .with("remark", remark.as_str()),
            )
        })
        .collect();
    ann.sync(&world);
    let lowest = ann.records.iter().min_by_key(|(_, held)| held.seq);
    let moved = *lowest.unwrap().0;
    ann.edit(&world, moved, "tier", "A");
    ann.sync(&world);
    let request = bob.request();
    let response = bob.call(&world, &request).unwrap();
    bob.apply(&request, &response);
    assert!(
        !bob.records.contains_key(&moved),
        "its number is behind the first page now"
    );
    let coming = shops.iter().find(|id| !bob.records.contains_key(id)).unwrap();
    let here = shops.iter().find(|id| bob.records.contains_key(id)).unwrap();
    ann.edit(&world, *coming, "phone", "1");
    ann.edit(&world, *here, "phone", "2");
    ann.sync(&world);
    bob.sync(&world);
    assert_eq!(bob.text(*coming, "phone").as_deref(), Some("1"));
    assert_eq!(bob.text(*here, "phone").as_deref(), Some("2"));
    assert_eq!(bob.text(moved, "tier").as_deref(), Some("A"));
    assert_eq!(bob.audits, 0);
    bob.agrees_with(&world);
}

#[test]
fn only_the_changes_come_of_a_record_that_is_there() {
    let world = World::new();
    let (mut ann, mut bob) = (world.rep("Ann"), world.rep("Bob"));
    let remark = "letters and digits 0123456789 of a long remark".repeat(20);
    let shop = ann.add(
        &world,
        Kind::Account,
        &Fields::new().with("name", "Shop").with("remark", remark),
    );
    ann.sync(&world);
    bob.sync(&world);
    ann.edit(&world, shop, "phone", "1");
    ann.sync(&world);
    let response = bob.call(&world, &bob.request()).unwrap();
    let record = response
        .scopes
        .iter()
        .flat_map(|news| &news.records)
        .next()
        .unwrap();
    assert!(
        !record.whole && record.document.len() < 250,
        "{} bytes",
        record.document.len()
    );
    bob.sync(&world);
    bob.agrees_with(&world);
}

#[test]
fn a_manager_sees_two_territories_an_admin_all_a_rep_one() {
    let world = World::new();
    world.person("Max", Role::Manager, &["North", "South"]);
    world.person("Ada", Role::Admin, &[]);
    world.person("Sue", Role::Rep, &["South"]);
    let mut north = world.rep("Ann");
    let (mut max, mut ada, mut sue) = (world.phone("Max"), world.phone("Ada"), world.phone("Sue"));
    let (a, b) = (north.account(&world, "A"), sue.account(&world, "B"));
    for phone in [&mut north, &mut sue, &mut max, &mut ada] {
        phone.sync(&world);
        phone.agrees_with(&world);
    }
    let sees =
        |phone: &crate::device::Phone| (phone.records.contains_key(&a), phone.records.contains_key(&b));
    assert_eq!(
        [sees(&max), sees(&ada), sees(&north), sees(&sue)],
        [(true, true), (true, true), (true, false), (false, true)]
    );
    assert!(north.marks.contains_key(&TerritoryId::COMPANY));
}

#[test]
fn a_lost_territory_is_dropped_and_comes_back_whole() {
    let world = World::new();
    world.person("Max", Role::Manager, &["North", "South"]);
    let mut max = world.phone("Max");
    let own = max.account(&world, "Own shop");
    max.sync(&world);
    let north = world.territory("North");
    admin::move_user(&world.store, "Max", &["South"], world.tick()).unwrap();
    let response = max.call(&world, &max.request()).unwrap();
    assert!(
        response
            .scopes
            .iter()
            .any(|news| news.territory == north && news.order == ScopeDirective::Drop)
    );
    max.sync(&world);
    assert!(max.records.is_empty() && !max.marks.contains_key(&north));
    admin::move_user(&world.store, "Max", &["South", "North"], world.tick()).unwrap();
    max.sync(&world);
    assert_eq!(max.audits, 0);
    assert!(
        max.records.contains_key(&own),
        "its own writing too, for it was told to drop it"
    );
    max.agrees_with(&world);
}

#[test]
fn a_cursor_of_another_generation_starts_afresh() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Shop");
    ann.sync(&world);
    let home = ann.home;
    ann.marks.get_mut(&home).unwrap().epoch += 1;
    ann.sync(&world);
    assert_eq!(ann.audits, 0, "its own writing came too");
    ann.marks.get_mut(&home).unwrap().epoch += 1;
    let stale = ann.records.iter().next().map(|(_, held)| held.clone()).unwrap();
    let ghost = fieldbook_model::ids::RecordId([4; 16]);
    ann.records.insert(ghost, stale.clone());
    ann.sync(&world);
    assert!(ann.records.contains_key(&shop) && !ann.records.contains_key(&ghost));
    ann.agrees_with(&world);
    ann.marks.get_mut(&home).unwrap().cursor = 1_000;
    let response = ann.call(&world, &ann.request()).unwrap();
    assert!(
        response
            .scopes
            .iter()
            .any(|news| news.order == ScopeDirective::Restart),
        "a cursor that was never reached"
    );
    ann.records.insert(ghost, stale);
    ann.sync(&world);
    ann.agrees_with(&world);
}

#[test]
fn anti_entropy_repairs_missing_stale_and_surplus_records() {
    let world = World::new();
    let (mut ann, mut bob) = (world.rep("Ann"), world.rep("Bob"));
    let shops: Vec<_> = (0..50)
        .map(|n| ann.account(&world, &format!("Shop {n}")))
        .collect();
    ann.sync(&world);
    bob.sync(&world);
    let came = bob.received;
    bob.records.remove(&shops[3]);
    bob.records.get_mut(&shops[4]).unwrap().seq -= 1;
    let mut ghost = shops[5];
    ghost.0[15] = ghost.0[15].wrapping_add(101);
    let extra = bob.records[&shops[5]].clone();
    bob.records.insert(ghost, extra);
    bob.sync(&world);
    bob.agrees_with(&world);
    assert!(!bob.records.contains_key(&ghost));
    assert!(
        bob.received > came && bob.received - came < 10,
        "only what differed came: {}",
        bob.received - came
    );
}

#[test]
fn during_anti_entropy_records_come_whole_and_new_records_are_no_difference() {
    let world = World::new();
    let (mut ann, mut bob) = (world.rep("Ann"), world.rep("Bob"));
    let remark = "a remark that is longer than a change ".repeat(20);
    let fields = Fields::new().with("name", "Shop").with("remark", remark);
    let shops: Vec<_> = (0..50).map(|_| ann.add(&world, Kind::Account, &fields)).collect();
    ann.sync(&world);
    bob.sync(&world);
    for lost in [3, 4] {
        bob.records.remove(&shops[lost]);
    }
    let request = bob.request();
    let response = bob.call(&world, &request).unwrap();
    bob.apply(&request, &response);
    assert!(bob.marks[&bob.home].differs);
    for shop in &shops[4..8] {
        ann.edit(&world, *shop, "phone", "1");
    }
    for _ in 0..9 {
        ann.add(&world, Kind::Account, &fields);
    }
    ann.sync(&world);
    let response = bob.call(&world, &bob.request()).unwrap();
    let news: Vec<_> = response.scopes.iter().flat_map(|scope| &scope.records).collect();
    assert!(news.iter().all(|record| record.whole));
    assert!(
        [3, 4]
            .iter()
            .all(|lost| news.iter().any(|record| record.id == shops[*lost]))
    );
    let audited: Vec<_> = response.scopes.iter().flat_map(|scope| &scope.audited).collect();
    let touched: Vec<_> = shops[3..8].iter().map(|id| bucket(*id)).collect();
    assert!(
        audited.iter().all(|bucket| touched.contains(bucket)),
        "{audited:?} of {touched:?}"
    );
    bob.edit(&world, shops[20], "phone", "2");
    bob.sync(&world);
    bob.agrees_with(&world);
}

#[test]
fn records_that_hardly_compress_come_in_smaller_pages() {
    let world = World::new();
    let (mut ann, mut bob) = (world.rep("Ann"), world.rep("Bob"));
    for n in 0..40 {
        let noise = |length: usize| -> String {
            (0..length)
                .map(|_| char::from_u32(0x4e00 + u32::try_from(world.random.below(20_000)).unwrap()).unwrap())
                .collect()
        };
        ann.add(
            &world,
            Kind::Note,
            &Fields::new().with("text", format!("{n}{}", noise(20_000))),
        );
        if n % 5 == 4 {
            ann.sync(&world);
        }
    }
    bob.sync(&world);
    bob.agrees_with(&world);
    assert_eq!(bob.records.len(), 40);
}

#[test]
fn nothing_new_is_said_in_few_bytes_and_writes_nothing() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    ann.account(&world, "Shop");
    ann.sync(&world);
    let wal = world.dir.path().join("fieldbook.db-wal");
    let before = std::fs::metadata(&wal).unwrap().len();
    let response = ann.call(&world, &ann.request()).unwrap();
    assert!(fieldbook_model::wire::pack(&response).len() < 250);
    assert_eq!(std::fs::metadata(&wal).unwrap().len(), before);
}

#[test]
fn hand_overs_of_many_territories_come_in_pages() {
    const TERRITORIES: usize = 24;
    const DEPARTURES: usize = 5_000;
    let world = World::new();
    let names: Vec<_> = (0..TERRITORIES).map(|n| format!("Area {n}")).collect();
    for name in &names {
        admin::add_territory(&world.store, name, &world.random).unwrap();
    }
    world.person("Zoe", Role::Admin, &[]);
    let mut zoe = world.phone("Zoe");
    let tx = world.store.write().unwrap();
    for name in &names {
        let mut territory = tx.territory_named(name).unwrap().unwrap();
        for _ in 0..DEPARTURES {
            let mut id = [0; 16];
            world.random.fill(&mut id);
            let seq = territory.next_seq();
            tx.put_departure(territory.id, RecordId(id), seq, 0).unwrap();
        }
        tx.put_counter(&territory).unwrap();
    }
    tx.commit().unwrap();
    // The ids alone are more than one answer may have, and nothing compresses them.
    let first = zoe.call(&world, &zoe.request()).unwrap();
    let gone: usize = first.scopes.iter().map(|news| news.gone.len()).sum();
    assert!((DEPARTURES..TERRITORIES * DEPARTURES).contains(&gone), "{gone}");
    assert!(first.scopes.iter().any(|news| news.more));
    zoe.sync(&world);
    zoe.agrees_with(&world);
}
