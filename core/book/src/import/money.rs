//! Amounts of money as files write them.
//!
//! An amount is exact or refused; nothing is rounded. `1,234.50`, `1.234,50`, `1 234,50` and `1'234.50` tell themselves
//! which mark separates the decimals. `1,234` and `1.234` do not: they are read as the other lines of the column tell,
//! and refused where none does. A minus sign and parentheses both mean less than nothing.
//!
//! The currency is the one of the currency column, or the code or sign beside the amount. A bare `$`, and a file without
//! any currency at all, mean US dollars. Where there is a currency column, a line without a currency is refused.

use super::convention::Convention;
use super::refused::LineFault;
use fieldbook_model::{Currency, Money};

/// The character between whole units and their fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Point,
    Comma,
}

impl Mark {
    fn char(self) -> char {
        match self {
            Mark::Point => '.',
            Mark::Comma => ',',
        }
    }
}

/// The currency that an amount states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StatedCurrency {
    Nothing,
    /// `$`, which a dozen currencies share.
    Dollar,
    /// `¥`, which two share.
    Yen,
    Code(Currency),
}

/// Signs that name a currency, longest first.
const SIGNS: &[(&str, &str)] = &[
    ("US$", "USD"),
    ("AU$", "AUD"),
    ("CA$", "CAD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("Rs.", "INR"),
    ("Rs", "INR"),
    ("₩", "KRW"),
    ("₽", "RUB"),
    ("₺", "TRY"),
    ("₪", "ILS"),
    ("zł", "PLN"),
];

/// The currencies that `$` and `¥` may stand for.
const DOLLARS: &[&str] = &[
    "USD", "AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "TWD", "BRL",
];
const YENS: &[&str] = &["JPY", "CNY"];

/// The evidence of `text` on the decimal mark of its column.
pub(super) fn evidence(text: &str) -> Option<Mark> {
    let (_, rest) = unsigned(text);
    mark(split_currency(rest).1).certain()
}

/// Reads `text`; `column` is what the currency column of the file has, `None` for a file without one.
pub(super) fn read(
    text: &str,
    column: Option<&str>,
    convention: Convention<Mark>,
) -> Result<Money, LineFault> {
    let (outer, rest) = unsigned(text);
    let (said, rest) = split_currency(rest);
    let (inner, digits) = unsigned(rest);
    if outer && inner {
        return Err(LineFault::NotAnAmount);
    }
    let currency = currency(said, column)?;
    let mark = match (mark(digits), convention.known()) {
        (Marked::By(mark), _) | (Marked::Either, Some(mark)) => mark,
        (Marked::Plain, _) => Mark::Point,
        // A point before three decimals is the plain form of a currency that has three.
        (Marked::Either, None) if currency.exponent() == 3 && digits.contains('.') => Mark::Point,
        (Marked::Either, None) => return Err(LineFault::AmbiguousAmount),
    };
    let plain = plain(digits, mark).ok_or(LineFault::NotAnAmount)?;
    let sign = if outer || inner { "-" } else { "" };
    Ok(Money::parse(&format!("{sign}{plain}"), currency)?)
}

/// Takes a minus sign or parentheses off.
fn unsigned(text: &str) -> (bool, &str) {
    let text = text.trim();
    // The dash for "no paise", with which amounts in rupees end.
    let text = text.strip_suffix("/-").unwrap_or(text).trim_end();
    let inside = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    let minus = text.strip_prefix(['-', '\u{2212}']);
    match inside.or(minus) {
        Some(rest) => (true, rest.trim()),
        None => (false, text),
    }
}

/// Takes a currency off either end.
fn split_currency(text: &str) -> (StatedCurrency, &str) {
    let off = |sign: &str| {
        text.strip_prefix(sign)
            .or_else(|| text.strip_suffix(sign))
            .map(str::trim)
    };
    for (sign, code) in SIGNS {
        if let (Some(rest), Ok(currency)) = (off(sign), code.parse()) {
            return (StatedCurrency::Code(currency), rest);
        }
    }
    if let Some(rest) = off("$") {
        return (StatedCurrency::Dollar, rest);
    }
    if let Some(rest) = off("¥").or_else(|| off("￥")) {
        return (StatedCurrency::Yen, rest);
    }
    let front = text.get(..3).map(|code| (code, 3..text.len()));
    let back_at = text.len().saturating_sub(3);
    let back = text.get(back_at..).map(|code| (code, 0..back_at));
    let code = [front, back].into_iter().flatten().find_map(|(code, rest)| {
        let currency = code.parse().ok()?;
        Some((StatedCurrency::Code(currency), text[rest].trim()))
    });
    code.unwrap_or((StatedCurrency::Nothing, text))
}

fn currency(said: StatedCurrency, column: Option<&str>) -> Result<Currency, LineFault> {
    let among = |codes: &[&str], c: Currency| codes.contains(&c.code());
    let named = match column.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => Some(named(name)?),
        None => None,
    };
    match (said, named) {
        (StatedCurrency::Nothing, Some(named)) => Ok(named),
        (StatedCurrency::Dollar, Some(named)) if among(DOLLARS, named) => Ok(named),
        (StatedCurrency::Yen, Some(named)) if among(YENS, named) => Ok(named),
        (StatedCurrency::Code(code), Some(named)) if code == named => Ok(code),
        (_, Some(_)) => Err(LineFault::CurrencyDisagrees),
        (StatedCurrency::Code(code), None) => Ok(code),
        (StatedCurrency::Dollar, None) => Ok(Currency::USD),
        (StatedCurrency::Nothing, None) if column.is_none() => Ok(Currency::USD),
        (StatedCurrency::Nothing | StatedCurrency::Yen, None) => Err(LineFault::NoCurrency),
    }
}

