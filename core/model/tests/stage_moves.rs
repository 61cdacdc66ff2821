//! The stage of a deal is what its moves add up to, in whatever order they arrive.

#![allow(clippy::unwrap_used, reason = "the whole file is a test")]

use fieldbook_model::clock::Stamp;
use fieldbook_model::doc::gate::{Admission, Author, Refusal, admit};
use fieldbook_model::doc::{Change, Document, create};
use fieldbook_model::ids::ActorId;
use fieldbook_model::{DealEnd, Fields, Kind, MoveKind, Role, Scalar, StageMove, StageMoves};
use proptest::prelude::*;

const ADA: ActorId = ActorId([1; 16]);
const BEN: ActorId = ActorId([2; 16]);
const DAY_MS: i64 = 86_400_000;

/// A move to a stage of a process whose stages are numbered by rank.
fn to(rank: u16, at_ms: i64, prev: &[&str]) -> StageMove {
    let end = match rank {
        80 => Some(DealEnd::Lost),
        90 => Some(DealEnd::Won),
        _ => None,
    };
    StageMove {
        at_ms,
        on: None,
        kind: if prev.is_empty() {
            MoveKind::Start
        } else {
            MoveKind::Advance
        },
        from: None,
        to: format!("s{rank}"),
        rank,
        end,
        pack: "sop@3".to_owned(),
        sha: "0011223344556677".to_owned(),
        prev: prev.iter().map(|id| (*id).to_owned()).collect(),
        missing: Vec::new(),
        unknown: Vec::new(),
        why: None,
        map: std::collections::BTreeMap::new(),
    }
}

fn deal(moves: &[(&str, StageMove)]) -> Fields {
    let moves = moves.iter();
    moves
        .map(|(id, made)| (format!("move/{id}"), Scalar::Text(made.to_text())))
        .collect()
}

fn folded(moves: &[(&str, StageMove)]) -> StageMoves {
    StageMoves::fold(&deal(moves)).expect("there are moves")
}

fn stages(folded: &StageMoves) -> Vec<(&str, i64, Option<i64>)> {
    let path = folded.path.iter();
    path.map(|stay| (stay.stage.as_str(), stay.from_ms, stay.until_ms))
        .collect()
}

#[test]
fn law_1_two_moves_at_once_are_both_kept_and_a_move_that_names_both_settles_them() {
    let mut moves = vec![
        ("a", to(20, 1, &[])),
        ("b", to(30, 2, &["a"])),
        ("c", to(80, 3, &["a"])),
    ];
    let both = folded(&moves);
    assert_eq!(
        both.current().stage,
        "s80",
        "lost is shown before a stage that is open"
    );
    assert_eq!(
        (both.heads.as_slice(), both.losing.as_slice()),
        (&["c".to_owned(), "b".to_owned()][..], &["b".to_owned()][..])
    );
    moves.push((
        "d",
        StageMove {
            kind: MoveKind::Settle,
            ..to(30, 4, &["b", "c"])
        },
    ));
    let settled = folded(&moves);
    assert_eq!(
        (settled.current().stage.as_str(), settled.losing.len()),
        ("s30", 0)
    );
    assert_eq!(
        stages(&settled),
        [("s20", 1, Some(2)), ("s30", 2, None)],
        "the losing move is no stay"
    );
    moves.push(("e", to(90, 5, &["a"])));
    assert_eq!(
        folded(&moves).current().stage,
        "s90",
        "won is shown before all others"
    );
}

#[test]
fn law_2_one_stage_entered_by_two_people_is_entered_once_by_the_earlier() {
    let both = folded(&[
        ("a", to(20, 1, &[])),
        ("b", to(30, 9, &["a"])),
        ("c", to(30, 5, &["a"])),
    ]);
    assert_eq!(stages(&both), [("s20", 1, Some(5)), ("s30", 5, None)]);
    assert_eq!((both.losing.len(), both.heads.len()), (0, 2));
}

#[test]
fn laws_3_and_18_what_a_move_stands_on_counts_before_its_clock() {
    let slow = folded(&[
        ("a", to(20, 100, &[])),
        ("b", to(30, 500, &["a"])),
        ("c", to(40, 200, &["b"])),
    ]);
    assert_eq!(
        stages(&slow),
        [
            ("s20", 100, Some(500)),
            ("s30", 500, Some(500)),
            ("s40", 500, None)
        ]
    );
}

#[test]
fn law_6_a_move_made_beside_a_migration_is_read_by_its_map() {
    let migration = StageMove {
        kind: MoveKind::Migrate,
        to: "needs".to_owned(),
        pack: "sop@4".to_owned(),
        map: [
            ("s30".to_owned(), "needs".to_owned()),
            ("s40".to_owned(), "solution".to_owned()),
        ]
        .into(),
        ..to(30, 10, &["a"])
    };
    let both = folded(&[("a", to(30, 1, &[])), ("m", migration), ("b", to(40, 9, &["a"]))]);
    let current = both.current();
    assert_eq!(
        (current.stage.as_str(), current.pack.as_str()),
        ("solution", "sop@4")
    );
}

#[test]
fn laws_14_to_16_a_reopened_deal_a_step_back_and_a_skipped_stage_are_stays_of_their_own() {
    let deal = folded(&[
        ("a", to(20, 0, &[])),
        ("b", to(40, DAY_MS, &["a"])),
        ("c", to(80, 2 * DAY_MS, &["b"])),
        (
            "d",
            StageMove {
                kind: MoveKind::Reopen,
                ..to(20, 5 * DAY_MS, &["c"])
            },
        ),
        ("e", to(40, 6 * DAY_MS, &["d"])),
    ]);
    let path: Vec<&str> = deal.path.iter().map(|stay| stay.stage.as_str()).collect();
    assert_eq!(path, ["s20", "s40", "s80", "s20", "s40"]);
}

