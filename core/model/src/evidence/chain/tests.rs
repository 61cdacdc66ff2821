use super::super::digest::{Signature, sign};
use super::super::trusted_time::Readings;
use super::*;
use crate::clock::Monotonic;
use crate::ids::RecordId;
use proptest::prelude::*;

const NINE: i64 = 1_795_510_800_000;
const REP: [u8; 32] = [3; 32];
const OTHER: [u8; 32] = [4; 32];

fn visit(n: u8) -> RecordId {
    RecordId([n; 16])
}

/// A chain being made, as the book makes it.
struct Maker {
    secret: [u8; 32],
    head: Digest,
    last: Option<TrustedTime>,
    lines: Vec<String>,
}

impl Maker {
    fn new(secret: [u8; 32]) -> Maker {
        Maker {
            secret,
            head: genesis(&PublicKey::of(&secret)),
            last: None,
            lines: Vec::new(),
        }
    }

    fn header(&self) -> Header {
        Header {
            key: PublicKey::of(&self.secret),
        }
    }

    fn time(&self) -> TrustedTime {
        let n = i64::try_from(self.lines.len()).unwrap();
        TrustedTime::from_readings(&Readings {
            wall_ms: NINE + n * 600_000,
            monotonic: Some(Monotonic {
                ms: 5_000 + n * 600_000,
                boot: "b".into(),
            }),
            before: self.last.clone(),
            ..Readings::default()
        })
    }

    fn push(&mut self, act: Act, content: Option<String>, time: TrustedTime) {
        let n = u64::try_from(self.lines.len()).unwrap();
        let link = Link {
            v: FORMAT,
            n,
            prev: self.head,
            act,
            time,
        };
        let text = link.to_text();
        self.head = Link::hash(&text);
        let signature = Some(sign(&self.secret, &text));
        self.lines.push(
            Line {
                link: text,
                signature,
                content,
            }
            .to_text(),
        );
        if let Act::Key { .. } = link.act {
            self.secret = OTHER;
        }
        self.last = Some(link.time);
    }

    fn arrive_and_leave(&mut self, n: u8) {
        let (arrival, departure) = (
            format!("{{\"at_ms\":{n}}}"),
            format!("{{\"at_ms\":{}}}", u32::from(n) + 1),
        );
        let visit = visit(n);
        let sha256 = Digest::of(arrival.as_bytes());
        let time = self.time();
        self.push(Act::CheckIn { visit, sha256 }, Some(arrival), time);
        let sha256 = Digest::of(departure.as_bytes());
        let time = self.time();
        self.push(Act::CheckOut { visit, sha256 }, Some(departure), time);
    }
}

fn day(secret: [u8; 32]) -> Maker {
    let mut maker = Maker::new(secret);
    (1..=4).for_each(|n| maker.arrive_and_leave(n));
    maker
}

fn check(header: Header, lines: &[String], expected: Expected) -> Result<Summary, Break> {
    let mut checker = Checker::begin(header, expected);
    for line in lines {
        checker.line(line)?;
    }
    checker.end()
}

fn broken(lines: &[String], expected: Expected) -> (u64, ChainFault) {
    let found = check(day(REP).header(), lines, expected).unwrap_err();
    (found.link, found.fault)
}

#[test]
fn a_whole_chain_holds() {
    let day = day(REP);
    let found = check(day.header(), &day.lines, Expected::default()).unwrap();
    assert_eq!((found.links, found.head, found.without_content), (8, day.head, 0));
    assert_eq!(found.key, PublicKey::of(&REP));
    let empty = check(day.header(), &[], Expected::default()).unwrap();
    assert_eq!((empty.links, empty.head), (0, genesis(&day.header().key)));
}

#[test]
fn deleting_doubling_and_moving_a_link_is_seen_where_it_happened() {
    let whole = day(REP).lines;
    let expected = Expected::default();
    for at in 0..whole.len() - 1 {
        let place = u64::try_from(at).unwrap();
        let mut cut = whole.clone();
        cut.remove(at);
        assert_eq!(broken(&cut, expected), (place, ChainFault::OutOfPlace));
        let mut doubled = whole.clone();
        doubled.insert(at + 1, whole[at].clone());
        assert_eq!(broken(&doubled, expected), (place + 1, ChainFault::OutOfPlace));
        let mut moved = whole.clone();
        moved.swap(at, at + 1);
        assert_eq!(broken(&moved, expected), (place, ChainFault::OutOfPlace));
    }
}

