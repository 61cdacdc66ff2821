//! The difference between two versions of a process, and what a migration between them forgets.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Process, Stage};

/// One difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum PackDifference {
    /// A stage that only the new version has.
    StageAdded {
        /// The id of the stage.
        stage: String,
    },
    /// A stage that only the old version has.
    StageRemoved {
        /// The id of the stage.
        stage: String,
        /// The stage that its deals go to by the new version's migration.
        becomes: Option<String>,
    },
    /// A criterion that only the new version has.
    CriterionAdded {
        /// The id of the stage.
        stage: String,
        /// The id of the criterion.
        criterion: String,
    },
    /// A criterion that only the old version has.
    CriterionRemoved {
        /// The id of the stage.
        stage: String,
        /// The id of the criterion.
        criterion: String,
    },
    /// A part of a stage, or of the process, that differs.
    Changed {
        /// The place: `stages/needs/dwell_days`, `moves`.
        at: String,
        /// The old value, as JSON.
        from: serde_json::Value,
        /// The new value, as JSON.
        to: serde_json::Value,
    },
}

/// The differences of `new` from `old`, stages first.
pub fn compare(old: &Process, new: &Process) -> Vec<PackDifference> {
    let mut differences = Vec::new();
    for stage in new.all_stages() {
        match old.stage(&stage.id) {
            None => differences.push(PackDifference::StageAdded {
                stage: stage.id.clone(),
            }),
            Some(before) => compare_stage(before, stage, &mut differences),
        }
    }
    for stage in old.all_stages().filter(|stage| new.stage(&stage.id).is_none()) {
        let becomes = new
            .migrate
            .as_ref()
            .and_then(|migrate| migrate.map.get(&stage.id));
        differences.push(PackDifference::StageRemoved {
            stage: stage.id.clone(),
            becomes: becomes.cloned(),
        });
    }
    let beside = |process: &Process| {
        let mut json = serde_json::to_value(process).unwrap_or_default();
        if let Some(members) = json.as_object_mut() {
            members.retain(|name, _| {
                !matches!(
                    name.as_str(),
                    "stages" | "ends" | "version" | "format" | "migrate"
                )
            });
        }
        json
    };
    compare_members("", &beside(old), &beside(new), &mut differences);
    differences
}

fn compare_stage(old: &Stage, new: &Stage, into: &mut Vec<PackDifference>) {
    let at = format!(
        "{}/{}/",
        if new.end.is_some() { "ends" } else { "stages" },
        new.id
    );
    for criterion in &new.exit {
        let before = old.exit.iter().find(|other| other.id == criterion.id);
        match before {
            None => into.push(PackDifference::CriterionAdded {
                stage: new.id.clone(),
                criterion: criterion.id.clone(),
            }),
            Some(before) => {
                let json = |criterion| serde_json::to_value(criterion).unwrap_or_default();
                let at = format!("{at}exit/{}/", criterion.id);
                compare_members(&at, &json(before), &json(criterion), into);
            }
        }
    }
    for gone in old
        .exit
        .iter()
        .filter(|c| new.exit.iter().all(|other| other.id != c.id))
    {
        into.push(PackDifference::CriterionRemoved {
            stage: new.id.clone(),
            criterion: gone.id.clone(),
        });
    }
    let beside = |stage: &Stage| {
        let mut json = serde_json::to_value(stage).unwrap_or_default();
        if let Some(members) = json.as_object_mut() {
            members.remove("exit");
        }
        json
    };
    compare_members(&at, &beside(old), &beside(new), into);
}

fn compare_members(
    at: &str,
    old: &serde_json::Value,
    new: &serde_json::Value,
    into: &mut Vec<PackDifference>,
) {
    let names = |json: &serde_json::Value| -> BTreeSet<String> {
        json.as_object()
            .map(|o| o.keys().cloned().collect())
            .unwrap_or_default()
    };
    for name in names(old).union(&names(new)) {
        let (from, to) = (&old[name.as_str()], &new[name.as_str()]);
        if from != to {
            into.push(PackDifference::Changed {
                at: format!("{at}{name}"),
                from: from.clone(),
                to: to.clone(),
            });
        }
    }
}

/// The stages of `old`, among those `in_use`, that the migration of `new` sends nowhere: neither mapped nor kept by id. A
/// migration that leaves one is refused.
pub fn unmapped_stages<'a>(
    old: &Process,
    new: &Process,
    in_use: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let comes_from_old = new
        .migrate
        .as_ref()
        .is_some_and(|migrate| migrate.from == old.version);
    let mut left: Vec<String> = in_use
        .into_iter()
        .filter(|stage| !comes_from_old || new.migrated_stage(stage).is_none())
        .map(str::to_owned)
        .collect();
    left.sort_unstable();
    left.dedup();
    left
}
