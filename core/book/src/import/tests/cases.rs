//! Files made up for one trap each.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::{AccountRef, ImportError, ImportKind, LineFault};
use super::{Outcome, import};
use fieldbook_model::schema::Why;
use fieldbook_model::{Fields, Scalar};

fn accounts(text: &str) -> Outcome {
    import(ImportKind::Accounts, "accounts.csv", text.as_bytes(), &[]).unwrap()
}

fn opportunities(text: &str) -> Outcome {
    import(ImportKind::Opportunities, "deals.csv", text.as_bytes(), &[]).unwrap()
}

/// The values of one field, line by line.
fn texts<'a>(outcome: &'a Outcome, field: &str) -> Vec<&'a str> {
    outcome
        .drafts
        .iter()
        .map(|d| d.fields.text(field).unwrap_or("-"))
        .collect()
}

#[test]
fn an_account_is_read_with_its_door() {
    let found = accounts(
        "\u{feff}id,Name,street,housenumber,address_2,city,tel,tags,lat,lng,fence_m,opening_hours,visit_every_days,mood\n\
         7, The Crown ,Haymarket,18,Floor 2,Norwich,+44 1;+44 2,\"wine; pub,\",52.6272,1.2927,80,Mo-Fr 10:00-18:00,14,good\n",
    );
    let expected = Fields::new()
        .with("external_id", "7")
        .with("name", "The Crown")
        .with("street", "18 Haymarket, Floor 2")
        .with("city", "Norwich")
        .with("phone", "+44 1")
        .with("phone/+44 2", "other")
        .with("tag/wine", Scalar::Bool(true))
        .with("tag/pub", Scalar::Bool(true))
        .with("visit_every_days", Scalar::Int(14));
    assert_eq!(found.drafts[0].fields, expected);
    assert_eq!(found.drafts[0].external_id.as_deref(), Some("7"));
    let door = Fields::new()
        .with("position", "52.6272000,1.2927000")
        .with("fence", "circle:80")
        .with("opening_hours", "Mo-Fr 10:00-18:00")
        .with("street", "18 Haymarket, Floor 2")
        .with("city", "Norwich");
    assert_eq!(found.drafts[0].site.as_ref(), Some(&door));
    assert_eq!(found.unmatched, ["mood"]);
}

#[test]
fn an_account_that_is_nowhere_has_no_door() {
    let found = accounts("name,city,lat,lon\nThe Crown,Norwich,,\nThe Bell,NULL,,\n");
    assert!(found.drafts.iter().all(|draft| draft.site.is_none()));
    assert_eq!(texts(&found, "city"), ["Norwich", "-"]);
}

#[test]
fn an_impossible_place_is_refused_by_its_line() {
    let found = accounts(
        "name,lat,lon,fence_m\nA,91,0,\nB,NaN,1,\nC,52.6,,\nD,0,0.000,\nE,north,1,\nF,52.6,-181,\nG,52.6,1.2,0\nH,\"52,6\",1.2,50 m\n",
    );
    assert_eq!(
        found.reasons(),
        [
            "line 2: position: lat must be a number from -90 to 90",
            "line 3: position: lat must be a number from -90 to 90",
            "line 4: position: only one of latitude and longitude is given",
            "line 5: position: 0,0 is no customer's door",
            "line 6: position: expected degrees such as 52.6272",
            "line 7: position: lon must be a number from -180 to 180",
            &format!("line 8: fence: {}", found.refused[6].reason),
        ]
    );
    assert!(matches!(found.refused[6].reason, LineFault::Fence(_)));
    let site = found.drafts[0].site.as_ref().unwrap();
    assert_eq!(
        (site.text("position"), site.text("fence")),
        (Some("52.6000000,1.2000000"), Some("circle:50"))
    );
}

#[test]
fn chinese_coordinates_are_brought_to_wgs84() {
    let at = |header: &str, cells: &str| {
        let found = accounts(&format!("name,{header}\nA,{cells}\n"));
        found.drafts[0]
            .site
            .as_ref()
            .unwrap()
            .text("position")
            .unwrap()
            .to_owned()
    };
    let plain = at("lat,lon", "22.543096,114.057865");
    let shifted = at("lat_gcj02,lon_gcj02", "22.543096,114.057865");
    assert_eq!(plain, "22.5430960,114.0578650");
    assert_ne!(shifted, plain);
    assert_eq!(at("lat,lon,datum", "22.543096,114.057865,GCJ-02"), shifted);
}

