//! Importing again, in another form or from another program: a record is found, and none is doubled.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use fieldbook_book::import::{ImportKind, LineFault};
use fieldbook_book::{Book, ExportFormat, ExportKind, ImportOptions, ImportReport, OpenOptions, Query};
use fieldbook_model::{Kind, Zone};

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

    fn import(&self, kind: ImportKind, name: &str, text: &str) -> ImportReport {
        let options = ImportOptions::default();
        self.book
            .import(kind, name, &mut text.as_bytes(), &options, &mut |_| {})
            .unwrap()
    }

    /// Imported, updated, unchanged and refused records of a file of accounts.
    fn accounts(&self, name: &str, text: &str) -> [usize; 4] {
        counts(&self.import(ImportKind::Accounts, name, text))
    }

    fn export(&self, format: ExportFormat) -> String {
        let mut out = Vec::new();
        self.book.export(ExportKind::Accounts, format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn titles(&self, kind: Kind) -> Vec<String> {
        let page = self.book.page(&Query::first(kind, 50)).unwrap();
        let mut titles: Vec<String> = page
            .records
            .iter()
            .map(|record| record.title().to_owned())
            .collect();
        titles.sort();
        titles
    }
}

fn counts(report: &ImportReport) -> [usize; 4] {
    let size = |n: u32| usize::try_from(n).unwrap();
    [
        size(report.imported),
        size(report.updated),
        size(report.unchanged),
        report.refused.len(),
    ]
}

#[test]
fn branches_of_one_name_are_told_apart_by_where_they_are() {
    let chain = "name,street,city,lat,lon\n\
                 Bean & Leaf,1 Quay St,Wells,53.01,0.85\n\
                 Bean & Leaf,4 Staithe,Blakeney,52.95,1.02\n\
                 Bean & Leaf,,Wells,53.02,0.86\n\
                 Lone Shop,2 Low St,Wells,53.00,0.85\n";
    let book = TestBook::new();
    assert_eq!(book.accounts("a.csv", chain), [4, 0, 0, 0]);
    assert_eq!(book.accounts("a.csv", chain), [0, 0, 4, 0]);
    // Another order, and one line alone.
    let reversed: Vec<&str> = chain.lines().skip(1).collect();
    let reversed = reversed
        .iter()
        .rev()
        .fold("name,street,city,lat,lon\n".to_owned(), |all, line| {
            all + line + "\n"
        });
    assert_eq!(book.accounts("a.csv", &reversed), [0, 0, 4, 0]);
    assert_eq!(
        book.accounts("a.csv", "name,city,tier\nBEAN & LEAF,blakeney,A\n"),
        [0, 1, 0, 0]
    );
    // A branch elsewhere is new; a line that could be any of them is refused with the reason.
    assert_eq!(
        book.accounts("a.csv", "name,city\nBean & Leaf,Cromer\n"),
        [1, 0, 0, 0]
    );
    let unclear = book.import(ImportKind::Accounts, "a.csv", "name,tier\nBean & Leaf,B\n");
    assert_eq!(unclear.refused[0].reason, LineFault::SeveralAccounts);
    assert_eq!(book.titles(Kind::Account).len(), 5);
}

#[test]
fn names_match_in_any_case_width_and_spacing_and_in_any_order_of_lines() {
    let shops = "name,city\nCafé Zürich,Ely\nŁódzka Piekarnia,Ely\nBäckerei Groß,Ely\n";
    let people = [
        "Ida,CAFÉ ZÜRICH",
        "Ben,Café Zürich",
        "Uwe,BÄCKEREI  GROSS",
        "Ola,Ło\u{301}dzka\u{a0}Piekarnia",
    ];
    for order in [[0, 1, 2, 3], [3, 1, 0, 2]] {
        let book = TestBook::new();
        book.accounts("a.csv", shops);
        let lines: String = order.iter().flat_map(|at| [people[*at], "\n"]).collect();
        let report = book.import(ImportKind::Contacts, "c.csv", &format!("name,account\n{lines}"));
        assert_eq!(counts(&report), [4, 0, 0, 0], "{:?}", report.refused);
        assert_eq!(
            book.accounts("a.csv", "name,city\nCAFÉ ZÜRICH,Ely\n"),
            [0, 1, 0, 0],
            "the spelling is the file's"
        );
    }
}

#[test]
fn both_forms_of_a_salesforce_id_are_one_key() {
    let book = TestBook::new();
    let long = "Account ID,Account Name\n0015g00000XyZAbAAN,Tidewater\n0015g00000XyZabAAF,Fenland\n";
    assert_eq!(book.accounts("a.csv", long), [2, 0, 0, 0]);
    let short = "Account ID,Account Name\n0015g00000XyZAb,Tidewater\n0015g00000XyZab,Fenland\n";
    assert_eq!(book.accounts("a.csv", short), [0, 0, 2, 0]);
    assert_eq!(
        book.accounts("a.csv", long),
        [0, 0, 2, 0],
        "the key stays as it was first written"
    );
    let contacts = "Contact ID,Last Name,Account ID\n0035g00000AAAAA,Moss,0015g00000XyZab\n";
    let report = book.import(ImportKind::Contacts, "c.csv", contacts);
    assert_eq!(counts(&report), [1, 0, 0, 0]);
}

#[test]
fn an_export_taken_back_changes_nothing_and_rebuilds_another_book() {
    let book = TestBook::new();
    let shops = "external_id,name,lat,lon,opening_hours,phone,tags\n\
                 E-1,Tidewater,52.3981,0.2625,Mo-Fr 08:00-17:00,01353 555000;01353 555001,\"a;b\"\n\
                 ,Fenland,52.5,0.09,,,\n";
    book.accounts("a.csv", shops);
    for (format, name) in [(ExportFormat::Json, "a.json"), (ExportFormat::Csv, "a.csv")] {
        let exported = book.export(format);
        assert_eq!(book.accounts(name, &exported), [0, 0, 2, 0], "{name}");
        // By its own id a record is found whatever its name has become.
        let renamed = exported.replace("Fenland", "Fenland Dairy");
        assert_eq!(book.accounts(name, &renamed), [0, 1, 1, 0], "{name}");
        assert_eq!(book.accounts(name, &exported), [0, 1, 1, 0], "{name}");
        let other = TestBook::new();
        assert_eq!(other.accounts(name, &exported), [2, 0, 0, 0], "{name}");
        let without_ids = |text: &str| {
            text.lines()
                .map(|line| {
                    line.split("\"site\"")
                        .next()
                        .unwrap_or_default()
                        .split_at(46)
                        .1
                        .to_owned()
                })
                .collect::<Vec<_>>()
        };
        if format == ExportFormat::Json {
            assert_eq!(without_ids(&other.export(format)), without_ids(&exported));
        }
        assert!(
            other
                .export(ExportFormat::Csv)
                .contains("01353 555000;01353 555001"),
            "{name}"
        );
    }
}

#[test]
fn the_answers_of_interfaces_and_files_made_by_hand_are_read_as_meant() {
    let wanted = ["Fenland", "Tidewater"];
    for (name, text) in [
        (
            "a.json",
            "{\"totalSize\":2,\"done\":true,\"records\":[\n{\"attributes\":{\"type\":\"Account\"},\"Id\":\"1\",\"Name\":\"Tidewater\"},{\"Id\":\"2\",\"Name\":\"Fenland\"}]}",
        ),
        (
            "a.json",
            "{\"total\":2,\"results\":[{\"id\":\"1\",\"properties\":{\"name\":\"Tidewater\"}},{\"id\":\"2\",\"properties\":{\"name\":\"Fenland\"}}],\"paging\":{}}",
        ),
        (
            "a.json",
            "{\"@odata.context\":\"https://crm.example/\",\"value\":[{\"accountid\":\"1\",\"name\":\"Tidewater\"},{\"accountid\":\"2\",\"name\":\"Fenland\"}]}",
        ),
        (
            "a.csv",
            "sep=;\r\nAccount Name;Latitude;Longitude\r\nTidewater;52,3981;0,2625\r\nFenland;52,5;0,09\r\n",
        ),
        (
            "a.csv",
            "\"sep=\t\"\nname\tcity\nTidewater\tEly\nFenland\tMarch\n",
        ),
        (
            "a.csv",
            "external_id, name, city\n1, \"Tidewater\" , \"Ely, Cambs\"\n2,Fenland, March\n",
        ),
    ] {
        let book = TestBook::new();
        assert_eq!(book.accounts(name, text), [2, 0, 0, 0], "{text}");
        assert_eq!(book.titles(Kind::Account), wanted, "{text}");
    }
}

#[test]
fn records_without_a_key_are_found_by_their_account_and_name_or_time() {
    let book = TestBook::new();
    book.accounts("a.csv", "name,city\nFenland,March\nOuse,Ely\n");
    let contacts = "name,account,email,phone\n\
                    Jan Nowak,Fenland,jan@fen.example,\n\
                    Jan Nowak,Fenland,j.nowak@fen.example,\n\
                    Jan Nowak,Ouse,,\n\
                    Ola Lis,,,\n";
    let deals =
        "name,account,close date,amount\nRenewal,Fenland,2026-12-31,100\nRenewal,Fenland,2027-12-31,100\n";
    let visits = "account,start,subject\nFenland,2026-12-01 10:00,Call\nFenland,2026-12-01 14:00,Call\n";
    for (kind, text, lines) in [
        (ImportKind::Contacts, contacts, 4),
        (ImportKind::Opportunities, deals, 2),
        (ImportKind::Visits, visits, 2),
    ] {
        assert_eq!(
            counts(&book.import(kind, "x.csv", text)),
            [lines, 0, 0, 0],
            "{kind:?}"
        );
        assert_eq!(
            counts(&book.import(kind, "x.csv", text)),
            [0, 0, lines, 0],
            "{kind:?}"
        );
        let mut reversed: Vec<&str> = text.lines().collect();
        reversed[1..].reverse();
        assert_eq!(
            counts(&book.import(kind, "x.csv", &reversed.join("\n"))),
            [0, 0, lines, 0],
            "{kind:?}"
        );
    }
    // A later list adds what the first did not know.
    let more = "name,account,email,phone\nJan Nowak,Ouse,,01353 555000\nJan Nowak,Fenland,new@fen.example,\n";
    assert_eq!(
        counts(&book.import(ImportKind::Contacts, "c.csv", more)),
        [1, 1, 0, 0]
    );
}

#[test]
fn contacts_of_dynamics_and_zoho_belong_to_their_accounts() {
    let book = TestBook::new();
    let accounts = "{\"value\":[{\"accountid\":\"aa-1\",\"name\":\"Fenland\",\"address1_city\":\"March\",\
                    \"address1_line1\":\"3 High St\",\"address1_latitude\":52.55,\"address1_longitude\":0.09}]}";
    assert_eq!(book.accounts("a.json", accounts), [1, 0, 0, 0]);
    let page = book.book.page(&Query::first(Kind::Account, 50)).unwrap();
    let fenland = page.records[0].clone();
    assert_eq!(
        (fenland.fields.text("street"), fenland.fields.text("city")),
        (Some("3 High St"), Some("March"))
    );
    for contacts in [
        "{\"value\":[{\"contactid\":\"c-1\",\"fullname\":\"Max Moss\",\"_parentcustomerid_value\":\"aa-1\"}]}",
        "{\"data\":[{\"id\":\"c-2\",\"Last_Name\":\"Lis\",\"Account_Name\":{\"name\":\"Fenland\",\"id\":\"7\"}}]}",
    ] {
        let report = book.import(ImportKind::Contacts, "c.json", contacts);
        assert_eq!(counts(&report), [1, 0, 0, 0], "{:?}", report.refused);
    }
    let page = book.book.page(&Query::first(Kind::Contact, 50)).unwrap();
    for contact in page.records {
        assert_eq!(
            contact.fields.id("account_id"),
            Some(fenland.id),
            "{}",
            contact.title()
        );
    }
}

#[test]
fn a_contact_of_several_companies_belongs_to_the_primary_one() {
    let book = TestBook::new();
    book.accounts("a.csv", "Record ID,Company name\n9001,Fenland\n9002,Ouse\n");
    let contacts = "Record ID,Last Name,Associated Company IDs,Associated Company IDs (Primary),Associated Company\n\
                    501,Moss,9001;9002,9002,Fenland;Ouse\n";
    let report = book.import(ImportKind::Contacts, "c.csv", contacts);
    assert_eq!(counts(&report), [1, 0, 0, 0], "{:?}", report.refused);
    let page = book.book.page(&Query::first(Kind::Contact, 50)).unwrap();
    let account = page.records[0].fields.id("account_id").unwrap();
    assert_eq!(book.book.record(account).unwrap().title(), "Ouse");
}

#[test]
fn a_time_without_a_zone_is_in_that_of_the_import_on_either_side_of_the_change_of_clocks() {
    let book = TestBook::new();
    book.accounts("a.csv", "name\nSolo\n");
    let options = ImportOptions {
        zone: "Europe/London".parse::<Zone>().unwrap(),
        ..ImportOptions::default()
    };
    let file =
        "external_id,account,start\n1,Solo,2026-10-23 09:00\n2,Solo,2026-10-26 09:00\n3,Solo,1793005200000\n";
    book.book
        .import(
            ImportKind::Visits,
            "v.csv",
            &mut file.as_bytes(),
            &options,
            &mut |_| {},
        )
        .unwrap();
    let page = book.book.page(&Query::first(Kind::Visit, 50)).unwrap();
    let mut planned: Vec<i64> = page
        .records
        .iter()
        .filter_map(|visit| visit.fields.time("planned_at"))
        .collect();
    planned.sort_unstable();
    // 08:00 UTC in summer time, 09:00 UTC after it.
    assert_eq!(planned, [1_792_742_400_000, 1_793_005_200_000, 1_793_005_200_000]);
}
