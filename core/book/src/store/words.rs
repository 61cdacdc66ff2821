//! Cuts texts into the words that search finds, and what a person types into a query for them.
//!
//! Everything is folded to small letters without accents. Scripts that write without spaces are cut into overlapping
//! pairs, so any two neighbouring characters are found, and a single one by the pair it begins. The rest is cut into
//! words, found by their beginning.

use unicode_normalization::UnicodeNormalization;

/// The longest word kept whole, in characters: beyond it only its beginning is found.
const WORD_CHARS_MAX: usize = 40;

/// Whether a character belongs to a script without spaces: Han, kana, Hangul, Thai and their kin.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff | 0x1100..=0x11ff | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// Calls `word` with each run of word characters, folded, and whether it is of an unspaced script.
fn runs(text: &str, mut word: impl FnMut(&str, bool)) {
    let is_han = |c: char| matches!(u32::from(c), 0x4e00..=0x9fff);
    if text.is_ascii() {
        let folded = text.to_ascii_lowercase();
        let pieces = folded.split(|c: char| !c.is_ascii_alphanumeric());
        pieces
            .filter(|run| !run.is_empty())
            .for_each(|run| word(run, false));
    } else if text.chars().all(|c| c.is_ascii() || is_han(c)) {
        // Neither ASCII nor the common Han characters decompose.
        cut_runs(text.chars().map(|c| c.to_ascii_lowercase()), word);
    } else {
        let bare = text.nfkd().filter(|c| !matches!(u32::from(*c), 0x300..=0x36f));
        cut_runs(bare.nfc().flat_map(char::to_lowercase), word);
    }
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

/// Where the character behind the first `n` begins; the end of the text when it has no more.
fn end_of(text: &str, n: usize) -> usize {
    text.char_indices().nth(n).map_or(text.len(), |(at, _)| at)
}

/// Every two neighbours of a run, and its last character alone.
fn pairs(run: &str) -> impl Iterator<Item = &str> {
    run.char_indices()
        .map(|(at, _)| &run[at..at + end_of(&run[at..], 2)])
}

/// The words of some texts, separated by blanks, each once.
pub(super) fn cut<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let (mut all, mut ends) = (String::new(), Vec::new());
    for text in texts {
        let mut word = |word: &str| {
            all.push_str(word);
            ends.push(all.len());
        };
        runs(text, |run, unspaced| {
            if unspaced {
                pairs(run).for_each(&mut word);
            } else {
                word(&run[..end_of(run, WORD_CHARS_MAX)]);
            }
        });
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let mut words: Vec<&str> = starts.zip(&ends).map(|(start, end)| &all[start..*end]).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// The FTS5 query for what a person typed: all of its words, each by its beginning. `None` when it has none.
pub(super) fn query(typed: &str) -> Option<String> {
    let mut terms: Vec<String> = Vec::new();
    runs(typed, |run, unspaced| {
        let is_whole = |pair: &&str| end_of(pair, 1) < pair.len();
        if unspaced && is_whole(&run) {
            terms.extend(pairs(run).filter(is_whole).map(str::to_owned));
        } else {
            terms.push(run[..end_of(run, WORD_CHARS_MAX)].to_owned());
        }
    });
    let quoted: Vec<_> = terms.iter().map(|term| format!("\"{term}\"*")).collect();
    (!quoted.is_empty()).then(|| quoted.join(" AND "))
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

    #[test]
    fn a_query_is_never_syntax() {
        assert_eq!(
            query("\"OR* NOT(a)").as_deref(),
            Some("\"or\"* AND \"not\"* AND \"a\"*")
        );
        assert_eq!(query(" .*\"' "), None);
    }
}
