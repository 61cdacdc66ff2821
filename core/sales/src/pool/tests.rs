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
        after: None,
    };
    (format!("{CLAIM_PREFIX}{id}"), claim.to_text())
}

fn people() -> BTreeSet<String> {
    ["Ada", "Ben", "Cem", "Mia"].map(str::to_owned).into()
}

/// Asks as the server does, at `on`.
fn may(lead: &Fields, change: &[(String, String)], (name, role): (&str, Role), on: &str) -> bool {
    let change = change.iter().fold(Fields::new(), |fields, (key, text)| {
        fields.with(key, text.as_str())
    });
    let people = people();
    let author = Author {
        name,
        role,
        people: &people,
    };
    may_change(lead, &change, &author, &PoolRules::default(), &Zone::UTC, at(on))
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
    let on = "2026-03-27";
    let ada = ("Ada", Role::Rep);
    let ben = ("Ben", Role::Rep);
    let free = lead(&[]);
    let claimed = claim("b", "Ben", "2026-03-26", ClaimAct::Claim);
    assert!(may(&free, std::slice::from_ref(&claimed), ben, on));
    // Ada's claim is older and arrives later.
    let held = lead(std::slice::from_ref(&claimed));
    assert!(!may(
        &held,
        &[claim("a", "Ada", "2026-03-25", ClaimAct::Claim)],
        ada,
        on
    ));
    assert!(may(
        &held,
        &[claim("c", "Ben", "2026-03-27", ClaimAct::Claim)],
        ben,
        on
    ));
    assert!(!may(
        &held,
        &[claim("d", "Ada", "2026-03-27", ClaimAct::Return)],
        ada,
        on
    ));
    let back = claim("e", "Ben", "2026-03-27", ClaimAct::Return);
    assert!(may(&held, std::slice::from_ref(&back), ben, on));
    let returned = lead(&[claimed, back]);
    assert_eq!(now(&returned, "2026-03-28"), Holding::Free);
    assert!(may(
        &returned,
        &[claim("f", "Ada", "2026-03-28", ClaimAct::Claim)],
        ada,
        "2026-03-28"
    ));
    // Made while Ben held the lead: it would have no effect, so Ada hears of it.
    let between = Claim {
        at_ms: at("2026-03-26") + 3_600_000,
        by: "Ada".to_owned(),
        act: ClaimAct::Claim,
        why: None,
        after: None,
    };
    let between = (format!("{CLAIM_PREFIX}g"), between.to_text());
    assert!(!may(&returned, &[between], ada, "2026-03-28"));
}

#[test]
fn nobody_acts_in_the_name_of_another_and_only_a_manager_ends_what_another_holds() {
    let on = "2026-03-27";
    let held = lead(&[claim("b", "Ben", "2026-03-26", ClaimAct::Claim)]);
    let (ada, ben, mia) = (("Ada", Role::Rep), ("Ben", Role::Rep), ("Mia", Role::Manager));
    let free = lead(&[]);
    assert!(!may(&free, &[claim("x", "Ben", on, ClaimAct::Claim)], ada, on));
    assert!(!may(&held, &[touch("x", "Ben", on)], ada, on));
    assert!(may(&held, &[touch("x", "Ada", on)], ada, on));
    let back = [claim("x", "Ben", on, ClaimAct::Return)];
    assert!(may(&held, &back, mia, on) && may(&held, &back, ben, on) && !may(&held, &back, ada, on));
    // A name that the phone had before it joined is nobody's.
    assert!(may(&free, &[claim("x", "", on, ClaimAct::Claim)], ada, on));
    let closed = [("closed_reason".to_owned(), "no budget".to_owned())];
    assert!(may(&held, &closed, mia, on) && may(&held, &closed, ben, on) && !may(&held, &closed, ada, on));
    assert!(may(&free, &closed, ada, on));
    let people = people();
    let converted = Fields::new().with(
        "became_account",
        fieldbook_model::Scalar::Id(fieldbook_model::ids::RecordId([1; 16])),
    );
    let author = Author {
        name: "Ada",
        role: Role::Rep,
        people: &people,
    };
    let rules = PoolRules::default();
    assert!(!may_change(
        &held,
        &converted,
        &author,
        &rules,
        &Zone::UTC,
        at(on)
    ));
    assert!(may_change(&free, &converted, &author, &rules, &Zone::UTC, at(on)));
}

