//! Real files. Every line that is refused has been looked at, and is counted here with its reason.

use std::collections::BTreeMap;

use super::super::{AccountRef, ImportKind};
use super::{Outcome, import};

use ImportKind::{Accounts, Contacts, Opportunities, Visits};

/// Imports a file of the shared test data; says that it skips, where there is none.
fn shared(kind: ImportKind, path: &str) -> Option<Outcome> {
    let file = fieldbook_testdata::find(path)?;
    let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
    Some(import(kind, path, &bytes, &[]).unwrap_or_else(|error| panic!("{path}: {error}")))
}

/// Checks how many records a file has and how many lines were refused for each reason.
fn expect(kind: ImportKind, path: &str, drafts: usize, refused: &[(&str, u32)]) -> Option<Outcome> {
    let found = shared(kind, path)?;
    let mut reasons: BTreeMap<String, u32> = BTreeMap::new();
    for line in &found.refused {
        let reason = line.to_string();
        let (_, reason) = reason.split_once(": ").unwrap();
        *reasons.entry(reason.to_owned()).or_default() += 1;
    }
    let expected: BTreeMap<String, u32> = refused.iter().map(|(r, n)| ((*r).to_owned(), *n)).collect();
    assert_eq!((found.drafts.len(), reasons), (drafts, expected), "{path}");
    Some(found)
}

fn doors(found: &Outcome, field: &str) -> usize {
    found
        .drafts
        .iter()
        .filter(|d| d.site.as_ref().is_some_and(|site| site.text(field).is_some()))
        .count()
}

fn filled(found: &Outcome, field: &str) -> usize {
    found
        .drafts
        .iter()
        .filter(|draft| draft.fields.value(field).is_some())
        .count()
}

