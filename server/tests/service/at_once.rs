//! Several devices sync at the same time.

use fieldbook_model::Role;
use fieldbook_model::wire::ChangeOutcome;

use crate::device::{Phone, World};

/// Edits the shared record and creates one of its own, twelve times.
fn work(world: &World, phone: &mut Phone, shop: fieldbook_model::ids::RecordId, field: &str) {
    for n in 0..12 {
        phone.edit(world, shop, field, &n.to_string());
        phone.account(world, field);
        phone.sync(world);
        assert!(
            phone
                .verdicts
                .borrow()
                .iter()
                .all(|verdict| *verdict == ChangeOutcome::Accepted)
        );
    }
}

#[test]
fn devices_that_write_one_record_at_once_lose_nothing() {
    let world = World::new();
    world.person("Ann", Role::Rep, &["North"]);
    let mut phones: Vec<Phone> = (0..3).map(|_| world.phone("Ann")).collect();
    let shop = phones[0].account(&world, "Shop");
    for phone in &mut phones {
        phone.sync(&world);
    }
    std::thread::scope(|scope| {
        for (phone, field) in phones.iter_mut().zip(["phone", "tier", "city"]) {
            let world = &world;
            scope.spawn(move || work(world, phone, shop, field));
        }
    });
    for phone in &mut phones {
        phone.sync(&world);
        phone.agrees_with(&world);
        assert_eq!(phone.records.len(), 1 + 3 * 12);
        for field in ["phone", "tier", "city"] {
            assert_eq!(phone.text(shop, field).as_deref(), Some("11"));
        }
    }
    let stored = world.store.read().unwrap().record(shop).unwrap().unwrap();
    assert_eq!(stored.changes, 1 + 3 * 12);
}
