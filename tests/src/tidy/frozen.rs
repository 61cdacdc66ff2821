//! Released migrations never change, and the old files contain a database of each schema.

use sha2::{Digest, Sha256};

use super::Violation;

/// The released scripts: the ladder, the file name, the SHA-256 of the text.
const RELEASED: [(Ladder, &str, &str); 16] = [
    (
        Ladder::Book,
        "0001_create_book.sql",
        "d577a09d3d31b9d7a29916d73b5281955f54d4e61610787049a882a356ce0664",
    ),
    (
        Ladder::Book,
        "0002_add_evidence.sql",
        "f91cc7adeb55671246e09c7eaec63d4ac0cb2117379fdcb5623dc070363c764d",
    ),
    (
        Ladder::Book,
        "0003_add_tracks.sql",
        "94c39a37fc44f5ce5c56af027e7731c46b1a4d2fbbe69b0459b7c6e073d06244",
    ),
    (
        Ladder::Book,
        "0004_add_dismissals.sql",
        "99b8436eeafb8098f43279fe23cadaca943274c5ce62a7def9140a7ba59b596f",
    ),
    (
        Ladder::Book,
        "0005_align_early_books.sql",
        "396540d2c8032f3e2e786fa886e1dbcbe7111e02a4bcfe6e90a4cb8636f3e896",
    ),
    (
        Ladder::Book,
        "0006_add_other_records.sql",
        "a46f0a9694c5b1c4a8668891323b7fd9738c3948379a9d114cf97210ed7cb242",
    ),
    (
        Ladder::Book,
        "0007_mark_sent_and_unreadable.sql",
        "185d1f11fc2eceaf2b771f933d4768ac5629e0a7405abededce910b359f63c16",
    ),
    (
        Ladder::Book,
        "0008_add_edit_times.sql",
        "1f71234a552716dfa71e5ecd878394b0a7169b8aaefe6a09fe38cdf53bd68be6",
    ),
    (
        Ladder::Server,
        "0001_create_office.sql",
        "a12e7847a0949300d26b197726f1bd9e8b3398c5e17b58b554614b9ae929e907",
    ),
    (
        Ladder::Server,
        "0002_add_evidence.sql",
        "2f956308bb403c2cc474ef0d2293510d8d1e5acdd5958b0895d1277ab612e8d8",
    ),
    (
        Ladder::Server,
        "0003_add_trust.sql",
        "46097a384069e8e4ec18b0d6610538433c25fb001516984cdf32244eee84c7be",
    ),
    (
        Ladder::Server,
        "0004_join_what_waits.sql",
        "81bae98c6f1d4f8df7047cea0cafff943975672c85e00155071d2f9cf660eb55",
    ),
    (
        Ladder::Server,
        "0005_add_audit.sql",
        "9b5dcb997015a7813d9c8a98d28a3b753a96ed4a0f843d1e6a365d1afa0251ca",
    ),
    (
        Ladder::Server,
        "0006_compact_histories.sql",
        "74abd8eaa6ecb5ab5c34d9cab90a6bab9a14018538dc7de71e53f863dd71df29",
    ),
    (
        Ladder::Server,
        "0007_add_wipes_and_keys.sql",
        "9499c9b625847761bab2ed99568bb8ced337461fb9e260e019db005f2acc6a2c",
    ),
    (
        Ladder::Server,
        "0008_add_web_form.sql",
        "3105c2131e2345357200a506b9ace96c497e9a6c7794fb954930c3942dce9e40",
    ),
];

/// The sequence of migrations of one schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ladder {
    /// The schema of a phone's book.
    Book,
    /// The schema of a server.
    Server,
}

impl Ladder {
    /// The ladder of a script, from its package, and the script's name; `None` for other files.
    fn from_path(path: &str) -> Option<(Ladder, &str)> {
        let (folder, name) = path.rsplit_once('/')?;
        let ladder = match (path.split('/').next()?, folder.rsplit('/').next()?) {
            ("core", "migrations") => Ladder::Book,
            ("server", "migrations") => Ladder::Server,
            _ => return None,
        };
        Some((ladder, name))
    }

