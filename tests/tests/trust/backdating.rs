//! A former owner with a kept copy and a clock that was set back changes nothing; what honestly comes late is taken, and shown.

use std::sync::Arc;

use fieldbook_core::book::{Book, SyncError};
use fieldbook_core::clock::{Clock, FixedClock};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::Role;
use fieldbook_model::wire::ProtocolError;
use fieldbook_server::admin;
use fieldbook_tests::world::{NINE, Wire, World};

use crate::company::shop;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Ada, with a phone whose clock is her own, has synced an account.
struct Story {
    world: World,
    own_clock: Arc<FixedClock>,
    ada: Book,
    wire: Wire,
    shop: RecordId,
}

fn story(seed: u64) -> Story {
    let world = World::new(seed);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    let own_clock = Arc::new(FixedClock::at(NINE));
    let code = world.code("Ada", Role::Rep);
    let (ada, wire) = (world.phone(own_clock.clone()), world.wire());
    ada.join("http://office", &code, "phone", &wire).unwrap();
    let shop = shop(&ada, "Corner shop").id;
    ada.sync_now(&wire, None).unwrap();
    Story {
        world,
        own_clock,
        ada,
        wire,
        shop,
    }
}

impl Story {
    fn pass(&self, ms: i64) {
        self.world.clock.advance(ms);
        self.own_clock.advance(ms);
    }

    fn hand_over(&self) {
        let now_ms = self.world.clock.now_ms();
        admin::hand_over(self.world.office(), &[self.shop], "South", now_ms).unwrap();
    }

    fn parked(&self) -> usize {
        admin::parked(self.world.office()).unwrap().len()
    }
}

#[test]
fn an_honest_edit_from_before_the_hand_over_is_taken_and_listed_as_late() {
    let story = story(90);
    story.pass(HOUR);
    story.ada.set_field(story.shop, "phone", "1").unwrap();
    story.pass(HOUR);
    story.hand_over();
    story.pass(HOUR);
    let report = story.ada.sync_now(&story.wire, None).unwrap();
    assert_eq!((report.accepted_late, report.refused.len()), (1, 0));
    let late = admin::late_edits(story.world.office()).unwrap();
    assert_eq!(late.len(), 1);
    assert_eq!((late[0].record, late[0].by.as_str()), (story.shop, "Ada"));
    assert_eq!(
        (late[0].at_ms, late[0].received_at_ms),
        (NINE + HOUR, NINE + 3 * HOUR)
    );
    assert_eq!(late[0].fields, ["phone"]);
}

#[test]
fn an_edit_on_a_kept_copy_under_a_clock_that_was_set_back_is_parked() {
    let story = story(91);
    story.pass(HOUR);
    story.hand_over();
    // The phone hears of it; the copy of its book does not.
    let file = story.world.folder().join("phone-0.db");
    let copy = story.world.folder().join("kept.db");
    drop(
        rusqlite::Connection::open(&file)
            .unwrap()
            .execute("VACUUM INTO ?1", [copy.to_str().unwrap()]),
    );
    story.pass(HOUR);
    story.ada.sync_now(&story.wire, None).unwrap();
    assert!(story.ada.record(story.shop).is_err(), "the account went");
    let kept = Book::open(story.world.options("kept.db", story.own_clock.clone())).unwrap();
    story.own_clock.set(NINE + 30 * 60_000);
    kept.set_field(story.shop, "phone", "forged").unwrap();
    story.own_clock.set(NINE + 3 * HOUR);
    story.world.clock.set(NINE + 3 * HOUR);
    let report = kept.sync_now(&story.wire, None).unwrap();
    assert_eq!((report.accepted_late, story.parked()), (0, 1), "{report:?}");
}

#[test]
fn what_comes_months_after_a_hand_over_is_parked() {
    let story = story(92);
    story.pass(HOUR);
    story.ada.set_field(story.shop, "phone", "1").unwrap();
    story.hand_over();
    story.pass(31 * DAY);
    let report = story.ada.sync_now(&story.wire, None).unwrap();
    assert_eq!((report.accepted_late, story.parked()), (0, 1));
}

#[test]
fn the_last_territory_is_taken_and_what_is_made_afterwards_belongs_nowhere() {
    let story = story(93);
    let office = story.world.office();
    story.pass(HOUR);
    let before = shop(&story.ada, "Made before").id;
    story.pass(HOUR);
    let user = admin::withdraw_territories(office, "Ada", NINE + 2 * HOUR).unwrap();
    assert!(user.territories.is_empty());
    story.pass(HOUR);
    let report = story.ada.sync_now(&story.wire, None).unwrap();
    assert_eq!(report.accepted_late, 1, "{report:?}");
    assert!(
        story.ada.record(before).is_err(),
        "the territory is gone from the phone"
    );
    story.pass(HOUR);
    shop(&story.ada, "Made after");
    let report = story.ada.sync_now(&story.wire, None).unwrap();
    assert_eq!(
        (report.accepted, report.refused.len(), story.parked()),
        (0, 1, 1),
        "{report:?}"
    );
}

#[test]
fn a_role_is_changed_and_the_phone_hears_of_it() {
    let story = story(94);
    let office = story.world.office();
    let user = admin::set_role(office, "Ada", Role::Manager, NINE).unwrap();
    assert_eq!(
        (user.role, &user.territories[..]),
        (Role::Manager, &["North".to_owned()][..])
    );
    story.ada.sync_now(&story.wire, None).unwrap();
    let status = crate::company::quick(&story.ada);
    assert_eq!(status.role, Some(Role::Manager));
}

#[test]
fn the_identities_of_one_device_are_capped() {
    let story = story(95);
    let file = story.world.folder().join("phone-0.db");
    drop(story.ada);
    let renew = "UPDATE setting SET value = randomblob(16) WHERE name = 'actor'";
    let mut told = Vec::new();
    for _ in 0..260 {
        assert_eq!(
            rusqlite::Connection::open(&file)
                .unwrap()
                .execute(renew, [])
                .unwrap(),
            1
        );
        let book = Book::open(story.world.options("phone-0.db", story.own_clock.clone())).unwrap();
        told.push(book.sync_now(&story.wire, None).err());
    }
    assert!(told[..250].iter().all(Option::is_none), "{told:?}");
    assert_eq!(told.last(), Some(&Some(SyncError::Refused(ProtocolError::Busy))));
}

#[test]
fn names_of_people_go_only_to_those_who_see_what_they_wrote() {
    let story = story(96);
    let (ben, ben_wire) = story.world.join_in("Ben", Role::Rep, &["South"]);
    shop(&ben, "Southern shop");
    ben.sync_now(&ben_wire, None).unwrap();
    let names = |n: u32| -> Vec<String> {
        let file = story.world.folder().join(format!("phone-{n}.db"));
        let connection = rusqlite::Connection::open(file).unwrap();
        let mut select = connection
            .prepare("SELECT DISTINCT name FROM person ORDER BY name")
            .unwrap();
        let found = select.query_map([], |row| row.get(0)).unwrap();
        found.collect::<Result<_, _>>().unwrap()
    };
    story.ada.sync_now(&story.wire, None).unwrap();
    assert_eq!(
        (names(0), names(1)),
        (vec!["Ada".to_owned()], vec!["Ben".to_owned()])
    );
    story.pass(HOUR);
    story.hand_over();
    ben.sync_now(&ben_wire, None).unwrap();
    assert_eq!(names(1), ["Ada", "Ben"], "he sees what she wrote");
}