#[test]
fn the_second_of_two_equal_keys_is_refused_and_names_the_first() {
    let found = accounts("id,name\n1,A\n2,\n1,B\n2,C\n,D\n,E\n");
    assert_eq!(
        found.reasons(),
        [
            "line 3: name: is required",
            "line 4: external_id: the same as on line 2"
        ]
    );
    assert_eq!(texts(&found, "name"), ["A", "C", "D", "E"]);
}

#[test]
fn a_text_too_long_for_its_field_is_refused() {
    let long = "x".repeat(1 << 20);
    let found = accounts(&format!("name,city\nA,{long}\nB,Ely\n"));
    let (bytes, allowed) = (1 << 20, 2_000);
    assert_eq!(
        found.refused[0].reason,
        LineFault::Field(Why::TooLong { bytes, allowed })
    );
    assert_eq!(
        (found.refused[0].line, found.refused[0].field.as_str()),
        (2, "city")
    );
    assert_eq!(texts(&found, "name"), ["B"]);
}

#[test]
fn dates_and_amounts_are_read_as_their_own_column_tells() {
    let found = opportunities(
        "name,amount,close date,create date\n\
         A,\"1,234\",03/07/2021,03/07/2021\n\
         B,\"9,326.84\",13/07/2021,7/8/2021\n",
    );
    assert_eq!(found.reasons().len(), 2, "{:?}", found.reasons());
    assert!(
        found
            .refused
            .iter()
            .all(|r| r.reason == LineFault::AmbiguousDate && r.field == "opened_on")
    );
    let found = opportunities("name,amount,close date\nA,\"1,234\",03/07/2021\nB,\"9,326.84\",13/07/2021\n");
    assert_eq!(texts(&found, "amount"), ["1234.00 USD", "9326.84 USD"]);
    assert_eq!(texts(&found, "close_on"), ["2021-07-03", "2021-07-13"]);
}

#[test]
fn an_amount_has_the_currency_of_its_line() {
    let found = opportunities("name,amount,currency\nA,5,EUR\nB,5,\nC,£5,\nD,€5,USD\nE,,\n");
    assert_eq!(texts(&found, "amount"), ["5.00 EUR", "5.00 GBP", "-"]);
    assert_eq!(
        found.reasons(),
        [
            "line 3: amount: no currency",
            "line 5: amount: not in the currency that the line names"
        ]
    );
}

#[test]
fn a_deal_without_a_name_is_called_by_account_and_product() {
    let found = opportunities("opportunity_id,account,product\n1,Acme,Wine\n2,,Wine\n3,,\n");
    assert_eq!(texts(&found, "name"), ["Acme: Wine", "Wine", "3"]);
    let named = opportunities("opportunity_id,deal name,account\n1,,Acme\n");
    assert_eq!(named.reasons(), ["line 2: name: is required"]);
}

#[test]
fn a_contact_has_a_name_of_one_or_two_parts_and_an_account() {
    let text = "First Name,Last Name,Company name,Associated Company ID\nAnn,NULL,Acme,9\n,Lee,Acme,\n,,Acme,\nBo,,,\n";
    let found = import(ImportKind::Contacts, "hubspot.csv", text.as_bytes(), &[]).unwrap();
    assert_eq!(texts(&found, "name"), ["Ann NULL", "Lee", "Bo"]);
    let refs: Vec<_> = found.drafts.iter().map(|draft| draft.account.clone()).collect();
    let (id, name) = (
        AccountRef::ExternalId("9".to_owned()),
        AccountRef::Name("Acme".to_owned()),
    );
    assert_eq!(refs, [Some(id), Some(name), None]);
    assert_eq!(found.reasons(), ["line 4: name: is required"]);
}

#[test]
fn the_columns_of_hubspot_are_known() {
    let companies = "Record ID,Company name,Company Domain Name,Phone Number,Street Address,City,State/Region,\
                     Postal Code,Country/Region,Industry,Company owner\n";
    let found = accounts(companies);
    assert_eq!(
        (found.matched.len(), found.unmatched.len()),
        (11, 0),
        "{:?}",
        found.unmatched
    );
    let deals = "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount,Currency,Deal owner,Next step,\
                 Associated Company IDs,Associated Company,Pipeline\n\
                 9,Spring order,Closed Won,2026-03-01 10:30,2026-02-01 09:00,1250.5,EUR,Ann Lee,Call,77,Acme,Sales\n";
    let found = opportunities(deals);
    assert_eq!(found.unmatched, ["Pipeline"]);
    assert_eq!(texts(&found, "amount"), ["1250.50 EUR"]);
    assert_eq!(texts(&found, "close_on"), ["2026-03-01"]);
    assert_eq!(
        found.drafts[0].account,
        Some(AccountRef::ExternalId("77".to_owned()))
    );
}

