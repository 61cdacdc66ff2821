//! What waits for a decision: read, applied, discarded, whole or field by field, and told to its author.

use fieldbook_core::book::{Book, WhyKept};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Role};
use fieldbook_server::admin::{self, AdminError, Decision};
use fieldbook_tests::world::{NINE, Wire, World};

use crate::company::shop;

/// Ada's account was handed over to Ben's territory, and she has edited it since.
struct HandedOver {
    world: World,
    ada: (Book, Wire),
    ben: (Book, Wire),
    shop: RecordId,
}

fn handed_over(seed: u64) -> HandedOver {
    let world = World::new(seed);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    let ada = world.join("Ada", Role::Rep);
    let ben = world.join_in("Ben", Role::Rep, &["South"]);
    let shop = shop(&ada.0, "Corner shop").id;
    ada.0.sync_now(&ada.1, None).unwrap();
    world.clock.advance(60_000);
    admin::hand_over(world.office(), &[shop], "South", NINE + 60_000).unwrap();
    world.clock.advance(60_000);
    let patch = Fields::new().with("phone", "111").with("email", "a@example.com");
    ada.0.set(shop, &patch).unwrap();
    ada.0.sync_now(&ada.1, None).unwrap();
    ben.0.sync_now(&ben.1, None).unwrap();
    HandedOver {
        world,
        ada,
        ben,
        shop,
    }
}

impl HandedOver {
    fn settle(&self, field: Option<&str>, decision: Decision) -> Result<admin::ParkedEdit, AdminError> {
        let office = self.world.office();
        let id = admin::parked(office).unwrap().remove(0).id;
        let random = self.world.random.as_ref();
        admin::settle_parked(office, &id[..8], field, decision, NINE + 180_000, random)
    }

    /// A field as Ben sees it after a sync.
    fn seen_by_ben(&self, field: &str) -> Option<String> {
        self.ben.0.sync_now(&self.ben.1, None).unwrap();
        let record = self.ben.0.record(self.shop).unwrap();
        record.fields.text(field).map(str::to_owned)
    }

    /// What Ada is told about her edit after a sync.
    fn told_to_ada(&self) -> WhyKept {
        self.ada.0.sync_now(&self.ada.1, None).unwrap();
        self.ada.0.refused(10).unwrap().remove(0).why
    }
}

#[test]
fn what_waits_is_read_with_author_fields_and_for_whom() {
    let story = handed_over(80);
    let waiting = admin::parked(story.world.office()).unwrap();
    assert_eq!(waiting.len(), 1);
    let edit = &waiting[0];
    assert_eq!((edit.by.as_str(), edit.record), ("Ada", story.shop));
    assert_eq!(
        (edit.territory.as_deref(), &edit.waits_for[..]),
        (Some("South"), &["Ben".to_owned()][..])
    );
    let fields: Vec<_> = edit.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["email", "phone"]);
    assert!(edit.fields.iter().all(|field| field.shown.is_none()));
}

#[test]
fn what_is_applied_is_an_edit_of_its_author_and_the_author_is_told() {
    let story = handed_over(81);
    assert_eq!(story.told_to_ada(), WhyKept::Parked);
    story.settle(None, Decision::Apply).unwrap();
    assert_eq!(story.seen_by_ben("phone").as_deref(), Some("111"));
    assert_eq!(story.seen_by_ben("email").as_deref(), Some("a@example.com"));
    let history = story.ben.0.history(story.shop).unwrap();
    assert!(history.iter().all(|edit| edit.by == "Ada"), "{history:?}");
    assert_eq!(story.told_to_ada(), WhyKept::Applied);
    assert!(admin::parked(story.world.office()).unwrap().is_empty());
    // It is told as often as it is asked.
    assert_eq!(story.told_to_ada(), WhyKept::Applied);
}

#[test]
fn what_is_discarded_changes_nothing_and_the_author_is_told() {
    let story = handed_over(82);
    story.settle(None, Decision::Discard).unwrap();
    assert_eq!(story.seen_by_ben("phone"), None);
    assert_eq!(story.told_to_ada(), WhyKept::Discarded);
}

#[test]
fn fields_are_decided_one_by_one() {
    let story = handed_over(83);
    assert!(matches!(
        story.settle(Some("tier"), Decision::Apply),
        Err(AdminError::NoParkedField { .. })
    ));
    story.settle(Some("phone"), Decision::Apply).unwrap();
    assert_eq!(story.told_to_ada(), WhyKept::Parked, "a field waits still");
    let left = admin::parked(story.world.office()).unwrap().remove(0).fields;
    assert_eq!((left.len(), left[0].field.as_str()), (1, "email"));
    story.settle(None, Decision::Discard).unwrap();
    assert_eq!(story.seen_by_ben("phone").as_deref(), Some("111"));
    assert_eq!(story.seen_by_ben("email"), None);
    assert_eq!(story.told_to_ada(), WhyKept::Partly);
    let office = story.world.office();
    let again = admin::settle_parked(
        office,
        "00000000",
        None,
        Decision::Apply,
        NINE,
        story.world.random.as_ref(),
    );
    assert!(matches!(again, Err(AdminError::NoParked { .. })));
}
