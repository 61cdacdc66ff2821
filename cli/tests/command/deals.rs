//! Deals in a sales process, and the packs of processes.

use crate::device::TestDevice;
use serde_json::{Value, json};

/// What a person sees.
fn text(device: &TestDevice, args: &[&str]) -> String {
    device.run(args).out
}

fn id(value: &Value) -> &str {
    value["id"].as_str().expect("a record has an id")
}

/// A deal of a hospital with a contact; the ids of deal and contact.
fn deal(device: &TestDevice) -> (String, String) {
    device.json(&["new", "--rep", "Ada"]);
    let account = device.json(&["add", "account", "name=Hospital"]);
    let of = format!("account_id={}", id(&account));
    let contact = device.json(&["add", "contact", "name=Dr Li", &of]);
    let deal = device.json(&["add", "opportunity", "name=Scanner", &of]);
    (id(&deal).to_owned(), id(&contact).to_owned())
}

#[test]
fn a_deal_is_refused_with_what_is_missing_and_then_moves() {
    let device = TestDevice::new();
    let (deal, contact) = deal(&device);
    let refused = device.fails(1, &["deal", "advance", &deal, "Lead validation"]);
    assert_eq!(refused["code"], "gate_shut");
    assert_eq!(refused["verdict"]["missing"][0]["criterion"], "source");
    device.json(&[
        "deal",
        "advance",
        &deal,
        "lead_validation",
        "--set",
        "source=Fair",
    ]);
    device.json(&[
        "deal",
        "advance",
        &deal,
        "needs_analysis",
        "--set",
        "budget_tier=B",
    ]);
    let standing = device.json(&["deal", "stages", &deal]);
    assert_eq!(
        (&standing["stage"], &standing["pack"]),
        (&json!("needs_analysis"), &json!("solution-sale@1"))
    );
    let ahead = device.json(&["deal", "why", &deal, "won"]);
    let stages: Vec<&str> = ahead["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["stage"].as_str().unwrap())
        .collect();
    assert!(
        stages.contains(&"negotiation") && stages.contains(&"needs_analysis"),
        "{stages:?}"
    );
    device.json(&["set", &deal, &format!("role/{contact}:economic_buyer=yes")]);
    let chain = device.json(&["deal", "chain", &deal]);
    let covered: Vec<&Value> = chain["roles"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["covered"] == true)
        .collect();
    assert_eq!(
        (covered.len(), &covered[0]["contacts"][0]["name"]),
        (1, &json!("Dr Li"))
    );
    let kinds: Vec<Value> = device
        .lines(&["deal", "history", &deal])
        .iter()
        .map(|m| m["kind"].clone())
        .collect();
    assert_eq!(kinds, ["start", "advance"]);
}

#[test]
fn what_cannot_be_is_said_with_a_code() {
    let device = TestDevice::new();
    let (deal, contact) = deal(&device);
    device.json(&[
        "deal",
        "advance",
        &deal,
        "lead_validation",
        "--set",
        "source=Fair",
    ]);
    for (exit, code, args) in [
        (1, "no_such_stage", vec!["deal", "advance", &deal, "party"]),
        (
            1,
            "already_there",
            vec!["deal", "advance", &deal, "lead_validation"],
        ),
        (1, "skips_stage", vec!["deal", "advance", &deal, "won"]),
        (
            2,
            "no_reason",
            vec!["deal", "advance", &deal, "needs_analysis", "--force"],
        ),
        (2, "bad_field", vec!["set", &deal, "source=Cold call"]),
        (1, "gate_shut", vec!["set", &deal, "stage=needs_analysis"]),
        (1, "wrong_kind", vec!["deal", "stages", &contact]),
        (1, "no_such_pack", vec!["pack", "show", "no-such"]),
    ] {
        assert_eq!(device.fails(exit, &args)["code"], code, "{args:?}");
    }
}

#[test]
fn a_company_makes_signs_installs_and_migrates_to_a_process_of_its_own() {
    let device = TestDevice::new();
    let (deal, _) = deal(&device);
    device.json(&[
        "deal",
        "advance",
        &deal,
        "lead_validation",
        "--set",
        "source=Fair",
    ]);
    let mut mine = device.json(&["pack", "show", "solution-sale"]);
    mine["version"] = json!(2);
    mine["stages"].as_array_mut().unwrap().remove(0);
    let forgetful = device.file("forgetful.json", mine.to_string());
    let left = device.fails(1, &["pack", "migrate-check", "solution-sale@1", &forgetful]);
    assert_eq!(left["code"], "unmapped_stages");
    mine["migrate"] = json!({ "from": 1, "map": { "lead_validation": "needs_analysis" } });
    let whole = device.file("whole.json", mine.to_string());
    assert_eq!(
        device.json(&["pack", "migrate-check", "solution-sale@1", &whole])["ok"],
        true
    );
    let differences = device.lines(&["pack", "diff", "solution-sale@1", &whole]);
    assert_eq!(
        differences,
        [json!({ "change": "stage_removed", "stage": "lead_validation", "becomes": "needs_analysis" })]
    );
    let beside = |name: &str| device.book().with_file_name(name).to_str().unwrap().to_owned();
    let (key, pack) = (&beside("company.key"), &beside("whole.pack"));
    device.json(&["pack", "key", key]);
    device.json(&["pack", "sign", &whole, "--key", key, "--out", pack]);
    assert_eq!(device.json(&["pack", "check", pack])["pack"], "solution-sale@2");
    let forged = std::fs::read_to_string(pack)
        .unwrap()
        .replace("\"back\": true", "\"back\": false");
    assert_eq!(
        device.fails(1, &["pack", "check", &device.file("forged.pack", forged)])["code"],
        "bad_signature"
    );
    device.json(&["pack", "install", pack]);
    assert_eq!(
        device.json(&["pack", "migrate", "solution-sale@2"])["migrated"],
        1
    );
    assert_eq!(device.json(&["deal", "stages", &deal])["stage"], "needs_analysis");
    mine["stages"][0]["exit"][0]["test"] = json!(["has", "deal.colour"]);
    let bad = device.fails(2, &["pack", "check", &device.file("bad.json", mine.to_string())]);
    assert_eq!(
        bad["faults"],
        json!(["stages/needs_analysis/exit/visited: there is no fact deal.colour"])
    );
}

#[test]
fn rules_are_tried_signed_installed_and_run_once() {
    let device = TestDevice::new();
    let (deal, _) = deal(&device);
    let shown = device.json(&["rules", "show"]);
    let path = device.file("rules.json", shown.to_string());
    let tried = device.lines(&["rules", "dry-run", "--pack", &path]);
    assert!(
        tried
            .iter()
            .any(|line| line["rule"] == "sales-rules@1/next_step" && line["at"] == deal.as_str())
    );
    assert_eq!(device.lines(&["rules", "list"]), [] as [Value; 0]);

    let beside = |name: &str| device.book().with_file_name(name).display().to_string();
    let (key, pack) = (&beside("company.key"), &beside("rules.pack"));
    device.json(&["pack", "key", key]);
    device.json(&["pack", "sign", &path, "--key", key, "--out", pack]);
    device.json(&["pack", "install", pack]);
    let done = device.lines(&["rules", "run"]);
    assert_eq!(done, tried);
    assert_eq!(device.lines(&["rules", "run"]), [] as [Value; 0]);
    let made = done
        .iter()
        .find(|line| line["rule"] == "sales-rules@1/next_step")
        .unwrap();
    let fired = device.lines(&["rules", "fired", made["record"].as_str().unwrap()]);
    assert_eq!(
        fired,
        [json!({ "rule": "sales-rules@1/next_step", "made": true })]
    );
}

#[test]
fn a_condition_that_is_no_condition_is_refused_where_it_stands() {
    let device = TestDevice::new();
    let mut rules = device.json(&["rules", "show"]);
    rules["rules"][0]["when"] = json!("visits.holds == 0");
    let path = device.file("rules.json", rules.to_string());
    let refused = device.fails(2, &["pack", "check", &path]);
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.ends_with("rules/first_visit/when: there is no fact visits.holds"),
        "{message}"
    );
}

