use proptest::prelude::*;

use super::*;

/// A fix with any optional field absent.
fn any_fix() -> impl Strategy<Value = TrackFix> {
    let number = |most: f64| prop_oneof![Just(-1.0), 0.0..most];
    (
        any::<u32>(),
        -90.0..=90.0f64,
        -180.0..=180.0f64,
        number(1e5),
        number(300.0),
        number(359.0),
        any::<Option<i32>>(),
        any::<bool>(),
    )
        .prop_map(|(at, lat, lon, accuracy, speed, bearing, other, mock)| {
            let fix = TrackFix::new(i64::from(at) * 331, Position::new(lat, lon).unwrap())
                .with_accuracy(accuracy)
                .with_speed(speed)
                .with_bearing(bearing)
                .with_altitude(other.map_or(f64::NAN, |other| f64::from(other % 9_000)))
                .with_mock(mock);
            match other {
                Some(ms) => fix
                    .with_monotonic(i64::from(ms))
                    .with_gps_time(i64::from(ms) * 100),
                None => fix,
            }
        })
}

/// True if `back` equals `fix` within the precision of the format.
fn is_equivalent(fix: &TrackFix, back: &TrackFix) -> bool {
    let near = |a: Option<f64>, b: Option<f64>, by: f64| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= by,
        (None, None) => true,
        _ => false,
    };
    let close = |a: f64, b: f64| (a - b).abs() <= 5.1e-7;
    // Bearings lie on a circle: 359 degrees are near 0.
    let turned = match (fix.bearing_deg(), back.bearing_deg()) {
        (Some(a), Some(b)) => ((a - b).abs() + 180.0).rem_euclid(360.0) - 180.0,
        (None, None) => 0.0,
        _ => f64::INFINITY,
    };
    fix.at_ms() == back.at_ms()
        && close(fix.position().lat(), back.position().lat())
        && close(fix.position().lon(), back.position().lon())
        && near(
            fix.accuracy_m(),
            back.accuracy_m(),
            fix.accuracy_m().unwrap_or(0.0) * 0.032 + 1e-3,
        )
        && near(fix.speed_mps(), back.speed_mps(), 0.126)
        && turned.abs() <= 2.6
        && near(fix.altitude_m(), back.altitude_m(), 0.51)
        && fix.monotonic_ms() == back.monotonic_ms()
        && fix
            .gps_at_ms()
            .zip(back.gps_at_ms())
            .is_none_or(|(a, b)| a.abs_diff(b) < 100)
        && fix.mock() == back.mock()
}

/// A block as it was written before there was a checksum.
fn without_sum(block: &[u8]) -> Vec<u8> {
    let mut block = block[..block.len().saturating_sub(CHECKSUM_BYTES)].to_vec();
    if let Some(form) = block.first_mut() {
        *form = FORMAT_WITHOUT_CHECKSUM;
    }
    block
}

proptest! {
    #[test]
    fn a_block_from_before_the_checksum_is_read_as_ever(fixes in prop::collection::vec(any_fix(), 0..60)) {
        let block = pack(&fixes);
        prop_assert_eq!(unpack(&without_sum(&block)), unpack(&block));
    }

    #[test]
    fn a_block_is_not_taken_for_one_without_a_checksum(fixes in prop::collection::vec(any_fix(), 0..20)) {
        let mut block = pack(&fixes);
        block[0] = FORMAT_WITHOUT_CHECKSUM;
        prop_assert_eq!(unpack(&block), Err(TrackPackError));
    }

    #[test]
    fn what_is_packed_is_unpacked_to_what_a_phone_can_know(fixes in prop::collection::vec(any_fix(), 0..60)) {
        let back = unpack(&pack(&fixes)).unwrap();
        prop_assert_eq!(back.len(), fixes.len());
        for (fix, back) in fixes.iter().zip(&back) {
            prop_assert!(is_equivalent(fix, back), "{:?} {:?}", fix, back);
        }
    }

    #[test]
    fn packing_again_changes_nothing(fixes in prop::collection::vec(any_fix(), 0..60)) {
        let once = unpack(&pack(&fixes)).unwrap();
        prop_assert_eq!(unpack(&pack(&once)).unwrap(), once);
    }

    #[test]
    fn garbage_is_refused_or_read_and_never_worse(mut bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Some(form) = bytes.first_mut() {
            *form = FORMAT;
        }
        prop_assert_eq!(unpack(&bytes), Err(TrackPackError), "the checksum tells");
        if let Ok(fixes) = unpack(&without_sum(&bytes)) {
            prop_assert!(fixes.len() <= BLOCK_MAX);
        }
        let sum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        if let Ok(fixes) = unpack(&bytes) {
            prop_assert!(fixes.len() <= BLOCK_MAX);
        }
    }

    #[test]
    fn a_cut_block_is_refused(fixes in prop::collection::vec(any_fix(), 1..20), cut in 1..20usize) {
        let block = pack(&fixes);
        let quantized = &block[..block.len().saturating_sub(cut)];
        prop_assert_eq!(unpack(quantized), Err(TrackPackError));
    }

    #[test]
    fn a_bit_that_turned_is_seen(fixes in prop::collection::vec(any_fix(), 1..20), bit in any::<prop::sample::Index>()) {
        let mut block = pack(&fixes);
        let bit = bit.index(block.len() * 8);
        block[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(unpack(&block), Err(TrackPackError));
    }
}

#[test]
fn the_strangest_times_survive() {
    let at = |ms| TrackFix::new(ms, Position::new(0.0, 0.0).unwrap());
    let fixes = [at(i64::MIN + 1), at(i64::MAX), at(0)];
    assert_eq!(unpack(&pack(&fixes)).unwrap(), fixes);
}
