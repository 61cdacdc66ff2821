//! What the boundary to other languages costs: `cargo xtask bench bindings`.
//!
//! The library is built as an app ships it (profile `mobile`), its size is printed part by part, then each language pages
//! through 100,000 records and makes a million calls, the JVM shows its first list, and Android draws a frame.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bindings::{self, Profile};
use crate::scenario::{self, Language};
use crate::step::{Step, Stop};
use crate::{android, kotlin, process};

/// The steps of `cargo xtask bench bindings`.
pub(crate) fn steps() -> Vec<Step> {
    let mut steps = bindings::steps(Profile::Mobile);
    steps.push(Step::new("size of the library", size));
    for language in Language::ALL {
        steps.push(Step::new(format!("boundary in {}", language.name()), move || {
            scenario::measure_boundary(language, Profile::Mobile)
        }));
    }
    steps.push(Step::new("first list on the JVM", || {
        kotlin::measure_first_list(Profile::Mobile)
    }));
    steps.push(Step::new("frame of the account list", || {
        android::measure_frame(Profile::Mobile)
    }));
    steps
}

/// Prints the size of the stripped library and of its larger sections.
fn size() -> Result<(), Stop> {
    let stripped = strip(&Profile::Mobile.library())?;
    let bytes = fs::metadata(&stripped).map_err(|e| Stop::Failed(format!("{}: {e}", stripped.display())))?;
    println!("libfieldbook.so, stripped: {}", megabytes(bytes.len()));
    let sections = process::output_of(Command::new("size").arg("-A").arg(&stripped))?;
    for line in String::from_utf8_lossy(&sections).lines() {
        let mut words = line.split_whitespace();
        let (Some(name), Some(Ok(bytes))) = (words.next(), words.next().map(str::parse::<u64>)) else {
            continue;
        };
        if name.starts_with('.') && bytes > SHOWN {
            println!("  {name}: {}", megabytes(bytes));
        }
    }
    Ok(())
}

/// Sections smaller than this are not printed, bytes.
const SHOWN: u64 = 50_000;

fn strip(library: &Path) -> Result<PathBuf, Stop> {
    let stripped = library.with_extension("stripped.so");
    process::ensure("strip", "--version", &["binutils"])?;
    process::run(Command::new("strip").arg("-o").arg(&stripped).arg(library))?;
    Ok(stripped)
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{:02} MB", bytes / 1_000_000, bytes % 1_000_000 / 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_printed_in_megabytes() {
        assert_eq!(megabytes(7_948_688), "7.94 MB");
        assert_eq!(megabytes(50_000), "0.05 MB");
    }
}
