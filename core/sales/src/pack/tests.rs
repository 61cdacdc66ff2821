use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

use super::*;
use crate::rule::{RulePack, SHIPPED_RULES};
use crate::templates;

fn sign(process: &Process, key: &SigningKey) -> SignedPack {
    super::sign(&process.clone().into(), key)
}

fn solution() -> Value {
    serde_json::from_str(include_str!("../../templates/solution-sale.json")).unwrap()
}

fn with(mut json: Value, pointer: &str, by: Value) -> Value {
    *json.pointer_mut(pointer).expect("the pointer is into the pack") = by;
    json
}

fn version(n: u32) -> Process {
    let mut process = templates::all()[0].clone();
    "sop".clone_into(&mut process.name);
    process.version = n;
    process
}

#[test]
fn every_fault_of_a_pack_is_named_with_its_place() {
    let faults = |json: Value| Process::parse(&json.to_string()).unwrap_err().to_string();
    for (pointer, by, says) in [
        (
            "/stages/1/id",
            json!("lead_validation"),
            "stages/lead_validation: lead_validation stands twice",
        ),
        (
            "/stages/1/rank",
            json!(5),
            "stages/needs_analysis: each stage has a higher rank than the one before",
        ),
        (
            "/stages/0/requires/0",
            json!("colour"),
            "stages/lead_validation: deals have no field colour",
        ),
        (
            "/stages/0/exit/0/test",
            json!(["has", "deal.colour"]),
            "stages/lead_validation/exit/account_known: there is no fact deal.colour",
        ),
        (
            "/stages/0/exit/1/id",
            json!("account_known"),
            "stages/lead_validation/exit/account_known: account_known stands twice",
        ),
        (
            "/ends/1/is",
            json!("lost"),
            "ends: a process has an end that is won",
        ),
        (
            "/stages/0/id",
            json!("Lead!"),
            "stages/Lead!: \"Lead!\" is no id: 1 to 64 of a-z, 0-9, _ and -",
        ),
        ("/titles/en", json!(" "), "titles: a text is missing"),
        ("/version", json!(0), "version: versions begin at 1"),
        (
            "/format",
            json!("fieldbook-process/9"),
            "format fieldbook-process/9 is neither fieldbook-process/1 nor fieldbook-rules/1",
        ),
        (
            "/zombie/min_wins",
            json!(0.5),
            "/zombie/min_wins: 0.5 is no whole number of 64 bits; write it as a text",
        ),
        (
            "/stall/warn_percent",
            json!(101),
            "stall: a percentage is at most 100",
        ),
    ] {
        assert_eq!(faults(with(solution(), pointer, by)), says, "{pointer}");
    }
}

#[test]
fn a_misspelt_member_a_long_pack_and_a_deep_criterion_are_refused() {
    let faults = |json: Value| Process::parse(&json.to_string()).unwrap_err().to_string();
    let misspelt = solution().to_string().replace("dwell_days", "dwell_day");
    assert!(
        Process::parse(&misspelt)
            .unwrap_err()
            .to_string()
            .starts_with("unknown field `dwell_day`")
    );
    let two = with(with(solution(), "/version", json!(0)), "/titles/en", json!(""));
    assert_eq!(
        faults(two),
        "version: versions begin at 1; titles: a text is missing"
    );
    assert!(Process::parse(&format!("\"{}\"", "x".repeat(70_000))).is_err());
    let deep = (0..25).fold(json!(true), |inner, _| json!(["not", inner]));
    assert!(faults(with(solution(), "/stages/0/exit/0/test", deep)).ends_with("nested deeper than 24"));
}

#[test]
fn the_canonical_text_reads_back_and_does_not_depend_on_how_the_pack_was_written() {
    let process = Process::parse(&solution().to_string()).unwrap();
    let text = process.to_text();
    assert_eq!(Process::parse(&text).unwrap(), process);
    assert_eq!(Process::parse(&text).unwrap().to_text(), text);
    let pretty = serde_json::to_string_pretty(&solution()).unwrap();
    assert_eq!(Process::parse(&pretty).unwrap().sha(), process.sha());
}

