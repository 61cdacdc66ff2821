//! Rules that several devices run without a signal.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use fieldbook_core::book::{Book, Checkup, Query, RuleEffect};
use fieldbook_core::model::{Fields, Kind, Record, Role, Scalar};
use fieldbook_core::sales::pack::sign;
use fieldbook_core::sales::rule::{RulePack, SHIPPED_RULES};
use fieldbook_tests::world::{Wire, World};
use serde_json::{Value, json};

fn sync(book: &Book, wire: &Wire) {
    book.sync_now(wire, None).unwrap();
}

/// A pack of these rules that counts from before the world begins.
fn signed(rules: &Value, version: u32) -> String {
    let mut pack: Value = serde_json::from_str(SHIPPED_RULES).unwrap();
    pack["rules"] = rules.clone();
    pack["version"] = json!(version);
    pack["since"] = json!("2020-01-01");
    let pack = RulePack::parse(&pack.to_string()).unwrap();
    sign(&pack.into(), &ed25519_dalek::SigningKey::from_bytes(&[5; 32])).to_file()
}

fn next_step() -> Value {
    json!([
        {"id": "next_step", "titles": {"en": "Agree a next step"}, "on": {"event": "added", "of": "deal"},
         "test": ["not", ["has", "deal.next_step_on"]],
         "do": [{"make": "task", "name": {"en": "Agree a next step for {deal}"}, "due_days": 2},
                {"make": "set", "field": "deal.forecast_category", "value": "best"}]}
    ])
}

fn tasks(book: &Book) -> Vec<Record> {
    book.page(&Query::first(Kind::Task, 100)).unwrap().records
}

fn done(effects: &[RuleEffect]) -> Vec<(String, bool)> {
    effects
        .iter()
        .map(|effect| (effect.rule.clone(), effect.is_new))
        .collect()
}

/// The office's rules and one deal, on all phones.
fn shared(world: &World, phones: &[(Book, Wire)]) -> Record {
    let (boss, wire) = world.join("Eve", Role::Manager);
    boss.install_pack(&signed(&next_step(), 1)).unwrap();
    let account = boss
        .add(Kind::Account, &Fields::new().with("name", "Clinic"))
        .unwrap()
        .id;
    let deal = Fields::new()
        .with("name", "Scanner")
        .with("account_id", Scalar::Id(account));
    let deal = boss.add(Kind::Opportunity, &deal).unwrap();
    sync(&boss, &wire);
    for (book, wire) in phones {
        sync(book, wire);
    }
    deal
}

#[test]
fn law_66_five_devices_do_a_chore_once() {
    let world = World::new(66);
    let phones: Vec<(Book, Wire)> = ["Ada", "Ben", "Cem", "Dan", "Fay"]
        .iter()
        .map(|name| world.join(name, Role::Rep))
        .collect();
    let deal = shared(&world, &phones);
    for (book, _) in &phones {
        let report = book.run_rules().unwrap();
        let name = "sales-rules@1/next_step".to_owned();
        assert_eq!(done(&report.effects), [(name.clone(), true), (name, false)]);
        assert_eq!(book.run_rules().unwrap().effects, [], "a second run does nothing");
        world.clock.advance(7 * 3_600_000);
    }
    for _ in 0..2 {
        for (book, wire) in &phones {
            sync(book, wire);
        }
    }
    let first = tasks(&phones[0].0);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].fields.id("about_id"), Some(deal.id));
    for (book, _) in &phones {
        let made = tasks(book);
        assert_eq!((made.len(), made[0].id, made[0].conflicts), (1, first[0].id, 0));
        assert_eq!(made[0].fields, first[0].fields);
        let shown = book.record(deal.id).unwrap();
        assert_eq!(
            (shown.fields.text("forecast_category"), shown.conflicts),
            (Some("best"), 0)
        );
        assert_eq!(book.run_rules().unwrap().effects, []);
        assert_eq!(book.status(Checkup::Quick).unwrap().unsent, 0);
        assert_eq!(book.refused(10).unwrap(), []);
    }
}

#[test]
fn what_a_person_undid_or_did_before_a_rule_is_not_done_again() {
    let world = World::new(67);
    let phones = vec![world.join("Ada", Role::Rep), world.join("Ben", Role::Rep)];
    let deal = shared(&world, &phones);
    let (ada, ben) = (&phones[0], &phones[1]);
    ada.0.run_rules().unwrap();
    let task = tasks(&ada.0)[0].id;
    ada.0.delete(task).unwrap();
    ada.0.set_field(deal.id, "forecast_category", "omit").unwrap();
    sync(&ada.0, &ada.1);
    sync(&ben.0, &ben.1);
    for (book, _) in &phones {
        assert_eq!(book.run_rules().unwrap().effects, []);
        assert_eq!(tasks(book), []);
        let shown = book.record(deal.id).unwrap();
        assert_eq!(shown.fields.text("forecast_category"), Some("omit"));
    }
    // The mark is the rules' own: nobody writes it by hand.
    let mark = Fields::new().with("rule/made", "by hand");
    assert!(ada.0.set(deal.id, &mark).is_err());
}

#[test]
fn a_condition_that_is_unknown_here_waits_and_a_new_version_does_not_repeat() {
    let world = World::new(68);
    let (boss, wire) = world.join("Eve", Role::Manager);
    boss.install_pack(&signed(&next_step(), 1)).unwrap();
    let deal = boss
        .add(Kind::Opportunity, &Fields::new().with("name", "Scanner"))
        .unwrap();
    assert_eq!(boss.preview_rules(None).unwrap().effects.len(), 2);
    assert_eq!(tasks(&boss), [], "a preview writes nothing");
    boss.run_rules().unwrap();
    let mut rules = next_step();
    rules[0]["do"][0]["name"]["en"] = json!("Agree what comes next on {deal}");
    rules.as_array_mut().unwrap().push(json!({
        "id": "amount", "titles": {"en": "Large"}, "on": {"event": "added", "of": "deal"},
        "test": ["positive", ["fact", "deal.amount"]], "do": [{"make": "tag", "tag": "large"}]
    }));
    boss.install_pack(&signed(&rules, 2)).unwrap();
    let report = boss.run_rules().unwrap();
    assert_eq!(report.effects, []);
    assert_eq!(report.undecided.len(), 1);
    assert_eq!(report.undecided[0].why, "deal.amount is not set");
    boss.set_field(deal.id, "amount", "5000 EUR").unwrap();
    let report = boss.run_rules().unwrap();
    assert_eq!(
        done(&report.effects),
        [("sales-rules@2/amount".to_owned(), false)]
    );
    sync(&boss, &wire);
    assert_eq!(boss.status(Checkup::Quick).unwrap().unsent, 0);
}