    /// Path of the old file of a schema version.
    fn old_file(self, schema: &str) -> String {
        match self {
            Ladder::Book => format!("tests/data/books/v{schema}.book"),
            Ladder::Server => format!("tests/data/servers/v{schema}.sqlite"),
        }
    }
}

/// Violations in the migrations among these files (path and text): a script that was changed or deleted, that is not in
/// the list yet, or whose schema has no old file. `is_there` is true if a file exists at a path.
pub fn changed_migrations<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
    is_there: impl Fn(&str) -> bool,
) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for (path, text) in files {
        let Some((ladder, name)) = Ladder::from_path(path) else {
            continue;
        };
        seen.push((ladder, name));
        let what = [
            change_since_release(ladder, name, text),
            missing_old_file(ladder, name, &is_there),
        ];
        found.extend(what.into_iter().flatten().map(|what| Violation {
            path: path.to_owned(),
            line: 1,
            what,
        }));
    }
    for (ladder, name, _) in RELEASED {
        if !seen.contains(&(ladder, name)) {
            found.push(Violation {
                path: name.to_owned(),
                line: 1,
                what: format!("a released migration of the {ladder:?} ladder is gone: bring it back"),
            });
        }
    }
    found
}

fn change_since_release(ladder: Ladder, name: &str, text: &str) -> Option<String> {
    let sum = format!("{:x}", Sha256::digest(text));
    match RELEASED.iter().find(|released| (released.0, released.1) == (ladder, name)) {
        Some((_, _, released)) if sum == *released => None,
        Some(_) => Some(
            "a released migration never changes, since the files that it made stay as they are: put it back, and add \
             a new script that does what is to change"
                .to_owned(),
        ),
        None => Some(format!(
            "a new migration is frozen with its release: add (Ladder::{ladder:?}, \"{name}\", \"{sum}\") to RELEASED in \
             tests/src/tidy/frozen.rs"
        )),
    }
}

fn missing_old_file(ladder: Ladder, name: &str, is_there: impl Fn(&str) -> bool) -> Option<String> {
    let schema = name.split('_').next()?.trim_start_matches('0');
    let file = ladder.old_file(schema);
    (!is_there(&file)).then(|| {
        format!("there is no old file of its schema: make {file} as tests/data/books/README.md says")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "server/src/store/migrations/0002_add_evidence.sql";

    /// The messages of the violations at `path`.
    fn caught(path: &str, text: &str, is_there: bool) -> Vec<String> {
        let all = changed_migrations([(path, text)], |_| is_there);
        all.into_iter()
            .filter(|violation| violation.path == path)
            .map(|violation| violation.what)
            .collect()
    }

    #[test]
    fn a_changed_script_is_to_be_put_back_and_a_new_one_written() {
        let caught = caught(PATH, "CREATE TABLE evidence_link (n)", true);
        assert!(
            matches!(&caught[..], [what] if what.contains("put it back, and add a new script")),
            "{caught:?}"
        );
    }

    #[test]
    fn a_new_script_needs_its_sum_and_its_old_file() {
        let new = "core/book/src/store/migrations/0099_add_price.sql";
        let caught = caught(new, "SELECT 1", false);
        let [sum, file] = &caught[..] else {
            panic!("{caught:?}")
        };
        assert!(
            sum.contains("e004ebd5b5532a4b85984a62f8ad48a81aa3460c1ca07701f386135d72cdecf5"),
            "{sum}"
        );
        assert!(file.contains("make tests/data/books/v99.book"), "{file}");
    }

    #[test]
    fn a_script_that_is_gone_is_missed_and_others_are_free() {
        let missed = changed_migrations([("core/src/store/near.sql", "SELECT 1")], |_| false);
        assert_eq!(missed.len(), RELEASED.len());
        assert!(missed.iter().all(|violation| violation.what.contains("is gone")));
    }
}
