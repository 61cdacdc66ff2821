//! The Kotlin and Swift of the guides and the README is compiled and run.

use std::path::Path;

const SNIPPETS: [(&str, &str); 2] = [
    (
        "bindings/kotlin/src/test/kotlin/com/fieldbook/ReadmeTest.kt",
        "docs/guides/kotlin.md",
    ),
    (
        "bindings/swift/Tests/FieldbookTests/ReadmeTests.swift",
        "docs/guides/swift.md",
    ),
];

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).ok()
}

/// The lines between the two marks.
fn marked(path: &str) -> String {
    let text = read(path).expect("the source of the snippet is there");
    let from = text.split_once("// README: from here\n").map(|(_, from)| from);
    let snippet = from.and_then(|from| from.split_once("// README: to here"));
    snippet.expect("the source has both marks").0.to_owned()
}

#[test]
fn the_guides_show_what_is_compiled() {
    for (source, guide) in SNIPPETS {
        let shown = read(guide).unwrap_or_default();
        assert!(
            shown.contains(&marked(source)),
            "{guide} does not quote {source} word for word"
        );
    }
}

#[test]
fn a_readme_that_shows_kotlin_or_swift_shows_what_is_compiled() {
    let readme = read("README.md").unwrap_or_default();
    for ((source, _), fence) in SNIPPETS.into_iter().zip(["```kotlin\n", "```swift\n"]) {
        assert!(
            !readme.contains(fence) || readme.contains(&format!("{fence}{}", marked(source))),
            "README.md does not quote {source} word for word"
        );
    }
}
