//! Messages that are nearly right: whatever came over the wire, no decoder panics.

use fieldbook_book::sync::session::{Event, Session, Snapshot};
use fieldbook_core::clock::Clock as _;
use fieldbook_model::wire::{ProtocolError, Row, SyncResponse, unpack};
use fieldbook_server::service;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::exchange;
use crate::frame::raw;
use crate::samples;

/// One thing done to bytes.
#[derive(Debug, Clone)]
enum Blow {
    Flip(Index, u8),
    Cut(Index),
    Remove(Index),
    Insert(Index, Vec<u8>),
}

fn blows() -> impl Strategy<Value = Vec<Blow>> {
    let head = prop_oneof![
        // Heads that announce much: byte strings, texts, arrays, maps, tags; and lengths that are not stated.
        (0x58..=0x5b_u8, any::<u64>()).prop_map(|(head, n)| [&[head][..], &n.to_be_bytes()].concat()),
        (0x98..=0xbb_u8, any::<u64>()).prop_map(|(head, n)| [&[head][..], &n.to_be_bytes()].concat()),
        prop::sample::select(vec![0x5f, 0x7f, 0x9f, 0xbf, 0xff, 0xc1, 0xf6, 0xf7, 0xfb])
            .prop_map(|head| vec![head]),
        prop::collection::vec(any::<u8>(), 1..5),
    ];
    let blow = prop_oneof![
        (any::<Index>(), 1..=255_u8).prop_map(|(at, with)| Blow::Flip(at, with)),
        any::<Index>().prop_map(Blow::Cut),
        any::<Index>().prop_map(Blow::Remove),
        (any::<Index>(), head).prop_map(|(at, what)| Blow::Insert(at, what)),
    ];
    prop::collection::vec(blow, 1..4)
}

fn struck(bytes: &[u8], blows: &[Blow]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for blow in blows {
        let (Blow::Flip(at, _) | Blow::Cut(at) | Blow::Remove(at) | Blow::Insert(at, _)) = blow;
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        match blow {
            Blow::Flip(_, with) => bytes[at] ^= with,
            Blow::Cut(_) => bytes.truncate(at),
            Blow::Remove(_) => drop(bytes.remove(at)),
            Blow::Insert(_, what) => drop(bytes.splice(at..at, what.iter().copied())),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_message_that_was_struck_is_read_or_refused(which: Index, blows in blows()) {
        let samples = samples::all();
        let sample = &samples[which.index(samples.len())];
        let bytes = struck(&sample.bytes, &blows);
        // Inside, what does read is written and read again.
        let _ = (sample.reads_as_it)(&bytes);
        let _ = Row::decode(&bytes);
        // A blow on the frame itself.
        let _ = unpack::<SyncResponse>(&struck(&raw(&sample.bytes), &blows));
    }

    #[test]
    fn a_row_that_was_struck_is_read_or_refused(blows in blows()) {
        let samples = samples::all();
        for sample in samples.iter().filter(|sample| sample.rule == "row") {
            if let Ok(row) = Row::decode(&struck(&sample.bytes, &blows)) {
                prop_assert_eq!(Row::decode(&row.encode()), Ok(row));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_that_was_struck_ends_the_session_or_is_taken(blows in blows()) {
        thread_local!(static ANSWER: Vec<u8> = exchange::told().calls[3].response.clone());
        let answer = ANSWER.with(|answer| raw(&struck(answer, &blows)));
        let mut session = Session::default();
        let snapshot = Snapshot {
        kept: Vec::new(),
            actors: Vec::new(),
            actor: fieldbook_core::ids::ActorId([0xb2; 16]),
            outbox: Vec::new(),
            exhausted: true,
            scopes: Vec::new(),
            people_cursor: 0,
            page: None,
        };
        session.step(Event::Begin).unwrap();
        session.step(Event::SnapshotTaken(snapshot)).unwrap();
        let _ = session.step(Event::Answered(answer));
    }

    #[test]
    fn a_signed_request_that_was_struck_is_answered_or_refused_and_never_breaks_the_office(blows in blows()) {
        thread_local!(static STORY: exchange::Story = exchange::told());
        STORY.with(|story| {
            let bytes = struck(&story.calls[5].request, &blows);
            let body = raw(&bytes);
            let answered = story.sync(&body);
            if let Err(failure) = answered {
                prop_assert_ne!(failure.to_fault(), ProtocolError::Internal, "{:?}", failure);
            }
            Ok(())
        })?;
    }
}

impl exchange::Story {
    /// The server's answer to Ben's phone.
    fn sync(&self, body: &[u8]) -> Result<(), service::ServiceError> {
        let proof = self.proof(exchange::BEN, Some(self.ben), body);
        let now_ms = self.world.clock.now_ms();
        service::sync(self.world.office(), self.ben, &proof, body, now_ms).map(drop)
    }
}
