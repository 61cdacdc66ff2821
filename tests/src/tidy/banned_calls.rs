//! Calls and crates that are banned outside their place: the large dependencies, the system, the clock, and panics.

use super::Violation;
use super::paths;
use super::source::{SourceFile, starts_with};

/// Crates with the folders that may name them. Test code and the bench may name any crate.
const CRATES: &[(&str, &[&str])] = &[
    ("automerge", &["core/model/src/doc/", "tests/"]),
    (
        "rusqlite",
        &["core/book/src/store/", "server/src/store/", "tests/"],
    ),
    ("uniffi", &["bindings/"]),
    ("reqwest", &["core/book/src/sync/http.rs"]),
    ("rustls", &["core/book/src/sync/tls.rs", "server/src/tls.rs"]),
    ("ureq", &["tests/baseline/"]),
];

/// The crates of the core that only compute, and the modules of std that they may not use.
const PURE_CRATES: &[&str] = &[
    "core/location/src/",
    "core/model/src/",
    "core/plan/src/",
    "core/sales/src/",
];
const SYSTEM_MODULES: &[&str] = &["fs", "net", "env", "process", "thread", "os"];

/// Types that read the machine's clock, and their permitted places: the one clock, and the verbs of `xtask`, which
/// print durations and have no core to ask.
const CLOCKS: &[&str] = &["SystemTime", "Instant", "Utc", "Local"];
const CLOCK_READERS: &[&str] = &["core/model/src/clock.rs", "xtask/src/step.rs"];

/// Uses of a crate outside its folders.
pub fn foreign_crates(file: &SourceFile) -> Vec<Violation> {
    let uses = paths::path_uses(file, &file.shipped);
    uses.iter()
        .filter_map(|path| {
            let (name, places) = CRATES.iter().find(|(name, _)| path.parts[0] == *name)?;
            let allowed = places.iter().any(|place| file.path.starts_with(place));
            let what = || format!("`{name}` may be named only in {}", places.join(", "));
            (!allowed).then(|| file.violation(path.line, what()))
        })
        .collect()
}

/// Uses of disk, network, environment, processes or threads in a crate that only computes.
pub fn system_calls(file: &SourceFile) -> Vec<Violation> {
    let is_clock = CLOCK_READERS.contains(&file.path.as_str());
    if is_clock || !PURE_CRATES.iter().any(|path| file.path.starts_with(path)) {
        return Vec::new();
    }
    let uses = paths::path_uses(file, &file.shipped);
    let touches = uses.iter().filter(|path| {
        path.parts[0] == "std"
            && path
                .parts
                .get(1)
                .is_some_and(|part| SYSTEM_MODULES.contains(&part.as_str()))
    });
    touches
        .map(|path| {
            file.violation(
                path.line,
                format!("`{}` in a crate that only computes", path.parts.join("::")),
            )
        })
        .collect()
}

/// Reads of the system clock outside `clock`, tests included.
pub fn clock_reads(file: &SourceFile) -> Vec<Violation> {
    if CLOCK_READERS.contains(&file.path.as_str()) {
        return Vec::new();
    }
    let reads = file.tokens.windows(3).filter(|three| {
        let [whose, path, now] = three else { return false };
        CLOCKS.iter().any(|clock| whose.is(clock)) && path.is("::") && now.is("now")
    });
    reads
        .map(|three| {
            let what = format!(
                "`{}::now` outside `clock`: take a `Clock` or a `Stopwatch`",
                three[0].text
            );
            file.violation(three[0].line, what)
        })
        .collect()
}

/// `unwrap`, unfinished code and debug output in shipped code.
pub fn panics_and_leftovers(file: &SourceFile) -> Vec<Violation> {
    let tokens = &file.shipped;
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let rest = &tokens[at..];
        let what = if starts_with(rest, &[".", "unwrap", "("]) {
            "`unwrap()`: say with `expect` why it cannot be, or return the error"
        } else if ["todo", "unimplemented"]
            .iter()
            .any(|word| starts_with(rest, &[word, "!"]))
        {
            "unfinished code"
        } else if starts_with(rest, &["dbg", "!"]) {
            "`dbg!` left behind"
        } else {
            continue;
        };
        found.push(file.violation(tokens[at].line, what.to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rule: fn(&SourceFile) -> Vec<Violation>, path: &str, text: &str) -> Vec<usize> {
        let file = SourceFile::read(path, text).unwrap();
        rule(&file).into_iter().map(|t| t.line).collect()
    }

    #[test]
    fn a_crate_named_outside_its_folders_is_caught() {
        let bad = "use automerge::Automerge;\nfn f(c: &rusqlite::Connection) {}\n#[uniffi::export]\nfn g() { ureq::get(x) }";
        assert_eq!(
            lines(foreign_crates, "core/book/src/book/mod.rs", bad),
            [1, 2, 3, 4]
        );
        assert_eq!(
            lines(
                foreign_crates,
                "core/model/src/doc/mod.rs",
                "use automerge::Change;"
            ),
            [0; 0]
        );
        assert_eq!(
            lines(
                foreign_crates,
                "core/book/src/sync/http.rs",
                "use reqwest::Client;"
            ),
            [0; 0]
        );
        assert_eq!(
            lines(foreign_crates, "core/book/src/sync/session.rs", "use reqwest;"),
            [1]
        );
        assert_eq!(
            lines(
                foreign_crates,
                "core/book/src/store/tests.rs",
                "use automerge::Change;"
            ),
            [0; 0]
        );
    }

    #[test]
    fn a_system_call_in_a_pure_crate_is_caught() {
        let bad = "use std::{fmt, fs};\nfn f() { std::env::var(x) }";
        assert_eq!(lines(system_calls, "core/model/src/model/visit.rs", bad), [1, 2]);
        assert_eq!(lines(system_calls, "core/location/src/units.rs", bad), [1, 2]);
        assert_eq!(lines(system_calls, "core/book/src/store/open.rs", bad), [0; 0]);
    }

    #[test]
    fn reading_the_clock_is_caught_in_tests_too() {
        let bad = "fn f() { Utc::now(); }\n#[cfg(test)]\nmod tests { fn g() { std::time::Instant::now(); } }";
        assert_eq!(lines(clock_reads, "core/book/src/book/day.rs", bad), [1, 3]);
        assert_eq!(lines(clock_reads, "core/model/src/clock.rs", bad), [0; 0]);
        assert_eq!(
            lines(
                clock_reads,
                "server/src/lib.rs",
                "fn f() { SystemTime::now(); Local::now() }"
            ),
            [1, 1]
        );
    }

    #[test]
    fn a_panic_is_caught_outside_tests_only() {
        let bad = "fn f() {\n x.unwrap();\n todo!();\n unimplemented!(\"no\");\n dbg!(y);\n z.unwrap_or(1); }\n\
                   #[cfg(test)]\nmod tests { fn g() { x.unwrap(); } }";
        assert_eq!(
            lines(panics_and_leftovers, "core/book/src/book/day.rs", bad),
            [2, 3, 4, 5]
        );
        assert_eq!(
            lines(panics_and_leftovers, "core/book/src/book/tests.rs", bad),
            [0; 0]
        );
    }
}
