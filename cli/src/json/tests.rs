use super::*;
use chrono::{DateTime, FixedOffset};
use fieldbook_core::clock::Stamp;
use fieldbook_core::ids::{ChangeHash, RecordId};
use fieldbook_core::location::{PresenceRules, SiteGeofence, assess_presence};

fn zone() -> Zone {
    let now: DateTime<FixedOffset> = "2026-11-24T09:30:00+01:00".parse().unwrap();
    Zone::detect(Some(now))
}

fn id(n: u8) -> RecordId {
    RecordId([n; 16])
}

fn record_of(kind: Kind, fields: Fields) -> Record {
    Record {
        id: id(1),
        kind,
        territory: TerritoryId::UNJOINED,
        deleted: false,
        unsent: true,
        conflicts: 0,
        fields,
    }
}

fn printed(kind: Kind, fields: Fields) -> String {
    let value = Value::Object(record(&record_of(kind, fields), zone()));
    format!("{value:#}")
}

#[test]
fn an_account_has_its_sets_together_and_no_absent_fields() {
    let fields = Fields::new()
        .with("name", "Corner Shop")
        .with("visit_every_days", Scalar::Int(14))
        .with("tag/vip", Scalar::Bool(true))
        .with("tag/gone", Scalar::Bool(false))
        .with("phone/+44 1603 1", "billing")
        .with("x/allergens", "nuts")
        .with("tier", Scalar::Cleared)
        .with("deleted", Scalar::Bool(false))
        .with("of_tomorrow", Scalar::Bool(true));
    insta::assert_snapshot!(printed(Kind::Account, fields));
}

#[test]
fn a_site_has_a_position_and_a_fence_of_numbers() {
    let fields = Fields::new()
        .with("account_id", Scalar::Id(id(2)))
        .with("position", "52.6309000,1.2974000")
        .with("fence", "circle:150");
    insta::assert_snapshot!(printed(Kind::Site, fields));
}

#[test]
fn an_opportunity_has_exact_money() {
    let fields = Fields::new()
        .with("name", "Winter order")
        .with("amount", "1200.50 EUR")
        .with("close_on", "2026-12-18");
    insta::assert_snapshot!(printed(Kind::Opportunity, fields));
}

#[test]
fn a_visit_has_a_state_and_a_verdict_with_its_evidence() {
    let raw = RawFix {
        at: "2026-11-24T08:29:55Z".to_owned(),
        lat: 52.631,
        lon: 1.2975,
        accuracy_m: 12.0,
        ..RawFix::default()
    };
    let at_ms = 1_795_509_000_000;
    let site = SiteGeofence {
        position: Position::new(52.6309, 1.2974).unwrap(),
        fence: "circle:150".parse().unwrap(),
    };
    let fix = raw.clone().try_into().unwrap();
    let check_in = CheckIn {
        at_ms,
        time_given: true,
        fixes: vec![raw],
        assessment: assess_presence(&site, &[fix], at_ms, &PresenceRules::default()),
        judged_at_ms: None,
        site: None,
        moment: None,
        make_up: None,
    };
    let check_out = CheckOut {
        at_ms: at_ms + 60_000,
        time_given: true,
        fixes: Vec::new(),
        assessment: None,
        moment: None,
        closed_by: None,
    };
    let fields = Fields::new()
        .with("account_id", Scalar::Id(id(2)))
        .with("planned_at", Scalar::Time(at_ms))
        .with("check_in", check_in.to_text())
        .with("check_out", check_out.to_text());
    insta::assert_snapshot!(printed(Kind::Visit, fields));
}

#[test]
fn a_custom_field_lists_its_choices() {
    let fields = Fields::new()
        .with("name", "size")
        .with("on", "account")
        .with("type", "text")
        .with("choice/large", Scalar::Bool(true))
        .with("choice/small", Scalar::Bool(true));
    insta::assert_snapshot!(printed(Kind::CustomField, fields));
}

#[test]
fn a_conflict_names_the_loser_its_author_and_its_change() {
    let lost = ConflictShown {
        record: id(1),
        kind: Kind::Opportunity,
        title: "Winter order".to_owned(),
        field: "amount".to_owned(),
        shown: Scalar::Text("1200.50 EUR".to_owned()),
        lost: Scalar::Cleared,
        lost_by: "Ada".to_owned(),
        lost_at_ms: Stamp::at_ms(1_795_509_000_000).ms(),
        change: ChangeHash([9; 32]),
    };
    let value = conflict(&lost, zone());
    insta::assert_snapshot!(format!("{value:#}"));
}

#[test]
fn a_change_lists_what_it_wrote_and_null_for_what_it_cleared() {
    let entry = HistoryEntry {
        change: ChangeHash([9; 32]),
        by: "Ada".to_owned(),
        at_ms: 1_795_509_000_000,
        fields: Fields::new()
            .with("name", "Shop")
            .with("tier", Scalar::Cleared)
            .with("tag/vip", Scalar::Bool(true)),
    };
    let value = change(Kind::Account, &entry, zone());
    insta::assert_snapshot!(format!("{value:#}"));
}
