//! Text made safe for HTML and SVG, and numbers written the same way on every machine.

use super::day::TimeOfDay;

/// `text` with the five characters that mean something to HTML or SVG written as entities, in element content and
/// in quoted attributes alike. Control characters, which neither format may carry, become U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// A name inside running text: escaped and isolated, so that its writing direction cannot affect its neighbours.
pub(super) fn name(text: &str) -> String {
    format!("<bdi>{}</bdi>", escape(text))
}

/// At most `chars_max` characters, the last one an ellipsis when something was cut.
pub(super) fn shortened(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Pixels with one decimal, without a trailing `.0` and without `-0`.
pub(super) fn px(value: f64) -> String {
    let tenths = (value * 10.0).round();
    if tenths == 0.0 {
        return "0".to_owned();
    }
    let text = format!("{:.1}", tenths / 10.0);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A length as `38 m` or `1.2 km`, without its sign.
pub(super) fn metres(value_m: f64) -> String {
    let m = value_m.abs();
    if m < 10_000.0 && m.round() < 1000.0 {
        format!("{m:.0} m")
    } else if m < 10_000.0 {
        format!("{:.1} km", m / 1000.0)
    } else {
        format!("{:.0} km", m / 1000.0)
    }
}

/// `HH:MM` inside a `<time>` element. Hours run on past 24.
pub(super) fn clock(at: TimeOfDay) -> String {
    let (h, m) = (at.0 / 3600, at.0 / 60 % 60);
    format!("<time datetime=\"{h:02}:{m:02}\">{h:02}:{m:02}</time>")
}

/// A count with its noun, `1 place`, `60 places`.
pub(super) fn counted(n: usize, noun: &str) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    format!("{grouped} {noun}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_opens_a_tag_or_leaves_an_attribute() {
        assert_eq!(
            escape("<script>alert('x')</script> & \"y\""),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;"
        );
        assert_eq!(escape("a\u{0}b\u{1b}c"), "a\u{FFFD}b\u{FFFD}c");
    }

    #[test]
    fn pixels_are_short_and_never_minus_zero() {
        assert_eq!(
            [px(12.0), px(-0.04), px(3.26), px(-7.5)],
            ["12", "0", "3.3", "-7.5"]
        );
    }

    #[test]
    fn lengths_read_as_people_say_them() {
        assert_eq!(
            [
                metres(37.6),
                metres(-999.4),
                metres(999.6),
                metres(1234.0),
                metres(54_321.0)
            ],
            ["38 m", "999 m", "1.0 km", "1.2 km", "54 km"]
        );
    }

    #[test]
    fn a_long_name_is_cut_at_a_character_not_a_byte() {
        assert_eq!(shortened("金龍酒家 Golden Dragon", 6), "金龍酒家…");
        assert_eq!(shortened("short", 6), "short");
    }

    #[test]
    fn counts_group_thousands_and_know_one() {
        assert_eq!(
            [counted(1, "place"), counted(1939, "place"), counted(60, "place")],
            ["1 place", "1,939 places", "60 places"]
        );
    }
}