/// The currency that a cell of the currency column names: a code in any case, or a sign that is of one currency only.
fn named(name: &str) -> Result<Currency, LineFault> {
    let sign = SIGNS.iter().find(|(sign, _)| *sign == name);
    let code = sign.map_or_else(|| name.to_ascii_uppercase(), |(_, code)| (*code).to_owned());
    let code = if code == "$" { "USD".to_owned() } else { code };
    Ok(code.parse()?)
}

/// The evidence of an amount's separators on its decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marked {
    Plain,
    By(Mark),
    Either,
}

impl Marked {
    fn certain(self) -> Option<Mark> {
        match self {
            Marked::By(mark) => Some(mark),
            _ => None,
        }
    }
}

fn mark(digits: &str) -> Marked {
    let count = |c| digits.matches(c).count();
    let last = |c| digits.rfind(c);
    match (count('.'), count(',')) {
        (0, 0) => Marked::Plain,
        (1.., 1..) if last('.') > last(',') => Marked::By(Mark::Point),
        (1.., 1..) | (2.., 0) => Marked::By(Mark::Comma),
        (0, 2..) => Marked::By(Mark::Point),
        (1, 0) => lone(digits, Mark::Point),
        (_, _) => lone(digits, Mark::Comma),
    }
}

/// A single separator groups thousands only if one to three digits, no leading zero, stand before it and three behind.
fn lone(digits: &str, mark: Mark) -> Marked {
    let Some((before, behind)) = digits.split_once(mark.char()) else {
        return Marked::Plain;
    };
    let groups = behind.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    if groups { Marked::Either } else { Marked::By(mark) }
}

