use fieldbook_model::ids::{RecordId, TerritoryId};
use fieldbook_model::{Fields, Scalar};
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn record(kind: Kind, fields: Fields) -> Record {
    Record {
        id: RecordId::new(0, [1; 10]),
        kind,
        territory: TerritoryId::UNJOINED,
        deleted: false,
        unsent: false,
        conflicts: 0,
        fields,
    }
}

fn account() -> Fields {
    Fields::new()
        .with("name", "Clinic")
        .with("industry", "health")
        .with("tier", "A")
        .with("owner", "Ada")
        .with("city", "Norwich")
        .with("country", "GB")
        .with("email", "front@clinic.example")
}

fn of(kind: Kind, fields: Fields, written_on: &str) -> Quality {
    quality(
        &record(kind, fields),
        Some(day(written_on)),
        &[],
        day("2026-11-29"),
    )
}

#[test]
fn a_whole_fresh_record_has_all_points_and_each_lack_costs_its_own() {
    assert_eq!(of(Kind::Account, account(), "2026-11-01").score, 100);
    let without = account().with("industry", "-").with("city", Scalar::Cleared);
    let found = of(Kind::Account, without, "2026-11-01");
    assert_eq!(
        (found.score, found.missing, found.wanted),
        (77, vec!["industry", "city"], 6)
    );
    let old = of(Kind::Account, account(), "2025-05-30");
    assert_eq!(
        (old.score, old.age_days),
        (92, Some(548)),
        "half of the freshness is gone"
    );
    assert_eq!(of(Kind::Account, account(), "2020-01-01").score, 85);
}

#[test]
fn one_of_phone_and_email_is_enough_and_neither_is_one_lack() {
    let contact = |fields: Fields| of(Kind::Contact, fields.with("role", "buyer"), "2026-11-01").missing;
    let named = || {
        Fields::new()
            .with("name", "Li")
            .with("account_id", Scalar::Id(RecordId::new(0, [2; 10])))
    };
    assert_eq!(contact(named().with("phone", "+44 1603 555 010")), [""; 0]);
    assert_eq!(contact(named()), ["phone or email"]);
    assert_eq!(
        contact(Fields::new().with("name", "Li")),
        ["account_id", "phone or email"]
    );
}

#[test]
fn a_planned_visit_wants_a_purpose_and_one_that_was_held_an_outcome() {
    let missing = |fields: Fields| of(Kind::Visit, fields, "2026-11-01").missing;
    assert_eq!(missing(Fields::new()), ["purpose"]);
    assert_eq!(missing(Fields::new().with("check_in", "{}")), [""; 0]);
    let held = Fields::new().with("check_in", "{}").with("check_out", "{}");
    assert_eq!(missing(held.clone()), ["outcome"]);
    assert_eq!(missing(held.with("outcome", "Took two crates")), [""; 0]);
}

#[test]
fn what_contradicts_itself_is_named() {
    for (kind, fields, why) in [
        (Kind::Account, account().with("name", "N/A"), "placeholder"),
        (Kind::Account, account().with("name", "未知"), "placeholder"),
        (Kind::Account, account().with("email", "front@clinic"), "no_email"),
        (Kind::Account, account().with("email", "a@b@c.de"), "no_email"),
        (Kind::Account, account().with("phone", "555"), "short_number"),
        (Kind::Site, Fields::new().with("position", "0,0"), "null_island"),
        (
            Kind::Opportunity,
            Fields::new().with("amount", "0.00 EUR"),
            "no_amount",
        ),
        (
            Kind::Opportunity,
            Fields::new().with("close_on", "2206-11-01"),
            "strange_day",
        ),
        (
            Kind::Task,
            Fields::new().with("due_on", "0026-11-01"),
            "strange_day",
        ),
    ] {
        let found = of(kind, fields, "2026-11-01").implausible;
        let words: Vec<String> = found
            .iter()
            .map(|one| {
                serde_json::to_value(one).unwrap()["why"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(words, [why]);
    }
    let doubtful = of(Kind::Account, account().with("email", "-"), "2026-11-01");
    assert_eq!(doubtful.implausible, [], "a dash is missing, not wrong");
}

#[test]
fn the_findings_of_the_review_count_and_an_empty_field_only_once() {
    let deal = record(Kind::Opportunity, Fields::new().with("stage", "Closed Won"));
    let findings = [
        Finding::WonWithoutAmount,
        Finding::FieldEmpty {
            field: "amount".into(),
        },
    ];
    let found = quality(&deal, None, &findings, day("2026-11-29"));
    let won = Implausible::Found {
        finding: Finding::WonWithoutAmount,
    };
    assert_eq!(found.implausible, [won]);
    assert_eq!(
        (found.age_days, found.fresh_days),
        (None, None),
        "a deal that ended does not grow old"
    );
    assert!(!found.missing.contains(&"next_step"));
}

proptest! {
    #[test]
    fn filling_a_field_never_lowers_the_score(
        kind in proptest::sample::select(vec![Kind::Account, Kind::Contact, Kind::Site, Kind::Lead, Kind::Task]),
        which in proptest::collection::vec(any::<bool>(), 12), age in 0..2_000i64,
    ) {
        let keys = ["industry", "tier", "owner", "city", "country", "role", "company", "source", "opening_hours", "purpose", "outcome", "next_step"];
        let today = day("2026-11-29");
        let written = today - chrono::Duration::days(age);
        let score = |n: usize| {
            let mut fields = Fields::new().with("name", "Li");
            for (key, is_there) in keys.iter().zip(&which).take(n) {
                if *is_there {
                    fields.set(key, "some text");
                }
            }
            quality(&record(kind, fields), Some(written), &[], today).score
        };
        for n in 0..keys.len() {
            prop_assert!(score(n) <= score(n + 1) && score(n + 1) <= 100);
        }
    }
}
