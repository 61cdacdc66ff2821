use std::sync::{Arc, Mutex};

use ed25519_dalek::{Signer, SigningKey};

use super::*;
use crate::book::{CheckInRequest, MakeUp, OpenOptions};
use fieldbook_location::{RawFix, Verdict};
use fieldbook_model::clock::{Clock, SeededRandom};
use fieldbook_model::evidence::{Checker, ClockFlag, Expected, Summary, TimeSource};
use fieldbook_model::{Body, CheckIn, CheckOut, Kind, Record, Scalar, VisitState};

const NINE: i64 = 1_795_510_800_000;

/// A phone's clocks: one that people set, one that nobody sets.
#[derive(Default)]
struct Clocks(Mutex<(i64, i64, &'static str)>);

impl Clock for Clocks {
    fn now_ms(&self) -> i64 {
        self.0.lock().unwrap().0
    }

    fn monotonic(&self) -> Option<Monotonic> {
        let (_, ms, boot) = *self.0.lock().unwrap();
        Some(Monotonic {
            ms,
            boot: boot.to_owned(),
        })
    }
}

impl Clocks {
    fn pass(&self, ms: i64) {
        let mut at = self.0.lock().unwrap();
        (at.0, at.1) = (at.0 + ms, at.1 + ms);
    }

    fn set(&self, wall_ms: i64) {
        self.0.lock().unwrap().0 = wall_ms;
    }
}

struct TestDevice {
    _folder: tempfile::TempDir,
    clocks: Arc<Clocks>,
    book: Book,
    shop: RecordId,
}

fn test_device() -> TestDevice {
    let folder = tempfile::tempdir().unwrap();
    let clocks = Arc::new(Clocks(Mutex::new((NINE, 50_000, "first"))));
    let book = Book::open(OpenOptions {
        clock: clocks.clone(),
        random: Arc::new(SeededRandom::new(7)),
        ..OpenOptions::new(folder.path().join("book.db"))
    });
    let book = book.unwrap();
    let shop = book
        .add(Kind::Account, &Fields::new().with("name", "Shop"))
        .unwrap()
        .id;
    let site = Fields::new()
        .with("account_id", Scalar::Id(shop))
        .with("position", "52.6270000,1.2930000");
    book.add(Kind::Site, &site).unwrap();
    TestDevice {
        _folder: folder,
        clocks,
        book,
        shop,
    }
}

impl TestDevice {
    fn fix(&self, lat: f64, accuracy_m: f64) -> RawFix {
        let at = chrono::DateTime::from_timestamp_millis(self.clocks.now_ms()).unwrap();
        RawFix {
            at: at.to_rfc3339(),
            lat,
            lon: 1.293,
            accuracy_m,
            ..RawFix::default()
        }
    }

    fn check_in(&self, fixes: Vec<RawFix>) -> Record {
        self.book
            .check_in(
                self.shop,
                &CheckInRequest {
                    fixes,
                    ..CheckInRequest::default()
                },
            )
            .unwrap()
    }

    fn chain(&self) -> Vec<String> {
        let mut bytes = Vec::new();
        self.book.export_evidence(&mut bytes).unwrap();
        String::from_utf8(bytes)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

fn check(lines: &[String]) -> Result<Summary, fieldbook_model::evidence::Break> {
    let mut checker = Checker::begin(Header::read(&lines[0]).unwrap(), Expected::default());
    lines[1..].iter().try_for_each(|line| checker.line(line))?;
    checker.end()
}

fn arrival(visit: &Record) -> CheckIn {
    match visit.body() {
        Body::Visit(visit) => match visit.state {
            VisitState::Open { check_in } | VisitState::Closed { check_in, .. } => check_in,
            other => panic!("{other:?}"),
        },
        _ => panic!("no visit"),
    }
}

fn departure(visit: &Record) -> CheckOut {
    match visit.body() {
        Body::Visit(visit) => match visit.state {
            VisitState::Closed { check_out, .. } => check_out,
            other => panic!("{other:?}"),
        },
        _ => panic!("no visit"),
    }
}

#[test]
fn a_day_of_visits_is_a_chain_that_holds_and_each_record_carries_its_links() {
    let device = test_device();
    let visit = device.check_in(vec![device.fix(52.627, 10.0)]);
    device.clocks.pass(600_000);
    device
        .book
        .attest_photo(visit.id, [5; 32], &TapClock::default())
        .unwrap();
    let closed = device.book.check_out(visit.id, &[], Some("ordered")).unwrap();
    let lines = device.chain();
    let found = check(&lines).unwrap();
    assert_eq!((found.links, found.without_content, found.notes), (3, 0, vec![]));
    assert_eq!(closed.fields.members("link/").count(), 3);
    assert_eq!(closed.fields.members("photo/").count(), 1);
    // What the link attests is what the record says.
    let first = Line::read(&lines[1]).unwrap();
    assert_eq!(first.content.as_deref(), closed.fields.text("check_in"));
    // Tapping again adds nothing.
    device.book.check_out(visit.id, &[], None).unwrap();
    assert_eq!(device.chain(), lines);
}

#[test]
fn a_clock_set_back_between_two_taps_is_flagged_in_the_record_and_refused_nowhere() {
    let device = test_device();
    let visit = device.check_in(vec![]);
    device.clocks.pass(600_000);
    device.clocks.set(NINE - 7_200_000);
    let closed = device.book.check_out(visit.id, &[], None).unwrap();
    let moment = departure(&closed).moment.unwrap();
    assert_eq!(moment.flags, [ClockFlag::Jumped { by_ms: -7_800_000 }]);
    assert_eq!(moment.by, TimeSource::Wall);
    assert_eq!(check(&device.chain()).unwrap().notes.len(), 1);
}

#[test]
fn the_satellites_bound_the_time_of_a_tap() {
    let device = test_device();
    let fix = RawFix {
        monotonic_ms: Some(49_000),
        boot_id: Some("first".into()),
        gps_at: Some("2026-11-24T11:59:59Z".into()),
        ..device.fix(52.627, 10.0)
    };
    let moment = arrival(&device.check_in(vec![fix])).moment.unwrap();
    assert_eq!((moment.by, moment.within_ms), (TimeSource::Gps, Some(1_001)));
    assert_eq!(moment.at_ms, NINE + 3 * 3_600_000);
    assert_eq!(
        moment.flags,
        [ClockFlag::Off {
            by_ms: -3 * 3_600_000
        }]
    );
}

#[test]
fn a_verdict_is_upgraded_by_later_fixes_and_each_version_is_attested() {
    let device = test_device();
    let visit = device.check_in(vec![]);
    device.clocks.pass(240_000);
    let upgraded = device.check_in(vec![device.fix(52.627, 10.0)]);
    let check_in = arrival(&upgraded);
    assert_eq!(
        (upgraded.id, check_in.assessment.verdict),
        (visit.id, Verdict::Verified)
    );
    assert_eq!(
        (check_in.at_ms, check_in.judged_at_ms),
        (NINE, Some(NINE + 240_000))
    );
    assert_eq!(check_in.judged_again().as_ref(), Some(&check_in.assessment));
    // A worse fix later changes nothing, and is no link.
    let again = device.check_in(vec![device.fix(52.700, 10.0)]);
    assert_eq!(arrival(&again), check_in);
    assert_eq!(check(&device.chain()).unwrap().links, 2);
}

#[test]
fn waiting_until_a_fix_is_stale_does_not_mend_a_verdict() {
    let device = test_device();
    let outside = device.fix(52.640, 20.0);
    let visit = device.check_in(vec![outside]);
    assert_eq!(arrival(&visit).assessment.verdict, Verdict::OffSite);
    device.clocks.pass(119_000);
    // Coarse: says nothing by itself.
    let again = device.check_in(vec![device.fix(52.627, 900.0)]);
    assert_eq!(arrival(&again).assessment.verdict, Verdict::OffSite);
    let better = device.check_in(vec![device.fix(52.627, 20.0)]);
    assert_eq!(arrival(&better).assessment.verdict, Verdict::Verified);
}

#[test]
fn the_server_reaches_the_same_verdict_from_what_the_record_keeps() {
    for (lat, accuracy_m) in [(52.627, 10.0), (52.6283, 60.0), (52.640, 20.0), (52.627, 5_000.0)] {
        let device = test_device();
        let check_in = arrival(&device.check_in(vec![device.fix(lat, accuracy_m), device.fix(lat, 80.0)]));
        let stored: CheckIn = check_in.to_text().parse().unwrap();
        assert_eq!(stored.judged_again(), Some(check_in.assessment));
    }
}

#[test]
fn a_made_up_check_in_is_visible_as_one_and_closed_at_once() {
    let device = test_device();
    let missed = MakeUp {
        site: None,
        at_ms: NINE - 7_200_000,
        until_ms: Some(NINE - 3_600_000),
        reason: " the phone was dead ".into(),
        clock: TapClock::default(),
    };
    let visit = device.book.make_up(device.shop, &missed).unwrap();
    let check_in = arrival(&visit);
    assert_eq!(check_in.make_up.as_deref(), Some("the phone was dead"));
    assert_eq!(
        (check_in.at_ms, check_in.assessment.verdict),
        (NINE - 7_200_000, Verdict::Unverifiable)
    );
    // The chain holds when it was said, not when it is said to have been.
    assert_eq!(check_in.moment.unwrap().wall_ms, NINE);
    assert_eq!(departure(&visit).at_ms, NINE - 3_600_000);
    assert!(
        Line::read(&device.chain()[1])
            .unwrap()
            .link
            .contains("\"act\":\"make_up\"")
    );
    for wrong in [
        MakeUp {
            at_ms: NINE + 1,
            until_ms: None,
            ..missed.clone()
        },
        MakeUp {
            at_ms: NINE - 8 * 86_400_000,
            ..missed.clone()
        },
        MakeUp {
            until_ms: Some(missed.at_ms - 1),
            ..missed.clone()
        },
        MakeUp {
            reason: " ".into(),
            ..missed.clone()
        },
        MakeUp {
            at_ms: i64::MIN,
            ..missed.clone()
        },
    ] {
        assert!(device.book.make_up(device.shop, &wrong).is_err(), "{wrong:?}");
    }
    assert_eq!(device.chain().len(), 3);
}

#[test]
fn the_host_s_hardware_signs_without_a_callback() {
    let device = test_device();
    let hardware = SigningKey::from_bytes(&[9; 32]);
    let visit = device.check_in(vec![]);
    device
        .book
        .sign_with(PublicKey(hardware.verifying_key().to_bytes()))
        .unwrap();
    device
        .book
        .sign_with(PublicKey(hardware.verifying_key().to_bytes()))
        .unwrap();
    assert!(device.book.sign_with(PublicKey([1; 32])).is_err());
    device.book.check_out(visit.id, &[], None).unwrap();
    let broken = check(&device.chain()).unwrap_err();
    assert_eq!(
        (broken.link, broken.fault),
        (2, fieldbook_model::evidence::ChainFault::Unsigned)
    );
    let waiting = device.book.unsigned_links(10).unwrap();
    assert_eq!(waiting.len(), 1);
    let signature = hardware.sign(&waiting[0].bytes).to_bytes();
    let wrong = device.book.put_signature(2, [3; 64]);
    assert_eq!(wrong, Err(SignatureError::DoesNotFit { n: 2 }));
    device.book.put_signature(2, signature).unwrap();
    assert_eq!(
        device.book.put_signature(2, signature),
        Err(SignatureError::NotWaiting { n: 2 })
    );
    assert_eq!(
        device.book.put_signature(99, signature),
        Err(SignatureError::NotWaiting { n: 99 })
    );
    let found = check(&device.chain()).unwrap();
    assert_eq!(
        (found.links, found.key.0),
        (3, hardware.verifying_key().to_bytes())
    );
    // The record carries the signed link, and the change of key that has no record of its own.
    let links = device.book.record(visit.id).unwrap();
    let lines: Vec<Line> = links
        .fields
        .members("link/")
        .map(|(_, v)| Line::read(v.text().unwrap()).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.signature.is_some()));
}

#[test]
fn a_visit_left_open_is_closed_by_rule_when_the_next_one_begins() {
    let device = test_device();
    let first = device.check_in(vec![]);
    device.clocks.pass(super::super::LONGEST_STAY_MS + 3_600_000);
    let next = device.check_in(vec![]);
    assert_ne!(first.id, next.id);
    let check_out = departure(&device.book.record(first.id).unwrap());
    assert_eq!(check_out.closed_by, Some(fieldbook_model::ClosedBy::EndOfShift));
    assert_eq!(check_out.at_ms, NINE + super::super::LONGEST_STAY_MS);
    assert_eq!(check(&device.chain()).unwrap().links, 3);
}

#[test]
fn leaving_the_fence_closes_a_visit_at_the_last_fix_on_site() {
    let device = test_device();
    let visit = device.check_in(vec![device.fix(52.627, 10.0)]);
    device.clocks.pass(1_800_000);
    let last_inside = device.fix(52.627, 10.0);
    assert_eq!(
        device
            .book
            .left_fence(visit.id, std::slice::from_ref(&last_inside))
            .unwrap(),
        None
    );
    device.clocks.pass(60_000);
    let outside = device.fix(52.650, 10.0);
    let closed = device
        .book
        .left_fence(visit.id, &[last_inside, outside])
        .unwrap()
        .unwrap();
    let check_out = departure(&closed);
    assert_eq!(check_out.closed_by, Some(fieldbook_model::ClosedBy::FenceExit));
    assert_eq!(check_out.at_ms, NINE + 1_800_000);
}

#[test]
fn a_thousand_fixes_are_no_reason_to_fail() {
    let device = test_device();
    let fixes = (0..1_000)
        .map(|n| device.fix(52.627 + f64::from(n) * 1e-7, 10.0))
        .collect();
    let visit = device.check_in(fixes);
    let check_in = arrival(&visit);
    assert_eq!(
        (check_in.fixes.len(), check_in.assessment.verdict),
        (100, Verdict::Verified)
    );
    assert_eq!(check_in.judged_again(), Some(check_in.assessment));
}

#[test]
fn retention_forgets_what_was_said_and_keeps_the_chain() {
    let device = test_device();
    let visit = device.check_in(vec![]);
    device.clocks.pass(600_000);
    device.book.check_out(visit.id, &[], None).unwrap();
    assert_eq!(device.book.forget_evidence(NINE), Ok(0));
    assert_eq!(device.book.forget_evidence(NINE + 1), Ok(1));
    assert_eq!(device.book.forget_evidence(NINE + 1), Ok(0));
    let found = check(&device.chain()).unwrap();
    assert_eq!((found.links, found.without_content), (2, 1));
}
