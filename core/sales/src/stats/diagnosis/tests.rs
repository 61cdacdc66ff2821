use proptest::prelude::*;

use super::super::deal_log::tests::deal;
use super::*;

fn lost(silent_days: Option<i64>, reason: Option<&str>) -> LostDeal {
    LostDeal {
        silent_days,
        reason: reason.map(str::to_owned),
    }
}

fn only(evidence: &Evidence, question: &str) -> Diagnosis {
    let all = diagnose(evidence, &DiagnosisRules::default());
    all.into_iter().find(|one| one.question == question).unwrap()
}

#[test]
fn a_deal_was_followed_up_late_by_its_silence_or_by_its_reason() {
    let mut deals = vec![lost(Some(3), None); 6];
    deals.extend([lost(Some(15), None), lost(Some(14), None), lost(None, None)]);
    deals.extend([
        lost(None, Some("Too slow for them")),
        lost(Some(2), Some("跟进不及时")),
    ]);
    let evidence = Evidence {
        lost: deals.clone(),
        ..Evidence::default()
    };
    let found = only(&evidence, "late_follow_up");
    assert_eq!(
        (found.answer, found.percent),
        (DiagnosisAnswer::No, Some(30)),
        "30 in 100 is not above 30"
    );
    assert_eq!(
        found.says,
        "3 of 10 lost deals had gone without the customer for more than 14 days; left out: 1"
    );
    deals.push(lost(Some(40), None));
    let found = only(
        &Evidence {
            lost: deals,
            ..Evidence::default()
        },
        "late_follow_up",
    );
    assert_eq!(found.answer, DiagnosisAnswer::Yes);
}

#[test]
fn a_word_of_a_reason_counts_whole() {
    let words = DiagnosisRules::default().late_words;
    for (reason, is_late) in [
        ("answered too late", true),
        ("Latex is banned", false),
        ("slowdown of the market", false),
        ("No response from us", true),
        ("我们跟进太慢", true),
        ("price", false),
    ] {
        assert_eq!(names_late(reason, &words), is_late, "{reason}");
    }
}

#[test]
fn time_without_customers_is_what_lies_between_the_visits() {
    let day = FieldDay {
        span_min: 480,
        selling_min: 240,
    };
    let days = |n: usize| Evidence {
        days: vec![day; n],
        ..Evidence::default()
    };
    let found = only(&days(10), "non_selling_time");
    assert_eq!((found.answer, found.percent), (DiagnosisAnswer::Yes, Some(50)));
    assert_eq!(
        found.says,
        "40 h of 80 h between the first and the last act were not with customers, on 10 days"
    );
    assert_eq!(
        only(&days(9), "non_selling_time").says,
        "not enough: 9 days with two visits and more, 10 needed"
    );
}

#[test]
fn a_gap_is_that_of_the_slowest_team_to_the_fastest_and_needs_two() {
    let cycles = |slow: i64| Evidence {
        cycles: [
            ("North".to_owned(), vec![50; 10]),
            ("South".to_owned(), vec![slow; 11]),
            ("New".to_owned(), vec![400; 3]),
        ]
        .into(),
        ..Evidence::default()
    };
    let found = only(&cycles(60), "cycle_gap");
    assert_eq!((found.answer, found.percent), (DiagnosisAnswer::No, Some(20)));
    let found = only(&cycles(61), "cycle_gap");
    assert_eq!(
        (found.answer, found.of),
        (DiagnosisAnswer::Yes, vec!["South".to_owned(), "North".to_owned()])
    );
    assert_eq!(
        found.says,
        "South takes 61 days to win (11 deals), North takes 50 (10 deals)"
    );
    let mut one = cycles(60);
    one.cycles.remove("South");
    assert_eq!(
        only(&one, "cycle_gap").says,
        "not enough: 1 owner with 10 won deals and more, 2 needed"
    );
}

