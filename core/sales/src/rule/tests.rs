use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use fieldbook_model::ids::{RecordId, TerritoryId};
use fieldbook_model::{DealEnd, Fields, MOVE_PREFIX, MoveKind, Record, Scalar, StageMove, StageMoves, Zone};
use serde_json::{Value, json};

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> i64 {
    Zone::UTC.instant_ms(day(text), 10 * 3_600)
}

fn record(kind: Kind, made: &str, fields: Fields) -> Record {
    Record {
        id: RecordId::new(at(made), [7; 10]),
        kind,
        territory: TerritoryId::COMPANY,
        deleted: false,
        unsent: false,
        conflicts: 0,
        fields,
    }
}

fn trigger(json: Value) -> Trigger {
    serde_json::from_value(json).unwrap()
}

/// What occurred, as key and day.
fn found(trigger: &Trigger, record: &Record, edits: &[(i64, Fields)], now: &str) -> Vec<(String, String)> {
    let moves = StageMoves::fold(&record.fields);
    let watched = Watched {
        record,
        moves: moves.as_ref(),
        milestone: &|_, stage| (stage == "needs").then(|| "needs_confirmed".to_owned()),
        last_visit_ms: None,
        edits: &|| edits.to_vec(),
    };
    let all = occurrences(trigger, &watched, &Zone::UTC, day("2026-02-01"), at(now));
    all.into_iter().map(|one| (one.key, one.on.to_string())).collect()
}

fn one(key: &str, on: &str) -> Vec<(String, String)> {
    vec![(key.to_owned(), on.to_owned())]
}

fn moved(
    id: &str,
    prev: &[&str],
    to: &str,
    rank: u16,
    end: Option<DealEnd>,
    kind: MoveKind,
    on: &str,
) -> (String, String) {
    let made = StageMove {
        at_ms: at(on),
        on: Some(on.to_owned()),
        kind,
        from: None,
        to: to.to_owned(),
        rank,
        end,
        pack: "sop@1".to_owned(),
        sha: String::new(),
        prev: prev.iter().map(|&prev| prev.to_owned()).collect(),
        missing: Vec::new(),
        unknown: Vec::new(),
        why: None,
        map: BTreeMap::new(),
    };
    (format!("{MOVE_PREFIX}{id}"), made.to_text())
}

fn deal(moves: &[(String, String)]) -> Record {
    let fields = moves
        .iter()
        .fold(Fields::new().with("name", "Hospital"), |fields, (key, text)| {
            fields.with(key, text.as_str())
        });
    record(Kind::Opportunity, "2026-02-02", fields)
}

#[test]
fn moves_are_occasions_by_the_number_of_the_entry() {
    let way = [
        moved("a", &[], "lead", 10, None, MoveKind::Start, "2026-02-03"),
        moved("b", &["a"], "needs", 20, None, MoveKind::Advance, "2026-02-10"),
        // Another phone entered the same stage at the same time: one entry, told once.
        moved("c", &["a"], "needs", 20, None, MoveKind::Advance, "2026-02-11"),
        moved("d", &["b", "c"], "lead", 10, None, MoveKind::Back, "2026-02-12"),
        moved("e", &["d"], "needs", 20, None, MoveKind::Forced, "2026-02-20"),
        moved(
            "f",
            &["e"],
            "lost",
            90,
            Some(DealEnd::Lost),
            MoveKind::Close,
            "2026-03-01",
        ),
        moved("g", &["f"], "needs", 20, None, MoveKind::Reopen, "2026-03-05"),
    ];
    let deal = deal(&way);
    let entries = |json: Value| {
        let all = found(&trigger(json), &deal, &[], "2026-06-01");
        all.into_iter().map(|(_, on)| on).collect::<Vec<_>>()
    };
    assert_eq!(
        entries(json!({"event": "stage_entered", "stage": "needs"})),
        ["2026-02-10", "2026-02-20", "2026-03-05"]
    );
    assert_eq!(
        entries(json!({"event": "milestone", "milestone": "needs_confirmed"})).len(),
        3
    );
    assert_eq!(entries(json!({"event": "moved_back"})), ["2026-02-12"]);
    assert_eq!(entries(json!({"event": "forced"})), ["2026-02-20"]);
    assert_eq!(entries(json!({"event": "lost"})), ["2026-03-01"]);
    assert_eq!(entries(json!({"event": "reopened"})), ["2026-03-05"]);
    assert_eq!(entries(json!({"event": "won"})), [""; 0]);
    // Nine days in the stage were reached in the second stay and in the third, not in the first.
    assert_eq!(
        entries(json!({"event": "stage_days", "stage": "needs", "days": 9})),
        ["2026-03-01", "2026-03-14"]
    );
}

