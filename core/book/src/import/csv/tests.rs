//! Records of CSV files, good and bad.

use super::*;

/// The records of `text`: the cells of each joined by `|`, or the reason of its refusal, each with its line.
fn records(text: &[u8]) -> Vec<(u64, Result<String, LineFault>)> {
    let mut input = text;
    let source = Source::open(&mut input, u64::MAX).unwrap();
    let mut csv = CsvReader::open(source).unwrap();
    let mut found = Vec::new();
    while let Some(next) = csv.next() {
        found.push(match next {
            Ok(row) => {
                let cells: Vec<&str> = (0..row.cells()).map(|at| row.cell(at)).collect();
                (row.line, Ok(cells.join("|")))
            }
            Err(refused) => (refused.line, Err(refused.reason)),
        });
    }
    found
}

fn ok(line: u64, cells: &str) -> (u64, Result<String, LineFault>) {
    (line, Ok(cells.to_owned()))
}

#[test]
fn quotes_line_ends_and_delimiters_are_read_as_written() {
    let expected = vec![ok(2, "1|two, \"2\"|3"), ok(3, "4|fi\nve|6"), ok(6, "|x|")];
    let unix = "a,b,c\n1,\"two, \"\"2\"\"\",3\n4,\"fi\nve\",6\n\n,x,\n";
    assert_eq!(records(unix.as_bytes()), expected);
    assert_eq!(records(unix.trim_end().as_bytes()), expected);
    let tabs = "a\tb\tc\n1\t\"two, \"\"2\"\"\"\t3\n4\t\"fi\nve\"\t6\n\n\tx\t";
    assert_eq!(records(tabs.as_bytes()), expected);
    let windows: Vec<_> = records(unix.replace('\n', "\r\n").as_bytes());
    assert_eq!(windows[0], expected[0]);
    assert_eq!(windows[2], expected[2]);
    assert_eq!(records(b"a;b,c;d\r1;2;3\r"), vec![ok(2, "1|2|3")]);
}

#[test]
fn a_line_with_too_many_or_too_few_cells_is_refused_and_shifts_nothing() {
    let (found, expected) = (3, 2);
    assert_eq!(
        records(b"a,b\n1,2,3\n4,5\n6\n7,8"),
        vec![
            (2, Err(LineFault::TooManyCells { found, expected })),
            ok(3, "4|5"),
            (4, Err(LineFault::TooFewCells { found: 1, expected })),
            ok(5, "7|8"),
        ]
    );
}

#[test]
fn an_unclosed_quote_costs_its_own_line() {
    let expected = vec![(2, Err(LineFault::UnclosedQuote)), ok(3, "3|4"), ok(4, "5|6")];
    assert_eq!(records(b"a,b\n1,\"2\n3,4\n5,6\n"), expected);
    // A later quote seems to close it.
    let expected = vec![(2, Err(LineFault::StrayQuote)), ok(3, "3|4, 5"), ok(4, "5|6")];
    assert_eq!(records(b"a,b\n1,\"2\n3,\"4, 5\"\n5,6\n"), expected);
    // A later quote does close it, but then the record has too many cells.
    let (found, expected) = (3, 2);
    let ragged = (2, Err(LineFault::TooManyCells { found, expected }));
    assert_eq!(
        records(b"a,b\n1,\"2\n3\",4\n5,6\n"),
        vec![ragged, ok(3, "3\"|4"), ok(4, "5|6")]
    );
    let long = format!("a,b\n1,\"2\n{}9,9\n", "3,4\n".repeat(3_000));
    let found = records(long.as_bytes());
    assert_eq!(found[0], (2, Err(LineFault::UnclosedQuote)));
    assert_eq!((found.len(), &found[3_001]), (3_002, &ok(3_003, "9|9")));
}

#[test]
fn text_behind_a_closing_quote_is_refused() {
    assert_eq!(
        records(b"a,b\n\"Joe\" Smith,1\nAnn,5\" pipe\n"),
        vec![(2, Err(LineFault::StrayQuote)), ok(3, "Ann|5\" pipe")]
    );
}

#[test]
fn a_line_that_is_no_text_is_refused_by_its_number() {
    assert_eq!(
        records(b"a,b\nCaf\xe9,1\nCaf\xc3\xa9,2\nx\0y,3\n"),
        vec![
            (2, Err(LineFault::NotUtf8)),
            ok(3, "Café|2"),
            (4, Err(LineFault::Nul))
        ]
    );
}

#[test]
fn an_endless_line_is_passed_over_without_being_held() {
    let long = "x".repeat(3 * RECORD_BYTES_MAX);
    let text = format!("a,b\r\n1,{long}\r\n3,4\r\n");
    let allowed = RECORD_BYTES_MAX;
    assert_eq!(
        records(text.as_bytes()),
        vec![(2, Err(LineFault::LineTooLong { allowed })), ok(3, "3|4")]
    );
}

#[test]
fn lines_of_nothing_hold_nothing() {
    assert_eq!(records(b"\n \na,b\n,\n1,2\n,,,,\n\n"), vec![ok(5, "1|2")]);
}

#[test]
fn a_file_without_a_header_is_refused() {
    let open = |mut text: &[u8]| {
        Source::open(&mut text, 1 << 20)
            .and_then(CsvReader::open)
            .map(|_| ())
    };
    assert_eq!(open(b""), Err(ImportError::Empty));
    assert_eq!(open(b" \n\n"), Err(ImportError::Empty));
    assert_eq!(open(b",,\n1,2,3\n"), Err(ImportError::NoHeader));
    assert_eq!(open(b"a,\"b\n1,2\n"), Err(ImportError::NoHeader));
    assert_eq!(open(b"a,b\0\n"), Err(ImportError::NotText { offset: 3 }));
    assert_eq!(open(b"a,\xe9\n"), Err(ImportError::NotText { offset: 2 }));
    assert_eq!(open(b"a,b"), Ok(()));
}
