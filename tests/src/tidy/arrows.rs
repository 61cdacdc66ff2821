//! Dependencies between the modules of a crate. Cargo refuses those between crates by itself.
//!
//! The table is `ARCHITECTURE.md`'s. Test code is free to look anywhere: a test of the store may well make its records
//! with the book.

use super::Violation;
use super::paths::{self, SpokenPath};
use super::source::SourceFile;

/// A part of the sources, and what it may name.
struct Room {
    /// The beginning of its files' paths. The first room that fits counts.
    at: &'static str,
    /// The paths below `crate` that it may name; `None` for all.
    may: Option<&'static [&'static str]>,
    /// The paths, of its own crate or of others, that it may not name.
    never: &'static [&'static str],
}

/// Modules that are too deep for an app, which uses the facade.
const NOT_FOR_APPS: &[&str] = &[
    "fieldbook_core::book::store",
    "fieldbook_core::sync::session",
    "fieldbook_core::model::doc",
    "fieldbook_core::model::wire",
];

const ROOMS: &[Room] = &[
    Room {
        at: "core/location/src/track/",
        may: None,
        never: &[],
    },
    Room {
        at: "core/location/src/",
        may: None,
        never: &["crate::track"],
    },
    Room {
        at: "core/plan/src/search/",
        may: None,
        never: &["crate::judge"],
    },
    Room {
        at: "core/plan/src/judge.rs",
        may: None,
        never: &["crate::search"],
    },
    Room {
        at: "core/plan/src/period/judge.rs",
        may: None,
        never: &["crate::search"],
    },
    Room {
        at: "core/model/src/clock.rs",
        may: Some(&[]),
        never: &[],
    },
    Room {
        at: "core/model/src/ids.rs",
        may: Some(&["clock"]),
        never: &[],
    },
    Room {
        at: "core/model/src/evidence/",
        may: Some(&["clock", "ids"]),
        never: &[],
    },
    Room {
        at: "core/model/src/doc/",
        may: None,
        never: &["crate::wire"],
    },
    Room {
        at: "core/model/src/wire/",
        may: None,
        never: &[],
    },
    Room {
        at: "core/model/src/",
        may: None,
        never: &["crate::doc", "crate::wire"],
    },
    Room {
        at: "core/book/src/store/",
        may: Some(&[]),
        never: &["fieldbook_model::doc", "fieldbook_model::wire", "fieldbook_plan"],
    },
    Room {
        at: "core/book/src/sync/",
        may: Some(&[]),
        never: &["fieldbook_plan"],
    },
    Room {
        at: "core/book/src/import/",
        may: Some(&[]),
        never: &["fieldbook_model::doc", "fieldbook_model::wire", "fieldbook_plan"],
    },
    Room {
        at: "core/book/src/export/",
        may: Some(&[]),
        never: &["fieldbook_model::doc", "fieldbook_model::wire", "fieldbook_plan"],
    },
    Room {
        at: "cli/",
        may: None,
        never: NOT_FOR_APPS,
    },
    Room {
        at: "bindings/",
        may: None,
        never: NOT_FOR_APPS,
    },
];

/// The violations against the arrows in one file.
pub fn violations(file: &SourceFile) -> Vec<Violation> {
    // The root of a crate of the core hands on what lies below it.
    if file.path.starts_with("core/") && file.path.ends_with("/src/lib.rs") {
        return Vec::new();
    }
    let Some(room) = ROOMS.iter().find(|room| file.path.starts_with(room.at)) else {
        return Vec::new();
    };
    let spoken = paths::spoken(file, &file.shipped);
    spoken
        .iter()
        .filter_map(|path| refuse(file, room, path))
        .collect()
}

fn refuse(file: &SourceFile, room: &Room, path: &SpokenPath) -> Option<Violation> {
    let leads_to = |door: &str| {
        let mut parts = path.parts.iter();
        door.split("::")
            .all(|part| parts.next().is_some_and(|p| p == part))
    };
    if let Some(door) = room.never.iter().find(|door| leads_to(door)) {
        let what = format!(
            "names `{}`: {} never looks into `{door}`",
            path.parts.join("::"),
            room.at
        );
        return Some(file.violation(path.line, what));
    }
    let may = room.may?;
    let own = paths::module_of(room.at.trim_end_matches('/'));
    let is_free = path.parts[0] != "crate"
        || path.parts.get(1) == own.first()
        || may.iter().any(|door| leads_to(&format!("crate::{door}")));
    let doors = if may.is_empty() {
        "nothing else of its crate".to_owned()
    } else {
        may.join(", ")
    };
    let what = || format!("names `{}`; {} may name {doors}", path.parts.join("::"), room.at);
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
    fn a_room_that_looks_upwards_is_caught_however_it_says_so() {
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
    fn its_own_room_what_lies_below_the_root_and_test_code_are_free() {
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
