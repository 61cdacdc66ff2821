use fieldbook_model::Fields;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::rule::Subject;

fn standard() -> StandardTiers {
    let tiers = json!([
        { "id": "Key", "visit_every_days": 14, "won_in_year": ["100000.00 EUR", "800000 CNY"] },
        { "id": "Growth", "visit_every_days": 30, "won_in_year": ["20000.00 EUR"],
          "test": ["==", ["fact", "account.industry"], "clinic"] },
        { "id": "Base", "visit_every_days": 90, "test": [">=", ["fact", "visits.held"], 1] },
        { "id": "Watch", "visit_every_days": 180 },
    ]);
    StandardTiers {
        pack: None,
        tiers: serde_json::from_value(tiers).unwrap(),
    }
}

fn won(currency: &str, minor: i64) -> AccountWorth {
    AccountWorth {
        won_in_year: [(currency.to_owned(), minor)].into(),
    }
}

fn facts(industry: Option<&str>, visits: i64) -> Facts {
    let mut fields = Fields::new().with("name", "Clinic");
    fields.set_some("industry", industry);
    let mut facts = Facts::of_record(NaiveDate::default(), Subject::Account, &fields);
    facts.set("visits.held", crate::facts::FactValue::Int(visits));
    facts
}

fn derived_tier(worth: &AccountWorth, facts: &Facts) -> Option<String> {
    standard().assign(None, worth, Some(facts)).tier
}

#[test]
fn the_first_tier_whose_threshold_and_condition_hold_is_the_one() {
    for (worth, industry, visits, tier) in [
        (won("EUR", 10_000_000), None, 0, Some("Key")),
        (won("EUR", 9_999_999), None, 1, Some("Base")),
        (won("CNY", 80_000_000), None, 0, Some("Key")),
        (won("EUR", 2_000_000), Some("clinic"), 0, Some("Growth")),
        (won("EUR", 2_000_000), Some("shop"), 0, None),
        (won("USD", 99_000_000), Some("clinic"), 0, None),
        (AccountWorth::default(), Some("clinic"), 3, Some("Base")),
    ] {
        assert_eq!(
            derived_tier(&worth, &facts(industry, visits)).as_deref(),
            tier,
            "{worth:?} {industry:?} {visits}"
        );
    }
}

#[test]
fn a_derived_tier_says_why_and_what_could_not_be_judged() {
    let tiered = standard().assign(None, &won("EUR", 2_500_000), Some(&facts(None, 1)));
    assert_eq!(
        (tiered.tier.as_deref(), tiered.because),
        (Some("Base"), vec![TierBecause::Test])
    );
    assert_eq!(
        tiered.undecided.len(),
        1,
        "its industry is not known, so Growth has no value"
    );
    let key = standard().assign(None, &won("EUR", 12_000_000), None);
    let why = TierBecause::Won {
        won: "120000.00 EUR".into(),
        from: "100000.00 EUR".into(),
    };
    assert_eq!(key.because, [why]);
}

#[test]
fn what_somebody_wrote_down_comes_first_and_a_word_of_its_own_gets_no_cadence() {
    let rich = won("EUR", 99_000_000);
    let by_hand = standard().assign(Some(" base "), &rich, None);
    assert_eq!(
        (by_hand.tier.as_deref(), by_hand.source, by_hand.visit_every_days),
        (Some("Base"), TierSource::Hand, Some(90))
    );
    let unlisted = standard().assign(Some("gold"), &rich, None);
    assert_eq!(
        (
            unlisted.tier.as_deref(),
            unlisted.source,
            unlisted.visit_every_days
        ),
        (Some("gold"), TierSource::Unlisted, None)
    );
    let dash = standard().assign(Some("-"), &rich, None);
    assert_eq!(dash.source, TierSource::Derived, "a dash is no tier");
}

#[test]
fn the_usual_tiers_are_by_hand_alone() {
    let usual = StandardTiers::default();
    assert!(!usual.needs_money() && !usual.needs_facts());
    let tiered = usual.assign(None, &won("EUR", 1_000_000_000), Some(&facts(None, 9)));
    assert_eq!((tiered.tier, tiered.source), (None, TierSource::Unknown));
    let letters: Vec<u16> = ["a", "B", "c"]
        .iter()
        .filter_map(|name| usual.get(name).map(|tier| tier.visit_every_days))
        .collect();
    assert_eq!(letters, [30, 60, 90]);
}

#[test]
fn a_cadence_is_the_accounts_own_then_that_of_its_tier_then_the_usual_one() {
    let key = standard().assign(Some("Key"), &AccountWorth::default(), None);
    let none = standard().assign(None, &AccountWorth::default(), None);
    let of = |own, tiered: &Tiered| {
        let cadence = Cadence::of(own, tiered, 60);
        (cadence.every_days, cadence.source)
    };
    assert_eq!(of(Some(7), &key), (7, CadenceSource::Account));
    assert_eq!(
        of(Some(0), &key),
        (14, CadenceSource::Tier),
        "no days is no cadence"
    );
    assert_eq!(of(None, &none), (60, CadenceSource::Usual));
    let last: NaiveDate = "2026-11-20".parse().unwrap();
    let cadence = Cadence::of(None, &key, 60);
    assert_eq!(cadence.due_on(Some(last)), "2026-12-04".parse().ok());
    assert_eq!(cadence.due_on(None), None);
}

proptest! {
    #[test]
    fn more_money_never_makes_a_tier_worse(less in 0..20_000_000i64, more in 0..20_000_000i64, visits in 0..2i64) {
        let rank = |minor| {
            let tier = derived_tier(&won("EUR", minor), &facts(Some("clinic"), visits));
            standard().tiers.iter().position(|t| Some(&t.id) == tier.as_ref()).unwrap_or(usize::MAX)
        };
        let (less, more) = (less.min(more), less.max(more));
        prop_assert!(rank(more) <= rank(less));
    }

    #[test]
    fn a_visit_is_due_later_than_the_last_one(own in proptest::option::of(-5..4_000i64), usual in -5..4_000i64, day in 0..40_000i32) {
        let tiered = StandardTiers::default().assign(None, &AccountWorth::default(), None);
        let last = NaiveDate::from_num_days_from_ce_opt(700_000 + day).unwrap();
        prop_assert!(Cadence::of(own, &tiered, usual).due_on(Some(last)) > Some(last));
    }
}
