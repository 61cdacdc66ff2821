use fieldbook_model::ids::TerritoryId;
use proptest::prelude::*;

use super::*;
use crate::templates;

fn record(kind: Kind, fields: Fields) -> Record {
    Record {
        id: RecordId::new(1_795_510_800_000, [3; 10]),
        kind,
        territory: TerritoryId::COMPANY,
        deleted: false,
        unsent: false,
        conflicts: 0,
        fields,
    }
}

fn reviewed(fields: &Fields, at_ms: i64, verdict: ReviewVerdict) -> Fields {
    let review = Review {
        at_ms,
        by: "Eve".to_owned(),
        verdict,
        note: None,
        fields: reviewed_fields(Kind::Opportunity, fields),
    };
    fields
        .clone()
        .with(&format!("{REVIEW_PREFIX}{at_ms}"), review.to_text())
}

#[test]
fn law_73_an_edit_reopens_what_it_touches_and_nothing_else() {
    let deal = Fields::new().with("name", "Scanner").with("amount", "5000 EUR");
    assert_eq!(manager_state(Kind::Opportunity, &deal), ManagerState::Open);
    let passed = reviewed(&deal, 5, ReviewVerdict::Passed);
    assert!(matches!(
        manager_state(Kind::Opportunity, &passed),
        ManagerState::Reviewed { .. }
    ));
    // Labels, moves and other sets are no reviewed field.
    let labelled = passed.clone().with("tag/hot", Scalar::Bool(true));
    assert!(matches!(
        manager_state(Kind::Opportunity, &labelled),
        ManagerState::Reviewed { .. }
    ));
    let changed = |fields: &Fields| match manager_state(Kind::Opportunity, fields) {
        ManagerState::Reopened { changed, .. } => changed.into_iter().collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let dearer = passed.clone().with("amount", "6000 EUR");
    assert_eq!(changed(&dearer), ["amount"]);
    assert_eq!(
        changed(&dearer.clone().with("close_on", "2026-12-31")),
        ["amount", "close_on"]
    );
    // What is put back as it was reviewed is reviewed again, and a later review counts before an earlier one.
    assert!(matches!(
        manager_state(Kind::Opportunity, &dearer.clone().with("amount", "5000 EUR")),
        ManagerState::Reviewed { .. }
    ));
    let again = reviewed(&dearer, 9, ReviewVerdict::Failed);
    let ManagerState::Reviewed { review } = manager_state(Kind::Opportunity, &again) else {
        panic!("reviewed anew");
    };
    assert_eq!(review.verdict, ReviewVerdict::Failed);
    // A clock that stands still or was set back writes a later review all the same.
    assert_eq!(
        (
            next_review_ms(&again, 9),
            next_review_ms(&again, 3),
            next_review_ms(&again, 30)
        ),
        (10, 10, 30)
    );
}

proptest! {
    #[test]
    fn law_73_the_sample_is_that_of_anybody_and_of_the_size_that_was_asked_for(seed in any::<u8>(), percent in 0_u8..=100) {
        let week: Week = "2026-W48".parse().unwrap();
        let ids = (0..4_000_u32).map(|n| {
            let mut id = [seed; 16];
            id[..4].copy_from_slice(&n.to_be_bytes());
            RecordId(id)
        });
        let sample: Vec<RecordId> = ids.clone().filter(|id| is_sampled(*id, week, percent)).collect();
        prop_assert_eq!(&sample, &ids.filter(|id| is_sampled(*id, week, percent)).collect::<Vec<_>>());
        // Five standard deviations of a binomial of 4,000 draws at most.
        let expected = 40.0 * f64::from(percent);
        let deviation = (expected * (1.0 - f64::from(percent) / 100.0)).sqrt();
        let size = f64::from(u32::try_from(sample.len()).unwrap());
        prop_assert!((size - expected).abs() <= 5.0 * deviation + 0.5, "{} of 4,000 at {} %", size, percent);
    }
}

#[test]
fn weeks_differ_and_read_back() {
    let ids = (0..200_u8).map(|n| RecordId([n; 16]));
    let of = |week: &str| -> Vec<RecordId> {
        let week = week.parse().unwrap();
        ids.clone().filter(|id| is_sampled(*id, week, 20)).collect()
    };
    assert_ne!(of("2026-W48"), of("2026-W49"));
    assert_eq!(
        Week::of_day("2027-01-01".parse().unwrap()).to_string(),
        "2026-W53"
    );
    for bad in ["2026-48", "2026-W54", "W48", "2026-W0"] {
        assert_eq!(bad.parse::<Week>(), Err(BadWeek), "{bad}");
    }
}

#[test]
fn the_system_finds_what_contradicts_itself() {
    let today: NaiveDate = "2026-11-29".parse().unwrap();
    let process = &templates::all()[0];
    let deal = Fields::new()
        .with("name", "Scanner")
        .with("stage", "Closed Won")
        .with("opened_on", "2026-10-01")
        .with("close_on", "2026-09-01");
    let found = findings(&record(Kind::Opportunity, deal), Some(process), None, today);
    assert_eq!(found, [Finding::WonWithoutAmount, Finding::ClosesBeforeOpened]);
    let open = Fields::new()
        .with("name", "Scanner")
        .with("close_on", "2026-11-28");
    let mut conflicted = record(Kind::Opportunity, open);
    conflicted.conflicts = 2;
    assert_eq!(
        findings(&conflicted, Some(process), None, today),
        [Finding::ClosingDayPassed, Finding::Conflicts { count: 2 }]
    );
    assert_eq!(
        findings(&record(Kind::Account, Fields::new()), None, None, today),
        []
    );
}

#[test]
fn the_self_check_is_of_the_criteria_that_are_checked_off() {
    let process = templates::all()
        .iter()
        .find(|process| {
            process.stages.iter().any(|stage| {
                !self_check(stage, &Facts::of_deal(NaiveDate::default(), &Fields::new())).is_empty()
            })
        })
        .expect("a template has criteria to check off");
    let stage = process
        .stages
        .iter()
        .find(|stage| !self_check(stage, &Facts::of_deal(NaiveDate::default(), &Fields::new())).is_empty())
        .unwrap();
    let open = self_check(stage, &Facts::of_deal(NaiveDate::default(), &Fields::new()));
    let (id, is_checked) = open.iter().next().unwrap();
    assert!(!is_checked);
    let checked = Fields::new().with(&format!("check/{id}"), Scalar::Bool(true));
    assert!(self_check(stage, &Facts::of_deal(NaiveDate::default(), &checked))[id]);
}