/// The amount as a plain decimal, or `None` for what is no number.
fn plain(digits: &str, mark: Mark) -> Option<String> {
    let (whole, fraction) = match digits.split_once(mark.char()) {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    let numeric = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let whole = ungrouped(whole, mark)?;
    if !numeric(fraction) {
        return None;
    }
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{whole}{point}{fraction}"))
}

/// Takes the separators out of a whole number, if they are all the same and stand every three digits, or as in India before
/// the last three digits and then every two: `12,34,567`.
fn ungrouped(whole: &str, mark: Mark) -> Option<String> {
    let Some(separator) = whole.chars().find(|c| !c.is_ascii_digit()) else {
        return (!whole.is_empty()).then(|| whole.to_owned());
    };
    let known = ['.', ',', ' ', '\'', '’', '\u{a0}', '\u{202f}'].contains(&separator);
    if !known || separator == mark.char() {
        return None;
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let numeric = |group: &&str| group.bytes().all(|b| b.is_ascii_digit());
    let (first, others) = groups.split_first()?;
    let (last, between) = others.split_last()?;
    let grouped_by =
        |size: usize| (1..=size).contains(&first.len()) && between.iter().all(|group| group.len() == size);
    let fits = groups.iter().all(numeric) && last.len() == 3 && (grouped_by(3) || grouped_by(2));
    fits.then(|| whole.replace(separator, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Result<String, LineFault> {
        read(text, None, Convention::Unknown).map(|m| m.to_string())
    }

    #[test]
    fn an_amount_is_read_in_every_certain_form() {
        for (text, expected) in [
            ("1054", "1054.00 USD"),
            ("$22,700.00", "22700.00 USD"),
            ("1.234,50", "1234.50 USD"),
            ("1,234,567", "1234567.00 USD"),
            ("1 234,50 €", "1234.50 EUR"),
            ("1'234.50 CHF", "1234.50 CHF"),
            ("EUR 12,5", "12.50 EUR"),
            ("£0.99", "0.99 GBP"),
            ("-$1,234.50", "-1234.50 USD"),
            ("$-1,234.50", "-1234.50 USD"),
            ("($1,234.50)", "-1234.50 USD"),
            ("24120000", "24120000.00 USD"),
            ("A$5", "5.00 AUD"),
            ("KWD 1.234", "1.234 KWD"),
            ("₹12,34,567.00", "1234567.00 INR"),
            ("INR 1,00,000", "100000.00 INR"),
            ("₹ 5,12,34,567", "51234567.00 INR"),
            ("Rs. 12,34,567.50", "1234567.50 INR"),
            ("Rs 2,50,000/-", "250000.00 INR"),
        ] {
            assert_eq!(usd(text), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_lone_separator_before_three_digits_is_read_as_its_column_tells() {
        for text in ["1,234", "1.234", "$7,982", "100.000"] {
            assert_eq!(usd(text), Err(LineFault::AmbiguousAmount), "{text}");
        }
        let with = |text, mark| read(text, None, Convention::Known(mark)).map(|m| m.minor);
        assert_eq!(with("7,982", Mark::Point), Ok(798_200));
        assert_eq!(with("7.982", Mark::Comma), Ok(798_200));
        assert_eq!(evidence("9,326.84"), Some(Mark::Point));
        assert_eq!(evidence("1.234.567"), Some(Mark::Comma));
        assert_eq!(evidence("7,982"), None);
        assert_eq!(evidence("7982"), None);
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "-",
            "abc",
            "1e3",
            "1.2M",
            "12,34,56.7",
            "12,345,67,890",
            "123,45,678",
            "Rs 5/",
            "1,23.45.6",
            "--5",
            "(-5)",
            "12.",
            ".",
            "1 2",
            "$",
            "5 $ 3",
        ] {
            assert_eq!(usd(text), Err(LineFault::NotAnAmount), "{text}");
        }
        assert!(matches!(usd("1.2345"), Err(LineFault::Money(_))));
        assert!(matches!(usd("99999999999999999999"), Err(LineFault::Money(_))));
    }

    #[test]
    fn a_currency_column_decides_and_must_not_be_contradicted() {
        let with = |text, column| read(text, Some(column), Convention::Unknown).map(|m| m.to_string());
        assert_eq!(with("12.50", "eur"), Ok("12.50 EUR".to_owned()));
        assert_eq!(with("$12.50", "CAD"), Ok("12.50 CAD".to_owned()));
        assert_eq!(with("¥500", "JPY"), Ok("500 JPY".to_owned()));
        assert_eq!(with("€12.50", "USD"), Err(LineFault::CurrencyDisagrees));
        assert_eq!(with("12.50", ""), Err(LineFault::NoCurrency));
        assert_eq!(with("12.50 EUR", ""), Ok("12.50 EUR".to_owned()));
        assert!(matches!(with("12.50", "euros"), Err(LineFault::Money(_))));
        assert_eq!(usd("¥500"), Err(LineFault::NoCurrency));
    }
}
