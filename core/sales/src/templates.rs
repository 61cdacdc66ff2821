//! The shipped processes, in English and Chinese: ready to use, and a start for a company's own.

use std::sync::LazyLock;

use crate::pack::Process;

const TEXTS: [&str; 5] = [
    include_str!("../templates/solution-sale.json"),
    include_str!("../templates/fmcg-ordering.json"),
    include_str!("../templates/project-sale.json"),
    include_str!("../templates/medical-device.json"),
    include_str!("../templates/renewal.json"),
];

/// The process that a deal enters when nobody names another.
pub const DEFAULT_PROCESS: &str = "solution-sale";

static ALL: LazyLock<Vec<Process>> = LazyLock::new(|| {
    let read = |text: &&str| Process::parse(text).expect("a test reads every template");
    TEXTS.iter().map(read).collect()
});

/// All shipped processes.
pub fn all() -> &'static [Process] {
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_sound_and_says_everything_in_english_and_chinese() {
        for text in TEXTS {
            let process = Process::parse(text).unwrap_or_else(|faults| panic!("{faults}"));
            let stages = process.all_stages();
            let texts = stages.flat_map(|stage| {
                let says = stage.exit.iter().map(|criterion| &criterion.says);
                [&stage.titles].into_iter().chain(says).chain(&stage.playbook)
            });
            for text in texts.chain([&process.titles]) {
                assert!(
                    ["en", "zh"].iter().all(|language| text.0.contains_key(*language)),
                    "{text:?}"
                );
            }
        }
        let names: Vec<String> = all().iter().map(|process| process.name.clone()).collect();
        assert_eq!(
            names,
            [
                "solution-sale",
                "fmcg-ordering",
                "project-sale",
                "medical-device",
                "renewal"
            ]
        );
        assert!(names.contains(&DEFAULT_PROCESS.to_owned()));
    }

    #[test]
    fn a_released_version_of_a_template_is_never_edited() {
        // Deals are pinned to these: a change is a new version with a migration.
        let released = [
            ("solution-sale@1", "bc7b2a10229d47c2"),
            ("fmcg-ordering@1", "6262d67bbf37a012"),
            ("project-sale@1", "0114cb26a23614c0"),
            ("medical-device@1", "8a21bfe1ac0dce20"),
            ("renewal@1", "807607863f720e61"),
        ];
        let now: Vec<(String, String)> = all()
            .iter()
            .map(|process| (process.id().to_string(), process.sha()))
            .collect();
        let now: Vec<(&str, &str)> = now.iter().map(|(id, sha)| (id.as_str(), sha.as_str())).collect();
        assert_eq!(now, released);
    }
}
