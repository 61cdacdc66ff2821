//! Numbers, keys and positions as vendors write them: kept, read right, or refused, never changed.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use fieldbook_book::import::{ImportKind, LineFault};
use fieldbook_book::{Book, ImportOptions, ImportReport, OpenOptions, Query};
use fieldbook_model::{Kind, Record};

struct TestBook {
    book: Book,
    _folder: tempfile::TempDir,
}

impl TestBook {
    fn new() -> TestBook {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(OpenOptions::new(folder.path().join("book.db"))).unwrap();
        TestBook {
            book,
            _folder: folder,
        }
    }

    fn import(&self, kind: ImportKind, name: &str, text: &str, map: &[(&str, &str)]) -> ImportReport {
        let map = map
            .iter()
            .map(|(field, column)| ((*field).to_owned(), (*column).to_owned()));
        let options = ImportOptions {
            map: map.collect(),
            ..ImportOptions::default()
        };
        self.book
            .import(kind, name, &mut text.as_bytes(), &options, &mut |_| {})
            .unwrap()
    }

    fn all(&self, kind: Kind) -> Vec<Record> {
        self.book.page(&Query::first(kind, 100)).unwrap().records
    }
}

#[test]
fn a_key_of_many_digits_is_kept_from_json_and_csv() {
    for (name, text) in [
        (
            "a.json",
            "[{\"id\":123456789012345678901234567890,\"name\":\"A\",\"n\":9007199254740993},\
              {\"id\":123456789012345678901234567891,\"name\":\"B\",\"n\":18446744073709551617}]",
        ),
        (
            "a.csv",
            "id,name,n\n123456789012345678901234567890,A,9007199254740993\n\
             123456789012345678901234567891,B,18446744073709551617\n",
        ),
    ] {
        let test = TestBook::new();
        let report = test.import(ImportKind::Accounts, name, text, &[("x/number", "n")]);
        assert_eq!((report.imported, report.refused.len()), (2, 0), "{name}");
        let texts: Vec<_> = test
            .all(Kind::Account)
            .iter()
            .map(|account| {
                let text = |field| account.fields.text(field).unwrap().to_owned();
                (text("external_id"), text("x/number"))
            })
            .collect();
        let expected = [
            ("123456789012345678901234567890", "9007199254740993"),
            ("123456789012345678901234567891", "18446744073709551617"),
        ];
        assert_eq!(
            texts,
            expected.map(|(id, n)| (id.to_owned(), n.to_owned())),
            "{name}"
        );
        assert_eq!(
            test.import(ImportKind::Accounts, name, text, &[("x/number", "n")])
                .unchanged,
            2
        );
    }
}

#[test]
fn a_key_that_a_spreadsheet_rounded_is_refused() {
    let test = TestBook::new();
    let report = test.import(
        ImportKind::Accounts,
        "a.csv",
        "external_id;name\n1,23457E+17;A\n1.23457E+17;B\nE+17;C\n12E+17;D\n",
        &[],
    );
    let reasons: Vec<_> = report.refused.iter().map(|line| &line.reason).collect();
    assert_eq!(reasons, [&LineFault::RoundedKey, &LineFault::RoundedKey]);
    assert_eq!(report.imported, 2);
    let contacts = test.import(
        ImportKind::Contacts,
        "c.csv",
        "name,Account ID\nJan,1.23457E+17\n",
        &[],
    );
    assert_eq!(contacts.refused[0].reason, LineFault::RoundedKey);
}

/// The position of the only site, and what the report says of the columns.
fn position(header: &str, cell: &str) -> Option<String> {
    let test = TestBook::new();
    let text = format!("name,{header}\nShop,{cell}\n");
    let report = test.import(ImportKind::Accounts, "a.csv", &text, &[]);
    assert_eq!(report.refused, [], "{header}");
    let sites = test.all(Kind::Site);
    sites
        .first()
        .map(|site| site.fields.text("position").unwrap().to_owned())
}

#[test]
fn a_position_with_the_longitude_first_is_read_so() {
    // Tiananmen by Amap, Baidu and in WGS-84: one place.
    let places = [
        ("lnglat_gcj02", "\"116.397451,39.909187\""),
        ("经纬度(高德)", "\"116.397451,39.909187\""),
        ("lng_gcj02,lat_gcj02", "116.397451,39.909187"),
        ("经度（百度）,纬度（百度）", "116.403847,39.915526"),
        ("百度经纬度", "\"116.403847,39.915526\""),
        ("经度,纬度", "116.391207,39.907785"),
        ("lon/lat", "\"116.391207,39.907785\""),
        ("position", "\"116.391207,39.907785\""),
        ("position", "\"39.907785,116.391207\""),
        ("position", "[116.391207;39.907785]"),
    ];
    for (header, cell) in places {
        let found = position(header, cell).unwrap_or_else(|| panic!("{header} is not read"));
        let (lat, lon) = found.split_once(',').unwrap();
        let (lat, lon): (f64, f64) = (lat.parse().unwrap(), lon.parse().unwrap());
        // Two ten-thousandths of a degree are 20 m.
        assert!(
            (lat - 39.907_785).abs() < 2e-4 && (lon - 116.391_207).abs() < 2e-4,
            "{header}: {found}"
        );
    }
    // One cell of a column that shows the order decides for those that do not: Urumqi lies at 87.6 east.
    let test = TestBook::new();
    let text = "name,position\nA,\"87.6168,43.8256\"\nB,\"116.391207,39.907785\"\n";
    test.import(ImportKind::Accounts, "a.csv", text, &[]);
    let positions: Vec<_> = test
        .all(Kind::Site)
        .iter()
        .map(|site| site.fields.text("position").unwrap().to_owned())
        .collect();
    assert!(
        positions.contains(&"43.8256000,87.6168000".to_owned()),
        "{positions:?}"
    );
}