#[test]
fn editing_a_link_its_signature_or_what_it_attests_is_seen() {
    let whole = day(REP).lines;
    let edited = |from: &str, to: &str| {
        let mut lines = whole.clone();
        assert!(lines[2].contains(from), "{}", lines[2]);
        lines[2] = lines[2].replacen(from, to, 1);
        broken(&lines, Expected::default())
    };
    assert_eq!(
        edited("\"act\":\"check_in\"", "\"act\":\"make_up\""),
        (2, ChainFault::BadSignature)
    );
    assert_eq!(edited("T09:20", "T08:20"), (2, ChainFault::BadSignature));
    assert_eq!(
        edited("{\\\"at_ms\\\":2}", "{\\\"at_ms\\\":7}"),
        (2, ChainFault::ContentChanged)
    );
    assert_eq!(edited("\"n\":2", "\"n\":3"), (2, ChainFault::OutOfPlace));
    assert_eq!(
        edited("{\"link\":{", "{\"link\": {"),
        (2, ChainFault::BadSignature)
    );
    assert_eq!(edited("{\"link\":{", "{\"sig\":{"), (2, ChainFault::Unreadable));
    let mut lines = whole.clone();
    let signature = Line::read(&lines[2]).unwrap().signature.unwrap().to_string();
    lines[2] = lines[2].replace(&signature, &sign(&REP, "something else").to_string());
    assert_eq!(broken(&lines, Expected::default()), (2, ChainFault::BadSignature));
    lines[2] = whole[2].replace(&signature, "");
    assert_eq!(broken(&lines, Expected::default()), (2, ChainFault::Unsigned));
}

#[test]
fn an_edited_link_that_is_signed_again_breaks_the_next_one() {
    let mut lines = day(REP).lines;
    let line = Line::read(&lines[2]).unwrap();
    let link = line.link.replace("T09:20", "T08:20");
    let signature = Some(sign(&REP, &link));
    lines[2] = Line {
        link,
        signature,
        ..line
    }
    .to_text();
    assert_eq!(broken(&lines, Expected::default()), (3, ChainFault::NotLinked));
}

#[test]
fn a_splice_a_swapped_key_and_a_cut_tail_are_seen() {
    let (mine, other) = (day(REP), day(OTHER));
    let spliced: Vec<String> = [&mine.lines[..4], &other.lines[4..]].concat();
    assert_eq!(broken(&spliced, Expected::default()), (4, ChainFault::NotLinked));
    // All of it made anew under another key: only who knows the key sees it.
    let key = Some(PublicKey::of(&REP));
    assert!(check(other.header(), &other.lines, Expected::default()).is_ok());
    let swapped = check(other.header(), &other.lines, Expected { key, head: None }).unwrap_err();
    assert_eq!(
        swapped,
        Break {
            link: 0,
            fault: ChainFault::OtherKey
        }
    );
    assert_eq!(
        broken(&other.lines, Expected::default()),
        (0, ChainFault::NotLinked)
    );
    let head = Some((7, mine.head));
    assert!(check(mine.header(), &mine.lines, Expected { key, head }).is_ok());
    assert_eq!(
        broken(&mine.lines[..6], Expected { key, head }),
        (6, ChainFault::TailCut)
    );
    assert_eq!(broken(&[], Expected { key, head }), (0, ChainFault::TailCut));
    // Cut and grown again under the same key.
    let mut regrown = Maker::new(REP);
    (1..=3).for_each(|n| regrown.arrive_and_leave(n));
    regrown.arrive_and_leave(9);
    assert!(check(regrown.header(), &regrown.lines, Expected::default()).is_ok());
    assert_eq!(
        broken(&regrown.lines, Expected { key, head }),
        (7, ChainFault::TailCut)
    );
}

#[test]
fn a_link_of_another_visit_cannot_be_used_again() {
    let whole = day(REP).lines;
    let mut lines = whole.clone();
    lines[2] = whole[0].clone();
    assert_eq!(broken(&lines, Expected::default()), (2, ChainFault::OutOfPlace));
    // The arrival of the first visit under the link of the second.
    let (first, second) = (Line::read(&whole[0]).unwrap(), Line::read(&whole[2]).unwrap());
    lines[2] = Line {
        content: first.content,
        ..second
    }
    .to_text();
    assert_eq!(
        broken(&lines, Expected::default()),
        (2, ChainFault::ContentChanged)
    );
}

