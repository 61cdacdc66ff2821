//! Slow lines: pages and pushes get smaller until they come through.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use fieldbook_core::book::{Book, SyncError};
use fieldbook_core::clock::{FixedClock, SeededRandom};
use fieldbook_core::model::{Fields, Kind, Role, Scalar};
use fieldbook_core::sync::{Post, Reply, Transport, TransportError};
use fieldbook_tests::world::{Wire, World};

use crate::company::{contents, quick, shop};

/// The speed of the line: 32 kbit/s.
const BYTES_PER_S: usize = 4_000;

/// The time after which the line is cut, in a simulated clock.
const UP_MS: i64 = 30_000;

/// A slow line that is cut off half a minute into each request.
struct SlowLine {
    wire: Wire,
    clock: Arc<FixedClock>,
    cuts: AtomicU32,
}

impl SlowLine {
    /// Passes the time that `bytes` take; an error if the line is cut before they are through.
    fn carry(&self, bytes: usize, left_ms: i64) -> Result<i64, TransportError> {
        let took_ms = i64::try_from(bytes * 1_000 / BYTES_PER_S).unwrap();
        self.clock.advance(took_ms.min(left_ms));
        if took_ms > left_ms {
            self.cuts.fetch_add(1, Ordering::SeqCst);
            return Err(TransportError::NoConnection);
        }
        Ok(left_ms - took_ms)
    }
}

impl Transport for SlowLine {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        let left_ms = self.carry(post.body.len(), UP_MS)?;
        let reply = self.wire.post(post)?;
        self.carry(reply.body.len(), left_ms)?;
        Ok(reply)
    }
}

/// Syncs over the line, opening the book anew after each cut, as an app that was ended does. Gives the number of syncs.
fn sync_over(world: &World, mut book: Book, line: &SlowLine) -> (Book, u32) {
    for attempt in 1..=30 {
        match book.sync_now(line, None) {
            Ok(_) => return (book, attempt),
            Err(SyncError::NoConnection) => {}
            Err(other) => panic!("{other}"),
        }
        let name = book.path().file_name().unwrap().to_str().unwrap().to_owned();
        drop(book);
        book = Book::open(world.options(&name, world.clock.clone())).unwrap();
    }
    panic!("the sync does not get through: {:?}", quick(&book));
}

fn slow(world: &World) -> SlowLine {
    SlowLine {
        wire: world.wire(),
        clock: world.clock.clone(),
        cuts: AtomicU32::new(0),
    }
}

#[test]
fn a_long_first_sync_gets_through_a_slow_line_that_is_cut_again_and_again() {
    let world = World::new(95);
    let random = SeededRandom::new(96);
    let (ada, _) = world.join("Ada", Role::Rep);
    let account = shop(&ada, "Corner shop").id;
    for _ in 0..200 {
        let text: String = (0..100).map(|_| format!("{:016x} ", random.next_u64())).collect();
        let note = Fields::new()
            .with("about_id", Scalar::Id(account))
            .with("text", text);
        ada.add(Kind::Note, &note).unwrap();
    }
    let line = slow(&world);
    let (ada, _) = sync_over(&world, ada, &line);
    assert!(
        line.cuts.load(Ordering::SeqCst) > 0,
        "the push was too large at first"
    );
    assert_eq!(quick(&ada).unsent, 0);
    let (bob, _) = world.join("Bob", Role::Rep);
    let line = slow(&world);
    let (bob, syncs) = sync_over(&world, bob, &line);
    assert!(syncs > 1, "a whole page does not come through");
    assert_eq!(contents(&bob), contents(&ada));
}