#[test]
fn law_74_a_forged_a_truncated_and_an_older_pack_do_not_count() {
    let (ours, theirs) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
    let two = sign(&version(2), &ours);
    let refused = |packs: Vec<SignedPack>| {
        PackLibrary::new(packs)
            .refused
            .into_iter()
            .map(|r| r.why)
            .collect::<Vec<_>>()
    };
    assert_eq!(refused(vec![two.clone(), sign(&version(3), &ours)]), []);
    let forged = SignedPack {
        body: two.body.replace("\"skip\":false", "\"skip\":true"),
        ..two.clone()
    };
    let cut = SignedPack {
        body: two.body[..two.body.len() - 9].to_owned(),
        ..two.clone()
    };
    for bad in [
        forged,
        cut,
        SignedPack {
            signature: String::new(),
            ..two.clone()
        },
    ] {
        assert_eq!(
            refused(vec![bad]),
            [Refused::Unsound(SignedPackError::BadSignature)]
        );
    }
    assert_eq!(
        refused(vec![two.clone(), sign(&version(3), &theirs)]),
        [Refused::ForeignKey]
    );
    assert_eq!(
        refused(vec![two.clone(), sign(&version(1), &ours)]),
        [Refused::RolledBack { latest: 2 }]
    );
    let mut edited = version(2);
    edited.moves.skip = true;
    assert_eq!(
        refused(vec![two.clone(), sign(&edited, &ours)]),
        [Refused::VersionTaken]
    );
    assert_eq!(
        refused(vec![two.clone(), two.clone()]),
        [],
        "the same pack twice is one pack"
    );
    let mut turning = version(3);
    turning.next_key = Some(sign(&version(4), &theirs).key);
    let rotated = vec![
        two,
        sign(&turning, &ours),
        sign(&version(4), &theirs),
        sign(&version(5), &ours),
    ];
    assert_eq!(
        refused(rotated),
        [Refused::ForeignKey],
        "the old key signs nothing after the new one"
    );
}

#[test]
fn a_signed_pack_reads_back_from_its_file() {
    let signed = sign(&version(1), &SigningKey::from_bytes(&[1; 32]));
    let read = SignedPack::from_file(&signed.to_file()).unwrap();
    assert_eq!((&read, read.verify().unwrap()), (&signed, version(1).into()));
    assert!(matches!(
        SignedPack::from_file("{}"),
        Err(SignedPackError::Malformed(_))
    ));
}