#[test]
fn a_map_names_the_columns_that_no_name_tells() {
    let text = "Shop,Nr,Breite,Laenge_GCJ02\nA,7,22.543096,114.057865\n";
    let map = [
        ("name", "Shop"),
        ("x/number", "nr"),
        ("lat", "Breite"),
        ("lon", "Laenge_GCJ02"),
    ];
    let found = import(ImportKind::Accounts, "a.csv", text.as_bytes(), &map).unwrap();
    assert_eq!(texts(&found, "x/number"), ["7"]);
    // One of the two columns says what both are measured against.
    let door = found.drafts[0]
        .site
        .as_ref()
        .and_then(|site| site.text("position"));
    let shifted = accounts("name,lat_gcj02,lon_gcj02\nA,22.543096,114.057865\n");
    let expected = shifted.drafts[0]
        .site
        .as_ref()
        .and_then(|site| site.text("position"));
    assert_eq!(door, expected);
}

#[test]
fn a_visit_needs_an_account_and_takes_the_zone_of_the_import() {
    let text = "id,account,start datetime,subject\n1,Acme,2021-04-15 10:00:00,Demo\n2,,2021-04-16,\n";
    let mut bytes = text.as_bytes();
    let import = super::open(ImportKind::Visits, "visits.csv", &mut bytes, &[]).unwrap();
    let zone = fieldbook_model::Zone::fixed(120).unwrap();
    let lines: Vec<_> = import.in_zone(zone).collect();
    let at = lines[0].as_ref().unwrap().fields.time("planned_at");
    assert_eq!(at, Some(1_618_473_600_000));
    assert_eq!(
        lines[1].as_ref().unwrap_err().to_string(),
        "line 3: account: is required"
    );
}

#[test]
fn json_is_read_like_a_table() {
    let text = r#"{"records":[{"attributes":{"type":"Account"},"Id":"001","Name":"Acme","BillingCity":"Ely"},
        {"Id":"001","Name":"Bell"},
        {"Id":"003","Name":null}]}"#;
    let found = import(ImportKind::Accounts, "Accounts.json", text.as_bytes(), &[]).unwrap();
    assert_eq!(texts(&found, "city"), ["Ely"]);
    assert_eq!(
        found.reasons(),
        [
            "line 2: external_id: the same as on line 1",
            "line 3: name: is required"
        ]
    );
    assert_eq!(found.unmatched, ["attributes.type"]);
}

#[test]
fn a_compressed_file_that_is_cut_gives_what_came_before_and_says_where_it_ends() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"id,name\n").unwrap();
    for n in 0..20_000_u32 {
        writeln!(encoder, "{n},Shop {}", n.wrapping_mul(2_654_435_761)).unwrap();
    }
    let whole = encoder.finish().unwrap();
    let cut = &whole[..whole.len() / 3];
    let found = import(ImportKind::Accounts, "shops.csv.gz", cut, &[]).unwrap();
    assert!((1_000..19_000).contains(&found.drafts.len()));
    let last = found.drafts.last().unwrap();
    let expected = (last.line - 2).to_string();
    assert_eq!(last.external_id.as_deref(), Some(expected.as_str()));
    assert_eq!(found.refused.len(), 1);
    assert_eq!(
        (found.refused[0].line, &found.refused[0].reason),
        (last.line + 1, &LineFault::Truncated)
    );
    let nothing = import(ImportKind::Accounts, "shops.csv.gz", &whole[..12], &[]);
    assert_eq!(nothing.err(), Some(ImportError::Truncated));
}

#[test]
fn a_file_that_holds_nothing_says_what_it_is() {
    let open = |name, bytes: &[u8]| import(ImportKind::Accounts, name, bytes, &[]).map(|o| o.drafts.len());
    assert_eq!(open("a.csv", b""), Err(ImportError::Empty));
    assert_eq!(open("a.csv", b"name,city\n"), Ok(0));
    assert_eq!(open("a.json", b"[]"), Err(ImportError::Empty));
    assert_eq!(open("a.json", b"{oops\n"), Err(ImportError::Json { line: 1 }));
    assert_eq!(open("a.xlsx", b"PK\x03\x04..."), Err(ImportError::Workbook));
    assert_eq!(
        open("a.csv", b"n\0a\0m\0e\0\n\0"),
        Err(ImportError::NotText { offset: 1 })
    );
}
