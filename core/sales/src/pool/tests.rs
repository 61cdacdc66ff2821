use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> i64 {
    Zone::UTC.instant_ms(day(text), 9 * 3_600)
}

fn claim(id: &str, by: &str, on: &str, act: ClaimAct) -> (String, String) {
    let claim = Claim {
        at_ms: at(on),
        by: by.to_owned(),
        act,
        why: None,
    };
    (format!("{CLAIM_PREFIX}{id}"), claim.to_text())
}

fn touch(id: &str, by: &str, on: &str) -> (String, String) {
    let touch = Touch {
        at_ms: at(on),
        by: by.to_owned(),
        kind: "call".to_owned(),
        text: None,
    };
    (format!("{TOUCH_PREFIX}{id}"), touch.to_text())
}

fn lead(members: &[(String, String)]) -> Fields {
    let fields = Fields::new().with("name", "Li");
    members
        .iter()
        .fold(fields, |fields, (key, text)| fields.with(key, text.as_str()))
}

fn now(lead: &Fields, on: &str) -> Holding {
    holding(lead, &PoolRules::default(), &Zone::UTC, at(on))
}

#[test]
fn a_touch_prolongs_the_protection_and_the_end_stands_whatever_happens() {
    let until = |touched: &[&str]| {
        let touched: Vec<NaiveDate> = touched.iter().map(|text| day(text)).collect();
        protected_until(&PoolRules::default(), None, day("2026-03-25"), &touched).to_string()
    };
    assert_eq!(until(&[]), "2026-04-04");
    assert_eq!(until(&["2026-03-28"]), "2026-04-04");
    assert_eq!(until(&["2026-03-28", "2026-04-02"]), "2026-04-05");
    assert_eq!(until(&["2026-03-28", "2026-04-02", "2026-04-05"]), "2026-04-08");
    let busy = [
        "2026-04-02",
        "2026-04-05",
        "2026-04-08",
        "2026-04-11",
        "2026-04-14",
    ];
    assert_eq!(until(&busy), "2026-04-14");
    // A touch after the protection had ended revives nothing.
    assert_eq!(until(&["2026-04-05"]), "2026-04-04");
    let rules = PoolRules {
        tiers: [("A".to_owned(), 5)].into(),
        ..PoolRules::default()
    };
    assert_eq!(
        protected_until(&rules, Some("A"), day("2026-03-25"), &[]),
        day("2026-03-30")
    );
}

#[test]
fn law_64_due_becomes_free_after_the_grace_and_a_touch_in_time_that_comes_late_revokes_it() {
    let claimed = [claim("a", "Ada", "2026-03-25", ClaimAct::Claim)];
    let held = lead(&claimed);
    assert!(matches!(now(&held, "2026-04-04"), Holding::Held { .. }));
    let due = Holding::Due {
        by: "Ada".to_owned(),
        until: day("2026-04-04"),
        free_on: day("2026-04-07"),
    };
    assert_eq!(now(&held, "2026-04-05"), due);
    assert_eq!(now(&held, "2026-04-06"), due);
    assert_eq!(now(&held, "2026-04-07"), Holding::Free);
    assert!(!due.may_claim("Ben") && due.may_claim("Ada"));
    // The visit of 04-03 syncs on 04-06.
    let late = lead(&[claimed[0].clone(), touch("t", "Ada", "2026-04-03")]);
    assert!(matches!(now(&late, "2026-04-06"), Holding::Held { until, .. } if until == day("2026-04-06")));
    // A touch of somebody else protects nobody's lead.
    let other = lead(&[claimed[0].clone(), touch("t", "Ben", "2026-04-03")]);
    assert_eq!(now(&other, "2026-04-06"), due);
}

