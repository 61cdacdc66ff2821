//! Leads of files and of hands: one is found again, and the points are learned from what became of them.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use fieldbook_book::import::ImportKind;
use fieldbook_book::{Book, ImportOptions, ImportReport, OpenOptions};
use fieldbook_model::{Fields, Scalar};

struct TestBook {
    book: Book,
    _folder: tempfile::TempDir,
}

fn book() -> TestBook {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::open(OpenOptions::new(folder.path().join("book.db"))).unwrap();
    TestBook {
        book,
        _folder: folder,
    }
}

impl TestBook {
    fn import(&self, text: &str) -> ImportReport {
        let options = ImportOptions::default();
        self.book
            .import(
                ImportKind::Leads,
                "leads.csv",
                &mut text.as_bytes(),
                &options,
                &mut |_| {},
            )
            .unwrap()
    }

    fn counts(&self, text: &str) -> (u32, u32, u32, usize) {
        let report = self.import(text);
        (
            report.imported,
            report.updated,
            report.unchanged,
            report.refused.len(),
        )
    }
}

const LIST: &str = "Prospect ID,First Name,Last Name,Company,Phone,Email,Lead Source,Campaign
L-1,Wei,Li,Harbour Clinic,+86 21 5555 0100,li@harbour.example,Trade fair,Autumn
L-2,Ola,Lis,,,ola@lis.example,Web,
,,,Corner Labs,,,Web,
,Jan,Berg,,,,Web,
,,,,,,Web,
";

#[test]
fn a_list_of_leads_imported_twice_is_imported_once() {
    let test = book();
    let report = test.import(LIST);
    let matched = |column: &str| {
        let found = report.matched.iter().find(|(name, _)| name == column);
        found.map(|(_, field)| field.as_str())
    };
    assert_eq!(matched("Prospect ID"), Some("external_id"));
    assert_eq!(matched("Lead Source"), Some("source"));
    assert_eq!((report.imported, report.refused.len()), (4, 1));
    let names: Vec<String> = test
        .book
        .leads()
        .unwrap()
        .iter()
        .map(|standing| standing.lead.title().to_owned())
        .collect();
    assert_eq!(names, ["Corner Labs", "Jan Berg", "Ola Lis", "Wei Li"]);
    assert_eq!(test.counts(LIST), (0, 0, 4, 1));
}

#[test]
fn a_line_with_a_known_number_enriches_that_lead_and_keeps_its_source() {
    let test = book();
    let met = Fields::new()
        .with("name", "Li Wei")
        .with("phone", "021 5555 0100")
        .with("source", "Trade fair");
    let id = test.book.capture_lead(&met).unwrap().lead.id;
    let line = "Name,Phone,City,Source\nWei Li,+86 21 5555 0100,Shanghai,Web form\n";
    assert_eq!(test.counts(line), (0, 1, 0, 0));
    assert_eq!(test.counts(line), (0, 0, 1, 0));
    let standing = test.book.lead_standing(id).unwrap();
    let text = |key: &str| standing.lead.fields.text(key).map(str::to_owned);
    assert_eq!(text("name").as_deref(), Some("Li Wei"));
    assert_eq!(text("city").as_deref(), Some("Shanghai"));
    assert_eq!(text("source").as_deref(), Some("Trade fair"));
    let sources: Vec<&str> = standing
        .touches
        .iter()
        .filter_map(|touch| touch.text.as_deref())
        .collect();
    assert_eq!(sources, ["Web form"]);
    // A number that is like it, of another country, is another lead.
    let other = "Name,Phone,Source\nAl,+1 212 155 550100,Web form\n";
    assert_eq!(test.counts(other), (1, 0, 0, 0));
}

#[test]
fn points_are_learned_from_what_became_of_leads_and_from_nothing_that_was_written_later() {
    let test = book();
    let add = |n: usize, source: &str| {
        let fields = Fields::new()
            .with("name", format!("{source} {n}"))
            .with("source", source);
        test.book.capture_lead(&fields).unwrap().lead.id
    };
    for n in 0..30 {
        let fair = add(n, "Trade fair");
        let list = add(n, "Bought list");
        // Three of four from the fair become accounts, one of four from the list.
        for (id, wins) in [(fair, n % 4 != 0), (list, n % 4 == 0)] {
            let book = &test.book;
            // The number is found out by whoever works on the lead: it tells the outcome, and must not count.
            if wins {
                book.set_field(id, "phone", format!("+49 30 5550{n:03}")).unwrap();
                book.convert_lead(id, None).unwrap();
            } else {
                book.set(id, &Fields::new().with("closed_reason", "no budget"))
                    .unwrap();
            }
        }
    }
    let (fair, list) = (add(100, "Trade fair"), add(100, "Bought list"));
    test.book
        .set(list, &Fields::new().with("phone", Scalar::from("+49 30 5559999")))
        .unwrap();
    let scores = test.book.lead_scores().unwrap();
    assert_eq!(
        (scores.converted, scores.closed, scores.is_enough()),
        (30, 30, true)
    );
    let order: Vec<_> = scores.open.iter().map(|scored| scored.lead.id).collect();
    assert_eq!(order, [fair, list]);
    let best = &scores.open[0].score;
    assert_eq!(
        (best.reasons[0].column.as_str(), best.reasons[0].answer.as_str()),
        ("source", "trade fair")
    );
    assert!(best.points > 0 && best.p > 0.6, "{best:?}");
    assert!(
        scores
            .open
            .iter()
            .all(|scored| scored.score.reasons.iter().all(|reason| reason.column != "reach"))
    );
    let expected: f64 = scores.calibration.iter().map(|band| band.expected).sum();
    assert!((expected - 30.0).abs() < 1.0, "{expected}");
    // Too few to learn from: no points are made up.
    let empty = book();
    empty
        .book
        .capture_lead(&Fields::new().with("name", "Ada"))
        .unwrap();
    let scores = empty.book.lead_scores().unwrap();
    assert!(!scores.is_enough() && scores.open.is_empty());
}
