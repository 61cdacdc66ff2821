//! Words of a later version: never a reason to refuse a record, to forget what it says, or to read a visit as if nobody had
//! been there.

use fieldbook_location::{Activity, SpoofSignal, Verdict, VerdictReason};
use fieldbook_model::evidence::{Act, ClockFlag, Line, Link, TimeSource};
use fieldbook_model::schema::{check, check_foreign};
use fieldbook_model::{CheckIn, CheckOut, ClosedBy, Fields, Kind, Scalar, Visit, VisitState};
use serde_json::{Value, json};

fn moment() -> Value {
    json!({
        "at": "2026-11-24T09:00:00.000Z", "within_ms": 20, "by": "server", "not_before": "2026-11-24T08:00:00.000Z",
        "wall": "2026-11-24T09:00:00.000Z", "flags": [{ "flag": "given" }],
    })
}

fn arrival() -> Value {
    json!({
        "at_ms": 1_795_510_800_000_i64,
        "fixes": [{
            "at": "2026-11-24T09:00:00Z", "lat": 52.63, "lon": 1.29, "accuracy_m": 10.0, "activity": "still",
        }],
        "assessment": {
            "verdict": "off_site", "distance_to_edge_m": 80.0, "accuracy_m": 10.0, "margin_m": -90.0, "fix_age_s": 0,
            "dwell_s": 0, "reasons": [{ "code": "outside_fence", "beyond_m": 70.0 }], "rule_version": 1,
            "spoof": { "score": 0.9, "reasons": [{ "name": "mock", "weight": 0.9, "value": 1.0 }] },
        },
        "moment": moment(),
    })
}

fn departure() -> Value {
    json!({ "at_ms": 1_795_514_400_000_i64, "assessment": null, "moment": moment(), "closed_by": "fence_exit" })
}

/// `value` with what stands at `pointer` replaced.
fn with(mut value: Value, pointer: &str, by: Value) -> Value {
    *value.pointer_mut(pointer).expect("the pointer is into the value") = by;
    value
}

fn visit(check_in: &Value, check_out: Option<&Value>) -> Visit {
    let mut fields = Fields::new().with("check_in", check_in.to_string());
    fields.set_some("check_out", check_out.map(ToString::to_string));
    Visit::from(fields)
}

fn admitted(key: &str, text: &str) -> bool {
    check_foreign(Kind::Visit, key, &Scalar::from(text)).is_ok()
}

/// Every closed list of an arrival, with a word that no version has.
fn later_arrivals() -> Vec<(&'static str, Value)> {
    let fact = json!({ "code": "seen_by_camera", "distance_m": 3.5, "by": { "camera": 7 } });
    let flag = json!({ "flag": "leap_second", "by_ms": 1000 });
    vec![
        (
            "verdict",
            with(arrival(), "/assessment/verdict", json!("attested")),
        ),
        ("reason", with(arrival(), "/assessment/reasons/0", fact)),
        (
            "signal",
            with(arrival(), "/assessment/spoof/reasons/0/name", json!("deep_fake")),
        ),
        ("activity", with(arrival(), "/fixes/0/activity", json!("skating"))),
        ("source", with(arrival(), "/moment/by", json!("atomic"))),
        ("flag", with(arrival(), "/moment/flags/0", flag)),
    ]
}

#[test]
fn an_arrival_in_words_of_a_later_version_is_admitted_read_and_written_back_unchanged() {
    for (what, json) in later_arrivals() {
        let text = json.to_string();
        assert!(admitted("check_in", &text), "{what}");
        let read: CheckIn = text.parse().unwrap_or_else(|error| panic!("{what}: {error}"));
        let back: Value = serde_json::from_str(&read.to_text()).unwrap();
        assert_eq!(back, json, "{what}");
        assert!(
            matches!(visit(&json, None).state, VisitState::Open { .. }),
            "{what}"
        );
        assert!(
            matches!(visit(&json, Some(&departure())).state, VisitState::Closed { .. }),
            "{what}"
        );
    }
}

#[test]
fn each_unknown_word_is_shown_as_it_came() {
    let read = |n: usize| later_arrivals()[n].1.to_string().parse::<CheckIn>().unwrap();
    let Verdict::Other(verdict) = read(0).assessment.verdict else {
        panic!("a verdict of a later version");
    };
    assert_eq!(verdict.as_str(), "attested");
    assert!(!read(0).assessment.verdict.on_site());
    assert_eq!(read(0).assessment.verdict.rank(), Verdict::Unverifiable.rank());
    let VerdictReason::Other(reason) = &read(1).assessment.reasons[0] else {
        panic!("a reason of a later version");
    };
    assert_eq!(reason.word().as_str(), "seen_by_camera");
    assert_eq!(reason.to_json()["by"]["camera"], 7);
    assert!(
        matches!(read(2).assessment.spoof.reasons[0].name, SpoofSignal::Other(word) if word.as_str() == "deep_fake")
    );
    assert!(matches!(read(3).fixes[0].activity, Some(Activity::Other(word)) if word.as_str() == "skating"));
    assert!(matches!(read(4).moment.unwrap().by, TimeSource::Other(word) if word.as_str() == "atomic"));
    assert!(
        matches!(&read(5).moment.unwrap().flags[0], ClockFlag::Other(flag) if flag.word().as_str() == "leap_second")
    );
}

