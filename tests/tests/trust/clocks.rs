//! A clock that was wrong once, of a phone or of the server, locks nothing afterwards, and each edit counts by when it was made.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fieldbook_core::book::{Book, Checkup, OpenOptions};
use fieldbook_core::clock::{Clock, FixedClock, Monotonic};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::Role;
use fieldbook_tests::world::{NINE, Wire, World};
use proptest::prelude::*;

use crate::company::{contents, shop};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The clock of a phone: true time and an error that somebody sets. Its monotonic clock, if it has one, cannot be set.
struct PhoneClock {
    truth: Arc<FixedClock>,
    error_ms: AtomicI64,
    has_monotonic: bool,
}

impl Clock for PhoneClock {
    fn now_ms(&self) -> i64 {
        self.truth.now_ms() + self.error_ms.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Option<Monotonic> {
        self.has_monotonic.then(|| Monotonic {
            ms: self.truth.now_ms() - NINE + HOUR,
            boot: "one".to_owned(),
        })
    }
}

/// A phone with its clock and its wire.
struct Phone {
    book: Book,
    clock: Arc<PhoneClock>,
    wire: Wire,
}

impl Phone {
    fn sync(&self) {
        let report = self.book.sync_now(&self.wire, None).unwrap();
        assert!(report.refused.is_empty() && report.waiting == 0, "{report:?}");
    }

    fn write(&self, id: RecordId, value: &str) {
        self.book.set_field(id, "phone", value).unwrap();
    }

    fn phone(&self, id: RecordId) -> String {
        let record = self.book.record(id).unwrap();
        record.fields.text("phone").unwrap_or_default().to_owned()
    }
}

/// True time, and a company whose server has a clock of its own.
struct Story {
    world: World,
    truth: Arc<FixedClock>,
    server_error_ms: i64,
}

impl Story {
    fn new(seed: u64) -> Story {
        Story {
            world: World::new(seed),
            truth: Arc::new(FixedClock::at(NINE)),
            server_error_ms: 0,
        }
    }

    /// Lets time pass.
    fn pass(&self, ms: i64) {
        self.truth.advance(ms);
        self.world.clock.set(self.truth.now_ms() + self.server_error_ms);
    }

    fn put_server_wrong(&mut self, error_ms: i64) {
        self.server_error_ms = error_ms;
        self.pass(0);
    }