#[test]
fn law_68_what_fell_due_has_the_day_on_which_it_did() {
    let deal = record(
        Kind::Opportunity,
        "2026-01-20",
        Fields::new()
            .with("name", "Hospital")
            .with("close_on", "2026-03-10"),
    );
    let date = |days: i16| trigger(json!({"event": "date", "field": "deal.close_on", "days": days}));
    assert_eq!(found(&date(-7), &deal, &[], "2026-03-02"), []);
    for late in ["2026-03-03", "2026-12-31"] {
        assert_eq!(
            found(&date(-7), &deal, &[], late),
            one("date:2026-03-10", "2026-03-03")
        );
    }
    // Made before the pack counts, silent since: the first day of the silence is what matters.
    let quiet = trigger(json!({"event": "quiet", "of": "deal", "days": 30}));
    assert_eq!(
        found(&quiet, &deal, &[], "2026-05-01"),
        one("quiet:2026-01-20", "2026-02-19")
    );
    assert_eq!(
        found(
            &trigger(json!({"event": "added", "of": "deal"})),
            &deal,
            &[],
            "2026-05-01"
        ),
        []
    );
    // Of the weeks that passed unseen only the latest counts.
    let weekly = trigger(json!({"event": "every", "period": "week", "of": "deal"}));
    assert_eq!(
        found(&weekly, &deal, &[], "2026-05-01"),
        one("every:2026-04-27", "2026-04-27")
    );
    let yearly = trigger(json!({"event": "every", "period": "year", "of": "deal"}));
    assert_eq!(found(&yearly, &deal, &[], "2026-05-01"), []);
    for (period, first) in [("month", "2026-05-01"), ("quarter", "2026-04-01")] {
        let every = trigger(json!({"event": "every", "period": period, "of": "deal"}));
        assert_eq!(
            found(&every, &deal, &[], "2026-05-20"),
            one(&format!("every:{first}"), first)
        );
    }
}

#[test]
fn fields_are_occasions_at_their_moments() {
    let deal = record(
        Kind::Opportunity,
        "2026-01-20",
        Fields::new()
            .with("name", "Hospital")
            .with("budget_tier", "A")
            .with("competitor/acme", "cheaper"),
    );
    let edits = [
        (at("2026-01-20"), Fields::new().with("name", "Hospital")),
        (at("2026-02-05"), Fields::new().with("budget_tier", "B")),
        (
            at("2026-02-09"),
            Fields::new()
                .with("budget_tier", "A")
                .with("competitor/acme", "cheap"),
        ),
        (at("2026-02-12"), Fields::new().with("competitor/acme", "cheaper")),
    ];
    let is = |value: &str| trigger(json!({"event": "field_is", "field": "deal.budget_tier", "value": value}));
    assert_eq!(
        found(&is("A"), &deal, &edits, "2026-03-01"),
        one("is:A", "2026-02-09")
    );
    // What stood there once and does not now is no occasion.
    assert_eq!(found(&is("B"), &deal, &edits, "2026-03-01"), []);
    let filled = trigger(json!({"event": "field_filled", "field": "deal.budget_tier"}));
    assert_eq!(
        found(&filled, &deal, &edits, "2026-03-01"),
        one("filled", "2026-02-05")
    );
    let competitor = trigger(json!({"event": "competitor_named"}));
    assert_eq!(
        found(&competitor, &deal, &edits, "2026-03-01"),
        one("competitor/acme", "2026-02-09")
    );
}

#[test]
fn tasks_and_visits_are_occasions_at_their_moments() {
    let task = |fields: Fields| record(Kind::Task, "2026-02-02", fields.with("name", "Call"));
    let overdue =
        |from_rules: bool| trigger(json!({"event": "task_overdue", "days": 3, "from_rules": from_rules}));
    let open = task(Fields::new().with("due_on", "2026-02-10"));
    assert_eq!(found(&overdue(false), &open, &[], "2026-02-13"), []);
    assert_eq!(
        found(&overdue(false), &open, &[], "2026-02-14"),
        one("overdue:2026-02-10", "2026-02-14")
    );
    let in_time = task(
        Fields::new()
            .with("due_on", "2026-02-10")
            .with("done_at", Scalar::Time(at("2026-02-12"))),
    );
    assert_eq!(found(&overdue(false), &in_time, &[], "2026-03-01"), []);
    assert_eq!(
        found(
            &trigger(json!({"event": "task_done"})),
            &in_time,
            &[],
            "2026-03-01"
        ),
        one("done", "2026-02-12")
    );
    let by_rule = task(
        Fields::new()
            .with("due_on", "2026-02-10")
            .with("rule/made", "sop@1/call"),
    );
    assert_eq!(found(&overdue(false), &by_rule, &[], "2026-03-01"), []);
    assert_eq!(found(&overdue(true), &by_rule, &[], "2026-03-01").len(), 1);

    let visit = record(
        Kind::Visit,
        "2026-02-02",
        Fields::new()
            .with("skipped", "ill")
            .with("planned_at", Scalar::Time(at("2026-02-07"))),
    );
    assert_eq!(
        found(
            &trigger(json!({"event": "visit_skipped"})),
            &visit,
            &[],
            "2026-03-01"
        ),
        one("skipped", "2026-02-07")
    );
    assert_eq!(
        found(
            &trigger(json!({"event": "visit_held"})),
            &visit,
            &[],
            "2026-03-01"
        ),
        []
    );
}

