//! Texts in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One text in several languages, by language tag: `en`, `zh`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(pub BTreeMap<String, String>);

/// A count with its noun, `1 deal` or `3 deals`.
pub(crate) fn counted(n: usize, one: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {one}s")
    }
}

impl Texts {
    /// The text in one language.
    pub fn new(language: &str, text: &str) -> Texts {
        Texts([(language.to_owned(), text.to_owned())].into())
    }

    /// The text in `language` (`zh-Hans-CN` falls back to `zh`), else in English, else in the first language that there is.
    pub fn get(&self, language: &str) -> &str {
        let mut tag = language;
        loop {
            if let Some(text) = self.0.get(tag) {
                return text;
            }
            match tag.rsplit_once('-') {
                Some((shorter, _)) => tag = shorter,
                None => break,
            }
        }
        let fallback = self.0.get("en").or_else(|| self.0.values().next());
        fallback.map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_falls_back_to_its_parent_then_to_english() {
        let texts = Texts([("en".into(), "Demo".into()), ("zh".into(), "演示".into())].into());
        assert_eq!((texts.get("zh-Hans-CN"), texts.get("de")), ("演示", "Demo"));
        assert_eq!(
            (
                Texts::new("de", "Vorführung").get("fr"),
                Texts::default().get("en")
            ),
            ("Vorführung", "")
        );
    }
}
