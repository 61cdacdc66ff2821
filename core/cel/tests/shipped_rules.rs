//! The shipped rules: their conditions in CEL are what their tests say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use fieldbook_sales::rule::{RulePack, SHIPPED_RULES, with_conditions};

#[test]
fn the_shipped_rules_are_compiled_from_their_conditions() {
    let compile = |source: &str| fieldbook_cel::compile(source).map_err(|fault| fault.to_string());
    let built = with_conditions(SHIPPED_RULES, compile).unwrap();
    let built = RulePack::parse(&built).unwrap_or_else(|faults| panic!("{faults}"));
    if std::env::var_os("FIELDBOOK_BLESS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../sales/rules/sales-rules.json");
        let text = serde_json::to_string_pretty(&built).unwrap();
        std::fs::write(file, text + "\n").unwrap();
        return;
    }
    assert_eq!(RulePack::parse(SHIPPED_RULES).unwrap(), built);
}
