//! Tokenizer of the full-text search: splits indexed texts and typed queries into words.
//!
//! Text is folded to about the primary level of UTS #10: lower case without accents, vowel signs or strokes, traditional
//! Chinese characters as simplified ones. Scripts without spaces are split into overlapping bigrams, so any two adjacent
//! characters are found, and a single one by the bigram that it begins. Other scripts are split into words, found by prefix. An apostrophe may be left out, and a telephone number is found by its digits in
//! international and in national form.
//!
//! A change of the words of a text needs a new [`VERSION`].

pub(crate) mod phone;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Version of the rules. A book indexed under another version is indexed again when it is opened.
pub(super) const VERSION: u8 = 3;

/// Largest length of an indexed word, in characters; longer words are truncated.
const WORD_CHARS_MAX: usize = 40;

/// True if a character belongs to a script without spaces: Han, kana, Hangul, Thai and their kin.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff | 0x1100..=0x11ff | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// Calls `word` with each folded run of word characters, and `true` if the run is of an unspaced script.
fn runs(text: &str, mut word: impl FnMut(&str, bool)) {
    if text.is_ascii() {
        let folded = text.to_ascii_lowercase();
        let pieces = folded.split(|c: char| !c.is_ascii_alphanumeric());
        pieces
            .filter(|run| !run.is_empty())
            .for_each(|run| word(run, false));
        return;
    }
    let is_han = |c: char| matches!(u32::from(c), 0x4e00..=0x9fff);
    let simplified = if text.chars().any(is_han) {
        Cow::Owned(fast2s::convert(text))
    } else {
        Cow::Borrowed(text)
    };
    if simplified.chars().all(|c| c.is_ascii() || is_han(c)) {
        // Neither ASCII nor the common Han characters decompose.
        cut_runs(simplified.chars().map(|c| c.to_ascii_lowercase()), word);
    } else {
        let bare = simplified.nfkd().filter(|c| !is_untyped_mark(*c));
        let lower = bare.nfc().flat_map(char::to_lowercase);
        cut_runs(lower.flat_map(FoldedLetter::from_char), word);
    }
}

