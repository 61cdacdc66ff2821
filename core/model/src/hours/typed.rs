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
    /// Time of day, minutes.
    Time(u32, HalfOfDay),
    /// A range: `-`, "to", "bis".
    To,
    /// A list: `,`, "and", "und".
    And,
    /// The end of a rule.
    End,
    Closed,
    Always,
}

/// What a time says about the half of the day that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HalfOfDay {
    /// Nothing: `9` is in the morning or in the evening.
    Open,
    /// Said by a word: `9 am`, `noon`.
    Said,
    /// It is a time of a clock of 24 hours: `18`, `09:00`.
    Whole,
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
    let groups: Option<Vec<String>> = text
        .split("||")
        .map(|group| match group.trim() {
            comment if comment.len() > 2 && comment.starts_with('"') && comment.ends_with('"') => {
                (comment.matches('"').count() == 2).then(|| comment.to_owned())
            }
            group => rules(&reading(group)?),
        })
        .collect();
    Some(groups?.join(" || "))
}

/// True if the text is on a clock of twelve hours although the syntax of OpenStreetMap admits it: `9:00-5:00` is a day at
/// work, not a night.
pub(super) fn is_on_twelve_hours(text: &str) -> bool {
    let Some(tokens) = reading(&simplified(text)).filter(|tokens| !is_on_24_hours(tokens)) else {
        return false;
    };
    let mut after = 0;
    tokens.windows(3).any(|window| match window {
        [
            Token::Time(from, says),
            Token::To,
            Token::Time(until, HalfOfDay::Open),
        ] => {
            let is_behind = *says == HalfOfDay::Open && *from < after;
            after = *until;
            is_behind || until <= from
        }
        [Token::Day(_) | Token::Days(..) | Token::Holiday(_), ..] => {
            after = 0;
            false
        }
        _ => false,
    })
}

/// The words of the text, if they can be read in one way only.
fn reading(text: &str) -> Option<Vec<Token>> {
    // "di" is a Tuesday in German and a Sunday in French: the other days of the text may tell.
    let mut readings: Vec<Vec<Token>> = DAY_NAMES.iter().filter_map(|names| tokens(text, names)).collect();
    readings.dedup();
    (readings.len() == 1).then(|| readings.remove(0))
}

/// True if one of the times can only be that of a clock of 24 hours.
fn is_on_24_hours(tokens: &[Token]) -> bool {
    let is_whole = |token: &Token| matches!(token, Token::Time(_, HalfOfDay::Whole));
    tokens.iter().any(is_whole)
}

/// One rule of the text.
#[derive(Debug, Default)]
struct Rule {
    days: String,
    /// Times, `off` or `24/7`.
    state: String,
    /// End of its last window, minutes; 0 if it has none.
    until: u32,
}

/// The rules of a text.
fn rules(tokens: &[Token]) -> Option<String> {
    let on_24_hours = is_on_24_hours(tokens);
    let mut rules: Vec<Rule> = Vec::new();
    let mut rest = tokens;
    loop {
        // A list of rules.
        while let [Token::End | Token::And, behind @ ..] = rest {
            rest = behind;
        }
        if rest.is_empty() {
            break;
        }
        if let ([Token::Time(..), ..], Some(last)) = (rest, rules.last_mut()) {
            // More times of the same days, on a line of their own.
            if last.until == 0 {
                return None;
            }
            let (times, until, behind) = times(rest, last.until, on_24_hours)?;
            last.state = format!("{},{times}", last.state);
            (last.until, rest) = (until, behind);
        } else {
            let (rule, behind) = rule(rest, on_24_hours)?;
            // What holds for every day would replace all that was said before.
            if rule.days.is_empty() && !rules.is_empty() {
                return None;
            }
            rules.push(rule);
            rest = behind;
        }
        // Days behind the times that they belong to.
        let is_for_all = rules.last().is_some_and(|rule| rule.days.is_empty());
        if is_for_all && rest.first().is_some_and(Token::is_day) {
            return None;
        }
    }
    let written = rules
        .iter()
        .map(|rule| format!("{} {}", rule.days, rule.state).trim_start().to_owned());
    (!rules.is_empty()).then(|| written.collect::<Vec<_>>().join("; "))
}

