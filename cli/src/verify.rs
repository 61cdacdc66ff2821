//! `verify`: checks an evidence chain and names the first broken link. Needs no book.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use fieldbook_core::evidence::{
    Break, ChainFault, ChainNote, Checker, ClockFlag, Digest, Expected, Header, LINE_BYTES_MAX, Noted,
    PublicKey, Summary,
};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::progress::Bar;

/// Check a chain of evidence, and name the first link that breaks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  fieldbook export evidence --out day.evidence && fieldbook verify day.evidence
  fieldbook verify day.evidence --key 3b6a27bc... --head 41:9f86d081...

Prints JSON, with --json on one line. Exit 1 when a link breaks. A file alone cannot tell that
its end was cut off, or that all of it was made anew under another key: give the key and the
head that the server knows (fieldbook-server admin evidence).")]
pub(crate) struct VerifyArgs {
    /// The file; `-` reads standard input
    file: PathBuf,
    /// The key that the chain must begin under, 64 hexadecimal digits
    #[arg(long, value_name = "HEX", value_parser = str::parse::<PublicKey>)]
    key: Option<PublicKey>,
    /// A link that the server has seen: its number and its hash
    #[arg(long, value_name = "N:HEX", value_parser = head)]
    head: Option<(u64, Digest)>,
}

fn head(text: &str) -> Result<(u64, Digest), &'static str> {
    let read = |text: &str| {
        let (n, hash) = text.split_once(':')?;
        Some((n.parse().ok()?, hash.parse().ok()?))
    };
    read(text).ok_or("expected a link's number and hash, such as 41:9f86d0...")
}

/// The result of reading a chain.
enum ChainResult {
    /// The chain is intact.
    Whole(Summary),
    /// A link is broken, in this line of the file; no line if the link is missing.
    Broken(Break, Option<u64>),
}

pub(crate) fn verify(context: &mut Context, args: &VerifyArgs) -> Result<(), CliError> {
    let expected = Expected {
        key: args.key,
        head: args.head,
    };
    let result = if args.file.as_os_str() == "-" {
        read(std::io::stdin().lock(), 0, &args.file, expected)?
    } else {
        let file = File::open(&args.file).map_err(|error| CliError::unreadable(&args.file, &error))?;
        let bytes = file.metadata().map_or(0, |meta| meta.len());
        read(BufReader::new(file), bytes, &args.file, expected)?
    };
    let value = to_json(&result);
    if context.out.json() {
        context.out.value(&value)?;
    } else {
        context.out.pretty(&value)?;
    }
    match result {
        ChainResult::Whole(_) => Ok(()),
        ChainResult::Broken(broken, line) => Err(into_cli_error(broken, line)),
    }
}

/// Reads line by line, in constant memory.
fn read(
    mut from: impl BufRead,
    bytes: u64,
    file: &Path,
    expected: Expected,
) -> Result<ChainResult, CliError> {
    let unreadable = |error: std::io::Error| CliError::unreadable(file, &error);
    let not_a_chain = |error: &dyn std::fmt::Display| {
        let shown = file.display().to_string();
        CliError::bad_input("not_a_chain", format!("{shown}: {error}")).with("file", shown)
    };
    let mut line = Vec::new();
    next_line(&mut from, &mut line).map_err(unreadable)?;
    let header = std::str::from_utf8(&line).map_err(|error| not_a_chain(&error))?;
    let header = Header::read(header).map_err(|error| not_a_chain(&error))?;
    let mut checker = Checker::begin(header, expected);
    let mut bar = Bar::new("verifying", bytes);
    let (mut done, mut number) = (line.len() as u64, 1);
    while next_line(&mut from, &mut line).map_err(unreadable)? {
        number += 1;
        done += line.len() as u64 + 1;
        bar.update(done, number);
        // Bytes that are no UTF-8 are an empty line, which is no link.
        if let Err(broken) = checker.line(std::str::from_utf8(&line).unwrap_or_default()) {
            return Ok(ChainResult::Broken(broken, Some(number)));
        }
    }
    Ok(match checker.end() {
        Ok(summary) => ChainResult::Whole(summary),
        Err(broken) => ChainResult::Broken(broken, None),
    })
}

/// The next line without its end, cut off where no line can be that long; `false` at the end of the file.
fn next_line(from: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let most = LINE_BYTES_MAX as u64 + 1;
    let read = from.by_ref().take(most).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    Ok(read > 0)
}

fn to_json(result: &ChainResult) -> Value {
    match result {
        ChainResult::Whole(summary) => json!({
            "ok": true,
            "links": summary.links,
            "key": summary.key.to_string(),
            "head": summary.head.to_string(),
            "without_content": summary.without_content,
            "notes": summary.notes.iter().map(note_json).collect::<Vec<_>>(),
        }),
        ChainResult::Broken(broken, line) => json!({
            "ok": false,
            "links": broken.link,
            "broken": { "link": broken.link, "line": line, "reason": broken.fault.code(), "message": broken.to_string() },
        }),
    }
}

fn note_json(noted: &Noted) -> Value {
    let (name, by_ms) = match &noted.note {
        ChainNote::Clock(ClockFlag::Jumped { by_ms }) => ("clock_jumped", Some(*by_ms)),
        ChainNote::Clock(ClockFlag::Off { by_ms }) => ("clock_off", Some(*by_ms)),
        ChainNote::Clock(ClockFlag::Disagree { by_ms }) => ("clocks_disagree", Some(*by_ms)),
        ChainNote::Clock(ClockFlag::Given) => ("time_given", None),
        ChainNote::Clock(ClockFlag::Other(entry)) => {
            return json!({ "link": noted.link, "note": "unknown_clock_flag", "flag": entry.to_json() });
        }
        ChainNote::KeyChanged { to } => {
            return json!({ "link": noted.link, "note": "key_changed", "to": to.to_string() });
        }
    };
    match by_ms {
        Some(by_ms) => json!({ "link": noted.link, "note": name, "by_ms": by_ms }),
        None => json!({ "link": noted.link, "note": name }),
    }
}

fn into_cli_error(broken: Break, line: Option<u64>) -> CliError {
    let code = match broken.fault {
        ChainFault::TailCut => "tail_cut",
        ChainFault::OtherKey => "other_key",
        _ => "broken_chain",
    };
    CliError::refused(code, broken.to_string())
        .with("link", broken.link)
        .with("line", line)
        .with("reason", broken.fault.code())
}
