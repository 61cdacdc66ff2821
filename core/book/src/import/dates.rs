//! Dates and times as files write them.
//!
//! Read are RFC 3339, `2021-04-15 23:03:00`, `2016-10-20`, `2016/10/20`, `15 Apr, 2021 00:02:00`, `Apr 15, 2021`,
//! `15.4.2021` (dots are written by those who put the day first), and `03-07-2021` or `3/7/2021`, the latter two only
//! where the column, or the date itself, tells which number is the day. Years have four digits. English month names.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};

use super::convention::Convention;
use super::refused::LineFault;
use fieldbook_model::Zone;

/// The number that comes first in `03/07/2021`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateOrder {
    DayFirst,
    MonthFirst,
}

/// A day as it is written, with what follows it.
enum Written<'t> {
    Certain(NaiveDate, &'t str),
    Either {
        first: u32,
        second: u32,
        year: i32,
        rest: &'t str,
    },
}

/// The evidence of `text` on the order of day and month in its column.
pub(super) fn evidence(text: &str) -> Option<DateOrder> {
    match written(text)? {
        Written::Either { first, second, .. } => certain_order(first, second),
        Written::Certain(..) => None,
    }
}

fn certain_order(first: u32, second: u32) -> Option<DateOrder> {
    match (first > 12, second > 12) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// The day that `text` names; a time behind it must be one, and does not count. Where the time has a zone, the day is
/// the one in that zone, as it is written.
pub(super) fn day(text: &str, convention: Convention<DateOrder>) -> Result<NaiveDate, LineFault> {
    let (day, rest) = resolved(text, convention)?;
    time(rest).ok_or(LineFault::NotADate)?;
    Ok(day)
}

/// The instant that `text` names, in Unix milliseconds. Without a zone it is in `zone`, without a time at midnight. A whole
/// number of twelve or thirteen digits is such an instant already, as `HubSpot` and our own export write it.
pub(super) fn instant_ms(
    text: &str,
    convention: Convention<DateOrder>,
    zone: &Zone,
) -> Result<i64, LineFault> {
    let is_instant = matches!(text.len(), 12 | 13) && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(instant_ms) = text.parse().ok().filter(|_| is_instant) {
        return Ok(instant_ms);
    }
    let (day, rest) = resolved(text, convention)?;
    let (time, said) = time(rest).ok_or(LineFault::NotADate)?;
    let Some(offset) = said else {
        let part_ms = i64::from(time.nanosecond() / 1_000_000);
        return Ok(zone.instant_ms(day, time.num_seconds_from_midnight().into()) + part_ms);
    };
    let local = NaiveDateTime::new(day, time);
    let instant = offset.from_local_datetime(&local).single();
    Ok(instant.ok_or(LineFault::NotADate)?.timestamp_millis())
}

fn resolved(text: &str, convention: Convention<DateOrder>) -> Result<(NaiveDate, &str), LineFault> {
    let (first, second, year, rest) = match written(text).ok_or(LineFault::NotADate)? {
        Written::Certain(day, rest) => return Ok((day, rest)),
        Written::Either {
            first,
            second,
            year,
            rest,
        } => (first, second, year, rest),
    };
    let same = (first == second).then_some(DateOrder::DayFirst);
    let order = convention
        .known()
        .or_else(|| certain_order(first, second))
        .or(same);
    let (day, month) = match order {
        Some(DateOrder::DayFirst) => (first, second),
        Some(DateOrder::MonthFirst) => (second, first),
        None if first > 12 => return Err(LineFault::NotADate),
        None => return Err(LineFault::AmbiguousDate),
    };
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or(LineFault::NotADate)?;
    Ok((date, rest))
}

/// One of the three parts of a day.
enum Part {
    Number(u32),
    Year(i32),
    Month(u32),
}

fn written(text: &str) -> Option<Written<'_>> {
    let (first, rest) = part(text.trim())?;
    let (dots, rest) = gap(rest)?;
    let (second, rest) = part(rest)?;
    let (_, rest) = gap(rest)?;
    let (third, rest) = part(rest)?;
    let (year, month, day) = match (first, second, third) {
        (Part::Year(year), Part::Number(month) | Part::Month(month), Part::Number(day))
        | (Part::Number(day), Part::Month(month), Part::Year(year))
        | (Part::Month(month), Part::Number(day), Part::Year(year)) => (year, month, day),
        (Part::Number(day), Part::Number(month), Part::Year(year)) if dots => (year, month, day),
        (Part::Number(first), Part::Number(second), Part::Year(year)) => {
            return Some(Written::Either {
                first,
                second,
                year,
                rest,
            });
        }
        _ => return None,
    };
    Some(Written::Certain(NaiveDate::from_ymd_opt(year, month, day)?, rest))
}

/// The number or month name at the start of `text`.
fn part(text: &str) -> Option<(Part, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (found, rest) = text.split_at(digits.max(letters));
    let part = match digits {
        0 => Part::Month(month(found)?),
        1 | 2 => Part::Number(found.parse().ok()?),
        4 => Part::Year(found.parse().ok()?),
        _ => return None,
    };
    Some((part, rest))
}

