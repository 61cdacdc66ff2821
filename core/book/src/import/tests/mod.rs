//! Whole files: made up here, made at random, and real.

mod cases;
mod random;
mod real;

use super::{Draft, ImportError, ImportKind, RefusedLine, open};

/// All that comes out of a file.
struct Outcome {
    drafts: Vec<Draft>,
    refused: Vec<RefusedLine>,
    matched: Vec<(String, String)>,
    unmatched: Vec<String>,
}

fn import(
    kind: ImportKind,
    name: &str,
    mut bytes: &[u8],
    map: &[(&str, &str)],
) -> Result<Outcome, ImportError> {
    let map: Vec<_> = map
        .iter()
        .map(|(f, c)| ((*f).to_owned(), (*c).to_owned()))
        .collect();
    let mut import = open(kind, name, &mut bytes, &map)?;
    let (mut drafts, mut refused) = (Vec::new(), Vec::new());
    for line in &mut import {
        match line {
            Ok(draft) => drafts.push(draft),
            Err(line) => refused.push(line),
        }
    }
    Ok(Outcome {
        drafts,
        refused,
        matched: import.matched().to_vec(),
        unmatched: import.unmatched().to_vec(),
    })
}

impl Outcome {
    /// The refused lines as they are printed.
    fn reasons(&self) -> Vec<String> {
        self.refused.iter().map(ToString::to_string).collect()
    }
}
