//! The house rules, applied to the whole workspace. `--nocapture` prints its sizes.

use std::sync::LazyLock;

use fieldbook_tests::tidy::{
    SourceFile, Violation, Workspace, banned_calls, frozen, layers, lints, migrations, names, sizes,
};

static WORKSPACE: LazyLock<Workspace> = LazyLock::new(Workspace::read);

fn assert_rule(rule: fn(&SourceFile) -> Vec<Violation>) {
    assert_none(&WORKSPACE.violations(rule));
}

fn assert_none(violations: &[Violation]) {
    let list: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(
        list.is_empty(),
        "{} against the house rules:\n{}",
        list.len(),
        list.join("\n")
    );
}

#[test]
fn the_whole_workspace_is_read() {
    for path in [
        "core/model/src/clock.rs",
        "server/src/lib.rs",
        "cli/src/main.rs",
        "xtask/src/main.rs",
    ] {
        assert!(
            WORKSPACE.rust.iter().any(|file| file.path == path),
            "{path} was not read"
        );
    }
    println!("{}", sizes::Figures::measure(&WORKSPACE.rust));
}

#[test]
fn modules_use_only_what_their_layer_permits() {
    assert_rule(layers::violations);
}

#[test]
fn each_large_dependency_is_named_only_in_its_folders() {
    assert_rule(banned_calls::foreign_crates);
}

#[test]
fn crates_that_compute_make_no_system_calls() {
    assert_rule(banned_calls::system_calls);
}

#[test]
fn only_the_clock_reads_the_clock() {
    assert_rule(banned_calls::clock_reads);
}

#[test]
fn shipped_code_does_not_panic() {
    assert_rule(banned_calls::panics_and_leftovers);
}

#[test]
fn kotlin_and_swift_have_a_property_for_each_kind() {
    let read = |path: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../bindings")
            .join(path);
        std::fs::read_to_string(path).expect("the file of the properties is there")
    };
    let (kotlin, swift) = (
        "kotlin/src/main/kotlin/com/fieldbook/Bodies.kt",
        "swift/Sources/Fieldbook/Bodies.swift",
    );
    for kind in fieldbook_core::model::Kind::ALL {
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        let title: String = kind.name().split('_').map(capital).collect();
        let member = title[..1].to_lowercase() + &title[1..];
        for (path, case) in [
            (kotlin, format!("as? Body.{title})")),
            (swift, format!("case .{member}(")),
        ] {
            assert!(
                read(path).contains(&case),
                "bindings/{path} lacks the property `{member}`"
            );
        }
    }
}

#[test]
fn files_and_functions_are_short() {
    assert_rule(sizes::too_long);
}

#[test]
fn names_say_what_a_thing_is() {
    assert_rule(names::bad_names);
}

#[test]
fn every_note_has_an_issue() {
    let notes = WORKSPACE
        .texts
        .iter()
        .flat_map(|(path, text)| names::notes_without_issue(path, text));
    assert_none(&notes.collect::<Vec<_>>());
}

#[test]
fn migrations_are_a_ladder_without_gaps() {
    assert_none(&migrations::misnumbered(
        WORKSPACE.texts.iter().map(|(path, _)| path.as_str()),
    ));
}

#[test]
fn released_migrations_are_frozen_and_each_has_an_old_file() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = WORKSPACE
        .texts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    assert_none(&frozen::changed_migrations(files, |path| {
        root.join(path).is_file()
    }));
}

#[test]
fn every_package_requires_docs_and_no_file_turns_that_off() {
    let silent = WORKSPACE
        .manifests()
        .filter_map(|(path, text)| lints::manifest_without_docs_lint(path, text));
    assert_none(&silent.collect::<Vec<_>>());
    assert_rule(lints::silenced_docs);
    let workspace = WORKSPACE.texts.iter().find(|(path, _)| path == "Cargo.toml");
    let (_, text) = workspace.expect("the workspace has a manifest");
    assert!(
        lints::requires_docs(text, "[workspace.lints.rust]"),
        "the workspace does not require docs"
    );
}
