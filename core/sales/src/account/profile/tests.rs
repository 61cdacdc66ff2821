use fieldbook_model::ids::TerritoryId;
use fieldbook_model::{Fields, Scalar};

use super::*;
use crate::account::{AccountLife, AccountWorth, HealthRules, StandardTiers, churn, health};
use crate::stats::{End, Moment, Outcome, Unit};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn record(n: u8, kind: Kind, fields: Fields) -> Record {
    Record {
        id: RecordId::new(Zone::UTC.instant_ms(day("2026-01-05"), 0), [n; 10]),
        kind,
        territory: TerritoryId::UNJOINED,
        deleted: false,
        unsent: false,
        conflicts: 0,
        fields,
    }
}

fn log(currency: &str, amount_minor: i64, won_on: Option<&str>) -> DealLog {
    let opened = Moment::from_day(day("2026-01-05"));
    DealLog {
        id: "d".into(),
        unit: Unit::default(),
        currency: currency.into(),
        amount_minor,
        opened,
        recorded_from: opened,
        stages: Vec::new(),
        end: won_on.map(|on| End {
            when: Moment::from_day(day(on)),
            outcome: Outcome::Won,
            value_minor: amount_minor,
        }),
    }
}

/// The profile of an account with deals, contacts and notes.
fn of(account: Fields, deals: &[(Record, DealLog)], contacts: &[Record], notes: &[Record]) -> Vec<Dimension> {
    let account = record(0, Kind::Account, account);
    let tiered = StandardTiers::default().assign(account.fields.text("tier"), &AccountWorth::default(), None);
    let life = AccountLife {
        today: day("2026-11-29"),
        ..AccountLife::default()
    };
    let rules = HealthRules::default();
    let written = |_: RecordId, field: &str| {
        (field != "website").then(|| Written {
            at_ms: Zone::UTC.instant_ms(day("2026-11-19"), 0),
            by: Some("Ada".into()),
        })
    };
    profile(&AccountView {
        today: day("2026-11-29"),
        zone: &Zone::UTC,
        account: &account,
        sites: &[],
        contacts,
        deals,
        visits: &[],
        tasks: &[],
        notes,
        cadence: Cadence::of(None, &tiered, 60),
        tiered: &tiered,
        health: &health(&life, &rules),
        churn: &churn(&life, &rules),
        written: &written,
    })
}

fn get<'a>(profile: &'a [Dimension], name: &str) -> &'a Dimension {
    profile.iter().find(|one| one.name == name).expect(name)
}

#[test]
fn an_empty_account_has_all_dimensions_and_not_one_value() {
    let empty = of(Fields::new().with("name", "Clinic"), &[], &[], &[]);
    assert!(empty.len() >= 20, "{}", empty.len());
    let known: Vec<&str> = empty
        .iter()
        .filter(|one| one.value.is_some() || one.age_days.is_some())
        .map(|one| one.name)
        .collect();
    assert_eq!(known, [""; 0]);
    let names: BTreeSet<&str> = empty.iter().map(|one| one.name).collect();
    assert_eq!(names.len(), empty.len(), "no dimension stands twice");
}

#[test]
fn each_value_has_its_source_and_its_age() {
    let account = Fields::new()
        .with("name", "Clinic")
        .with("industry", "health")
        .with("tier", "b")
        .with("website", "clinic.example")
        .with("phone", "-");
    let found = of(account, &[], &[], &[]);
    let industry = get(&found, "industry");
    assert_eq!(
        (
            industry.value.as_deref(),
            industry.source.as_str(),
            industry.age_days
        ),
        (Some("health"), "account.industry, by Ada", Some(10))
    );
    assert_eq!(get(&found, "phone").value, None, "a dash is no number");
    assert_eq!(get(&found, "website").age_days, None, "its age is not known");
    assert_eq!(
        get(&found, "cadence").value.as_deref(),
        Some("every 60 days by its tier, never visited")
    );
}

#[test]
fn money_is_summed_by_currency_and_the_year_is_cut_off() {
    let deal = |n: u8, fields: Fields| record(n, Kind::Opportunity, fields.with("name", format!("Deal {n}")));
    let plain = Fields::new;
    let deals = [
        (
            deal(1, plain().with("product", "Scanner")),
            log("EUR", 100_000, Some("2026-11-01")),
        ),
        (deal(2, plain()), log("JPY", 5_000, Some("2026-10-01"))),
        (deal(3, plain()), log("EUR", 900_000, Some("2025-11-29"))),
        (
            deal(
                4,
                plain().with("next_step", "Send the offer").with("source", "Fair"),
            ),
            log("EUR", 7_000, None),
        ),
    ];
    let found = of(plain().with("name", "Clinic"), &deals, &[], &[]);
    let value = |name: &str| get(&found, name).value.clone().unwrap_or_default();
    assert_eq!(value("won_in_year"), "1000.00 EUR + 5000 JPY in 2 deals");
    assert_eq!(value("won_ever"), "10000.00 EUR + 5000 JPY in 3 deals");
    assert_eq!(value("open_deals"), "70.00 EUR in 1 deal");
    assert_eq!(value("win_rate"), "3 of 3 closed, too few to say much");
    assert_eq!(
        (value("products"), value("next_step")),
        ("Scanner".into(), "Send the offer".into())
    );
    assert_eq!(get(&found, "lead_source").source, "deal Deal 4, by Ada");
    assert_eq!(get(&found, "lost_reason").value, None);
}

#[test]
fn the_decision_chain_is_that_of_open_deals_with_names() {
    let li = record(
        9,
        Kind::Contact,
        Fields::new().with("name", "Li").with("email", "li@x.example"),
    );
    let role = |role: &str| {
        Fields::new()
            .with("name", "D")
            .with(&format!("role/{}:{role}", li.id), Scalar::Bool(true))
    };
    let deals = [
        (
            record(1, Kind::Opportunity, role("champion")),
            log("EUR", 1, None),
        ),
        (
            record(2, Kind::Opportunity, role("user")),
            log("EUR", 1, Some("2026-10-01")),
        ),
    ];
    let note = record(
        5,
        Kind::Note,
        Fields::new().with("text", "Met the director\nand more"),
    );
    let found = of(
        Fields::new().with("name", "Clinic"),
        &deals,
        std::slice::from_ref(&li),
        &[note],
    );
    assert_eq!(
        get(&found, "decision_chain").value.as_deref(),
        Some("champion: Li")
    );
    assert_eq!(get(&found, "contacts").value.as_deref(), Some("1, 1 reachable"));
    let note = get(&found, "last_note");
    assert_eq!(
        (note.value.as_deref(), note.as_of),
        (Some("Met the director"), Some(day("2026-01-05")))
    );
}