fn matched(found: &Outcome) -> String {
    let pairs = found
        .matched
        .iter()
        .map(|(column, field)| format!("{column}={field}"));
    pairs.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_place_of_openstreetmap_becomes_an_account_with_a_door() {
    if let Some(found) = expect(Accounts, "places/osm_norwich/places.csv", 1_939, &[]) {
        assert_eq!(
            (doors(&found, "position"), doors(&found, "opening_hours")),
            (1_939, 873)
        );
        assert_eq!(found.drafts[0].fields.text("street"), Some("18 Haymarket"));
        assert_eq!(found.unmatched, ["name_en", "key", "brand"]);
    }
    if let Some(found) = expect(Accounts, "places/osm_monaco/places_2019.csv", 477, &[]) {
        assert_eq!(
            (doors(&found, "position"), doors(&found, "opening_hours")),
            (477, 65)
        );
    }
}

#[test]
fn a_zoho_export_loses_only_the_accounts_without_a_name() {
    let nameless = [("name: is required", 3)];
    if let Some(found) = expect(Accounts, "crm/zoho_demo/Accounts.csv.gz", 2_226, &nameless) {
        let lines: Vec<u64> = found.refused.iter().map(|refused| refused.line).collect();
        assert_eq!(lines, [1_093, 1_948, 2_100]);
        assert_eq!(
            (filled(&found, "owner"), filled(&found, "external_id")),
            (2_226, 2_226)
        );
    }
    if let Some(found) = expect(Contacts, "crm/zoho_demo/Contacts.csv.gz", 1_265, &[]) {
        assert_eq!(
            found.drafts[0].account,
            Some(AccountRef::ExternalId("386".to_owned()))
        );
    }
    if let Some(found) = expect(Opportunities, "crm/zoho_demo/Potentials.csv.gz", 3_632, &[]) {
        assert_eq!(
            (filled(&found, "amount"), filled(&found, "close_on")),
            (3_632, 3_632)
        );
        let first = &found.drafts[0].fields;
        assert_eq!(
            (first.text("amount"), first.text("opened_on")),
            (Some("22700.00 USD"), Some("2021-04-15"))
        );
    }
    // Most events of that workspace are of leads, who are nobody's account yet.
    let of_leads = [("account: is required", 2_452)];
    if let Some(found) = expect(Visits, "crm/zoho_demo/Events.csv.gz", 526, &of_leads) {
        assert_eq!(filled(&found, "planned_at"), 526);
    }
}

#[test]
fn breweries_have_a_door_where_their_position_is_known() {
    if let Some(found) = expect(Accounts, "places/open_brewery_db/breweries_us.csv.gz", 8_224, &[]) {
        assert_eq!(
            (doors(&found, "position"), filled(&found, "postcode")),
            (5_933, 8_224)
        );
        assert!(found.unmatched.is_empty(), "{:?}", found.unmatched);
    }
}

#[test]
fn a_pipeline_without_names_of_deals_refers_to_accounts_by_name() {
    if let Some(found) = expect(Accounts, "crm/maven_crm/accounts.csv", 85, &[]) {
        assert_eq!(
            matched(&found),
            "account=name sector=industry office_location=country"
        );
    }
    if let Some(found) = expect(Opportunities, "crm/maven_crm/sales_pipeline.csv", 6_729, &[]) {
        let with_account = found
            .drafts
            .iter()
            .filter(|draft| draft.account.is_some())
            .count();
        assert_eq!(
            (
                with_account,
                filled(&found, "amount"),
                filled(&found, "opened_on")
            ),
            (5_650, 5_170, 6_333)
        );
        assert_eq!(
            found.drafts[0].fields.text("name"),
            Some("Cancity: GTX Plus Basic")
        );
        assert_eq!(
            found.drafts[0].account,
            Some(AccountRef::Name("Cancity".to_owned()))
        );
        assert!(found.unmatched.is_empty(), "{:?}", found.unmatched);
    }
}

#[test]
fn chinese_outlets_are_read_in_their_datum() {
    if let Some(found) = expect(Accounts, "places/china_outlets/shenzhen_amap_gcj02.csv", 240, &[]) {
        // 22.586137,114.122422 on the map of Amap.
        let door = found.drafts[0]
            .site
            .as_ref()
            .and_then(|site| site.text("position"));
        assert_eq!(door, Some("22.5888215,114.1173174"));
        assert_eq!(found.drafts[1].fields.text("phone/189****2957"), Some("other"));
    }
    expect(
        Accounts,
        "places/china_outlets/xiamen_starbucks_hours.csv",
        42,
        &[],
    );
    expect(
        Accounts,
        "places/china_outlets/beijing_dumpling_chain_hours.csv",
        23,
        &[],
    );
    let directory = "places/china_outlets/starbucks_directory_cn_shanghai_hangzhou_others.csv";
    if let Some(found) = expect(Accounts, directory, 2_394, &[]) {
        assert_eq!(
            (doors(&found, "position"), filled(&found, "phone")),
            (2_394, 1_136)
        );
    }
}

#[test]
fn the_columns_of_salesforce_are_known() {
    let folder = "crm/fivetran_seeds/salesforce";
    if let Some(found) = expect(Accounts, &format!("{folder}/sf_account_data.csv"), 10, &[]) {
        let known = "billing_latitude=lat billing_longitude=lon";
        assert!(matched(&found).contains(known), "{}", matched(&found));
    }
    // One contact has neither name nor first nor last name.
    expect(
        Contacts,
        &format!("{folder}/sf_contact_data.csv"),
        3,
        &[("name: is required", 1)],
    );
    if let Some(found) = expect(
        Opportunities,
        &format!("{folder}/sf_opportunity_data.csv"),
        10,
        &[],
    ) {
        assert_eq!(found.drafts[0].fields.text("close_on"), Some("2018-12-19"));
    }
    if let Some(found) = expect(Visits, &format!("{folder}/sf_event_data.csv"), 10, &[]) {
        assert_eq!(filled(&found, "planned_at"), 10);
    }
    if let Some(found) = expect(Accounts, "crm/salesforce_ebikes/Accounts.json", 3, &[]) {
        assert_eq!(found.drafts[0].fields.text("city"), Some("Belmont"));
    }
}

#[test]
fn a_comma_that_should_have_been_quoted_shifts_no_cell() {
    // Streets such as `24, place Kléber` stand there without quotes: nothing tells which comma was meant.
    let ragged = [("12 cells, the header has 11", 24)];
    if let Some(found) = expect(Accounts, "crm/northwind/customers.csv", 67, &ragged) {
        assert!(
            found
                .drafts
                .iter()
                .all(|draft| draft.fields.text("region") != Some("NULL"))
        );
    }
}

#[test]
fn the_visits_of_a_merchandising_app_are_read() {
    if let Some(found) = expect(Visits, "crm/rms_merchandiser_visits/planned_today.json", 37, &[]) {
        assert_eq!((filled(&found, "planned_at"), filled(&found, "rep")), (37, 37));
        assert_eq!(
            found.drafts[0].account,
            Some(AccountRef::ExternalId("10097349".to_owned()))
        );
    }
}