#[test]
fn law_63_a_claim_on_a_held_lead_is_refused_in_the_order_of_arrival() {
    let rules = PoolRules::default();
    let may = |lead: &Fields, change: (String, String)| {
        let change = Fields::new().with(&change.0, change.1.as_str());
        may_change(lead, &change, &rules, &Zone::UTC, at("2026-03-27"))
    };
    let free = lead(&[]);
    let ben = claim("b", "Ben", "2026-03-26", ClaimAct::Claim);
    assert!(may(&free, ben.clone()));
    // Ada's claim is older and arrives later.
    let held = lead(&[ben]);
    assert!(!may(&held, claim("a", "Ada", "2026-03-25", ClaimAct::Claim)));
    assert!(may(&held, claim("c", "Ben", "2026-03-27", ClaimAct::Claim)));
    assert!(!may(&held, claim("d", "Ada", "2026-03-27", ClaimAct::Return)));
    let back = claim("e", "Ben", "2026-03-27", ClaimAct::Return);
    assert!(may(&held, back.clone()));
    let returned = lead(&[claim("b", "Ben", "2026-03-26", ClaimAct::Claim), back]);
    assert_eq!(now(&returned, "2026-03-28"), Holding::Free);
    assert!(may(&returned, claim("f", "Ada", "2026-03-27", ClaimAct::Claim)));
}

#[test]
fn acts_of_one_millisecond_keep_their_order() {
    let now_ms = at("2026-03-26");
    let mut members = vec![claim("z", "Ada", "2026-03-26", ClaimAct::Claim)];
    let held = lead(&members);
    let back = Claim {
        at_ms: next_claim_ms(&held, now_ms),
        by: "Ada".to_owned(),
        act: ClaimAct::Return,
        why: None,
    };
    assert!(back.at_ms > now_ms);
    members.push((format!("{CLAIM_PREFIX}a"), back.to_text()));
    assert_eq!(
        holding(&lead(&members), &PoolRules::default(), &Zone::UTC, now_ms),
        Holding::Free
    );
}

#[test]
fn what_became_an_account_or_nothing_is_out_of_the_pool() {
    let converted = lead(&[]).with(
        "became_account",
        fieldbook_model::Scalar::Id(fieldbook_model::ids::RecordId([1; 16])),
    );
    assert_eq!(now(&converted, "2026-03-28"), Holding::Converted);
    let closed = lead(&[]).with("closed_reason", "no budget");
    assert_eq!(
        now(&closed, "2026-03-28"),
        Holding::Closed {
            reason: "no budget".to_owned()
        }
    );
    assert!(!now(&closed, "2026-03-28").may_claim("Ada"));
}

proptest! {
    #[test]
    fn the_holder_follows_from_the_set_and_one_of_the_claimants_at_most_holds(
        acts in prop::collection::vec((0..3_usize, 0..40_u64, any::<bool>(), any::<bool>()), 0..12),
        today in 0..60_u64,
    ) {
        let people = ["Ada", "Ben", "Cem"];
        let on = |days: u64| (day("2026-03-01") + Days::new(days)).to_string();
        let members: Vec<(String, String)> = acts
            .iter()
            .enumerate()
            .map(|(n, (who, days, is_touch, is_return))| {
                let act = if *is_return { ClaimAct::Return } else { ClaimAct::Claim };
                if *is_touch { touch(&n.to_string(), people[*who], &on(*days)) } else { claim(&n.to_string(), people[*who], &on(*days), act) }
            })
            .collect();
        let mut reversed = members.clone();
        reversed.reverse();
        let holding = now(&lead(&members), &on(today));
        prop_assert_eq!(&holding, &now(&lead(&reversed), &on(today)));
        if let Some(holder) = holding.holder() {
            let claimed = acts.iter().any(|(who, days, is_touch, is_return)| !is_touch && !is_return && people[*who] == holder && *days <= today);
            prop_assert!(claimed);
        }
        if let Holding::Held { since_ms, until, last, .. } = holding {
            prop_assert!(Zone::UTC.date(since_ms) <= day(&on(today)) && day(&on(today)) <= until && until <= last);
        }
    }
}
