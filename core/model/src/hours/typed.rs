//! Opening hours as people type them, rewritten in the syntax of OpenStreetMap: `Mon-Fri 9am-5pm`, `Mo-Fr 9-17 Uhr`,
//! `lundi au vendredi 9h-12h30`, `周一至周五 9:00-18:00`.
//!
//! A text is rewritten only if every word of it is understood. The reading is shown to the user as such.

use std::fmt::Write;

/// A word of the text.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// Day of the week, 0 for Monday.
    Day(u8),
    /// Public (`PH`) or school holidays (`SH`).
    Holiday(&'static str),
    /// Several days of the week, first and last.
    Days(u8, u8),
    /// Time of day, minutes, and true if it says which half of the day it is in, or if it needs not.
    Time(u32, bool),
    /// A range: `-`, "to", "bis".
    To,
    /// A list: `,`, "and", "und".
    And,
    /// The end of a rule.
    End,
    Closed,
    Always,
}

impl Token {
    fn is_day(&self) -> bool {
        matches!(self, Token::Day(_) | Token::Days(..) | Token::Holiday(_))
    }
}

/// Names of the days from Monday on, by language: English, German, French, Spanish, Italian, Portuguese, Dutch, Chinese.
/// An abbreviation of two letters or more counts, if it begins the name of only one day of the language.
const DAY_NAMES: [[&str; 7]; 8] = [
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ],
    [
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
    ],
    [
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    ],
    [
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
    ],
    [
        "lunedì",
        "martedì",
        "mercoledì",
        "giovedì",
        "venerdì",
        "sabato",
        "domenica",
    ],
    [
        "segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo",
    ],
    [
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
    ],
    ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
];

const RANGE_WORDS: [&str; 13] = [
    "to", "till", "til", "until", "through", "thru", "bis", "à", "au", "a", "al", "tot", "até",
];
const LIST_WORDS: [&str; 8] = ["and", "und", "et", "y", "e", "en", "sowie", "&"];
const NOISE_WORDS: [&str; 18] = [
    "uhr",
    "h",
    "hrs",
    "hr",
    "hours",
    "o'clock",
    "from",
    "von",
    "vom",
    "de",
    "du",
    "dalle",
    "alle",
    "das",
    "às",
    "le",
    "open",
    "geöffnet",
];
const CLOSED_WORDS: [&str; 10] = [
    "closed",
    "off",
    "geschlossen",
    "zu",
    "fermé",
    "cerrado",
    "chiuso",
    "fechado",
    "gesloten",
    "休息",
];
const DAILY_WORDS: [&str; 7] = [
    "daily",
    "täglich",
    "everyday",
    "diario",
    "diariamente",
    "dagelijks",
    "每天",
];

/// The text in the syntax of OpenStreetMap; `None` if a word of it is not understood.
pub(super) fn canonical(text: &str) -> Option<String> {
    let text = simplified(text);
    // "di" is a Tuesday in German and a Sunday in French: the other days of the text may tell.
    let mut readings: Vec<Vec<Token>> = DAY_NAMES
        .iter()
        .filter_map(|names| tokens(&text, names))
        .collect();
    readings.dedup();
    let [tokens] = readings.as_slice() else {
        return None;
    };
    let mut rules = Vec::new();
    let mut rest = tokens.as_slice();
    while !rest.is_empty() {
        let (rule, behind) = rule(rest)?;
        rules.extend(rule);
        rest = behind;
    }
    (!rules.is_empty()).then(|| rules.join("; "))
}

