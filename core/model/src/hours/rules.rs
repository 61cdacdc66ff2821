//! Preparation of the rules of `opening_hours` for the evaluator, by the letter of the specification.
//!
//! The evaluator takes a rule with nothing but a comment for open; it is unknown (specification, "Summary syntax", comment;
//! so does npm `opening_hours`). It evaluates a fallback for whole days; it holds wherever the groups before it are
//! closed. The sun stands at fixed hours for it, and an open end lasts until midnight.

/// The rule groups of a text, split at `||`, with every rule that has only a comment marked as unknown.
pub(super) fn groups(text: &str) -> Vec<String> {
    split_outside_quotes(text, "||")
        .into_iter()
        .map(|group| {
            let rules = split_outside_quotes(group, ";");
            let marked: Vec<String> = rules.into_iter().map(mark_comment).collect();
            marked.join(";").trim().to_owned()
        })
        .collect()
}

/// The rules of a group without what an open end or the sun leaves unsaid: an open end becomes a minute, and the sun is up
/// at noon only. `None` if the group has neither.
pub(super) fn certain_part(group: &str) -> Option<String> {
    let mut certain = String::with_capacity(group.len());
    for (number, part) in group.split('"').enumerate() {
        if number > 0 {
            certain.push('"');
        }
        if number % 2 == 1 {
            certain.push_str(part);
        } else {
            certain.push_str(&without_sun(&without_open_end(part)));
        }
    }
    (certain != group).then_some(certain)
}

/// The parts of `text` between separators that stand outside of quotes.
fn split_outside_quotes<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut at) = (0, false, 0);
    while at < text.len() {
        let rest = &text[at..];
        if !quoted && rest.starts_with(separator) {
            parts.push(&text[start..at]);
            at += separator.len();
            start = at;
            continue;
        }
        quoted ^= rest.starts_with('"');
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    parts.push(&text[start..]);
    parts
}

/// Inserts `unknown` before each comment of a rule that no state precedes; a label in front of the selectors
/// (`"summer": ...`) says as little, and becomes a comment behind them.
fn mark_comment(rule: &str) -> String {
    let parts: Vec<&str> = rule.split('"').collect();
    if let [before, label, behind] = parts[..]
        && before.trim().is_empty()
        && let Some(selectors) = behind.trim_start().strip_prefix(':')
    {
        return format!("{} unknown \"{label}\"", selectors.trim_end());
    }
    let mut marked = String::with_capacity(rule.len() + 8);
    for (number, part) in parts.iter().enumerate() {
        if number % 2 == 1 {
            let has_state = ["open", "off", "closed", "unknown"].iter().any(|state| {
                let before = marked.trim_end();
                before.len() >= state.len()
                    && before.is_char_boundary(before.len() - state.len())
                    && before[before.len() - state.len()..].eq_ignore_ascii_case(state)
            });
            if !has_state {
                let gap = if marked.ends_with(' ') || marked.is_empty() {
                    ""
                } else {
                    " "
                };
                marked.push_str(gap);
                marked.push_str("unknown ");
            }
            marked.push('"');
            marked.push_str(part);
            // A quote without an end stays one.
            if number + 1 < parts.len() {
                marked.push('"');
            }
        } else {
            marked.push_str(part);
        }
    }
    marked
}

/// Replaces `09:00+` by a window of a minute, and takes the open end from `09:00-17:00+`.
fn without_open_end(text: &str) -> String {
    let mut certain = String::with_capacity(text.len());
    for (number, part) in text.split('+').enumerate() {
        if number > 0 {
            let time = trailing_time(&certain);
            let is_end =
                time.is_some_and(|time| certain[..certain.len() - time.len()].trim_end().ends_with('-'));
            match time.and_then(next_minute).filter(|_| !is_end) {
                Some(next) => {
                    certain.push('-');
                    certain.push_str(&next);
                }
                None if is_end => {}
                None => certain.push('+'),
            }
        }
        certain.push_str(part);
    }
    certain
}

/// The time of the form `hh:mm` at the end of `text`.
fn trailing_time(text: &str) -> Option<&str> {
    let time = text.get(text.len().checked_sub(5)?..)?;
    let bytes = time.as_bytes();
    let is_time = bytes[2] == b':' && [0, 1, 3, 4].iter().all(|at| bytes[*at].is_ascii_digit());
    is_time.then_some(time)
}

fn next_minute(time: &str) -> Option<String> {
    let (hour, minute) = time.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let next = hour * 60 + minute + 1;
    Some(format!("{:02}:{:02}", next / 60, next % 60))
}

/// Replaces each event of the sun, with or without an offset, by the noon that it surely encloses.
fn without_sun(text: &str) -> String {
    let mut certain = text.to_owned();
    for (event, time) in [
        ("sunrise", "11:59"),
        ("dawn", "11:59"),
        ("sunset", "12:01"),
        ("dusk", "12:01"),
    ] {
        while let Some(at) = certain.find(event) {
            let end = at + event.len();
            let opens = certain[..at].ends_with('(');
            let closes = certain[end..].find(')').filter(|_| opens);
            match closes {
                Some(close) => certain.replace_range(at - 1..=end + close, time),
                None => certain.replace_range(at..end, time),
            }
        }
    }
    certain
}