#[test]
fn a_ring_of_moves_and_a_move_of_an_unknown_kind_are_read_all_the_same() {
    let ring = folded(&[("a", to(20, 1, &["b"])), ("b", to(30, 2, &["a"]))]);
    assert_eq!(ring.current().stage, "s30");
    let text =
        r#"{"at_ms":7,"kind":"teleport","to":"s50","rank":50,"pack":"sop@9","sha":"00","seal":{"x":1}}"#;
    let fields = Fields::new().with("move/a", text).with("move/b", "nonsense");
    let folded = StageMoves::fold(&fields).unwrap();
    assert_eq!(folded.moves["a"].kind.name(), "teleport");
    assert_eq!(StageMoves::fold(&Fields::new().with("stage", "Won")), None);
}

fn edit(base: &[u8], actor: ActorId, ms: i64, patch: &Fields) -> Change {
    let mut doc = Document::load(base).unwrap();
    doc.edit(Kind::Opportunity, actor, Stamp::at_ms(ms), patch)
        .unwrap()
}

#[test]
fn the_row_shows_the_stage_of_the_moves_and_the_losing_move_as_a_conflict() {
    let start = Fields::new()
        .with("name", "Deal")
        .with("stage", "s20")
        .with("move/a", to(20, 1, &[]).to_text());
    let first = create(ADA, Stamp::at_ms(1), &start);
    let advance = |rank, id: &str| {
        Fields::new()
            .with("stage", format!("s{rank}"))
            .with(&format!("move/{id}"), to(rank, 5, &["a"]).to_text())
    };
    let adas = edit(&first.bytes, ADA, 10, &advance(30, "b"));
    let bens = edit(&first.bytes, BEN, 5, &advance(80, "c"));
    let merged = Document::load(&[first.bytes, adas.bytes.clone(), bens.bytes].concat()).unwrap();
    let shown = merged.project(Kind::Opportunity);
    assert_eq!(
        shown.fields.text("stage"),
        Some("s80"),
        "an older program would show the later write"
    );
    let [lost] = shown.conflicts.as_slice() else {
        panic!("{:?}", shown.conflicts)
    };
    assert_eq!(
        (lost.field.as_str(), lost.value.text(), lost.by, lost.change),
        ("stage", Some("s30"), ADA, adas.hash)
    );
}

#[test]
fn law_65_what_is_written_once_is_kept_and_a_second_value_on_top_of_it_is_refused() {
    let first = create(ADA, Stamp::at_ms(1), &Fields::new().with("name", "Deal"));
    let by = |actor, ms, text: &str| edit(&first.bytes, actor, ms, &Fields::new().with("source", text));
    let (adas, bens) = (by(ADA, 20, "Fair"), by(BEN, 10, "Web form"));
    let merged = [first.bytes.clone(), adas.bytes, bens.bytes].concat();
    let shown = Document::load(&merged).unwrap().project(Kind::Opportunity);
    assert_eq!(
        (shown.fields.text("source"), shown.conflicts.len()),
        (Some("Web form"), 0)
    );
    let again = edit(&merged, ADA, 30, &Fields::new().with("source", "Cold call"));
    let admission = Admission {
        kind: Kind::Opportunity,
        author: Author::OneOf(&[ADA]),
        role: Role::Rep,
        now_ms: Some(1_000),
    };
    assert_eq!(
        admit(&merged, again.hash, &again.bytes, &admission).err(),
        Some(Refusal::BadField)
    );
}

proptest! {
    /// Moves on top of arbitrary earlier ones, as any number of phones make them.
    #[test]
    fn every_set_of_moves_has_one_path_without_negative_stays(
        made in proptest::collection::vec((0usize..6, 0i64..50, proptest::collection::vec(0usize..12, 0..3)), 1..12)
    ) {
        let ranks = [10, 20, 30, 40, 80, 90];
        let ids: Vec<String> = (0..made.len()).map(|n| format!("m{n:02}")).collect();
        let moves: Vec<(&str, StageMove)> = made.iter().enumerate().map(|(n, (rank, at, prev))| {
            let prev: Vec<&str> = prev.iter().filter(|p| **p < n).map(|p| ids[*p].as_str()).collect();
            (ids[n].as_str(), to(ranks[*rank], *at, &prev))
        }).collect();
        let folded = folded(&moves);
        for stay in &folded.path {
            prop_assert!(stay.until_ms.is_none_or(|until| until >= stay.from_ms));
        }
        for two in folded.path.windows(2) {
            prop_assert_eq!(two[0].until_ms, Some(two[1].from_ms));
            prop_assert_ne!(&two[0].stage, &two[1].stage);
        }
        let shown = folded.current();
        for head in &folded.heads {
            let head = &folded.moves[head];
            prop_assert!((head.end, head.rank) <= (shown.end, shown.rank));
        }
        // Settling all heads leaves nothing that lost, and keeps what was shown.
        let heads: Vec<&str> = folded.heads.iter().map(String::as_str).collect();
        let settle = StageMove { kind: MoveKind::Settle, ..to(shown.rank, 60, &heads) };
        let settled = StageMoves::fold(&deal(&[moves.clone(), vec![("z", settle)]].concat())).unwrap();
        prop_assert_eq!(settled.losing.len(), 0);
        prop_assert_eq!(&settled.current().stage, &shown.stage);
    }
}
