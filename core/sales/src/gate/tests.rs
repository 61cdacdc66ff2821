use chrono::NaiveDate;
use fieldbook_model::{Fields, Scalar, StageMove};

use super::*;
use crate::facts::FactValue;
use crate::pack::PackLibrary;

fn library() -> PackLibrary {
    PackLibrary::shipped()
}

fn solution(library: &PackLibrary) -> &Installed {
    library.latest("solution-sale").unwrap()
}

fn facts(deal: &Fields) -> Facts {
    Facts::of_deal(NaiveDate::from_ymd_opt(2026, 11, 29).unwrap(), deal)
}

/// A deal that stands in one stage of the solution sale.
fn standing(installed: &Installed, stage: &str) -> StageMoves {
    let found = installed.process.stage(stage).unwrap();
    let made = StageMove {
        at_ms: 0,
        on: None,
        kind: MoveKind::Start,
        from: None,
        to: stage.to_owned(),
        rank: found.rank,
        end: found.end,
        pack: installed.process.id().to_string(),
        sha: installed.sha.clone(),
        prev: Vec::new(),
        missing: Vec::new(),
        unknown: Vec::new(),
        why: None,
        map: std::collections::BTreeMap::new(),
    };
    StageMoves::fold(&Fields::new().with("move/a", made.to_text())).unwrap()
}

fn missing(verdict: &GateVerdict) -> Vec<&str> {
    verdict
        .missing
        .iter()
        .map(|unmet| unmet.criterion.as_str())
        .collect()
}

#[test]
fn a_deal_enters_the_first_stage_when_it_has_what_that_stage_requires() {
    let library = library();
    let installed = solution(&library);
    let bare = judge(installed, None, "lead_validation", &facts(&Fields::new())).unwrap();
    assert_eq!(
        (bare.kind, bare.outcome, missing(&bare)),
        (MoveKind::Start, Outcome::Missing, vec!["source"])
    );
    let fair = facts(&Fields::new().with("source", "Fair"));
    assert_eq!(
        judge(installed, None, "lead_validation", &fair).unwrap().outcome,
        Outcome::Met
    );
    let skip = judge(installed, None, "negotiation", &fair).unwrap_err();
    assert_eq!(
        skip.to_string(),
        "stage negotiation comes after lead_validation: no stage is skipped"
    );
}

#[test]
fn a_gate_lists_what_is_missing_and_advises_without_shutting() {
    let library = library();
    let installed = solution(&library);
    let deal = Fields::new()
        .with("amount", "0 EUR")
        .with("close_on", "2026-12-31")
        .with("next_step", "-")
        .with("role/c1:technical_buyer", Scalar::Bool(true));
    let at_demo = standing(installed, "solution_demo");
    let verdict = judge(installed, Some(&at_demo), "negotiation", &facts(&deal)).unwrap();
    assert_eq!(
        missing(&verdict),
        ["demo_accepted", "amount_positive", "next_step"]
    );
    assert_eq!(
        verdict.missing[2].because,
        UnmetBecause::FieldEmpty {
            field: "next_step".into()
        }
    );
    assert_eq!(verdict.missing[0].says.get("zh"), "客户确认演示结果");
    let checks: Vec<Option<&str>> = verdict
        .missing
        .iter()
        .map(|unmet| unmet.check.as_deref())
        .collect();
    assert_eq!(checks, [Some("demo_accepted"), None, None]);
    let advised: Vec<&str> = verdict
        .advised
        .iter()
        .map(|unmet| unmet.criterion.as_str())
        .collect();
    assert_eq!((verdict.outcome, advised), (Outcome::Missing, vec!["champion"]));
}

#[test]
fn law_12_what_is_unknown_here_neither_passes_nor_counts_as_missing() {
    let library = library();
    let installed = solution(&library);
    let mut facts = facts(
        &Fields::new()
            .with("account_id", Scalar::Id(fieldbook_model::ids::RecordId([7; 16])))
            .with("budget_tier", "B")
            .with("amount", "5 EUR")
            .with("close_on", "2026-12-31")
            .with("role/c1:economic_buyer", Scalar::Bool(true))
            .with("check/needs_written", Scalar::Bool(true)),
    );
    facts.not_here("visits", "visits of the account");
    let at_needs = standing(installed, "needs_analysis");
    let verdict = judge(installed, Some(&at_needs), "solution_demo", &facts).unwrap();
    assert_eq!((verdict.outcome, verdict.missing.len()), (Outcome::Unknown, 0));
    let needs = std::collections::BTreeSet::from(["visits of the account".to_owned()]);
    assert_eq!(verdict.unknown[0].because, UnmetBecause::UnknownHere { needs });
    facts.set("visits.held", FactValue::Int(1));
    assert_eq!(
        judge(installed, Some(&at_needs), "solution_demo", &facts)
            .unwrap()
            .outcome,
        Outcome::Met
    );
}

