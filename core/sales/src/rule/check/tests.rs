use serde_json::{Value, json};

use super::*;
use crate::rule::SHIPPED_RULES;

fn shipped() -> Value {
    serde_json::from_str(SHIPPED_RULES).unwrap()
}

/// The shipped pack with these rules in place of its own.
fn rules(rules: impl Into<Value>) -> String {
    let mut pack = shipped();
    pack["rules"] = rules.into();
    pack.to_string()
}

fn faults(text: &str) -> Vec<String> {
    let faults = RulePack::parse(text).unwrap_err().0;
    faults.iter().map(ToString::to_string).collect()
}

fn a_rule(id: &str, on: impl Into<Value>, actions: impl Into<Value>) -> Value {
    json!({"id": id, "titles": {"en": id}, "on": on.into(), "do": actions.into()})
}

#[test]
fn more_than_fifty_kinds_of_rules_are_taken() {
    let triggers = [
        json!({"event": "added", "of": "deal"}),
        json!({"event": "field_is", "field": "deal.budget_tier", "value": "A"}),
        json!({"event": "field_filled", "field": "deal.close_on"}),
        json!({"event": "date", "field": "deal.close_on", "days": -3}),
        json!({"event": "stage_entered", "stage": "needs"}),
        json!({"event": "stage_days", "stage": "needs", "days": 9}),
        json!({"event": "milestone", "milestone": "needs_confirmed"}),
        json!({"event": "moved_back"}),
        json!({"event": "forced"}),
        json!({"event": "reopened"}),
        json!({"event": "won"}),
        json!({"event": "lost"}),
        json!({"event": "competitor_named"}),
        json!({"event": "quiet", "of": "deal", "days": 9}),
        json!({"event": "every", "period": "month", "of": "deal"}),
    ];
    let actions = [
        json!({"make": "task", "name": {"en": "Call"}, "due_days": 1}),
        json!({"make": "visit", "purpose": {"en": "See"}, "in_days": 1}),
        json!({"make": "note", "text": {"en": "Noted"}}),
        json!({"make": "set", "field": "deal.next_step", "value": "Call"}),
        json!({"make": "tag", "tag": "hot"}),
    ];
    for on in &triggers {
        for action in &actions {
            let text = rules(json!([a_rule("one", on.clone(), json!([action]))]));
            RulePack::parse(&text).unwrap_or_else(|faults| panic!("{on} {action}: {faults}"));
        }
    }
    assert_eq!(triggers.len() * actions.len(), 75);
}

#[test]
fn every_fault_of_a_rule_is_named_with_its_place() {
    let task = || json!([{"make": "task", "name": {"en": "Call"}, "due_days": 1}]);
    let with_test = |test: Value| {
        let mut rule = a_rule("one", json!({"event": "visit_held"}), task());
        rule["test"] = test;
        rules(json!([rule]))
    };
    let sets = |field: &str, value: &str| {
        let set = json!([{"make": "set", "field": field, "value": value}]);
        rules(json!([a_rule("one", json!({"event": "won"}), set)]))
    };
    let date = json!({"event": "date", "field": "deal.amount", "days": 1});
    for (text, says) in [
        (rules(json!([])), "rules: a pack has at least one rule"),
        (
            with_test(json!(["has", "deal.amount"])),
            "rules/one/test: a rule about a visit has no fact deal.amount",
        ),
        (
            rules(json!([a_rule("one", date, task())])),
            "rules/one/on: deal.amount is no field that a rule can use here",
        ),
        (
            sets("deal.stage", "won"),
            "rules/one/do/0: deal.stage = won is no field that a rule can use here",
        ),
        (
            sets("deal.close_on", "soon"),
            "rules/one/do/0: deal.close_on = soon is no field that a rule can use here",
        ),
        (
            sets("account.owner", "Ada"),
            "rules/one/do/0: account.owner = Ada is no field that a rule can use here",
        ),
        (
            rules(json!([a_rule("one", json!({"event": "won"}), json!([]))])),
            "rules/one: a rule does at least one thing",
        ),
        (
            rules(json!([a_rule(
                "one",
                json!({"event": "quiet", "of": "task", "days": 1}),
                task()
            )])),
            "rules/one/on: it watches an account or a deal",
        ),
    ] {
        assert_eq!(faults(&text), [says]);
    }
    assert!(
        faults(&with_test(json!(["==", ["fact", "visit.purpose"], 1])))[0].starts_with("rules/one/test: ")
    );
    let over = "\"make\":\"set\",\"over\":true";
    let second = sets("deal.source", "Fair").replace("\"make\":\"set\"", over);
    assert_eq!(
        faults(&second),
        ["rules/one/do/0: deal.source = Fair is no field that a rule can use here"]
    );
    let mut uncompiled = a_rule("one", json!({"event": "won"}), task());
    uncompiled["when"] = json!("has(deal.amount)");
    assert_eq!(
        faults(&rules(json!([uncompiled]))),
        ["rules/one/when: the condition is not compiled; build the pack"]
    );
    let mut elsewhere = shipped();
    elsewhere["zone"] = json!("Mars/Olympus");
    assert!(faults(&elsewhere.to_string())[0].starts_with("zone:"));
}

#[test]
fn law_67_rings_and_long_chains_are_refused() {
    let set =
        |field: &str, value: &str| json!([{"make": "set", "field": field, "value": value, "over": true}]);
    let is = |field: &str, value: &str| json!({"event": "field_is", "field": field, "value": value});
    let ring = rules(json!([
        a_rule("a", is("deal.budget_tier", "A"), set("deal.next_step", "Call")),
        a_rule("b", is("deal.next_step", "Call"), set("deal.budget_tier", "A")),
    ]));
    let rules_of_ring = vec!["a".into(), "b".into(), "a".into()];
    assert_eq!(
        RulePack::parse(&ring).unwrap_err().0,
        [PackFault::Ring { rules: rules_of_ring }]
    );
    // A rule that sets itself off is the smallest ring; about tasks of people the same rule is none.
    let overdue = |from_rules: bool| {
        let on = json!({"event": "task_overdue", "days": 1, "from_rules": from_rules});
        let again = json!([{"make": "task", "name": {"en": "Again"}, "due_days": 1}]);
        rules(json!([a_rule("a", on, again)]))
    };
    assert_eq!(
        faults(&overdue(true)),
        ["rules set off each other in a ring: a -> a"]
    );
    assert!(RulePack::parse(&overdue(false)).is_ok());
    // A condition that asks for what the rule writes is a ring as well.
    let mut asks = a_rule("a", json!({"event": "won"}), set("deal.next_step", "Call"));
    asks["test"] = json!(["not", ["has", "deal.next_step"]]);
    assert_eq!(
        faults(&rules(json!([asks]))),
        ["rules set off each other in a ring: a -> a"]
    );

    let fields = [
        "deal.next_step",
        "deal.product",
        "deal.lost_reason",
        "deal.owner",
        "deal.budget_tier",
    ];
    let chain: Vec<Value> = fields
        .windows(2)
        .enumerate()
        .map(|(n, two)| a_rule(&format!("r{n}"), is(two[0], "x"), set(two[1], "x")))
        .collect();
    assert!(RulePack::parse(&rules(json!(chain[..3]))).is_ok());
    assert_eq!(
        faults(&rules(json!(chain))),
        ["more than 3 rules set off one another: r0 -> r1 -> r2 -> r3"]
    );
}
