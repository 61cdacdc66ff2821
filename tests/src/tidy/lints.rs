//! The lint `missing_docs` is on in every package, and no file turns it off.

use super::Violation;
use super::source::{SourceFile, starts_with};

/// The violation of a package whose manifest neither inherits the workspace's lints nor sets `missing_docs` itself.
pub fn manifest_without_docs_lint(path: &str, text: &str) -> Option<Violation> {
    let whole: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let inherits_lints = whole.contains("[lints]workspace=true");
    let silent = !(inherits_lints || requires_docs(text, "[lints.rust]"));
    silent.then(|| Violation {
        path: path.to_owned(),
        line: 1,
        what: "no `[lints] workspace = true`, and no `missing_docs` of its own".to_owned(),
    })
}

/// True if the section `header` of a manifest sets `missing_docs` to warn or more (CI denies warnings).
pub fn requires_docs(manifest: &str, header: &str) -> bool {
    let mut lines = manifest
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != header)
        .skip(1);
    let mut section = lines.by_ref().take_while(|line| !line.starts_with('['));
    section.any(|line| {
        let Some((key, value)) = line.split_once('=') else {
            return false;
        };
        key.trim() == "missing_docs" && ["\"warn\"", "\"deny\"", "\"forbid\""].contains(&value.trim())
    })
}

/// The places where a file turns `missing_docs` off.
pub fn silenced_docs(file: &SourceFile) -> Vec<Violation> {
    let mut found = Vec::new();
    for at in 0..file.tokens.len() {
        let rest = &file.tokens[at..];
        let list = ["allow", "expect"]
            .iter()
            .any(|level| starts_with(rest, &[level, "("]));
        if list {
            let inside = rest.iter().skip(2).take_while(|t| !t.is(")"));
            let silenced = inside.filter(|t| t.is("missing_docs"));
            found
                .extend(silenced.map(|t| file.violation(t.line, "every public item has its doc".to_owned())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_without_lints_is_caught() {
        let bad = "[package]\nname = \"a\"\n[dependencies]\n";
        assert!(manifest_without_docs_lint("a/Cargo.toml", bad).is_some());
        assert!(
            manifest_without_docs_lint("a/Cargo.toml", "[lints.rust]\nmissing_docs = \"allow\"\n").is_some()
        );
        assert!(
            manifest_without_docs_lint("a/Cargo.toml", "[lints.rust]\n[x]\nmissing_docs = \"warn\"\n")
                .is_some()
        );
        assert!(manifest_without_docs_lint("a/Cargo.toml", "[lints]\nworkspace = true\n").is_none());
        assert!(
            manifest_without_docs_lint("a/Cargo.toml", "[lints.rust]\nmissing_docs = \"warn\"\n").is_none()
        );
    }

    #[test]
    fn turning_missing_docs_off_is_caught() {
        let bad = "#![allow(dead_code, missing_docs)]\n#[expect(missing_docs, reason = \"no\")]\nstruct A;";
        let file = SourceFile::read("core/location/src/units.rs", bad).unwrap();
        let lines: Vec<usize> = silenced_docs(&file).into_iter().map(|t| t.line).collect();
        assert_eq!(lines, [1, 2]);
    }
}