/// Reads one rule: days, then times or "closed". Gives the rule, if it is not empty, and the rest.
fn rule(tokens: &[Token]) -> Option<(Option<String>, &[Token])> {
    let mut rest = tokens;
    if let [Token::End, behind @ ..] = rest {
        return Some((None, behind));
    }
    if let [Token::Always, behind @ ..] = rest {
        return Some((Some("24/7".to_owned()), behind));
    }
    let mut days = String::new();
    while rest.first().is_some_and(Token::is_day) {
        let behind = match rest {
            [Token::Day(first), Token::To, Token::Day(last), behind @ ..]
            | [Token::Days(first, last), behind @ ..] => {
                write!(days, "{}-{}", day_code(*first), day_code(*last)).ok()?;
                behind
            }
            [Token::Day(day), behind @ ..] => {
                days.push_str(day_code(*day));
                behind
            }
            [Token::Holiday(name), behind @ ..] => {
                days.push_str(name);
                behind
            }
            _ => return None,
        };
        rest = behind;
        match rest {
            [Token::And, behind @ ..] if behind.first().is_some_and(Token::is_day) => {
                days.push(',');
                rest = behind;
            }
            [next, ..] if next.is_day() => days.push(','),
            _ => {}
        }
    }
    if let [Token::Closed, behind @ ..] = rest {
        let rule = if days.is_empty() {
            "off".to_owned()
        } else {
            format!("{days} off")
        };
        return Some((Some(rule), behind));
    }
    if let [Token::Always, behind @ ..] = rest {
        return Some((Some(format!("{days} 00:00-24:00")), behind));
    }
    let (times, behind) = times(rest)?;
    let rule = if days.is_empty() {
        times
    } else {
        format!("{days} {times}")
    };
    Some((Some(rule), behind))
}

/// Reads the times of a rule, and gives the rest. A comma before a day begins another rule.
fn times(tokens: &[Token]) -> Option<(String, &[Token])> {
    let mut rest = tokens;
    let mut times = String::new();
    loop {
        let [
            Token::Time(from, from_says),
            Token::To,
            Token::Time(until, until_says),
            behind @ ..,
        ] = rest
        else {
            return None;
        };
        let (mut from, mut until) = (*from, *until);
        // "9 to 5" ends in the afternoon, and so does "2-5pm" begin there.
        if !until_says && until <= from && until < 720 && from < 720 {
            until += 720;
        }
        if !from_says && *until_says && until > 720 && from + 720 < until && from < 480 {
            from += 720;
        }
        let until = if until == 0 { 1_440 } else { until };
        write!(times, "{}-{}", clock(from), clock(until)).ok()?;
        rest = behind;
        match rest {
            [Token::And, behind @ ..] if matches!(behind.first(), Some(Token::Time(..))) => {
                times.push(',');
                rest = behind;
            }
            [Token::And, behind @ ..] => return Some((times, behind)),
            [Token::Time(..), ..] => times.push(','),
            _ => return Some((times, rest)),
        }
    }
}

fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn day_code(day: u8) -> &'static str {
    ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"][usize::from(day) % 7]
}

/// The words of the text, in a language with these names of days; `None` if one is not understood.
fn tokens(text: &str, day_names: &[&str; 7]) -> Option<Vec<Token>> {
    let mut rest = text;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\n' | ';' | '|' | '。' | '；' => (Some(Token::End), first.len_utf8()),
            '-' | '~' | '至' | '到' => (Some(Token::To), first.len_utf8()),
            ',' | '+' | '/' | '、' | '和' => (Some(Token::And), first.len_utf8()),
            ' ' | '\t' | '\r' | ':' | '.' | '(' | ')' => (None, first.len_utf8()),
            '0'..='9' => {
                let (token, length) = number(rest)?;
                (Some(token), length)
            }
            _ => {
                let (token, length) = word(rest, day_names)?;
                (token, length)
            }
        };
        tokens.extend(token);
        rest = &rest[length..];
    }
    Some(tokens)
}

