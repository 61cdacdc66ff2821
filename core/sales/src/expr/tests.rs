use chrono::NaiveDate;
use fieldbook_model::Fields;
use serde_json::{Value, json};

use super::*;
use crate::facts::{FactValue, Facts};

fn facts() -> Facts {
    let deal = Fields::new()
        .with("amount", "60000 CNY")
        .with("close_on", "2026-12-31")
        .with("name", "Hospital");
    let today = NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
    let mut facts = Facts::of_deal(today, &deal);
    facts.not_here("account", "account a1");
    facts.set("visits.held", FactValue::Int(2));
    facts
}

fn eval(json: &Value) -> Evaluated<bool> {
    Expr::parse(json)
        .unwrap_or_else(|fault| panic!("{json}: {fault}"))
        .is_true(&facts())
}

#[test]
fn conditions_have_the_value_that_a_reader_expects() {
    for (json, value) in [
        (
            json!([">=", ["fact", "deal.amount"], ["money", "50000", "CNY"]]),
            true,
        ),
        (json!(["positive", ["fact", "deal.amount"]]), true),
        (json!(["has", "deal.budget_tier"]), false),
        (json!(["==", ["fact", "visits.held"], 2]), true),
        (
            json!(["<=", ["-", ["fact", "deal.close_on"], ["today"]], 32]),
            true,
        ),
        (
            json!(["<", ["+", ["today"], 31], ["fact", "deal.close_on"]]),
            true,
        ),
        (json!(["in", ["fact", "deal.name"], "Clinic", "Hospital"]), true),
        (json!(["not", ["fact", "check.demo"]]), true),
        (json!(["==", ["fact", "role.champion"], 0]), true),
    ] {
        assert_eq!(eval(&json), Ok(value), "{json}");
    }
}

#[test]
fn laws_12_13_and_71_what_is_absent_or_not_here_decides_nothing_alone() {
    let absent = json!(["==", ["fact", "deal.budget_tier"], "A"]);
    let not_here = json!(["==", ["fact", "account.tier"], "A"]);
    let is_error = |json: &Value| matches!(eval(json), Err(Undecided::Error(_)));
    let is_unknown = |json: &Value| eval(json) == Err(Undecided::Unknown(["account a1".to_owned()].into()));
    assert!(is_error(&absent) && is_unknown(&not_here));
    assert_eq!(eval(&json!(["and", absent, false])), Ok(false));
    assert_eq!(eval(&json!(["and", not_here, false])), Ok(false));
    assert_eq!(eval(&json!(["or", absent, true])), Ok(true));
    assert_eq!(eval(&json!(["or", not_here, true])), Ok(true));
    assert!(is_error(&json!(["and", absent, true])) && is_unknown(&json!(["or", not_here, false])));
    assert!(
        is_unknown(&json!(["and", absent, not_here])),
        "once it is known, it may be false"
    );
    assert!(is_error(&json!(["not", absent])));
    assert_eq!(
        eval(&json!([">", ["fact", "deal.amount"], ["money", "1", "EUR"]])),
        Err(Undecided::Error("CNY and EUR are not compared".into()))
    );
    assert!(is_error(&json!([
        "==",
        ["+", 9_223_372_036_854_775_807_i64, 1],
        0
    ])));
}

#[test]
fn what_is_ill_typed_unknown_or_too_deep_is_refused_when_it_is_read() {
    let refused = |json: Value| Expr::parse(&json).unwrap_err().to_string();
    assert_eq!(
        refused(json!(["fact", "deal.colour"])),
        "there is no fact deal.colour"
    );
    assert_eq!(
        refused(json!([">", ["fact", "deal.name"], "A"])),
        r#"["fact","deal.name"] is a text, not a int, date or money"#
    );
    assert_eq!(
        refused(json!(["==", ["fact", "deal.amount"], 5])),
        "5 is a int, not a money"
    );
    assert_eq!(
        refused(json!(["==", ["fact", "deal.x.tender"], "A"])),
        r#"["fact","deal.x.tender"] is a opaque, not a value that can be compared"#
    );
    assert_eq!(
        refused(json!(["fact", "deal.amount"])),
        r#"["fact","deal.amount"] is a money, not a bool"#
    );
    for form in [
        json!(null),
        json!([]),
        json!({}),
        json!(["and"]),
        json!([1]),
        json!(["money", "1.234", "EUR"]),
        json!(["date", "tomorrow"]),
        json!(1.5),
        json!(["loop", true]),
    ] {
        assert!(Expr::parse(&form).is_err(), "{form}");
    }
    let deep = |n: usize| (0..n).fold(json!(true), |inner, _| json!(["not", inner]));
    assert!(Expr::parse(&deep(DEPTH_MAX - 1)).is_ok());
    assert_eq!(Expr::parse(&deep(DEPTH_MAX)), Err(ExprFault::TooDeep));
}

#[test]
fn an_expression_names_the_facts_that_it_reads() {
    let expr = Expr::parse(&json!([
        "or",
        ["has", "deal.amount"],
        ["in", ["fact", "account.tier"], "A"]
    ]))
    .unwrap();
    assert_eq!(expr.facts(), ["account.tier", "deal.amount"]);
}
