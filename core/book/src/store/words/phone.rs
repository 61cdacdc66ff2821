//! The digits of telephone numbers, in international (E.164) and national form, for the search index.

/// Least number of digits of a telephone number; shorter ones are house numbers and the like.
const DIGITS_MIN: usize = 6;
/// Largest number of digits of a telephone number: 15 of E.164 and a prefix of two.
const DIGITS_MAX: usize = 17;
/// Least number of digits of a national number, without its country code.
const NATIONAL_MIN: usize = 4;

/// The digits of a telephone number in each of its forms; all `None` if the text is not a telephone number.
///
/// An international number has three forms: with the country code, and national with and without the trunk prefix 0. A
/// national number has the last two, since its country is unknown.
pub(super) fn forms(text: &str) -> [Option<String>; 3] {
    let text = text.trim();
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('))
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | ' ' | '-' | '.' | '/' | '\u{a0}'));
    if !is_number {
        return [None, None, None];
    }
    // "+44 (0)1353": the trunk prefix in brackets is dialled only without the country.
    let text = text.replace("(0)", "");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !(DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) {
        return [None, None, None];
    }
    let international = if text.trim_start_matches('(').starts_with('+') {
        Some(digits.as_str())
    } else {
        digits.strip_prefix("00")
    };
    if let Some(international) = international {
        let national = international
            .get(country_code_length(international)..)
            .unwrap_or_default();
        let is_whole = national.len() >= NATIONAL_MIN;
        return [
            Some(international.to_owned()),
            is_whole.then(|| format!("0{national}")),
            is_whole.then(|| national.to_owned()),
        ];
    }
    let bare = digits.strip_prefix('0').unwrap_or(&digits);
    [Some(format!("0{bare}")), Some(bare.to_owned()), None]
}

/// True if two telephone numbers are one: the same with their country codes, or, where one of them has none, the same without.
/// Texts that are no telephone numbers are never one.
pub(crate) fn are_one(one: &str, other: &str) -> bool {
    let (one, other) = (forms(one), forms(other));
    if is_international(&one) && is_international(&other) {
        return one[0] == other[0];
    }
    one.iter()
        .flatten()
        .any(|form| other.iter().flatten().any(|o| o == form))
}

fn is_international(forms: &[Option<String>; 3]) -> bool {
    forms[2].is_some()
}

/// Number of digits of the country code with which an international number begins (ITU-T E.164, assigned country codes).
fn country_code_length(digits: &str) -> usize {
    const TWO_DIGITS: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
        "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
        "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    match digits.get(..2) {
        Some(first) if first.starts_with(['1', '7']) => 1,
        Some(first) if TWO_DIGITS.contains(&first) => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_two_countries_are_two_and_a_national_one_is_either() {
        let forms = [
            "+86 21 5555 0100",
            "0086-21-55550100",
            "021 5555 0100",
            "(021) 55550100",
        ];
        for one in forms {
            assert!(forms.iter().all(|other| are_one(one, other)), "{one}");
        }
        assert!(!are_one("+86 138 0000 1111", "+1 213 800 001111"));
        assert!(!are_one("+44 1353 555010", "+49 1353 555010"));
        assert!(are_one("01353 555010", "+49 1353 555010"));
        assert!(!are_one("12", "12") && !are_one("by post", "by post"));
    }
}
