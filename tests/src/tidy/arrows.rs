//! Who may look into whom: the rooms of the core, and the packages around it.
//!
//! The table is `ARCHITECTURE.md`'s. Test code is free to look anywhere: a test of the store may well make its records
//! with the book.

use super::Trespass;
use super::paths::{self, SpokenPath};
use super::source::SourceFile;

/// The rooms of `core/src`, each with the paths that it may name. A path may be narrower than a room.
const ROOMS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("ids", &["units", "clock"]),
    ("clock", &["units"]),
    ("location", &["units"]),
    ("evidence", &["units", "ids"]),
    ("model", &["units", "ids", "location", "evidence", "clock::Stamp"]),
    ("process", &["units", "ids", "location", "model", "clock::Stamp"]),
    ("plan", &["units", "ids", "location", "model"]),
    ("doc", &["units", "ids", "clock", "location", "model"]),
    (
        "store",
        &["units", "ids", "clock::Stamp", "location", "evidence", "model"],
    ),
    ("sync", &["units", "ids", "clock", "location", "model", "doc"]),
    (
        "book",
        &[
            "units", "ids", "clock", "location", "evidence", "model", "process", "plan", "doc", "store",
            "sync",
        ],
    ),
];

/// What an app may see of the core.
const FOR_APPS: &[&str] = &[
    "book", "model", "ids", "units", "clock", "location", "evidence", "plan",
];

/// What the terminal may see beside: the network that it syncs through.
const FOR_THE_TERMINAL: &[&str] = &[
    "book",
    "model",
    "ids",
    "units",
    "clock",
    "location",
    "plan",
    "evidence",
    "sync::http",
    "sync::Post",
    "sync::Reply",
    "sync::Transport",
    "sync::TransportError",
];

/// What a package may name of another package of the house.
const PACKAGES: &[(&str, &str, &[&str])] = &[
    ("cli/", "fieldbook_core", FOR_THE_TERMINAL),
    ("bindings/", "fieldbook_core", FOR_APPS),
    (
        "server/",
        "fieldbook_core",
        &[
            "sync::wire",
            "doc",
            "process",
            "model",
            "ids",
            "units",
            "clock",
            "location",
            "evidence",
        ],
    ),
    // The floor is a stranger: it shares no code with what it is measured against.
    ("tests/floor/", "fieldbook_core", &[]),
    ("bindings/", "fieldbook_server", &[]),
];

/// The trespasses against the arrows in one file.
pub fn trespasses(file: &SourceFile) -> Vec<Trespass> {
    let spoken = paths::spoken(file, &file.shipped);
    let mut found: Vec<Trespass> = spoken
        .iter()
        .filter_map(|path| across_packages(file, path))
        .collect();
    if let Some(inside) = file.path.strip_prefix("core/src/") {
        found.extend(across_rooms(file, inside, &spoken));
    }
    found
}

fn across_packages(file: &SourceFile, path: &SpokenPath) -> Option<Trespass> {
    let (_, package, may) = PACKAGES
        .iter()
        .find(|(from, to, _)| file.path.starts_with(from) && path.parts[0] == *to)?;
    refuse(file, path, &path.parts[1..], may, package)
}

fn across_rooms(file: &SourceFile, inside: &str, spoken: &[SpokenPath]) -> Vec<Trespass> {
    let room = inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs");
    if room == "lib" {
        return Vec::new();
    }
    let Some((_, may)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        let what = format!("`{room}` is no room of the core: give it a row in {}", file!());
        return vec![file.trespass(1, what)];
    };
    let of_ours = spoken.iter().filter(|path| path.parts[0] == "crate");
    of_ours
        .filter(|path| path.parts.get(1).is_none_or(|to| to != room))
        .filter_map(|path| refuse(file, path, &path.parts[1..], may, room))
        .collect()
}

fn refuse(
    file: &SourceFile,
    path: &SpokenPath,
    to: &[String],
    may: &[&str],
    whose: &str,
) -> Option<Trespass> {
    let allowed = may.iter().any(|door| {
        let door: Vec<&str> = door.split("::").collect();
        to.len() >= door.len() && door.iter().zip(to).all(|(a, b)| a == b)
    });
    (!allowed).then(|| {
        let doors = if may.is_empty() {
            "nothing of ours".to_owned()
        } else {
            may.join(", ")
        };
        let what = format!(
            "names `{}`; the arrows allow {doors} ({whose})",
            path.parts.join("::")
        );
        file.trespass(path.line, what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let file = SourceFile::read(path, text).unwrap();
        trespasses(&file).into_iter().map(|t| t.line).collect()
    }

    #[test]
    fn a_room_that_looks_upwards_is_caught_however_it_says_so() {
        let bad = "use crate::model::Visit;\nuse crate::{ids, store::Rows};\nfn f() {\n crate::book::open();\n \
                   super::super::sync::now();\n}\nuse crate::*;\n";
        assert_eq!(lines("core/src/doc/gate.rs", bad), [2, 4, 5, 7]);
        assert_eq!(lines("core/src/units.rs", "use crate::ids::RecordId;"), [1]);
    }

    #[test]
    fn a_door_may_be_narrower_than_a_room() {
        assert_eq!(
            lines("core/src/model/visit.rs", "use crate::clock::Stamp;"),
            [0; 0]
        );
        assert_eq!(lines("core/src/model/visit.rs", "use crate::clock::Clock;"), [1]);
        assert_eq!(
            lines("server/src/push.rs", "use fieldbook_core::sync::wire::Push;"),
            [0; 0]
        );
        assert_eq!(
            lines("server/src/push.rs", "use fieldbook_core::sync::session;"),
            [1]
        );
    }

    #[test]
    fn a_server_that_opens_a_book_and_an_app_that_opens_the_store_are_caught() {
        assert_eq!(
            lines("server/src/lib.rs", "\nuse fieldbook_core::{doc, book::Book};"),
            [2]
        );
        assert_eq!(
            lines("server/src/lib.rs", "fn f() { fieldbook_core::store::open() }"),
            [1]
        );
        assert_eq!(
            lines("cli/src/main.rs", "use fieldbook_core::{book, store};"),
            [1]
        );
        assert_eq!(
            lines("bindings/src/lib.rs", "use fieldbook_core::doc::Document;"),
            [1]
        );
        assert_eq!(
            lines("tests/floor/src/lib.rs", "use fieldbook_core::location::Meters;"),
            [1]
        );
    }

    #[test]
    fn its_own_room_the_root_and_test_code_are_free() {
        assert_eq!(
            lines(
                "core/src/doc/gate.rs",
                "use crate::doc::Document; use super::policy;"
            ),
            [0; 0]
        );
        assert_eq!(lines("core/src/lib.rs", "pub use crate::book::Book;"), [0; 0]);
        assert_eq!(lines("core/src/doc/tests.rs", "use crate::book::Book;"), [0; 0]);
        assert_eq!(
            lines(
                "core/src/doc/gate.rs",
                "#[cfg(test)]\nmod tests { use crate::book::Book; }"
            ),
            [0; 0]
        );
    }

    #[test]
    fn a_new_room_needs_its_row() {
        assert_eq!(lines("core/src/garage/mod.rs", ""), [1]);
    }
}
