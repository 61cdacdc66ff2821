//! Moves and reviews that only some roles may write.

use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::wire::ChangeOutcome;
use fieldbook_model::{Fields, Kind, Role};

use crate::device::World;

#[test]
fn law_9_a_rep_may_not_force_a_gate_and_a_manager_may() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    world.person("Max", Role::Manager, &["South"]);
    let mut max = world.phone("Max");
    let deal = |kind: &str| {
        let made = format!(
            r#"{{"at_ms":1,"kind":"{kind}","to":"needs_analysis","rank":20,"pack":"solution-sale@1","sha":"00","why":"x"}}"#
        );
        Fields::new().with("name", "Scanner").with("move/a", made)
    };
    ann.add(&world, Kind::Opportunity, &deal("forced"));
    let request = ann.request();
    let refused = ann.call(&world, &request).unwrap();
    assert_eq!(
        refused.verdicts[0].changes,
        [ChangeOutcome::Refused(Refusal::Forbidden)]
    );
    ann.apply(&request, &refused);
    let honest = ann.add(&world, Kind::Opportunity, &deal("start"));
    ann.sync(&world);
    let forced = max.add(&world, Kind::Opportunity, &deal("forced"));
    max.sync(&world);
    assert!(ann.records.contains_key(&honest) && max.records.contains_key(&forced));
}

#[test]
fn law_73_a_rep_may_not_review_and_a_manager_may() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    world.person("Max", Role::Manager, &["South"]);
    let mut max = world.phone("Max");
    let reviewed = Fields::new().with("name", "Clinic").with(
        "review/a",
        r#"{"at_ms":1,"by":"Ann","verdict":"passed","fields":{}}"#,
    );
    ann.add(&world, Kind::Account, &reviewed);
    let request = ann.request();
    let refused = ann.call(&world, &request).unwrap();
    assert_eq!(
        refused.verdicts[0].changes,
        [ChangeOutcome::Refused(Refusal::Forbidden)]
    );
    let taken = max.add(&world, Kind::Account, &reviewed);
    max.sync(&world);
    assert!(max.records.contains_key(&taken));
}
