//! The memory that a message may use. Alone in its file, because the peak is that of the whole process.

/// The most that this process ever held, in KiB.
#[cfg(target_os = "linux")]
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let peak = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    });
    peak.expect("a figure in KiB")
}

#[cfg(target_os = "linux")]
#[test]
fn no_message_takes_more_memory_than_a_few_times_its_inflated_size() {
    use fieldbook_model::wire::{INFLATED_BYTES_MAX, JoinRequest, SyncRequest, SyncResponse, pack, unpack};

    let long = INFLATED_BYTES_MAX - 64;
    let array = |head: &[u8], filling: u8| {
        let length = u32::try_from(long).unwrap().to_be_bytes();
        [head, &[0x9a], &length, &vec![filling; long]].concat()
    };
    let bodies = [
        // An unknown key whose value nests without end.
        [&[0xa1, 0x18, 0x63][..], &vec![0x9f; long]].concat(),
        [&[0xa1, 0x18, 0x63, 0x82][..], &vec![0x9f; long]].concat(),
        // Sixteen million empty changes, sums, verdicts.
        array(
            &[&[0xa1, 2, 0x81, 0xa3, 0, 1, 1, 0x50][..], &[1; 16], &[2]].concat(),
            0x40,
        ),
        array(&[0xa1, 3, 0x81, 0xa1, 3], 0),
        array(&[0xa1, 1, 0x81, 0xa1, 2], 0),
        // 2^60 pushes.
        [&[0xa1, 2, 0x9b, 0x10][..], &[0; 7], &vec![0xa0; 1000]].concat(),
    ];
    let bodies = bodies.map(|plain| zstd::bulk::compress(&plain, 3).unwrap());
    assert!(bodies.iter().all(|body| body.len() < 4_000), "small on the wire");
    let _ = unpack::<u8>(&pack(&0_u8));
    let before = peak_kib();
    for body in &bodies {
        assert!(unpack::<JoinRequest>(body).is_err());
        assert!(unpack::<SyncRequest>(body).is_err());
        assert!(unpack::<SyncResponse>(body).is_err());
    }
    let grown = peak_kib() - before;
    assert!(grown < 100 << 10, "the peak grew by {grown} KiB");
}

#[cfg(not(target_os = "linux"))]
#[test]
fn no_message_takes_more_memory_than_a_few_times_its_inflated_size() {
    println!("skipped: the peak of memory is read from /proc, which this system has not");
}