#[test]
fn a_migration_that_forgets_a_stage_in_use_is_found() {
    let old = version(1);
    let mut new = version(2);
    new.stages.retain(|stage| stage.id != "solution_demo");
    assert_eq!(
        unmapped_stages(&old, &new, ["needs_analysis"]),
        ["needs_analysis"],
        "without a map nothing moves"
    );
    new.migrate = Some(Migration {
        from: 1,
        map: BTreeMap::new(),
    });
    assert_eq!(
        unmapped_stages(&old, &new, ["solution_demo", "needs_analysis", "solution_demo"]),
        ["solution_demo"]
    );
    new.migrate = Some(Migration {
        from: 1,
        map: [("solution_demo".to_owned(), "negotiation".to_owned())].into(),
    });
    assert_eq!(
        unmapped_stages(&old, &new, ["solution_demo"]),
        Vec::<String>::new()
    );
    let told: Vec<String> = compare(&old, &new)
        .iter()
        .map(|d| serde_json::to_string(d).unwrap())
        .collect();
    assert_eq!(
        told,
        [r#"{"change":"stage_removed","stage":"solution_demo","becomes":"negotiation"}"#]
    );
}

#[test]
fn a_comparison_names_what_differs() {
    let (old, mut new) = (version(1), version(2));
    new.stages[0].dwell_days = Some(5);
    new.stages[0].exit.remove(0);
    new.stages[1].exit[0].level = Level::Should;
    new.moves.skip = true;
    let told: Vec<String> = compare(&old, &new)
        .iter()
        .map(|d| serde_json::to_string(d).unwrap())
        .collect();
    assert_eq!(
        told,
        [
            r#"{"change":"criterion_removed","stage":"lead_validation","criterion":"account_known"}"#,
            r#"{"change":"changed","at":"stages/lead_validation/dwell_days","from":10,"to":5}"#,
            r#"{"change":"changed","at":"stages/needs_analysis/exit/visited/level","from":"must","to":"should"}"#,
            r#"{"change":"changed","at":"moves","from":{"skip":false,"back":true,"force":["manager","admin"]},"to":{"skip":true,"back":true,"force":["manager","admin"]}}"#,
        ]
    );
}

#[test]
fn law_74_rules_are_signed_and_rise_as_processes_do() {
    let ours = SigningKey::from_bytes(&[1; 32]);
    let mut rules = RulePack::parse(SHIPPED_RULES).unwrap();
    let one = super::sign(&rules.clone().into(), &ours);
    rules.version = 2;
    let two = super::sign(&rules.clone().into(), &ours);
    rules.version = 3;
    let theirs = super::sign(&rules.into(), &SigningKey::from_bytes(&[2; 32]));

    let library = PackLibrary::new([one.clone(), two.clone()]);
    let in_use: Vec<u32> = library.rules().map(|installed| installed.rules.version).collect();
    assert_eq!((in_use, library.refused.len()), (vec![2], 0));
    // An older version that comes late, and a version of another key, change nothing.
    let library = PackLibrary::new([two.clone(), one]);
    assert_eq!(library.refused[0].why, Refused::RolledBack { latest: 2 });
    let library = PackLibrary::new([two.clone(), theirs]);
    assert_eq!(library.refused[0].why, Refused::ForeignKey);
    // A process may not take the name and version of rules.
    let mut process = version(2);
    "sales-rules".clone_into(&mut process.name);
    let library = PackLibrary::new([two, sign(&process, &ours)]);
    assert_eq!(library.refused[0].why, Refused::VersionTaken);
}

#[test]
fn every_fault_of_the_tiers_is_named_with_its_place() {
    let faults = |tiers: Value| {
        let mut json = solution();
        json["tiers"] = tiers;
        Process::parse(&json.to_string()).unwrap_err().to_string()
    };
    let tier = |beside: Value| {
        let mut tier = json!({ "id": "A", "visit_every_days": 30 });
        tier.as_object_mut()
            .unwrap()
            .extend(beside.as_object().unwrap().clone());
        json!([tier])
    };
    for (tiers, says) in [
        (
            json!([{ "id": "A", "visit_every_days": 1 }, { "id": "a", "visit_every_days": 2 }]),
            "tiers: a stands twice",
        ),
        (tier(json!({ "id": "-" })), "tiers/-: a text is missing"),
        (
            tier(json!({ "visit_every_days": 0 })),
            "tiers/A: a visit is due after one day at least",
        ),
        (
            tier(json!({ "won_in_year": ["lots"] })),
            "tiers/A: won_in_year has amounts above zero, such as 50000.00 EUR",
        ),
        (
            tier(json!({ "won_in_year": ["-5 EUR"] })),
            "tiers/A: won_in_year has amounts above zero, such as 50000.00 EUR",
        ),
        (
            tier(json!({ "won_in_year": ["5 EUR", "7 EUR"] })),
            "tiers/A: won_in_year has one amount for each currency",
        ),
        (
            tier(json!({ "test": ["has", "account.colour"] })),
            "tiers/A/test: there is no fact account.colour",
        ),
        (
            tier(json!({ "test": ["has", "deal.amount"] })),
            "tiers/A/test: a tier has facts of the account and around it alone",
        ),
    ] {
        assert_eq!(faults(tiers), says);
    }
    let mut sound = solution();
    sound["tiers"] =
        tier(json!({ "won_in_year": ["5 EUR", "40 CNY"], "test": [">=", ["fact", "visits.held"], 1] }));
    assert!(Process::parse(&sound.to_string()).is_ok());
}

#[test]
fn thresholds_of_health_and_diagnosis_that_make_no_sense_are_refused() {
    let faults = |member: &str, value: Value| {
        let mut json = solution();
        json[member] = value;
        Process::parse(&json.to_string()).map_err(|faults| faults.to_string())
    };
    for (member, value, says) in [
        (
            "health",
            json!({ "good_from": 30 }),
            "health: poor_below is at most good_from, and that at most 100",
        ),
        (
            "health",
            json!({ "churn_percent": 50 }),
            "health: churn_percent is 100 at least and churn_events 2",
        ),
        (
            "health",
            json!({ "trend_days": 0 }),
            "health: trend_days and contacts_wanted are 1 at least",
        ),
        (
            "diagnosis",
            json!({ "least": 0 }),
            "diagnosis: least and window_days are 1 at least",
        ),
        (
            "diagnosis",
            json!({ "benchmarks": { "needs_analysis": 101 } }),
            "diagnosis/benchmarks: a percentage is at most 100",
        ),
        (
            "diagnosis",
            json!({ "benchmarks": { "demo": 50 } }),
            "diagnosis/benchmarks: there is no stage demo",
        ),
    ] {
        assert_eq!(faults(member, value), Err(says.to_owned()));
    }
    assert!(
        faults("health", json!({ "colour": 1 })).is_err(),
        "a misspelt member is found"
    );
    let sound = faults("health", json!({ "churn_percent": 300 })).unwrap();
    assert_eq!(
        sound
            .health
            .map(|rules| (rules.churn_percent, rules.visit_points)),
        Some((300, 30))
    );
    let benchmark = faults("diagnosis", json!({ "benchmarks": { "needs_analysis": 60 } })).unwrap();
    assert_eq!(benchmark.diagnosis.unwrap().least, 10);
}
