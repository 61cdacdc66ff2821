use proptest::prelude::*;

use super::*;
use crate::clock::Stamp;

use crate::doc::gate::Refusal;
use crate::ids::ChangeHash;
use crate::{Conflict, Scalar};

fn any_scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        Just(Scalar::Cleared),
        ".{0,12}".prop_map(Scalar::Text),
        any::<i64>().prop_map(Scalar::Int),
        (-1e300..1e300).prop_map(Scalar::Real),
        any::<bool>().prop_map(Scalar::Bool),
        any::<i64>().prop_map(Scalar::Time),
        any::<[u8; 16]>().prop_map(|b| Scalar::Id(RecordId(b))),
    ]
}

proptest! {
    #[test]
    fn a_row_reads_back(
        fields in prop::collection::btree_map("[a-z/]{1,9}", any_scalar(), 0..9),
        lost in prop::collection::vec(("[a-z]{1,9}", any_scalar(), any::<[u8; 16]>(), 0i64..i64::MAX, any::<[u8; 32]>()), 0..3),
    ) {
        let conflicts = lost.into_iter().map(|(field, value, by, at, change)| Conflict {
            field, value, by: ActorId(by), at: Stamp::from_packed(at).unwrap(), change: ChangeHash(change),
        });
        let row = Row { fields: fields.into_iter().collect(), conflicts: conflicts.collect() };
        prop_assert_eq!(Row::decode(&row.encode()), Ok(row));
    }

    #[test]
    fn garbage_is_no_message(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(unpack::<SyncRequest>(&bytes).is_err());
        let framed = zstd::bulk::compress(&bytes, 1).unwrap();
        prop_assert!(unpack::<SyncResponse>(&framed).is_err());
        let _ = Row::decode(&bytes);
    }
}

#[test]
fn a_request_reads_back_and_half_of_it_does_not() {
    let request = SyncRequest {
        kept: None,
        version: VERSION,
        actor: ActorId([3; 16]),
        push: vec![Push {
            kind: Kind::Visit,
            id: RecordId([4; 16]),
            changes: vec![Blob(vec![1, 2, 3])],
            again: None,
        }],
        scopes: vec![Scope {
            territory: TerritoryId([5; 16]),
            epoch: 1,
            cursor: 9,
            audit: Some(vec![7; 256]),
            settled: 8,
        }],
        people_cursor: 2,
        push_only: false,
        actors: None,
        page: None,
        notice: None,
    };
    let body = pack(&request);
    assert_eq!(unpack(&body), Ok(request));
    for cut in 0..body.len() {
        assert_eq!(unpack::<SyncRequest>(&body[..cut]), Err(PackError::Malformed));
    }
}

#[test]
fn a_bomb_ends_at_the_cap() {
    let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap();
    assert!(bomb.len() < BODY_BYTES_MAX);
    assert_eq!(unpack::<SyncRequest>(&bomb), Err(PackError::TooLarge));
}

#[test]
fn a_body_is_one_frame_and_nothing_behind_it() {
    let body = pack(&ProtocolError::Revoked);
    assert_eq!(unpack(&body), Ok(ProtocolError::Revoked));
    for behind in [&b"x"[..], &body] {
        assert_eq!(
            unpack::<ProtocolError>(&[&body, behind].concat()),
            Err(PackError::Malformed)
        );
    }
}

#[test]
fn an_unknown_value_that_nests_without_end_is_not_followed() {
    // A join with one unknown key, whose value opens arrays of indefinite length for as long as a body may be.
    let nested = [&[0xa1, 0x18, 0x63][..], &vec![0x9f; INFLATED_BYTES_MAX - 3]].concat();
    let body = zstd::bulk::compress(&nested, 3).unwrap();
    assert_eq!(unpack::<JoinRequest>(&body), Err(PackError::Malformed));
}

#[test]
fn a_number_that_is_none_is_in_no_row() {
    for number in [f64::NAN, f64::INFINITY] {
        let row = Row {
            fields: [("x/n".to_owned(), Scalar::Real(number))].into_iter().collect(),
            conflicts: Vec::new(),
        };
        assert_eq!(Row::decode(&row.encode()), Err(PackError::Malformed));
    }
}

#[test]
fn a_signature_fits_one_body_and_one_key() {
    let secret = [9; 32];
    let key = ed25519_dalek::SigningKey::from_bytes(&secret)
        .verifying_key()
        .to_bytes();
    let ends = Ends {
        device: Some(DeviceId([1; 16])),
        server: ServerId([2; 16]),
    };
    let proof = Proof::sign(&secret, &ends, 7, [3; 8], b"body");
    assert!(proof.verify(&key, &ends, b"body"));
    assert!(!proof.verify(&key, &ends, b"bodY"));
    assert!(!proof.verify(&[1; 32], &ends, b"body"));
    let elsewhere = Ends {
        server: ServerId([4; 16]),
        ..ends
    };
    let of_another = Ends { device: None, ..ends };
    assert!(!proof.verify(&key, &elsewhere, b"body") && !proof.verify(&key, &of_another, b"body"));
    assert!(!Proof { time_ms: 8, ..proof }.verify(&key, &ends, b"body"));
    assert!(
        !Proof {
            nonce: [4; 8],
            ..proof
        }
        .verify(&key, &ends, b"body")
    );
    assert_eq!(proof.to_string().parse(), Ok(proof));
    let (text, v1) = (proof.to_string(), "0f".repeat(64));
    assert_eq!(v1.parse::<Proof>(), Err(BadProof::Version1));
    for bad in ["", "7", &text[1..], &text[..text.len() - 1], &format!("{text} ")] {
        assert_eq!(bad.parse::<Proof>(), Err(BadProof::Malformed), "{bad}");
    }
}

#[test]
fn every_refusal_keeps_its_number() {
    for (refusal, _) in Refusal::ALL {
        let verdict = ChangeOutcome::Refused(refusal);
        let coded = minicbor::to_vec(verdict).unwrap();
        assert_eq!(minicbor::decode::<ChangeOutcome>(&coded).unwrap(), verdict);
    }
}

#[test]
fn the_sum_of_a_territory_sees_a_missing_record_and_an_old_one() {
    let (a, b) = (RecordId([1; 16]), RecordId([2; 16]));
    let whole = digest(a, 1) ^ digest(b, 2);
    assert_ne!(whole, digest(a, 1));
    assert_ne!(whole, digest(a, 1) ^ digest(b, 1));
    assert_ne!(digest(a, 1) ^ digest(b, 2), digest(a, 2) ^ digest(b, 1));
}