#[test]
fn a_review_is_written_shown_and_reopened_by_an_edit() {
    let device = TestDevice::new();
    let (deal, _) = deal(&device);
    let drawn = device.lines(&["review", "queue", "--percent", "100"]);
    assert_eq!(drawn[0]["id"], deal.as_str());
    let failed = device.json(&["review", "fail", &deal, "--note", "no amount"]);
    assert_eq!(failed["manager"]["state"], "reviewed");
    assert_eq!(failed["manager"]["review"]["note"], "no amount");
    device.json(&["set", &deal, "amount=5000 EUR"]);
    let shown = device.json(&["review", "show", &deal]);
    assert_eq!(shown["manager"]["changed"], json!(["amount"]));
    let lines = text(&device, &["review", "show", &deal]);
    let levels: Vec<&str> = lines
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(levels, ["self-check", "manager", "system"]);
    device.json(&["review", "pass", &deal]);
    assert_eq!(
        device.lines(&["review", "queue", "--percent", "100"]),
        [] as [Value; 0]
    );
    let refused = device.fails(1, &["review", "pass", "019ab0f2-7c1e-7000-8000-000000000001"]);
    assert_eq!(refused["code"], "no_such_record");
}

#[test]
fn a_transfer_is_shown_before_it_is_done() {
    let device = TestDevice::new();
    device.json(&["new", "--rep", "Eve"]);
    let account = device.json(&["add", "account", "name=Hospital", "owner=Ada"]);
    let arguments = ["transfer", "--from", "Ada", "--to", "Ben"];
    let tried = device.lines(&["transfer", "--from", "Ada", "--to", "Ben", "--dry-run"]);
    assert_eq!(
        (tried[0]["id"].as_str(), &tried[0]["written"]),
        (account["id"].as_str(), &json!(false))
    );
    assert_eq!(device.lines(&arguments)[0]["written"], true);
    assert_eq!(device.json(&["show", id(&account)])["owner"], "Ben");
    assert_eq!(device.lines(&arguments), [] as [Value; 0]);
    assert_eq!(
        device.fails(2, &["transfer", "--from", "Ada", "--to", "Ada"])["code"],
        "bad_person"
    );
}

