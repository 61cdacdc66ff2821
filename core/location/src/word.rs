//! Words of later versions: lists of codes grow, and software that does not know a code carries it unchanged.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

/// A word that this version does not know, as a later one wrote it: 1 to 32 of `a`-`z`, `0`-`9` and `_`, a letter first.
///
/// Records hold words of lists that grow: reasons of a verdict, signals, clock flags. Software that does not know a
/// word keeps it, shows it as it is, and writes it back unchanged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word {
    /// ASCII letters of the word, padded with zeros.
    bytes: [u8; Word::BYTES_MAX],
    length: u8,
}

/// The text does not have the form of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a word is 1 to {} of a-z, 0-9 and _, a letter first", Word::BYTES_MAX)]
pub struct NotAWord;

impl Word {
    /// The longest word, in bytes.
    pub const BYTES_MAX: usize = 32;

    /// The text of the word.
    pub fn as_str(&self) -> &str {
        let bytes = &self.bytes[..usize::from(self.length)];
        std::str::from_utf8(bytes).expect("a word is made of ASCII letters only")
    }
}

impl FromStr for Word {
    type Err = NotAWord;

    fn from_str(text: &str) -> Result<Word, NotAWord> {
        let is_letter = |b: u8| b.is_ascii_lowercase();
        let fits = |b: u8| is_letter(b) || b.is_ascii_digit() || b == b'_';
        let is_word = text.bytes().next().is_some_and(is_letter) && text.bytes().all(fits);
        let length = u8::try_from(text.len()).map_err(|_| NotAWord)?;
        if !is_word || text.len() > Word::BYTES_MAX {
            return Err(NotAWord);
        }
        let mut bytes = [0; Word::BYTES_MAX];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Word { bytes, length })
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Word({})", self.as_str())
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Word, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

/// An entry of a list whose word this version does not know, with everything that stands beside the word.
///
/// It is written back as it was read, member by member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEntry {
    word: Word,
    json: Map<String, Value>,
}

impl UnknownEntry {
    /// The unknown word.
    pub fn word(&self) -> Word {
        self.word
    }

    /// The whole entry as JSON, for display.
    pub fn to_json(&self) -> Value {
        Value::Object(self.json.clone())
    }

    /// Deserialises an entry whose word stands under `key`. An entry with a word of `known` that was not read as such is
    /// malformed.
    ///
    /// # Errors
    /// The deserialiser's error for what is no object, for an entry without a word, and for one with a word of `known`.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
        key: &str,
        known: &[&str],
    ) -> Result<UnknownEntry, D::Error> {
        let json: Map<String, Value> = Map::deserialize(from)?;
        let word = json.get(key).and_then(Value::as_str).ok_or(NotAWord);
        let word: Word = word.and_then(str::parse).map_err(de::Error::custom)?;
        if known.contains(&word.as_str()) {
            return Err(de::Error::custom(NotAWord));
        }
        Ok(UnknownEntry { word, json })
    }
}

impl Serialize for UnknownEntry {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_short_and_plain() {
        for good in ["a", "gps_time", "x2", &"z".repeat(32)] {
            assert_eq!(
                good.parse::<Word>().map(|word| word.to_string()),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "2x",
            "_a",
            "Ab",
            "a b",
            "ä",
            "a-b",
            &"z".repeat(33),
            &"z".repeat(300),
        ] {
            assert_eq!(bad.parse::<Word>(), Err(NotAWord), "{bad}");
        }
    }
}
