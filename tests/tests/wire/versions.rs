//! Fields that a later version may add and an earlier one left out.

use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::wire::{ChangeOutcome, Scope, ScopeDelta, unpack};

use crate::annotated::hex_bytes;
use crate::frame::raw;
use crate::samples;

/// The map `bytes` with one more entry at its end.
fn with_entry(bytes: &[u8], entry: &[u8]) -> Vec<u8> {
    assert!((0xa0..0xb7).contains(&bytes[0]), "a small map");
    [&[bytes[0] + 1], &bytes[1..], entry].concat()
}

#[test]
fn a_key_of_a_later_version_is_passed_over() {
    let mut maps = 0;
    for sample in samples::all().iter().filter(|sample| sample.bytes[0] >> 5 == 5) {
        for value in [
            "00",
            "20",
            "f6",
            "4101",
            "6161",
            "8301820203a0",
            "a1616181a100f5",
            "c100",
            "fb7ff8000000000000",
        ] {
            let later = with_entry(&sample.bytes, &hex_bytes(&format!("1863{value}")));
            assert_eq!(
                (sample.reads_as_it)(&later),
                Some(true),
                "{} {value}",
                sample.name
            );
        }
        maps += 1;
    }
    assert!(maps >= 5, "the requests and the responses");
}

#[test]
fn an_optional_key_may_be_left_out_or_null_and_no_other() {
    let territory = format!("0050{}", "f1".repeat(16));
    let bare = hex_bytes(&format!("a4{territory}010702180904183b"));
    let scope: Scope = unpack(&raw(&bare)).unwrap();
    assert_eq!(
        (scope.epoch, scope.cursor, scope.audit, scope.settled),
        (7, 9, None, 59)
    );
    let null = with_entry(&bare, &hex_bytes("03f6"));
    assert_eq!(unpack::<Scope>(&raw(&null)).unwrap().audit, None);
    let without_settled = hex_bytes(&format!("a3{territory}01070209"));
    assert!(unpack::<Scope>(&raw(&without_settled)).is_err());
    let news = hex_bytes(&format!("aa{territory}0100020703090400"));
    let news = [news, hex_bytes("05f4068007800860"), hex_bytes("0a40")].concat();
    let news: ScopeDelta = unpack(&raw(&news)).unwrap();
    assert_eq!((news.present, news.audited), (None, Vec::new()));
}

#[test]
fn a_refusal_of_a_later_version_is_a_refusal() {
    assert_eq!(
        unpack(&raw(&[0x18, 200])),
        Ok(ChangeOutcome::Refused(Refusal::Malformed))
    );
    for no_verdict in 4..16 {
        assert!(unpack::<ChangeOutcome>(&raw(&[no_verdict])).is_err());
    }
}

#[test]
fn keys_may_come_in_any_order() {
    let scope = format!("a4021809{}0050{}0107", "0400", "f1".repeat(16));
    assert_eq!(unpack::<Scope>(&raw(&hex_bytes(&scope))).unwrap().cursor, 9);
}
