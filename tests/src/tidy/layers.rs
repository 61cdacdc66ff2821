//! The permitted dependencies between the modules of a crate. Cargo enforces those between crates.
//!
//! The table is that of `ARCHITECTURE.md`. Test code may name any module: a test of the store may create its records with
//! the book.

use super::Violation;
use super::paths::{self, PathUse};
use super::source::SourceFile;

/// A part of the sources and the paths that it may name.
struct Layer {
    /// Prefix of the paths of its files. The first layer that matches applies.
    path: &'static str,
    /// The paths below `crate` that it may name; `None` for all.
    allowed: Option<&'static [&'static str]>,
    /// The paths, of its own crate or of others, that it may not name.
    forbidden: &'static [&'static str],
}

/// Internal modules: an app uses the facade.
const NOT_FOR_APPS: &[&str] = &[
    "fieldbook_core::book::store",
    "fieldbook_core::sync::session",
    "fieldbook_core::model::doc",
    "fieldbook_core::model::wire",
];

const LAYERS: &[Layer] = &[
    Layer {
        path: "core/location/src/track/",
        allowed: None,
        forbidden: &[],
    },
    Layer {
        path: "core/location/src/",
        allowed: None,
        forbidden: &["crate::track"],
    },
    Layer {
        path: "core/plan/src/search/",
        allowed: None,
        forbidden: &["crate::judge"],
    },
    Layer {
        path: "core/plan/src/judge.rs",
        allowed: None,
        forbidden: &["crate::search"],
    },
    Layer {
        path: "core/plan/src/period/judge.rs",
        allowed: None,
        forbidden: &["crate::search"],
    },
    Layer {
        path: "core/model/src/clock.rs",
        allowed: Some(&[]),
        forbidden: &[],
    },
    Layer {
        path: "core/model/src/ids.rs",
        allowed: Some(&["clock"]),
        forbidden: &[],
    },
    Layer {
        path: "core/model/src/evidence/",
        allowed: Some(&["clock", "ids"]),
        forbidden: &[],
    },
    Layer {
        path: "core/model/src/doc/",
        allowed: None,
        forbidden: &["crate::wire"],
    },
    Layer {
        path: "core/model/src/wire/",
        allowed: None,
        forbidden: &[],
    },
    Layer {
        path: "core/model/src/",
        allowed: None,
        forbidden: &["crate::doc", "crate::wire"],
    },
    Layer {
        path: "core/book/src/store/",
        allowed: Some(&[]),
        forbidden: &["fieldbook_model::doc", "fieldbook_model::wire", "fieldbook_plan"],
    },
    Layer {
        path: "core/book/src/sync/",
        allowed: Some(&[]),
        forbidden: &["fieldbook_plan"],
    },
    Layer {
        path: "core/book/src/import/",
        allowed: Some(&[]),
        forbidden: &["fieldbook_model::doc", "fieldbook_model::wire", "fieldbook_plan"],
    },
    Layer {
        path: "core/book/src/export/",
        allowed: Some(&[]),
        forbidden: &["fieldbook_model::doc", "fieldbook_model::wire", "fieldbook_plan"],
    },
    Layer {
        path: "cli/",
        allowed: None,
        forbidden: NOT_FOR_APPS,
    },
    Layer {
        path: "bindings/",
        allowed: None,
        forbidden: NOT_FOR_APPS,
    },
];

/// The uses in one file that its layer does not permit.
pub fn violations(file: &SourceFile) -> Vec<Violation> {
    // The root of a core crate re-exports its modules.
    if file.path.starts_with("core/") && file.path.ends_with("/src/lib.rs") {
        return Vec::new();
    }
    let Some(layer) = LAYERS.iter().find(|layer| file.path.starts_with(layer.path)) else {
        return Vec::new();
    };
    let uses = paths::path_uses(file, &file.shipped);
    uses.iter()
        .filter_map(|path| violation(file, layer, path))
        .collect()
}

fn violation(file: &SourceFile, layer: &Layer, path: &PathUse) -> Option<Violation> {
    let starts_with = |target: &str| {
        let mut parts = path.parts.iter();
        target
            .split("::")
            .all(|part| parts.next().is_some_and(|p| p == part))
    };
    if let Some(target) = layer.forbidden.iter().find(|target| starts_with(target)) {
        let what = format!(
            "names `{}`: {} may not use `{target}`",
            path.parts.join("::"),
            layer.path
        );
        return Some(file.violation(path.line, what));
    }
    let allowed = layer.allowed?;
    let own = paths::module_of(layer.path.trim_end_matches('/'));
    let is_free = path.parts[0] != "crate"
        || path.parts.get(1) == own.first()
        || allowed
            .iter()
            .any(|target| starts_with(&format!("crate::{target}")));
    let targets = if allowed.is_empty() {
        "nothing else of its crate".to_owned()
    } else {
        allowed.join(", ")
    };
    let what = || {
        format!(
            "names `{}`; {} may name {targets}",
            path.parts.join("::"),
            layer.path
        )
    };
    (!is_free).then(|| file.violation(path.line, what()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let file = SourceFile::read(path, text).unwrap();
        violations(&file).into_iter().map(|t| t.line).collect()
    }

    #[test]
    fn a_use_of_a_higher_layer_is_caught_in_every_notation() {
        let bad = "use fieldbook_model::Visit;\nuse crate::{store::Rows, book::Book};\nfn f() {\n crate::Book::open();\n \
                   super::super::sync::now();\n}\nuse crate::*;\nuse fieldbook_model::{Kind, doc::Document};\n";
        assert_eq!(lines("core/book/src/store/rows.rs", bad), [2, 4, 5, 7, 8]);
        assert_eq!(lines("core/model/src/visit.rs", "use super::doc::Change;"), [1]);
        assert_eq!(
            lines("core/model/src/evidence/link.rs", "use crate::Fields;"),
            [1]
        );
    }

    #[test]
    fn an_app_that_opens_the_store_is_caught() {
        assert_eq!(
            lines(
                "cli/src/main.rs",
                "use fieldbook_core::{book::Book, book::store};"
            ),
            [1]
        );
        assert_eq!(
            lines("bindings/src/lib.rs", "use fieldbook_core::model::doc::Document;"),
            [1]
        );
    }

    #[test]
    fn the_judge_and_the_search_share_nothing() {
        assert_eq!(lines("core/plan/src/judge.rs", "use super::search::Route;"), [1]);
        assert_eq!(lines("core/plan/src/search/exact.rs", "use crate::judge;"), [1]);
    }

    #[test]
    fn its_own_layer_the_crate_root_and_test_code_are_permitted() {
        let free: [(&str, &str); 5] = [
            (
                "core/book/src/store/rows.rs",
                "use crate::store::Write; use super::search;",
            ),
            ("core/model/src/evidence/link.rs", "use crate::ids::RecordId;"),
            ("core/book/src/lib.rs", "pub use book::*;"),
            ("core/book/src/store/tests.rs", "use crate::Book;"),
            (
                "core/book/src/store/rows.rs",
                "#[cfg(test)]\nmod tests { use crate::Book; }",
            ),
        ];
        for (path, text) in free {
            assert_eq!(lines(path, text), [0; 0], "{path}");
        }
    }
}