#[test]
fn lost_back_and_reopened_need_only_what_the_stage_requires() {
    let library = library();
    let installed = solution(&library);
    let deal = facts(&Fields::new());
    let at_demo = standing(installed, "solution_demo");
    let lost = judge(installed, Some(&at_demo), "lost", &deal).unwrap();
    assert_eq!(
        (lost.kind, missing(&lost)),
        (MoveKind::Close, vec!["lost_reason"])
    );
    let back = judge(installed, Some(&at_demo), "lead_validation", &deal).unwrap();
    assert_eq!((back.kind, missing(&back)), (MoveKind::Back, vec!["source"]));
    let from_lost = standing(installed, "lost");
    let again = judge(installed, Some(&from_lost), "needs_analysis", &deal).unwrap();
    assert_eq!(again.kind, MoveKind::Reopen);
    let won = judge(installed, Some(&at_demo), "won", &deal).unwrap_err();
    assert!(
        matches!(won, MoveRefusal::Skips { ref next, .. } if next == "negotiation"),
        "{won:?}"
    );
    let there = judge(installed, Some(&at_demo), "solution_demo", &deal).unwrap_err();
    assert_eq!(
        there,
        MoveRefusal::AlreadyThere {
            stage: "solution_demo".into()
        }
    );
    let nowhere = judge(installed, Some(&at_demo), "party", &deal).unwrap_err();
    assert_eq!(
        nowhere.to_string(),
        "the process solution-sale@1 has no stage party"
    );
}

#[test]
fn a_process_that_skips_asks_for_the_criteria_of_the_stages_between() {
    let library = library();
    let fmcg = library.latest("fmcg-ordering").unwrap();
    let at_outlet = standing(fmcg, "outlet_check");
    let verdict = judge(fmcg, Some(&at_outlet), "order", &facts(&Fields::new())).unwrap();
    assert_eq!(
        missing(&verdict),
        [
            "at_the_door",
            "account_id",
            "listing_agreed",
            "buyer_known",
            "product",
            "amount"
        ]
    );
}

#[test]
fn laws_5_and_8_without_its_pack_a_deal_is_not_judged_and_a_removed_stage_is_left_by_its_rank() {
    let library = library();
    let installed = solution(&library);
    let mut deal = standing(installed, "solution_demo");
    let default = installed.process.id();
    assert_eq!(
        process_of(&library, Some(&deal), &default).unwrap().sha,
        installed.sha
    );
    deal.path[0].pack = "sop@4".into();
    let missing = process_of(&library, Some(&deal), &default).unwrap_err();
    assert_eq!(missing.to_string(), "the process sop@4 is not on this device");
    let mut other = standing(installed, "solution_demo");
    other.moves.get_mut("a").unwrap().sha = "0000000000000000".into();
    assert!(matches!(
        process_of(&library, Some(&other), &default),
        Err(MoveRefusal::PackDiffers { .. })
    ));
    let mut removed = standing(installed, "solution_demo");
    removed.path[0].stage = "old_stage".into();
    removed.path[0].rank = 25;
    let verdict = judge(installed, Some(&removed), "solution_demo", &facts(&Fields::new())).unwrap();
    assert_eq!(verdict.kind, MoveKind::Advance);
}

#[test]
fn law_11_a_field_cleared_later_is_shown_and_moves_nothing() {
    let library = library();
    let stage = solution(&library).process.stage("solution_demo").unwrap();
    let full = Fields::new()
        .with("amount", "5 EUR")
        .with("close_on", "2026-12-31");
    assert_eq!(unfilled(stage, &facts(&full)), []);
    let cleared = full.with("close_on", Scalar::Cleared);
    assert_eq!(unfilled(stage, &facts(&cleared))[0].criterion, "close_on");
}