#[test]
fn a_stage_is_weak_against_its_benchmark_or_else_its_own_past() {
    let stage = StagePassage {
        stage: "demo".into(),
        lately: (20, 8),
        before: (40, 22),
    };
    let past = weak_stage(&stage, &DiagnosisRules::default());
    assert_eq!(
        (past.answer, past.percent),
        (DiagnosisAnswer::No, Some(15)),
        "55 % before, 40 % now"
    );
    let rules = DiagnosisRules {
        benchmarks: [("demo".to_owned(), 56)].into(),
        ..DiagnosisRules::default()
    };
    let found = weak_stage(&stage, &rules);
    assert_eq!(found.answer, DiagnosisAnswer::Yes);
    assert_eq!(found.says, "8 of 20 went on, 40 %; the benchmark is 56 %");
    let new = StagePassage {
        before: (3, 3),
        ..stage
    };
    assert_eq!(
        weak_stage(&new, &DiagnosisRules::default()).answer,
        DiagnosisAnswer::NotEnough { n: 3, needed: 10 }
    );
}

#[test]
fn a_passage_counts_a_deal_once_by_its_last_stay_and_leaves_open_ones_out() {
    let deals = [
        deal("on", &[(1, 0, Some(5)), (2, 5, None)], None),
        deal("back", &[(1, 0, Some(5)), (2, 5, Some(7)), (1, 7, None)], None),
        deal("lost", &[(1, 0, Some(30))], Some((30, Outcome::Lost))),
        deal("won", &[(1, 0, Some(40))], Some((40, Outcome::Won))),
        deal("open", &[(1, 0, None)], None),
    ];
    let deals: Vec<&DealLog> = deals.iter().collect();
    let from_ms = deals[0].opened.at_ms + 20 * 86_400_000;
    let found = stage_passages(&deals, &[("s1".into(), 1), ("s2".into(), 2)], from_ms);
    assert_eq!((found[0].lately, found[0].before), ((2, 1), (1, 1)));
    assert_eq!(
        (found[1].lately, found[1].before),
        ((0, 0), (0, 0)),
        "a step back is no end"
    );
}

proptest! {
    #[test]
    fn an_answer_stands_on_enough_or_says_how_many_there_are(
        silent in proptest::collection::vec(proptest::option::of(-5..60i64), 0..40),
        spans in proptest::collection::vec((-10..900i64, -10..900i64), 0..40),
        cycles in proptest::collection::vec(proptest::collection::vec(0..400i64, 0..20), 0..4),
        left in 0..40usize, on in 0..40usize, before in 0..40usize,
    ) {
        let evidence = Evidence {
            lost: silent.into_iter().map(|days| lost(days, None)).collect(),
            days: spans.into_iter().map(|(span_min, selling_min)| FieldDay { span_min, selling_min }).collect(),
            cycles: cycles.into_iter().enumerate().map(|(n, days)| (n.to_string(), days)).collect(),
            stages: vec![StagePassage { stage: "s".into(), lately: (left, on.min(left)), before: (before, before / 2) }],
        };
        for found in diagnose(&evidence, &DiagnosisRules::default()) {
            let is_answered = !matches!(found.answer, DiagnosisAnswer::NotEnough { .. });
            prop_assert_eq!(is_answered, found.percent.is_some());
            if let DiagnosisAnswer::NotEnough { n, .. } = found.answer {
                prop_assert!(n < 10, "{:?}", found);
            }
        }
    }

    #[test]
    fn one_more_late_loss_never_turns_a_yes_into_a_no(silent in proptest::collection::vec(0..40i64, 10..40)) {
        let of = |days: &[i64]| {
            let evidence = Evidence { lost: days.iter().map(|days| lost(Some(*days), None)).collect(), ..Evidence::default() };
            only(&evidence, "late_follow_up").answer
        };
        let more: Vec<i64> = silent.iter().copied().chain([99]).collect();
        prop_assert!(of(&silent) != DiagnosisAnswer::Yes || of(&more) == DiagnosisAnswer::Yes);
    }
}