#[test]
fn law_66_effects_follow_from_rule_record_and_occasion_alone() {
    let mut pack = RulePack::parse(SHIPPED_RULES).unwrap();
    let rule = pack
        .rules
        .iter()
        .find(|rule| rule.id == "hand_over")
        .unwrap()
        .clone();
    let deal = record(
        Kind::Opportunity,
        "2026-02-02",
        Fields::new().with("name", "Hospital {deal}").with("owner", "Ada"),
    );
    let won = Occurrence {
        key: "entry:1".to_owned(),
        at_ms: at("2026-02-13"),
        on: day("2026-02-13"),
    };
    let titles = Titles {
        account: "St. Mary",
        account_owner: Some("Ben"),
    };
    let later = |from: NaiveDate, days: u32| from + Days::new(u64::from(days) * 2);
    let made = effects(&pack, &rule, &won, &deal, titles, &later);
    let Effect::Make { id, kind, fields } = &made[0] else {
        panic!()
    };
    assert_eq!(*kind, Kind::Task);
    assert_eq!(id.made_at_ms(), Some(at("2026-02-13")));
    assert_eq!(fields.text("name"), Some("Hand Hospital {deal} over to delivery"));
    assert_eq!(
        (fields.text("due_on"), fields.text("owner")),
        (Some("2026-02-17"), Some("Ada"))
    );
    assert_eq!(
        (fields.id("about_id"), fields.text("rule/made")),
        (Some(deal.id), Some("sales-rules@1/hand_over"))
    );
    let Effect::Make { fields: second, .. } = &made[1] else {
        panic!()
    };
    assert_eq!(
        (second.text("name"), second.text("due_on")),
        (Some("Ask St. Mary how it is going"), Some("2026-03-15"))
    );

    let ids = |pack: &RulePack, record: &Record, won: &Occurrence| traces(pack, &rule, won, record);
    assert_eq!(ids(&pack, &deal, &won)[0], Trace::Record(*id));
    // A new version does not do again what the one before did; another occasion, record or pack does.
    pack.version = 2;
    assert_eq!(ids(&pack, &deal, &won)[0], Trace::Record(*id));
    let again = Occurrence {
        key: "entry:2".to_owned(),
        ..won.clone()
    };
    assert_ne!(ids(&pack, &deal, &again)[0], Trace::Record(*id));
    let other = Record {
        id: RecordId::new(at("2026-02-02"), [8; 10]),
        ..deal.clone()
    };
    assert_ne!(ids(&pack, &other, &won)[0], Trace::Record(*id));
    "other".clone_into(&mut pack.name);
    assert_ne!(ids(&pack, &deal, &won)[0], Trace::Record(*id));
}

#[test]
fn a_value_is_set_where_nothing_stands_unless_it_is_set_over() {
    let mut pack: Value = serde_json::from_str(SHIPPED_RULES).unwrap();
    let set = json!({"make": "set", "field": "deal.next_step", "value": "Call"});
    let over = json!({"make": "set", "field": "deal.next_step", "value": "Call", "over": true});
    pack["rules"] = json!([
        {"id": "kind", "titles": {"en": "Kind"}, "on": {"event": "won"}, "do": [set, {"make": "tag", "tag": "hot"}]},
        {"id": "over", "titles": {"en": "Over"}, "on": {"event": "won"}, "do": [over]},
    ]);
    let pack = RulePack::parse(&pack.to_string()).unwrap();
    let won = Occurrence {
        key: "entry:1".to_owned(),
        at_ms: at("2026-02-13"),
        on: day("2026-02-13"),
    };
    let written = |rule: usize, fields: Fields| {
        let deal = record(Kind::Opportunity, "2026-02-02", fields);
        let all = effects(
            &pack,
            &pack.rules[rule],
            &won,
            &deal,
            Titles::default(),
            &|from, _| from,
        );
        all.len()
    };
    let visit = || Fields::new().with("next_step", "Visit");
    assert_eq!(
        (
            written(0, Fields::new()),
            written(0, visit()),
            written(1, visit())
        ),
        (2, 1, 1)
    );
    assert_eq!(written(0, visit().with("tag/hot", Scalar::Bool(true))), 0);
    assert_eq!(written(1, Fields::new().with("next_step", "Call")), 0);
}