    fn phone(&self, name: &str, error_ms: i64, has_monotonic: bool) -> Phone {
        let clock = Arc::new(PhoneClock {
            truth: self.truth.clone(),
            error_ms: AtomicI64::new(error_ms),
            has_monotonic,
        });
        let options = OpenOptions {
            clock: clock.clone(),
            ..self.world.options(&format!("{name}.db"), self.truth.clone())
        };
        let (book, wire) = (Book::open(options).unwrap(), self.world.wire());
        let code = self.world.code(name, Role::Rep);
        book.join("http://office", &code, "phone", &wire).unwrap();
        Phone { book, clock, wire }
    }
}

/// The error of a clock: none, or up to 40 days to either side, but no less than ten minutes.
fn error() -> impl Strategy<Value = i64> {
    prop_oneof![
        1 => Just(0),
        4 => (10 * MINUTE..40 * DAY, any::<bool>()).prop_map(|(ms, behind)| if behind { -ms } else { ms }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Two phones with any clocks, of which one is put otherwise before its edit, write the same field while the server's clock is
    /// wrong for one sync of one of them.
    #[test]
    fn afterwards_each_edit_counts_by_when_it_was_made_and_every_record_can_be_edited(
        seed in any::<u64>(),
        (ada_error, ada_later, bob_error, server_error) in (error(), error(), error(), error()),
        (apart, ada_first, ada_meets_it) in (2 * MINUTE..5 * HOUR, any::<bool>(), any::<bool>()),
        monotonic in any::<bool>(),
    ) {
        // Without a monotonic clock nothing tells a server that is behind from a phone that was set ahead.
        prop_assume!(monotonic || server_error >= 0);
        let mut story = Story::new(seed);
        let ada = story.phone("Ada", ada_error, monotonic);
        let bob = story.phone("Bob", bob_error, monotonic);
        let id = shop(&ada.book, "Corner shop").id;
        ada.sync();
        bob.sync();
        story.pass(2 * HOUR);
        ada.clock.error_ms.store(ada_later, Ordering::SeqCst);
        let (first, second) = if ada_first { (&ada, &bob) } else { (&bob, &ada) };
        first.write(id, "first");
        story.pass(apart);
        second.write(id, "second");
        story.pass(5 * MINUTE);

        story.put_server_wrong(server_error);
        if ada_meets_it { &ada } else { &bob }.sync();
        story.put_server_wrong(0);
        for _ in 0..4 {
            story.pass(HOUR);
            ada.sync();
            bob.sync();
        }
        prop_assert_eq!(ada.phone(id), "second");
        prop_assert_eq!(contents(&ada.book), contents(&bob.book));

        for (phone, other, value) in [(&ada, &bob, "3"), (&bob, &ada, "4")] {
            phone.write(id, value);
            phone.sync();
            other.sync();
            prop_assert_eq!(other.phone(id), value);
            prop_assert_eq!(phone.book.status(Checkup::Quick).unwrap().unsent, 0);
            story.pass(2 * MINUTE);
        }
        let quiet = ada.book.sync_now(&ada.wire, None).unwrap();
        prop_assert_eq!((quiet.rewritten, quiet.sent), (0, 0), "nothing is written again and again");
        let now_ms = story.truth.now_ms();
        let history = ada.book.history(id).unwrap();
        prop_assert!(history.iter().any(|edit| edit.at_ms.abs_diff(now_ms - 2 * MINUTE) < 60_000), "{:?}", history);
    }
}

#[test]
fn a_phone_three_days_ahead_does_not_make_its_older_edit_the_newest() {
    let story = Story::new(130);
    let (ada, bob) = (story.phone("Ada", 0, false), story.phone("Bob", 0, false));
    let id = shop(&ada.book, "Corner shop").id;
    ada.sync();
    bob.sync();
    story.pass(HOUR);
    ada.clock.error_ms.store(3 * DAY, Ordering::SeqCst);
    ada.write(id, "older");
    story.pass(HOUR);
    bob.write(id, "newer");
    bob.sync();
    story.pass(HOUR);
    let report = ada.book.sync_now(&ada.wire, None).unwrap();
    assert_eq!((report.rewritten, report.refused.len()), (1, 0));
    bob.sync();
    assert_eq!(ada.phone(id), "newer");
    assert_eq!(contents(&ada.book), contents(&bob.book));
    let lost = &ada.book.conflicts(None, 10).unwrap()[0];
    assert_eq!(
        lost.lost_at_ms,
        NINE + HOUR,
        "the edit keeps the time at which it was made"
    );
}

#[test]
fn a_server_a_month_ahead_for_one_sync_locks_no_record() {
    let mut story = Story::new(131);
    let (ada, bob) = (story.phone("Ada", 0, true), story.phone("Bob", 0, true));
    let id = shop(&ada.book, "Corner shop").id;
    story.put_server_wrong(30 * DAY);
    ada.sync();
    story.put_server_wrong(0);
    story.pass(MINUTE);
    bob.sync();
    // Both write on what is dated a month ahead, and at once: nobody has stated it again yet.
    bob.write(id, "1");
    bob.sync();
    ada.sync();
    ada.write(id, "2");
    ada.sync();
    bob.sync();
    assert_eq!(bob.phone(id), "2");
    assert_eq!(bob.book.status(Checkup::Quick).unwrap().refused, 0);
    let last = ada
        .book
        .history(id)
        .unwrap()
        .into_iter()
        .filter(|edit| edit.at_ms < NINE + DAY)
        .count();
    assert_eq!(last, 2, "edits on top of it are dated by the true time");
}

#[test]
fn a_server_that_was_ahead_when_it_heard_of_a_device_keeps_no_time_that_is_to_come() {
    let mut story = Story::new(132);
    let ada = story.phone("Ada", 0, true);
    story.put_server_wrong(30 * DAY);
    shop(&ada.book, "Corner shop");
    ada.sync();
    story.put_server_wrong(0);
    ada.sync();
    let devices = story.world.office().read().unwrap().devices().unwrap();
    assert_eq!((devices[0].seen_at_ms, devices[0].answered_at_ms), (NINE, NINE));
}