#[test]
fn a_device_that_dates_its_own_link_back_is_seen() {
    let attempt = |change: fn(&mut TrustedTime)| {
        let mut maker = day(REP);
        let mut time = maker.time();
        change(&mut time);
        maker.push(
            Act::CheckIn {
                visit: visit(9),
                sha256: Digest([0; 32]),
            },
            None,
            time,
        );
        check(maker.header(), &maker.lines, Expected::default()).map_err(|b| (b.link, b.fault))
    };
    assert!(attempt(|_| {}).is_ok());
    // A clock that only anyone's hand sets proves nothing, so going back is a flag and no break...
    assert!(attempt(|time| time.at_ms -= 3_600_000).is_ok());
    // ...but not before what was proven, nor by the clock that nobody can set.
    let proven =
        |time: &mut TrustedTime| (time.not_before_ms, time.within_ms) = (NINE + 900_000_000, Some(1_000));
    assert_eq!(attempt(proven), Err((8, ChainFault::BackDated)));
    let reversed = |time: &mut TrustedTime| {
        time.monotonic = Some(Monotonic {
            ms: 4_999,
            boot: "b".into(),
        });
    };
    assert_eq!(attempt(reversed), Err((8, ChainFault::BackDated)));
    assert!(
        attempt(|time| time.monotonic = Some(Monotonic {
            ms: 1,
            boot: "c".into()
        }))
        .is_ok()
    );
}

#[test]
fn a_key_is_changed_only_by_the_old_one() {
    let mut maker = day(REP);
    let header = maker.header();
    let time = maker.time();
    maker.push(
        Act::Key {
            key: PublicKey::of(&OTHER),
        },
        None,
        time,
    );
    maker.arrive_and_leave(9);
    let found = check(header, &maker.lines, Expected::default()).unwrap();
    assert_eq!((found.links, found.key), (11, PublicKey::of(&OTHER)));
    assert_eq!(
        found.notes,
        [Noted {
            link: 8,
            note: ChainNote::KeyChanged {
                to: PublicKey::of(&OTHER)
            }
        }]
    );
    maker.lines.remove(8);
    assert_eq!(
        check(header, &maker.lines, Expected::default())
            .unwrap_err()
            .fault,
        ChainFault::OutOfPlace
    );
}

#[test]
fn what_is_not_kept_any_more_is_counted_and_breaks_nothing() {
    let mut lines = day(REP).lines;
    let line = Line::read(&lines[3]).unwrap();
    lines[3] = Line {
        content: None,
        ..line
    }
    .to_text();
    assert_eq!(
        check(day(REP).header(), &lines, Expected::default())
            .unwrap()
            .without_content,
        1
    );
    lines[3] = lines[3].replace(",\"content\":null", "");
    assert_eq!(
        check(day(REP).header(), &lines, Expected::default())
            .unwrap()
            .without_content,
        1
    );
}

proptest! {
    #[test]
    fn no_change_of_a_byte_goes_unseen(line in 0usize..8, at in any::<prop::sample::Index>(), to in 32u8..127) {
        let whole = day(REP);
        let mut lines = whole.lines.clone();
        let mut bytes = lines[line].clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        lines[line] = String::from_utf8(bytes).unwrap();
        let found = check(whole.header(), &lines, Expected::default());
        // A content that reads as the same text is the same text.
        let same = Line::read(&lines[line]) == Line::read(&whole.lines[line]);
        prop_assert!(found.is_err() || same, "{}", lines[line]);
        if let Err(found) = found {
            prop_assert_eq!(found.link, u64::try_from(line).unwrap());
        }
    }

    #[test]
    fn garbage_is_refused_and_never_panics(line in any::<String>(), link in ".{0,60}") {
        let mut checker = Checker::begin(day(REP).header(), Expected::default());
        prop_assert!(checker.line(&line).is_err());
        let text = Line { link, signature: Some(Signature([1; 64])), content: Some(line) }.to_text();
        prop_assert!(checker.line(&text).is_err());
    }
}
