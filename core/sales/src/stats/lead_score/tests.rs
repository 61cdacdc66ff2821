//! Law 32, and points that a rep can read.

use super::*;

fn lead(source: &str, seconds: Option<f64>) -> Lead {
    let source = if source.is_empty() {
        Answer::Missing
    } else {
        Answer::Text(source.to_owned())
    };
    Lead {
        answers: vec![source, seconds.map_or(Answer::Missing, Answer::Number)],
    }
}

/// Of a thousand leads each: 800 by reference, 200 by chat, 500 of unknown source are converted.
fn leads() -> Vec<(Lead, bool)> {
    let part = |source: &'static str, converted: u32| {
        (0..1000).map(move |i| (lead(source, Some(f64::from(i % 10))), i < converted))
    };
    part("reference", 800)
        .chain(part("chat", 200))
        .chain(part("", 500))
        .collect()
}

fn points() -> LeadPoints {
    LeadPoints::from_leads(&["Source", "Seconds"], &["Tags"], &leads()).expect("there is enough history")
}

#[test]
fn law_32_a_column_of_the_future_is_refused() {
    let refused = LeadPoints::from_leads(&["Source", " TAGS"], &["Tags"], &leads()).err();
    assert_eq!(
        refused,
        Some(LeadError::FutureColumn {
            column: " TAGS".to_owned()
        })
    );
}

#[test]
fn points_are_whole_and_ten_double_the_odds() {
    let model = points();
    let (good, bad) = (
        model.score(&lead("reference", Some(4.0))),
        model.score(&lead("chat", Some(4.0))),
    );
    // Odds of 4 and of 1/4: four doublings, a little less for the ridge.
    assert!(
        (36..=40).contains(&(good.points - bad.points)),
        "{good:?} {bad:?}"
    );
    assert!(
        (good.p - 0.8).abs() < 0.02 && (bad.p - 0.2).abs() < 0.02,
        "{good:?} {bad:?}"
    );
    assert_eq!(
        (good.reasons[0].column.as_str(), good.reasons[0].answer.as_str()),
        ("Source", "reference")
    );
    assert_eq!(
        good.reasons.iter().map(|reason| reason.points).sum::<i64>(),
        good.points
    );
}

#[test]
fn what_is_missing_or_never_seen_has_points_of_its_own() {
    let model = points();
    assert!(model.score(&lead("", Some(4.0))).points.abs() <= 3);
    let unseen = model.score(&lead("carrier pigeon", None));
    assert!((unseen.p - 0.5).abs() < 0.05, "{unseen:?}");
    assert_eq!(
        model.score(&Lead { answers: Vec::new() }).points,
        model.score(&lead("", None)).points
    );
    assert_eq!(
        model.score(&lead("", Some(f64::NAN))).points,
        model.score(&lead("", None)).points
    );
}

#[test]
fn calibration_sets_expected_beside_converted() {
    let found = points().calibration(&leads(), 3);
    let n: Vec<_> = found.iter().map(|band| (band.n, band.converted)).collect();
    assert_eq!(n, [(1000, 200), (1000, 500), (1000, 800)]);
    assert!(
        found
            .iter()
            .all(|band| (band.expected - count(band.converted)).abs() < 2.0),
        "{found:?}"
    );
    assert!(points().calibration(&[], 10).is_empty());
}

#[test]
fn too_little_history_and_rows_of_another_width_are_refused() {
    let few: Vec<_> = leads().into_iter().take(805).collect();
    let refused = LeadPoints::from_leads(&["Source", "Seconds"], &[], &few).err();
    assert_eq!(
        refused,
        Some(LeadError::TooFew {
            converted: 800,
            other: 5
        })
    );
    let narrow = LeadPoints::from_leads(&["Source"], &[], &leads()).err();
    assert_eq!(
        narrow,
        Some(LeadError::Width {
            lead: 0,
            answers: 2,
            columns: 1
        })
    );
}

#[test]
fn a_number_is_named_by_its_band() {
    let leads: Vec<_> = (0..400_u32)
        .map(|i| (lead("web", Some(f64::from(i))), i >= 200))
        .collect();
    let model = LeadPoints::from_leads(&["Source", "Seconds"], &[], &leads).expect("there is enough history");
    let found = model.score(&lead("web", Some(120.0)));
    assert_eq!(found.reasons[0].answer, "over 80 to 120");
    assert!(model.score(&lead("web", Some(1e9))).p > 0.8);
}
