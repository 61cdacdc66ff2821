//! The accounts of a book by name, for an import: whatever the case, width and spacing in which a name is written.

use std::collections::HashMap;

use fieldbook_model::ids::RecordId;
use unicode_normalization::UnicodeNormalization;

/// An account's id and its name as written.
type NamedAccount = (RecordId, String);

/// The accounts by their folded names.
#[derive(Debug, Default)]
pub(super) struct AccountNames {
    by_name: HashMap<String, Vec<NamedAccount>>,
}

impl AccountNames {
    pub(super) fn new(accounts: impl IntoIterator<Item = NamedAccount>) -> AccountNames {
        let mut names = AccountNames::default();
        for (id, name) in accounts {
            names.insert(id, &name);
        }
        names
    }

    /// Adds an account; true if another has that name already.
    pub(super) fn insert(&mut self, id: RecordId, name: &str) -> bool {
        let accounts = self.by_name.entry(folded(name)).or_default();
        let has_namesake = accounts.iter().any(|(known, _)| *known != id);
        if !accounts.iter().any(|(known, _)| *known == id) {
            accounts.push((id, name.to_owned()));
        }
        has_namesake
    }

    /// The accounts of that name: those that are written in the same way if there are any, else all that differ in case,
    /// width or spacing only.
    pub(super) fn named(&self, name: &str) -> Vec<RecordId> {
        let accounts = self.by_name.get(&folded(name)).map_or(&[][..], Vec::as_slice);
        let exact = accounts.iter().filter(|(_, written)| written == name);
        let exact: Vec<RecordId> = exact.map(|(id, _)| *id).collect();
        if exact.is_empty() {
            accounts.iter().map(|(id, _)| *id).collect()
        } else {
            exact
        }
    }
}

/// The name for comparison: compatibility forms composed (NFKC), cases folded by way of the upper case, so that `ß` is
/// `ss`, and every white space a single blank.
pub(super) fn folded(name: &str) -> String {
    let folded: String = name
        .nfkc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_any_case_width_and_spacing() {
        for (one, other) in [
            ("Café Zürich", "CAFÉ ZÜRICH"),
            ("Café Zürich", "Cafe\u{301} Zu\u{308}rich"),
            ("Łódzka Piekarnia", "ŁÓDZKA  PIEKARNIA"),
            ("Bäckerei Groß", "BÄCKEREI GROSS"),
            ("Plain Shop", " Plain\u{a0}Shop "),
            ("ΟΔΟΣ", "οδος"),
            ("Ｃａｆｅ 7", "cafe 7"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("Cafe"), folded("Café"), "accents tell names apart");
    }

    #[test]
    fn the_same_spelling_goes_before_another_case() {
        let id = |n: u8| RecordId([n; 16]);
        let names = AccountNames::new([(id(1), "Acme".to_owned()), (id(2), "ACME".to_owned())]);
        assert_eq!(names.named("ACME"), [id(2)]);
        assert_eq!(names.named("acme"), [id(1), id(2)]);
        assert!(names.named("Acme Ltd").is_empty());
    }
}
