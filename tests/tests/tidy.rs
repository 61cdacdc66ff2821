//! The house rules, held against the whole house. Run with `--nocapture` for its figures.

use std::sync::LazyLock;

use fieldbook_tests::tidy::{
    SourceFile, Violation, Workspace, arrows, banned_calls, frozen, lints, migrations, names, sizes,
};

static HOUSE: LazyLock<Workspace> = LazyLock::new(Workspace::read);

fn hold(rule: fn(&SourceFile) -> Vec<Violation>) {
    nobody(&HOUSE.judge(rule));
}

fn nobody(violations: &[Violation]) {
    let list: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(
        list.is_empty(),
        "{} against the house rules:\n{}",
        list.len(),
        list.join("\n")
    );
}

#[test]
fn the_whole_house_is_read() {
    for path in [
        "core/model/src/clock.rs",
        "server/src/lib.rs",
        "cli/src/main.rs",
        "xtask/src/main.rs",
    ] {
        assert!(
            HOUSE.rust.iter().any(|file| file.path == path),
            "{path} was not read"
        );
    }
    println!("{}", sizes::Figures::of(&HOUSE.rust));
}

#[test]
fn the_arrows_point_down() {
    hold(arrows::violations);
}

#[test]
fn each_great_dependency_is_spoken_in_its_own_room() {
    hold(banned_calls::foreign_crates);
}

#[test]
fn the_pure_rooms_touch_no_machine() {
    hold(banned_calls::machine_touches);
}

#[test]
fn only_the_clock_reads_the_clock() {
    hold(banned_calls::clock_reads);
}

#[test]
fn nothing_that_ships_gives_up() {
    hold(banned_calls::surrenders);
}

#[test]
fn files_and_functions_are_short() {
    hold(sizes::too_long);
}

#[test]
fn names_say_what_a_thing_is() {
    hold(names::bad_names);
}

#[test]
fn every_note_has_its_issue() {
    let loose = HOUSE
        .texts
        .iter()
        .flat_map(|(path, text)| names::loose_notes(path, text));
    nobody(&loose.collect::<Vec<_>>());
}

#[test]
fn migrations_are_a_ladder_without_gaps() {
    nobody(&migrations::misnumbered(
        HOUSE.texts.iter().map(|(path, _)| path.as_str()),
    ));
}

#[test]
fn released_migrations_are_frozen_and_each_has_an_old_file() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = HOUSE
        .texts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    nobody(&frozen::thawed(files, |path| root.join(path).is_file()));
}

#[test]
fn every_package_asks_for_docs_and_no_file_waves_them_off() {
    let deaf = HOUSE
        .manifests()
        .filter_map(|(path, text)| lints::deaf_manifest(path, text));
    nobody(&deaf.collect::<Vec<_>>());
    hold(lints::docs_waved_off);
    let workspace = HOUSE.texts.iter().find(|(path, _)| path == "Cargo.toml");
    let (_, text) = workspace.expect("the workspace has a manifest");
    assert!(
        lints::asks_for_docs(text, "[workspace.lints.rust]"),
        "the workspace asks for no docs"
    );
}
