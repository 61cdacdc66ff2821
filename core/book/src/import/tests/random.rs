//! Laws that hold for every file.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::{Draft, ImportKind};
use super::import;
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::check_new;
use fieldbook_model::{Fields, Kind, Scalar};

const KINDS: [ImportKind; 5] = [
    ImportKind::Accounts,
    ImportKind::Contacts,
    ImportKind::Opportunities,
    ImportKind::Visits,
    ImportKind::Leads,
];

/// The fields of a draft once its account is known.
fn complete(kind: Kind, fields: &Fields) -> Fields {
    let mut fields = fields.clone();
    if !matches!(kind, Kind::Account | Kind::Lead) {
        fields.set("account_id", Scalar::Id(RecordId([7; 16])));
    }
    fields
}

fn check_draft(kind: ImportKind, draft: &Draft) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        check_new(kind.kind(), &complete(kind.kind(), &draft.fields)),
        Ok(())
    );
    prop_assert_eq!(draft.fields.text("external_id"), draft.external_id.as_deref());
    if let Some(site) = &draft.site {
        prop_assert_eq!(check_new(Kind::Site, &complete(Kind::Site, site)), Ok(()));
    }
    Ok(())
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z0-9 .,;$€/-]{0,12}",
        1 => "\\PC{0,8}",
        1 => Just("\"".to_owned()),
        1 => (-200.0..200.0_f64).prop_map(|n| n.to_string()),
        1 => Just("03/07/2021".to_owned()),
        1 => Just("$1,234.50".to_owned()),
    ]
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

const HEADER: [&str; 12] = [
    "id",
    "name",
    "account",
    "lat",
    "lon",
    "amount",
    "close_date",
    "start",
    "tags",
    "phone",
    "fence_m",
    "visit_every_days",
];

proptest! {
    #[test]
    fn no_bytes_make_the_import_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), json in any::<bool>()) {
        for kind in KINDS {
            let name = if json { "x.json" } else { "x.csv" };
            let headed = [b"name,account,amount\n".as_slice(), &bytes].concat();
            let listed = [b"[{\"name\":\"a\",\"account\":1},".as_slice(), &bytes].concat();
            for file in [&bytes, if json { &listed } else { &headed }] {
                for draft in import(kind, name, file, &[]).into_iter().flat_map(|found| found.drafts) {
                    check_draft(kind, &draft)?;
                }
            }
        }
    }

    #[test]
    fn every_record_is_either_a_draft_that_may_stand_or_a_refused_line(
        rows in prop::collection::vec(prop::collection::vec(cell(), HEADER.len()), 0..20)
    ) {
        let mut text = HEADER.join(",");
        for row in &rows {
            let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
            text = format!("{text}\n{}", cells.join(","));
        }
        let filled = rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        for kind in KINDS {
            let found = import(kind, "x.csv", text.as_bytes(), &[]).unwrap();
            prop_assert_eq!(found.drafts.len() + found.refused.len(), filled.clone().count());
            let lines: BTreeSet<u64> =
                found.drafts.iter().map(|d| d.line).chain(found.refused.iter().map(|r| r.line)).collect();
            prop_assert_eq!(lines.len(), filled.clone().count());
            for draft in &found.drafts {
                check_draft(kind, draft)?;
                if kind == ImportKind::Accounts {
                    let line = usize::try_from(draft.line).unwrap();
                    prop_assert_eq!(draft.fields.text("name"), Some(rows[line - 2][1].trim()));
                }
            }
        }
    }

    #[test]
    fn a_broken_line_costs_no_line_but_itself(at in 0..10_usize, junk in "[a-z\",]{0,8}") {
        let mut lines: Vec<String> = (0..10).map(|n| format!("{n},\"Shop, {n}\",Ely")).collect();
        lines[at] = format!("x,\"{junk}");
        let text = format!("id,name,city\n{}\n", lines.join("\n"));
        let found = import(ImportKind::Accounts, "x.csv", text.as_bytes(), &[]).unwrap();
        let kept: Vec<_> = found.drafts.iter().filter_map(|d| d.external_id.clone()).collect();
        let good = (0..10).filter(|n| *n != at).map(|n| n.to_string());
        for id in good {
            prop_assert!(kept.contains(&id), "line of {} is lost: {:?}", id, found.reasons());
        }
    }
}