/// Reads one rule: days, then times or "closed"; or "closed", then days. Gives the rule and the rest.
fn rule(tokens: &[Token], on_24_hours: bool) -> Option<(Rule, &[Token])> {
    if let [Token::Closed, behind @ ..] = tokens {
        let (days, rest) = days(behind)?;
        // "Closed Sat, Sun 10-2" may close one day or two.
        let is_whole = matches!(rest, [] | [Token::End, ..]);
        let state = "off".to_owned();
        return is_whole.then_some((
            Rule {
                days,
                state,
                until: 0,
            },
            rest,
        ));
    }
    let (days, rest) = days(tokens)?;
    let (state, until, rest) = match rest {
        [Token::Closed, behind @ ..] => ("off".to_owned(), 0, behind),
        [Token::Always, behind @ ..] if days.is_empty() => ("24/7".to_owned(), 0, behind),
        [Token::Always, behind @ ..] => ("00:00-24:00".to_owned(), 0, behind),
        _ => times(rest, 0, on_24_hours)?,
    };
    Some((Rule { days, state, until }, rest))
}

/// Reads the days of a rule, which may have none, and gives the rest.
fn days(tokens: &[Token]) -> Option<(String, &[Token])> {
    let mut rest = tokens;
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
    Some((days, rest))
}

/// Reads the times of a rule of which windows until `after` are known, and gives the end of the last one and the rest.
fn times(tokens: &[Token], after: u32, on_24_hours: bool) -> Option<(String, u32, &[Token])> {
    let (mut rest, mut after) = (tokens, after);
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
        let (from, until) = window((*from, *from_says), (*until, *until_says), after, on_24_hours)?;
        write!(times, "{}-{}", clock(from), clock(until)).ok()?;
        (after, rest) = (until, behind);
        match rest {
            [Token::And, behind @ ..] if matches!(behind.first(), Some(Token::Time(..))) => {
                times.push(',');
                rest = behind;
            }
            [Token::Time(..), ..] => times.push(','),
            _ => return Some((times, after, rest)),
        }
    }
}

/// Minutes of noon, which are those of half a day.
const NOON: u32 = 720;

/// The window between two times of day, minutes, behind one that ended at `after`; `None` if it may be in the morning as
/// well as in the evening.
fn window(
    (mut from, from_says): (u32, HalfOfDay),
    (mut until, until_says): (u32, HalfOfDay),
    after: u32,
    on_24_hours: bool,
) -> Option<(u32, u32)> {
    let (from_open, until_open) = (from_says == HalfOfDay::Open, until_says == HalfOfDay::Open);
    let twelve_hours = !on_24_hours;
    if from_open && twelve_hours && from < after {
        // "9-12 and 1-5": the second begins in the afternoon.
        from += NOON;
        if from < after || from >= 2 * NOON {
            return None;
        }
    } else if from_open && until_says == HalfOfDay::Said && until > NOON && from + NOON < until && from < 480
    {
        // "2-5pm" begins in the afternoon; "7-9pm" at any time.
        if from >= 360 {
            return None;
        }
        from += NOON;
    } else if from_open && until_open && twelve_hours && from < 360 && until > from {
        return None;
    }
    if until_open && until <= from {
        if from < NOON {
            // "9 to 5" ends in the afternoon.
            until += NOON;
        } else if from == NOON && from_open && on_24_hours {
            return None;
        } else if from_says != HalfOfDay::Whole && until + NOON > from {
            // "12-4" and "1pm-5", too.
            until += NOON;
        } else if until == NOON {
            return None;
        }
    }
    Some((from, if until == 0 { 2 * NOON } else { until }))
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
    if length <= 2 {
        let behind = &text[used..];
        let mark = behind
            .chars()
            .next()
            .filter(|c| [':', '.', 'h', '点', '时'].contains(c));
        if let Some(mark) = mark {
            let after = &behind[mark.len_utf8()..];
            if digits(after) == 2 {
                minute = after[..2].parse().ok()?;
                used += mark.len_utf8() + 2;
            } else if let Some(rest) = after.strip_prefix('半').filter(|_| mark != ':') {
                minute = 30;
                used = text.len() - rest.len();
            } else if ['点', '时'].contains(&mark) || (mark == 'h' && !after.starts_with(char::is_alphabetic))
            {
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
    let says = if half.is_some() {
        HalfOfDay::Said
    } else if hour > 12 || text.starts_with('0') {
        HalfOfDay::Whole
    } else {
        HalfOfDay::Open
    };
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
        "noon" | "midday" | "mittags" | "midi" => Some(Token::Time(NOON, HalfOfDay::Said)),
        "midnight" | "mitternacht" | "minuit" => Some(Token::Time(0, HalfOfDay::Said)),
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
