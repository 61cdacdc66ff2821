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

/// The lines of `text` without their indentation.
fn unindented(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

/// Fails on a block of `guide` in `language` that none of the `sources` in `folder` has word for word.
fn assert_compiled(guide: &str, language: &str, folder: &str, sources: &[&str]) {
    let compiled: String = sources
        .iter()
        .filter_map(|name| read(&format!("{folder}/{name}")))
        .map(|text| unindented(&text))
        .collect();
    let text = read(guide).unwrap_or_default();
    let fence = format!("```{language}\n");
    let blocks: Vec<_> = text.split(&fence).skip(1).collect();
    assert!(blocks.len() > 5, "{guide} has lost its blocks");
    for block in blocks {
        let code = block.split("\n```").next().unwrap_or_default();
        assert!(
            compiled.contains(&unindented(code)),
            "{guide} shows what no test of {folder} compiles:\n{code}"
        );
    }
}

#[test]
fn each_kotlin_block_of_the_guide_is_compiled() {
    let folder = "bindings/kotlin/src/test/kotlin/com/fieldbook";
    assert_compiled(
        "docs/guides/kotlin.md",
        "kotlin",
        folder,
        &["ReadmeTest.kt", "GuideTest.kt", "../../Rep.kt"],
    );
}

#[test]
fn each_swift_block_of_the_guide_is_compiled() {
    let folder = "bindings/swift/Tests/FieldbookTests";
    assert_compiled(
        "docs/guides/swift.md",
        "swift",
        folder,
        &["ReadmeTests.swift", "GuideTests.swift"],
    );
}
