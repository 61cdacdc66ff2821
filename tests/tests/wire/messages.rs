//! Each message against its golden file, in both directions.

use crate::annotated;
use crate::exchange;
use crate::golden::{hold_file, is_blessed, path, text};
use crate::samples::{self, Sample};

fn file_of(sample: &Sample) -> String {
    format!("tests/data/wire/{}.hex", sample.name)
}

#[test]
fn every_message_is_written_as_its_golden_file_says() {
    for sample in samples::all() {
        let written = format!(
            "; {}: {}\n{}",
            sample.rule,
            sample.about,
            annotated::write(&sample.bytes)
        );
        hold_file(&file_of(&sample), &written);
    }
}

#[test]
fn every_golden_file_reads_as_the_message_it_was_made_from() {
    for sample in samples::all() {
        let golden = text(&file_of(&sample));
        if golden.is_empty() && is_blessed() {
            println!("{} is being written", sample.name);
            continue;
        }
        let bytes = annotated::read(&golden);
        assert_eq!((sample.reads_as_it)(&bytes), Some(true), "{}", sample.name);
    }
}

#[test]
fn every_golden_file_is_held_by_someone() {
    let calls = exchange::told().calls;
    let calls = calls
        .iter()
        .flat_map(|call| ["request", "response"].map(|side| call.file(side)));
    let mut held: Vec<String> = samples::all().iter().map(file_of).chain(calls).collect();
    held.sort();
    let mut there: Vec<String> = std::fs::read_dir(path("tests/data/wire"))
        .unwrap()
        .map(|entry| format!("tests/data/wire/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    there.sort();
    if !is_blessed() {
        assert_eq!(there, held);
    }
}
