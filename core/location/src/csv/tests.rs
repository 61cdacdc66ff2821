//! Laws of cutting records.

use proptest::prelude::*;

use super::*;

fn cells(text: &[u8], delimiter: u8) -> (RecordScan, Vec<Vec<u8>>) {
    let mut buffer = CellBuffer::default();
    let scan = scan_record(text, true, delimiter, &mut buffer);
    (
        scan,
        (0..buffer.count()).map(|at| buffer.bytes(at).to_vec()).collect(),
    )
}

#[test]
fn a_quote_counts_only_around_a_cell() {
    let (scan, found) = cells(b"a, \"b,c\" ,,\"d\",e\"f", b',');
    assert_eq!(scan, RecordScan::Record { bytes: 18, lines: 0 });
    assert_eq!(found, [&b"a"[..], b"b,c", b"", b"d", b"e\"f"]);
    assert_eq!(cells(b"", b',').1, [b""]);
    assert_eq!(cells(b"\"open", b',').0, RecordScan::Unclosed);
    assert_eq!(cells(b"\"a\"b,c", b',').0, RecordScan::Stray);
}

#[test]
fn a_header_tells_its_separator() {
    assert_eq!(delimiter(b"a,b\n1;2;3;4"), b',');
    assert_eq!(delimiter(b"a;b,c;d"), b';');
    assert_eq!(delimiter(b"\"a;b;c\",d"), b',');
    assert_eq!(delimiter(b"a\tb"), b'\t');
    assert_eq!(separator_line(b"sep=;\r\nx"), Some((b';', 7)));
    assert_eq!(separator_line(b"\"SEP=|\"\nx"), Some((b'|', 8)));
    assert_eq!(separator_line(b"sep=\nx"), Some((b'\t', 5)));
    for other in [&b"sep;a\n"[..], b"sep=;", b"separator=;\n", b""] {
        assert_eq!(separator_line(other), None);
    }
}

#[test]
fn a_number_has_one_mark_at_most() {
    for (text, number) in [
        ("-0,5", -0.5),
        ("52.63", 52.63),
        ("1e-3", 0.001),
        ("7", 7.0),
        (",5", 0.5),
    ] {
        assert_eq!(decimal(text), Some(number), "{text}");
    }
    for text in [
        "", ",", "1,2,3", "1.2,3", "1,2.3", "NaN", "inf", "-inf", "1e999", "12 m",
    ] {
        assert_eq!(decimal(text), None, "{text}");
    }
}

proptest! {
    /// Whatever stands in quoted cells comes back, however the window is cut.
    #[test]
    fn quoted_cells_come_back(texts in prop::collection::vec("[a-z,;\"\r\n é]{0,12}", 1..6), semicolon: bool) {
        let separator = if semicolon { ";" } else { "," };
        let quoted: Vec<String> = texts.iter().map(|text| format!("\"{}\"", text.replace('"', "\"\""))).collect();
        let line = format!("{}\n", quoted.join(separator));
        let (scan, found) = cells(line.as_bytes(), separator.as_bytes()[0]);
        let lines = line_ends(line.as_bytes());
        prop_assert_eq!(scan, RecordScan::Record { bytes: line.len(), lines });
        let expected: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        prop_assert_eq!(found, expected);
        for cut in 0..line.len() {
            let mut buffer = CellBuffer::default();
            let part = scan_record(&line.as_bytes()[..cut], false, separator.as_bytes()[0], &mut buffer);
            prop_assert_eq!(part, RecordScan::More, "cut at {}", cut);
        }
    }

    /// A record never reaches beyond its window, and any bytes are taken.
    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(prop::sample::select(b"a,\"\n\r \xc3".to_vec()), 0..60), ended: bool) {
        let mut buffer = CellBuffer::default();
        if let RecordScan::Record { bytes: length, lines } = scan_record(&bytes, ended, b',', &mut buffer) {
            prop_assert!(length <= bytes.len());
            prop_assert_eq!(lines, line_ends(&bytes[..length]));
            prop_assert!(buffer.count() > 0);
        }
    }
}