#[test]
fn a_lead_is_captured_claimed_touched_and_converted() {
    let device = TestDevice::new();
    device.json(&["new", "--rep", "Ada"]);
    let lead = device.json(&[
        "lead",
        "add",
        "name=Li Wei",
        "company=Clinic",
        "email=li@clinic.example",
        "source=Fair",
    ]);
    let again = device.json(&["lead", "add", "name=Li", "email=LI@clinic.example", "source=Web"]);
    assert_eq!(
        (&again["id"], &again["new"], &again["source"]),
        (&lead["id"], &json!(false), &json!("Fair"))
    );
    let lead = id(&lead);
    assert_eq!(device.lines(&["lead", "list", "--pool"]).len(), 1);
    let held = device.json(&["lead", "claim", lead]);
    assert_eq!(
        (&held["holding"]["by"], &held["pending"]),
        (&json!("Ada"), &json!(false))
    );
    assert_eq!(device.lines(&["lead", "list", "--pool"]), [] as [Value; 0]);
    assert_eq!(
        device.fails(2, &["lead", "touch", lead, "dream"])["code"],
        "bad_touch"
    );
    device.json(&["lead", "touch", lead, "call", "--text", "wants a quote"]);
    let made = device.json(&["lead", "convert", lead, "--deal", "Scanner"]);
    let deal = device.json(&["show", made["deal"].as_str().unwrap()]);
    assert_eq!(
        (&deal["name"], &deal["source"]),
        (&json!("Scanner"), &json!("Fair"))
    );
    assert_eq!(device.fails(1, &["lead", "claim", lead])["code"], "not_free");
    assert_eq!(device.fails(1, &["lead", "return", lead])["code"], "not_held");
}
