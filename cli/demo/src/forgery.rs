//! Verification of Ben's evidence chain, and of a copy with a backdated check-in.

use std::path::Path;

use fieldbook_core::book::Book;
use fieldbook_core::evidence::{Break, Checker, Expected, Header, Summary};

use crate::error::DemoError;

/// The results for the chain and for its forged copy.
pub(super) struct ChainChecks {
    /// Number of links of the genuine chain.
    pub(super) links: u64,
    /// First broken link of the copy.
    pub(super) first_break: Break,
}

/// Writes the chain and a copy whose third check-in is an hour earlier, and verifies both.
pub(super) fn forge(book: &Book, dir: &Path) -> Result<ChainChecks, DemoError> {
    let mut bytes = Vec::new();
    book.export_evidence(&mut bytes)?;
    let honest = String::from_utf8(bytes).map_err(failed)?;
    let forged = backdate_third_check_in(&honest);
    for (name, text) in [("ben.evidence", &honest), ("ben-forged.evidence", &forged)] {
        let path = dir.join(name);
        std::fs::write(&path, text).map_err(|error| DemoError::file(&path, error))?;
    }
    let links = verify(&honest)?.map_err(failed)?.links;
    match verify(&forged)? {
        Err(first_break) => Ok(ChainChecks { links, first_break }),
        Ok(_) => Err(failed("a forged chain was taken for whole")),
    }
}

/// The chain with each time in the line of the third check-in one hour earlier.
fn backdate_third_check_in(chain: &str) -> String {
    let mut arrivals = 0;
    let lines = chain.lines().map(|line| {
        arrivals += u32::from(line.contains("\"act\":\"check_in\""));
        if arrivals == 3 && line.contains("\"act\":\"check_in\"") {
            line.replace("T10:", "T09:") + "\n"
        } else {
            line.to_owned() + "\n"
        }
    });
    lines.collect()
}

fn verify(chain: &str) -> Result<Result<Summary, Break>, DemoError> {
    let mut lines = chain.lines();
    let header = Header::read(lines.next().unwrap_or_default()).map_err(failed)?;
    let mut checker = Checker::begin(header, Expected::default());
    Ok(lines
        .try_for_each(|line| checker.line(line))
        .and_then(|()| checker.end()))
}

fn failed(error: impl std::fmt::Display) -> DemoError {
    DemoError::story(error)
}