/// The text in lower case with plain digits, dashes and colons.
fn simplified(text: &str) -> String {
    let plain = |c: char| match c {
        '–' | '—' | '−' | '‐' | '‑' | '～' => '-',
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '\u{ff01}'..='\u{ff5d}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let text: String = text.chars().map(plain).collect::<String>().to_lowercase();
    text.replace("24 hours", "24/7")
        .replace("24h", "24/7")
        .replace("24 h", "24/7")
        .replace("24小时", "24/7")
}

/// Reads a time of day: `9`, `9:30`, `9.30`, `9h30`, `0930`, `9 am`, `9:30 p.m.`, `9点半`; or `24/7`.
fn number(text: &str) -> Option<(Token, usize)> {
    if text.starts_with("24/7") {
        return Some((Token::Always, 4));
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let length = digits(text);
    let (mut hour, mut minute, mut used) = match length {
        1 | 2 => (text[..length].parse::<u32>().ok()?, 0, length),
        4 => (text[..2].parse().ok()?, text[2..4].parse().ok()?, 4),
        _ => return None,
    };
    let mut has_minutes = length == 4;
    if length <= 2 {
        let behind = &text[used..];
        let mark = behind
            .chars()
            .next()
            .filter(|c| [':', '.', 'h', '点', '时'].contains(c));
        if let Some(mark) = mark {
            let after = &behind[mark.len_utf8()..];
            if digits(after) == 2 {
                (minute, has_minutes) = (after[..2].parse().ok()?, true);
                used += mark.len_utf8() + 2;
            } else if let Some(rest) = after.strip_prefix('半').filter(|_| mark != ':') {
                (minute, has_minutes) = (30, true);
                used = text.len() - rest.len();
            } else if mark != ':' && mark != '.' && !after.starts_with(char::is_alphabetic) {
                used += mark.len_utf8();
            }
        }
    }
    let behind = text[used..].trim_start_matches(' ');
    let half = ["a.m.", "am", "p.m.", "pm"].iter().position(|half| {
        behind
            .strip_prefix(half)
            .is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    });
    if let Some(half) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if half >= 2 { 12 } else { 0 };
        used = text.len() - behind.len() + [4, 2, 4, 2][half];
    }
    let minutes = hour * 60 + minute;
    if minute > 59 || minutes > 1_440 {
        return None;
    }
    let says = half.is_some() || hour > 12 || (has_minutes && text.starts_with('0'));
    Some((Token::Time(minutes, says), used))
}

/// Reads a word at the begin of the text; a noise word gives no token.
fn word(text: &str, day_names: &[&str; 7]) -> Option<(Option<Token>, usize)> {
    for prefix in ["星期", "礼拜", "周"] {
        if let Some(behind) = text.strip_prefix(prefix) {
            let day = behind.chars().next()?;
            let number = ['一', '二', '三', '四', '五', '六', '日']
                .iter()
                .position(|c| *c == day);
            let number = number.or((day == '天').then_some(6))?;
            let day = Token::Day(u8::try_from(number).ok()?);
            return Some((Some(day), text.len() - behind.len() + '一'.len_utf8()));
        }
    }
    for (word, token) in [
        ("每天", Token::Days(0, 6)),
        ("工作日", Token::Days(0, 4)),
        ("周末", Token::Days(5, 6)),
        ("休息", Token::Closed),
    ] {
        if text.starts_with(word) {
            return Some((Some(token), word.len()));
        }
    }
    let length = text
        .find(|c: char| !(c.is_alphabetic() || c == '\'' || c == '&'))
        .unwrap_or(text.len());
    let word = &text[..length];
    // A point ends an abbreviation.
    let token = match word {
        "" => return None,
        "noon" | "midday" | "mittags" | "midi" => Some(Token::Time(720, true)),
        "midnight" | "mitternacht" | "minuit" => Some(Token::Time(0, true)),
        "ph" => Some(Token::Holiday("PH")),
        "sh" => Some(Token::Holiday("SH")),
        "weekdays" => Some(Token::Days(0, 4)),
        "weekend" | "weekends" => Some(Token::Days(5, 6)),
        _ if DAILY_WORDS.contains(&word) => Some(Token::Days(0, 6)),
        _ if RANGE_WORDS.contains(&word) => Some(Token::To),
        _ if LIST_WORDS.contains(&word) => Some(Token::And),
        _ if CLOSED_WORDS.contains(&word) => Some(Token::Closed),
        _ if NOISE_WORDS.contains(&word) => None,
        _ => Some(Token::Day(day_of(word, day_names)?)),
    };
    Some((token, length))
}

/// The day of a name or of an abbreviation of two letters or more; `None` if it could be two days.
fn day_of(word: &str, names: &[&str; 7]) -> Option<u8> {
    let word = without_accents(word);
    if word.chars().count() < 2 {
        return None;
    }
    let mut days = (0..7).filter(|day| without_accents(names[usize::from(*day)]).starts_with(&word));
    let day = days.next()?;
    days.next().is_none().then_some(day)
}

fn without_accents(text: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'à' | 'ã' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'ì' | 'í' => 'i',
        'ç' => 'c',
        c => c,
    };
    text.chars().map(plain).collect()
}