#[test]
fn a_departure_by_a_rule_of_a_later_version_is_one() {
    let json = with(departure(), "/closed_by", json!("battery_empty"));
    assert!(admitted("check_out", &json.to_string()));
    let read: CheckOut = json.to_string().parse().unwrap();
    assert!(matches!(read.closed_by, Some(ClosedBy::Other(word)) if word.as_str() == "battery_empty"));
    let closed = visit(&arrival(), Some(&json));
    assert!(matches!(closed.state, VisitState::Closed { .. }));
}

#[test]
fn a_visit_in_a_form_that_cannot_be_read_took_place_all_the_same() {
    let strange = json!({ "at_ms": 1_795_510_800_000_i64, "assessment": "by a drone", "v": 7 });
    let cases = [
        visit(&strange, None),
        visit(&strange, Some(&departure())),
        visit(&arrival(), Some(&strange)),
    ];
    for (n, visit) in cases.into_iter().enumerate() {
        assert!(matches!(visit.state, VisitState::Unreadable { .. }), "{n}");
        assert_eq!(visit.state.arrived_at_ms(), Some(1_795_510_800_000), "{n}");
        assert_eq!(visit.state.left_at_ms().is_none(), n == 0, "{n}");
        assert_eq!(visit.state.is_open(), n == 0, "{n}");
        assert_eq!(visit.extra.unknown, Fields::new(), "{n}");
        let fields = Fields::from(visit.clone());
        assert_eq!(Visit::from(fields), visit, "{n}");
    }
    assert!(admitted("check_in", &strange.to_string()));
}

#[test]
fn the_shape_is_checked_and_known_words_keep_their_form() {
    for bad in [
        "",
        "null",
        "17",
        "[1795510800000]",
        "{}",
        r#"{"at_ms":"soon"}"#,
        r#"{"at_ms":1.5}"#,
        r#"{"at_ms":99999999999999999999}"#,
        r#"{"at_ms":1795510800000"#,
    ] {
        assert!(!admitted("check_in", bad), "{bad}");
        assert!(!admitted("check_out", bad), "{bad}");
    }
    // A known reason without its number is no reason of a later version.
    let halved = with(
        arrival(),
        "/assessment/reasons/0",
        json!({ "code": "outside_fence" }),
    );
    assert!(halved.to_string().parse::<CheckIn>().is_err());
    let shouted = with(arrival(), "/assessment/verdict", json!("OFF SITE"));
    assert!(shouted.to_string().parse::<CheckIn>().is_err());
}

#[test]
fn an_act_of_a_later_version_is_a_link_of_the_chain() {
    let digest = "0".repeat(64);
    let text = json!({
        "v": 1, "n": 3, "prev": digest, "act": "signature_of_customer", "visit": "019ab0f2-7c1e-7000-8000-000000000001",
        "time": moment(),
    })
    .to_string();
    let link = Link::read(&text).expect("a link whose act is not known");
    assert!(matches!(&link.act, Act::Other(act) if act.word().as_str() == "signature_of_customer"));
    assert_eq!((link.act.visit(), link.act.content()), (None, None));
    assert_eq!(
        serde_json::from_str::<Value>(&link.to_text()).unwrap(),
        serde_json::from_str::<Value>(&text).unwrap()
    );
    let line = Line {
        link: text,
        signature: None,
        content: None,
    };
    assert!(admitted("link/0", &line.to_text()));
}

#[test]
fn other_lists_of_words_grow_too() {
    let later = [
        (Kind::Site, "fence", "corridor:52.6,1.2;52.7,1.3;40"),
        (Kind::CustomField, "on", "price_book"),
        (Kind::CustomField, "type", "colour"),
    ];
    for (kind, key, text) in later {
        let value = Scalar::from(text);
        assert!(check_foreign(kind, key, &value).is_ok(), "{key}");
        assert!(
            check(kind, key, &value).is_err(),
            "{key}: nobody writes here what is not known here"
        );
    }
    for (kind, key, text) in [
        (Kind::Site, "fence", "circle:wide"),
        (Kind::Site, "fence", "a circle"),
        (Kind::CustomField, "type", "not a word"),
    ] {
        assert!(
            check_foreign(kind, key, &Scalar::from(text)).is_err(),
            "{key} {text}"
        );
    }
    let site = Fields::new()
        .with("position", "52.63,1.29")
        .with("fence", later[0].2);
    assert_eq!(
        fieldbook_model::place_of(&site),
        None,
        "nobody is judged by another fence"
    );
    let shown = fieldbook_model::Site::from(site);
    assert_eq!(shown.fence, None);
    assert_eq!(shown.extra.unknown.text("fence"), Some(later[0].2));
}
