//! Files and fixes that are not what they should be.

use serde_json::{Value, json};

use crate::test_device::TestDevice;

/// A file, how many of its lines are taken, and the line, field and reason of each that is not.
struct Case {
    what: &'static str,
    name: &'static str,
    content: Vec<u8>,
    taken: u64,
    refused: &'static [(u64, &'static str, &'static str)],
}

fn case(
    what: &'static str,
    content: impl Into<Vec<u8>>,
    taken: u64,
    refused: &'static [(u64, &'static str, &'static str)],
) -> Case {
    Case {
        what,
        name: "shops.csv",
        content: content.into(),
        taken,
        refused,
    }
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// Files with defective lines.
fn matrix() -> Vec<Case> {
    let long = "x".repeat(1 << 20);
    let latin = b"external_id,name\n1,Acme\n2,Caf\xE9\n3,Zeta\n".to_vec();
    vec![
        case("a byte order mark", "\u{feff}external_id,name\n1,Acme\n", 1, &[]),
        case(
            "UTF-16 with its mark",
            utf16("external_id,name\r\n1,Café\r\n"),
            1,
            &[],
        ),
        case("Latin-1 on one line", latin, 2, &[(3, "", "not UTF-8 text")]),
        case(
            "ragged lines",
            "external_id,name,city\n1,Acme\n2,Beta,Ely,more\n3,Zeta,Ely\n",
            1,
            &[
                (2, "", "only 2 cells, the header has 3"),
                (3, "", "4 cells, the header has 3"),
            ],
        ),
        case(
            "twice the same external id",
            "external_id,name\n1,Acme\n2,Beta\n1,Other\n",
            2,
            &[(4, "external_id", "the same as on line 2")],
        ),
        case(
            "a field of 1 MB",
            format!("external_id,name\n1,{long}\n2,Beta\n"),
            1,
            &[(2, "name", "1048576 bytes, 2000 allowed")],
        ),
        case(
            "a quote that never closes",
            "external_id,name\n1,\"Acme\n2,Beta\n",
            1,
            &[(2, "", "a quote is opened here and never closed")],
        ),
        case(
            "a NUL",
            "external_id,name\n1,Ac\0me\n2,Beta\n",
            1,
            &[(2, "", "holds a character that text cannot have")],
        ),
        case(
            "no name",
            "external_id,name\n1,\n2,Beta\n",
            1,
            &[(2, "name", "is required")],
        ),
    ]
}

/// The same, of what stands in the cells.
fn cells() -> Vec<Case> {
    vec![
        case(
            "bad numbers",
            "external_id,name,visit_every_days\n1,Acme,often\n2,Beta,14\n3,Zeta,1e9\n",
            1,
            &[
                (2, "visit_every_days", "expected a whole number, 0 or more"),
                (4, "visit_every_days", "expected a whole number, 0 or more"),
            ],
        ),
        case(
            "impossible coordinates",
            "external_id,name,latitude,longitude\n1,Acme,91,0\n2,Beta,52.6,181\n3,Nix,0,0\n4,Half,52.6,\n5,Word,here,there\n6,Ely,52.4,0.26\n",
            1,
            &[
                (2, "position", "lat must be a number from -90 to 90"),
                (3, "position", "lon must be a number from -180 to 180"),
                (4, "position", "0,0 is no customer's door"),
                (5, "position", "only one of latitude and longitude is given"),
                (6, "position", "expected degrees such as 52.6272"),
            ],
        ),
    ]
}

#[test]
fn a_bad_line_is_refused_by_its_number_and_the_good_ones_are_taken() {
    for Case {
        what,
        name,
        content,
        taken,
        refused,
    } in matrix().into_iter().chain(cells())
    {
        let device = TestDevice::new();
        let file = device.file(name, content);
        let report = device.done(&["import", "accounts", &file]);
        let expected: Value = refused
            .iter()
            .map(|(line, field, reason)| json!({ "line": line, "field": field, "reason": reason }))
            .collect();
        assert_eq!(
            (&report["imported"], &report["refused"]),
            (&json!(taken), &expected),
            "{what}"
        );
        assert_eq!(device.accounts(), taken, "{what}");
        let again = device.done(&["import", "accounts", &file]);
        assert_eq!(
            (&again["imported"], &again["unchanged"]),
            (&json!(0), &json!(taken)),
            "{what}"
        );
        device.assert_sound();
    }
}

#[test]
fn a_file_of_which_nothing_can_be_read_is_bad_input_and_leaves_the_book_alone() {
    let device = TestDevice::new();
    device.shop("made before");
    for (what, content, code) in [
        ("nothing", &b""[..], "empty_file"),
        ("a spreadsheet", b"PK\x03\x04 and so on", "workbook"),
        (
            "Latin-1 in the header",
            b"external_id,name,stra\xDFe\n1,Acme,x\n",
            "not_text",
        ),
        ("no column for a name", b"colour,size\nred,9\n", "not_matched"),
        (
            "gzip cut off",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
            "truncated_file",
        ),
    ] {
        let file = device.file("bad.csv", content);
        let ran = device.run(&["import", "accounts", &file]);
        assert_eq!(ran.told(), (2, code), "{what}: {ran:?}");
        assert_eq!(ran.error["file"], file, "{what}");
    }
    let ran = device.run(&["import", "accounts", "no-such-file.csv"]);
    assert_eq!(ran.told(), (2, "no_such_file"));
    assert_eq!(device.accounts(), 1);
}

#[test]
fn a_fix_that_no_phone_reports_is_bad_input_and_no_visit_begins() {
    let device = TestDevice::new();
    let shop = device.shop("Corner shop");
    let good = r#""at":"2026-11-24T08:30:00Z","lat":52.6309,"lon":1.2974,"accuracy_m":8"#;
    for (what, old, new) in [
        ("north of the pole", "52.6309", "91"),
        ("east of the date line", "1.2974", "181"),
        ("no number", "52.6309", "\"here\""),
        ("a number too large for any", "52.6309", "1e999"),
        ("a time that is none", "2026-11-24T08:30:00Z", "yesterday"),
    ] {
        let fix = format!("{{{}}}", good.replace(old, new));
        let ran = device.run(&["check-in", &shop, "--fix", &fix]);
        assert_eq!(ran.told(), (2, "bad_fix"), "{what}: {ran:?}");
        assert_eq!(ran.error["fix"], 0, "{what}");
    }
    assert_eq!(device.run(&["visits"]).out, Value::Null, "no visit");
    for position in ["position=91,0", "position=0,181", "position=here"] {
        let ran = device.run(&["add", "account", "name=x", position]);
        assert_eq!(ran.told(), (2, "bad_field"), "{position}: {ran:?}");
    }
    assert_eq!(device.accounts(), 1);
    let ran = device.run(&["check-in", &shop, "--fix", &format!("{{{good}}}")]);
    assert_eq!(ran.code, 0, "{ran:?}");
}