#[test]
fn a_clock_that_runs_wild_claims_nothing() {
    let ada = ("Ada", Role::Rep);
    assert!(!may(
        &lead(&[]),
        &[claim("x", "Ada", "2026-03-30", ClaimAct::Claim)],
        ada,
        "2026-03-27"
    ));
    let wild = |at_ms: i64| {
        let text = Claim {
            at_ms,
            by: "Ada".to_owned(),
            act: ClaimAct::Claim,
            why: None,
            after: None,
        }
        .to_text();
        (format!("{CLAIM_PREFIX}w"), text)
    };
    for at_ms in [i64::MIN, -1, AT_MS_END, i64::MAX] {
        let held = lead(&[wild(at_ms)]);
        assert_eq!(now(&held, "2026-03-27"), Holding::Free);
        let next = next_claim(
            &held,
            &PoolRules::default(),
            &Zone::UTC,
            "Ben".to_owned(),
            ClaimAct::Claim,
            at("2026-03-27"),
        );
        assert_eq!(next.at_ms, at("2026-03-27"));
    }
}

#[test]
fn law_64_a_touch_that_comes_after_the_grace_takes_the_lead_from_nobody() {
    let rules = PoolRules::default();
    let held = lead(&[claim("a", "Ada", "2026-03-25", ClaimAct::Claim)]);
    // Free on 04-07: Ben takes it over.
    let ben = next_claim(
        &held,
        &rules,
        &Zone::UTC,
        "Ben".to_owned(),
        ClaimAct::Claim,
        at("2026-04-07"),
    );
    assert_eq!(ben.after.as_deref(), Some("a"));
    let taken = (format!("{CLAIM_PREFIX}b"), ben.to_text());
    assert!(may(
        &held,
        std::slice::from_ref(&taken),
        ("Ben", Role::Rep),
        "2026-04-07"
    ));
    // Ada's visit of 04-04 would have protected the lead until 04-07, but syncs on 04-08.
    let late = touch("t", "Ada", "2026-04-04");
    let held = held.with(&taken.0, taken.1.as_str());
    assert!(may(
        &held,
        std::slice::from_ref(&late),
        ("Ada", Role::Rep),
        "2026-04-08"
    ));
    let late = held.with(&late.0, late.1.as_str());
    assert_eq!(now(&late, "2026-04-08").holder(), Some("Ben"));
}

#[test]
fn acts_of_one_millisecond_keep_their_order() {
    let now_ms = at("2026-03-26");
    let mut members = vec![claim("z", "Ada", "2026-03-26", ClaimAct::Claim)];
    let held = lead(&members);
    let rules = PoolRules::default();
    let back = next_claim(
        &held,
        &rules,
        &Zone::UTC,
        "Ada".to_owned(),
        ClaimAct::Return,
        now_ms,
    );
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

    /// Acts arrive at the server in an order that is not that of their times; what it grants it keeps.
    #[test]
    fn who_holds_a_lead_loses_it_to_time_and_to_a_return_alone(
        acts in prop::collection::vec((0..3_usize, 0..4_u64, 0..3_u8), 1..16),
    ) {
        let names = ["Ada", "Ben", "Cem"];
        let rules = PoolRules::default();
        let on = |days: u64| (day("2026-03-01") + Days::new(days)).to_string();
        let mut stored = lead(&[]);
        for (step, (who, late, what)) in acts.iter().enumerate() {
            let today = on(4 + step as u64 * 2);
            let made_on = on(4 + step as u64 * 2 - late);
            let name = names[*who];
            let act = if *what == 0 { ClaimAct::Return } else { ClaimAct::Claim };
            let id = step.to_string();
            let change = if *what == 2 {
                touch(&id, name, &made_on)
            } else {
                let claim = next_claim(&stored, &rules, &Zone::UTC, name.to_owned(), act, at(&made_on));
                (format!("{CLAIM_PREFIX}{id}"), claim.to_text())
            };
            let before = now(&stored, &today);
            if !may(&stored, std::slice::from_ref(&change), (name, Role::Rep), &today) {
                continue;
            }
            stored.set(&change.0, change.1.as_str());
            let after = now(&stored, &today);
            if let Some(holder) = before.holder() {
                let is_own_return = *what == 0 && holder == name;
                prop_assert!(after.holder() == Some(holder) || is_own_return, "{holder} lost it to {name} at step {step}");
            }
            if *what == 1 && before.holder().is_none() && *late == 0 {
                prop_assert_eq!(after.holder(), Some(name));
            }
        }
    }
}