/// The number of a month by its English name or its first three letters.
fn month(name: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.to_ascii_lowercase();
    let name = if name == "sept" { "sep" } else { name.as_str() };
    let at = NAMES
        .iter()
        .position(|full| name == *full || name == &full[..3])?;
    u32::try_from(at + 1).ok()
}

/// Skips what stands between two parts of a day, and says whether it is a dot.
fn gap(text: &str) -> Option<(bool, &str)> {
    let rest = text.trim_start_matches([' ', '-', '/', '.', ',']);
    let gap = &text[..text.len() - rest.len()];
    matches!(gap, "-" | "/" | "." | " " | "," | ", " | ". ").then_some((gap.starts_with('.'), rest))
}

/// The time and zone in what follows a day; midnight where nothing follows.
fn time(rest: &str) -> Option<(NaiveTime, Option<FixedOffset>)> {
    let rest = rest.trim_start_matches(['T', 't', ' ', ',']).trim_end();
    if rest.is_empty() {
        return Some((NaiveTime::MIN, None));
    }
    let (clock, zone) = split_zone(rest)?;
    let upper = clock.trim_end().to_ascii_uppercase();
    let formats: &[&str] = if upper.ends_with('M') {
        &["%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p"]
    } else {
        &["%H:%M:%S%.f", "%H:%M"]
    };
    let time = formats
        .iter()
        .find_map(|f| NaiveTime::parse_from_str(&upper, f).ok())?;
    Some((time, zone))
}

/// Splits `09:30:00+01:00`, `09:30Z` or `09:30 UTC` before the zone.
fn split_zone(text: &str) -> Option<(&str, Option<FixedOffset>)> {
    let utc = FixedOffset::east_opt(0);
    for suffix in ["Z", "z", " UTC", " GMT"] {
        if let Some(clock) = text.strip_suffix(suffix) {
            return Some((clock, utc));
        }
    }
    let Some(at) = text.find(['+', '-']) else {
        return Some((text, None));
    };
    let (clock, offset) = text.split_at(at);
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hundreds: i32 = digits.parse().ok()?;
    let seconds = (hundreds / 100 * 60 + hundreds % 100) * 60;
    let east = if offset.starts_with('-') {
        -seconds
    } else {
        seconds
    };
    Some((clock, Some(FixedOffset::east_opt(east)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, LineFault> {
        day(text, Convention::Unknown).map(|d| d.to_string())
    }

    #[test]
    fn a_date_is_read_in_every_certain_form() {
        for text in [
            "2021-04-15",
            "2021-4-15",
            "2021/04/15",
            "2021-04-15T23:03:00.5+02:00",
            "2021-04-15 23:03:00",
            "2021-04-15T23:03:00Z",
            "15 Apr, 2021 00:02:00",
            "15-Apr-2021",
            "April 15, 2021",
            "Apr 15 2021 1:30 PM",
            "15.4.2021",
            "15/04/2021 09:30",
            "04/15/2021 9:30am",
        ] {
            assert_eq!(read(text), Ok("2021-04-15".to_owned()), "{text}");
        }
        assert_eq!(read("05/05/2021"), Ok("2021-05-05".to_owned()));
    }

    #[test]
    fn an_ambiguous_date_is_read_only_as_its_column_tells() {
        assert_eq!(read("03-07-2021 01:09"), Err(LineFault::AmbiguousDate));
        let july = |order| day("03-07-2021 01:09", Convention::Known(order)).map(|d| d.to_string());
        assert_eq!(july(DateOrder::DayFirst), Ok("2021-07-03".to_owned()));
        assert_eq!(july(DateOrder::MonthFirst), Ok("2021-03-07".to_owned()));
        assert_eq!(evidence("13/07/2021"), Some(DateOrder::DayFirst));
        assert_eq!(evidence("7/13/2021"), Some(DateOrder::MonthFirst));
        assert_eq!(evidence("7/12/2021"), None);
        // A column known to put the day first has no month 13.
        assert_eq!(
            day("7/13/2021", Convention::Known(DateOrder::DayFirst)),
            Err(LineFault::NotADate)
        );
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "soon",
            "2021-02-30",
            "3/7/21",
            "44301",
            "20210415",
            "2021-04",
            "15 Foo 2021",
            "13/13/2021",
            "2021-04-15 25:00",
            "2021-04-15 and more",
            "2021-04-15T10:00+9",
            "2021--04-15",
            "２０２１-04-15",
        ] {
            assert_eq!(read(text), Err(LineFault::NotADate), "{text}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_in_the_zone_of_the_import() {
        let at = |text, east| {
            instant_ms(text, Convention::Unknown, &Zone::fixed(east / 60).unwrap()).map(|ms| ms / 1_000)
        };
        assert_eq!(at("1970-01-01 01:00:00", 3_600), Ok(0));
        assert_eq!(at("1970-01-01T01:00:00Z", 3_600), Ok(3_600));
        assert_eq!(at("1970-01-01T01:00:00-0130", 0), Ok(9_000));
        assert_eq!(at("1970-01-02", 0), Ok(86_400));
    }
}
