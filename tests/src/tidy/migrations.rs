//! Migrations are numbered scripts `NNNN_verb_noun.sql`, from 0001 without gaps or duplicates.

use std::collections::BTreeMap;

use super::Violation;

/// The violations among these files, given as paths with `/`. Each folder named `migrations` holds one ladder.
pub fn misnumbered<'a>(sql_files: impl IntoIterator<Item = &'a str>) -> Vec<Violation> {
    let mut ladders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in sql_files {
        if let Some((folder, name)) = path.rsplit_once('/')
            && folder.rsplit('/').next() == Some("migrations")
        {
            ladders.entry(folder).or_default().push(name);
        }
    }
    ladders
        .into_iter()
        .flat_map(|(folder, names)| name_violations(folder, names))
        .collect()
}

fn name_violations(folder: &str, mut names: Vec<&str>) -> Vec<Violation> {
    names.sort_unstable();
    let mut found = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let what = match number(name) {
            None => "a migration is named NNNN_verb_noun.sql".to_owned(),
            Some(n) if n != at + 1 => format!("expected number {:04} here", at + 1),
            Some(_) => continue,
        };
        found.push(Violation {
            path: format!("{folder}/{name}"),
            line: 1,
            what,
        });
    }
    found
}

/// The number in a well-formed name.
fn number(name: &str) -> Option<usize> {
    let (number, words) = name.strip_suffix(".sql")?.split_once('_')?;
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let words: Vec<&str> = words.split('_').collect();
    if number.len() != 4 || words.len() < 2 || !words.into_iter().all(is_word) {
        return None;
    }
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(paths: &[&str]) -> Vec<String> {
        misnumbered(paths.iter().copied())
            .into_iter()
            .map(|t| t.path)
            .collect()
    }

    #[test]
    fn a_gap_a_double_and_a_bad_name_are_caught() {
        let gap = [
            "a/migrations/0001_make_account.sql",
            "a/migrations/0003_add_visit.sql",
        ];
        assert_eq!(caught(&gap), [gap[1]]);
        let double = [
            "a/migrations/0001_make_account.sql",
            "a/migrations/0001_make_visit.sql",
        ];
        assert_eq!(caught(&double), [double[1]]);
        for bad in [
            "1_make_account.sql",
            "0001_account.sql",
            "0001_Make_Account.sql",
            "0001-make-account.sql",
        ] {
            assert_eq!(caught(&[&format!("a/migrations/{bad}")]).len(), 1, "{bad}");
        }
    }

    #[test]
    fn each_ladder_starts_at_one_and_other_scripts_are_free() {
        let good = [
            "core/book/src/store/migrations/0002_add_visit_index.sql",
            "core/book/src/store/migrations/0001_make_account.sql",
            "server/src/store/migrations/0001_make_device.sql",
            "core/book/src/store/near.sql",
        ];
        assert_eq!(caught(&good), [""; 0]);
    }
}