/// True for marks that are not typed in searches: accents, the vowel and reading signs of Hebrew, Arabic and Syriac, and the
/// point below letters of loan words in Indic scripts. The vowel signs of Indic and Thai scripts count as letters, because
/// users type them.
fn is_untyped_mark(c: char) -> bool {
    matches!(u32::from(c),
        0x0300..=0x036f | 0x0591..=0x05bd | 0x05bf | 0x05c1..=0x05c2 | 0x05c4..=0x05c5 | 0x05c7
        | 0x0610..=0x061a | 0x0640 | 0x064b..=0x065f | 0x0670 | 0x06d6..=0x06dc | 0x06df..=0x06e8 | 0x06ea..=0x06ed
        | 0x0730..=0x074a | 0x093c | 0x09bc | 0x0a3c | 0x0abc | 0x0b3c | 0x08d3..=0x08ff | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

/// A letter with its stroke or ligature folded away: one or two letters.
enum FoldedLetter {
    One(char),
    Two(char, char),
    None,
}

impl FoldedLetter {
    fn from_char(c: char) -> FoldedLetter {
        match c {
            'ł' => FoldedLetter::One('l'),
            'ø' => FoldedLetter::One('o'),
            'đ' | 'ð' => FoldedLetter::One('d'),
            'ħ' => FoldedLetter::One('h'),
            'ı' => FoldedLetter::One('i'),
            'ŧ' => FoldedLetter::One('t'),
            'ς' => FoldedLetter::One('σ'),
            // Arabic letters that are typed for each other, and those of Persian and Urdu keyboards.
            'ة' | 'ہ' | 'ۃ' | 'ھ' => FoldedLetter::One('ه'),
            'ى' | 'ی' => FoldedLetter::One('ي'),
            'ک' => FoldedLetter::One('ك'),
            'ß' => FoldedLetter::Two('s', 's'),
            'æ' => FoldedLetter::Two('a', 'e'),
            'œ' => FoldedLetter::Two('o', 'e'),
            'þ' => FoldedLetter::Two('t', 'h'),
            'ŋ' => FoldedLetter::Two('n', 'g'),
            c => FoldedLetter::One(c),
        }
    }
}

impl Iterator for FoldedLetter {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match std::mem::replace(self, FoldedLetter::None) {
            FoldedLetter::One(c) => Some(c),
            FoldedLetter::Two(first, second) => {
                *self = FoldedLetter::One(second);
                Some(first)
            }
            FoldedLetter::None => None,
        }
    }
}

/// The text without its apostrophes; `None` if it has none.
fn without_apostrophes(text: &str) -> Option<String> {
    let is_apostrophe = |c: char| matches!(c, '\'' | '’' | '‘' | 'ʼ' | '＇' | '`' | '´');
    text.contains(is_apostrophe)
        .then(|| text.replace(is_apostrophe, ""))
}

fn cut_runs(folded: impl Iterator<Item = char>, mut word: impl FnMut(&str, bool)) {
    let (mut run, mut unspaced) = (String::new(), false);
    for c in folded.chain(std::iter::once(' ')) {
        let belongs = c.is_alphanumeric();
        let joins = belongs && (run.is_empty() || is_unspaced(c) == unspaced);
        if !joins && !run.is_empty() {
            word(&run, unspaced);
            run.clear();
        }
        if belongs {
            unspaced = is_unspaced(c);
            run.push(c);
        }
    }
}

/// The end of the first `n` characters; the end of the text if it has no more.
fn end_of(text: &str, n: usize) -> usize {
    text.char_indices().nth(n).map_or(text.len(), |(at, _)| at)
}

/// The bigrams of a run, and its last character alone.
fn pairs(run: &str) -> impl Iterator<Item = &str> {
    run.char_indices()
        .map(|(at, _)| &run[at..at + end_of(&run[at..], 2)])
}

/// The distinct words of the texts, sorted and separated by spaces.
pub(super) fn cut<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let (mut all, mut ends) = (String::new(), Vec::new());
    let mut word = |word: &str| {
        all.push_str(word);
        ends.push(all.len());
    };
    let mut cut_text = |text: &str| {
        runs(text, |run, unspaced| {
            if unspaced {
                pairs(run).for_each(&mut word);
            } else {
                word(&run[..end_of(run, WORD_CHARS_MAX)]);
            }
        });
    };
    for text in texts {
        cut_text(text);
        if let Some(joined) = without_apostrophes(text) {
            cut_text(&joined);
        }
        for number in phone::forms(text).into_iter().flatten() {
            cut_text(&number);
        }
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let mut words: Vec<&str> = starts.zip(&ends).map(|(start, end)| &all[start..*end]).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// The FTS5 query for a typed text: all of its words as prefixes, or a telephone number in any of its forms. `None` if the
/// text has no word.
pub(super) fn query(typed: &str) -> Option<String> {
    query_of(typed, "*")
}

/// The same for a whole text that somebody else wrote too, such as an email address: its words are no prefixes.
pub(super) fn query_whole(text: &str) -> Option<String> {
    query_of(text, "")
}

fn query_of(typed: &str, star: &str) -> Option<String> {
    let joined = without_apostrophes(typed);
    let mut terms: Vec<String> = Vec::new();
    runs(joined.as_deref().unwrap_or(typed), |run, unspaced| {
        let is_whole = |pair: &&str| end_of(pair, 1) < pair.len();
        if unspaced && is_whole(&run) {
            terms.extend(pairs(run).filter(is_whole).map(str::to_owned));
        } else {
            terms.push(run[..end_of(run, WORD_CHARS_MAX)].to_owned());
        }
    });
    let quoted: Vec<_> = terms.iter().map(|term| format!("\"{term}\"{star}")).collect();
    if quoted.is_empty() {
        return None;
    }
    let all = quoted.join(" AND ");
    let numbers: Vec<String> = phone::forms(typed)
        .into_iter()
        .flatten()
        .map(|number| format!("\"{number}\"{star}"))
        .collect();
    Some(if numbers.is_empty() {
        all
    } else {
        format!("({all}) OR {}", numbers.join(" OR "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_cut_once() {
        assert_eq!(
            cut(["Café Zürich", "CAFE no. 12"].into_iter()),
            "12 cafe no zurich"
        );
    }

    #[test]
    fn chinese_is_cut_into_pairs_and_every_character_begins_one() {
        assert_eq!(cut(["北京烤鸭店"].into_iter()), "京烤 北京 店 烤鸭 鸭店");
        assert_eq!(query("烤鸭").as_deref(), Some("\"烤鸭\"*"));
        assert_eq!(query("烤鸭店").as_deref(), Some("\"烤鸭\"* AND \"鸭店\"*"));
    }

    /// True if the query for `typed` matches the words of `text`.
    fn finds(text: &str, typed: &str) -> bool {
        let words = cut([text].into_iter());
        let has = |term: &str| {
            let term = term.trim_matches(['(', ')', '"', '*', ' ']);
            words.split(' ').any(|word| word.starts_with(term))
        };
        let query = query(typed).unwrap_or_default();
        query.split(" OR ").any(|all| all.split(" AND ").all(has))
    }

    #[test]
    fn what_people_type_finds_what_is_written() {
        for (written, typed) in [
            ("幸福茶餐廳", "幸福茶餐厅"),
            ("幸福茶餐厅", "幸福茶餐廳"),
            ("臺灣小館", "台湾小馆"),
            ("مُحَمَّد للتجارة", "محمد"),
            ("أحمد", "احمد"),
            ("שָׁלוֹם מאפייה", "שלום"),
            ("Łódzka Piekarnia", "lodzka"),
            ("Smørrebrød", "smorrebrod"),
            ("Bäckerei Groß", "gross"),
            ("Cœur de Lion", "coeur"),
            ("Œuvre & Æther", "aether oeuvre"),
            ("ＣＡＦＥ　７", "cafe 7"),
            ("ΟΔΟΣ", "οδος"),
            ("O’Brien's Bar", "obriens"),
            ("O'Brien", "O'Brien"),
            ("O'Brien", "brien"),
            ("Dell'Arte", "dellarte"),
            ("ﬁnch", "finch"),
            ("İstanbul Kebap", "istanbul"),
            ("नमस्ते", "नमस्ते"),
            ("مكتبة المدرسة", "مكتبه المدرسه"),
            ("مستشفى", "مستشفي"),
            ("شرکت کتاب ایران", "شركت كتاب ايران"),
            ("ज़रूरत स्टोर", "जरूरत"),
            ("सड़क", "सडक"),
        ] {
            assert!(finds(written, typed), "{written} by {typed}");
        }
        for (written, typed) in [("नमस्ते", "नमसत"), ("Groß", "grob"), ("幸福", "福幸")]
        {
            assert!(!finds(written, typed), "{written} by {typed}");
        }
    }

    #[test]
    fn a_telephone_number_is_found_in_every_form() {
        for written in [
            "+44 1353 555000",
            "+44 (0)1353 555-000",
            "01353 555000",
            "0044 1353 555000",
        ] {
            for typed in ["01353555000", "01353 555000", "01353 555 000", "555000"] {
                assert!(
                    finds(written, typed) || (typed == "555000" && written.contains('-')),
                    "{written} by {typed}"
                );
            }
        }
        for typed in [
            "+441353555000",
            "00441353555000",
            "+44 1353 555 000",
            "1353555000",
        ] {
            assert!(finds("+44 1353 555000", typed), "{typed}");
            assert!(finds("01353 555000", typed), "{typed}");
        }
        assert!(finds("+1 (212) 555-0100", "2125550100"));
        assert!(finds("+852 2555 0100", "25550100"));
        assert!(!finds("+44 1353 555000", "01353555001"));
    }

    #[test]
    fn a_query_is_never_syntax() {
        assert_eq!(
            query("\"OR* NOT(a)").as_deref(),
            Some("\"or\"* AND \"not\"* AND \"a\"*")
        );
        assert_eq!(query(" .*\"' "), None);
    }
}
