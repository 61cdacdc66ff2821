//! Parsing of times in the forms that recorders write.

use chrono::NaiveDate;

/// Unix milliseconds of the end of the year 9999, the latest valid time.
const MS_MAX: i64 = 253_402_300_800_000;

/// Unix milliseconds of 1980-01-06, from which GPS counts its weeks. A bare number below is a time of day or a time since
/// the start, no date: no receiver recorded before.
const GPS_BEGIN_MS: i64 = 315_964_800_000;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Unix milliseconds of a time: RFC 3339, the same with a space, a slash or without a zone (then UTC), or a number of
/// seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size.
pub(super) fn parse(text: &str) -> Option<i64> {
    let number: Option<f64> = text.parse().ok();
    match number {
        Some(number) => scaled(number, unit_ms_by_size(number)).filter(|ms| *ms >= GPS_BEGIN_MS),
        None => calendar(text.as_bytes()),
    }
}

/// Milliseconds since midnight UTC of a time of day: `09:30`, `09:30:00.5`, `9:30:00 PM`, `09:30:00+01:00`, or `093000.5`
/// as NMEA and loggers write it. More than a day, or negative, if the offset says so.
pub(super) fn of_day_ms(text: &str) -> Option<i64> {
    let (text, noon) = match text.split_at_checked(text.len().saturating_sub(2)) {
        Some((clock, half)) if half.eq_ignore_ascii_case("am") => (clock.trim_end(), Some(0)),
        Some((clock, half)) if half.eq_ignore_ascii_case("pm") => (clock.trim_end(), Some(12)),
        _ => (text, None),
    };
    let bytes = text.as_bytes();
    let whole = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (hour, minute, second_ms, zone) = if whole <= 2 {
        let (hour, rest) = (digits(&bytes[..whole])?, bytes[whole..].strip_prefix(b":")?);
        let (minute, rest) = rest.split_at_checked(2)?;
        let (second_ms, zone) = seconds(rest)?;
        (hour, digits(minute)?, second_ms, zone)
    } else {
        // A spreadsheet drops the leading zero.
        let (hour, rest) = bytes.split_at_checked(whole.checked_sub(4).filter(|n| (1..=2).contains(n))?)?;
        let (minute, rest) = rest.split_at_checked(2)?;
        let (second_ms, zone) = seconds(&[b":", rest].concat()).map(|(ms, zone)| (ms, zone.to_vec()))?;
        return of_day(digits(hour)?, digits(minute)?, second_ms, noon, &zone);
    };
    of_day(hour, minute, second_ms, noon, zone)
}

/// Milliseconds since midnight UTC; `noon` is the hour that the half of the day begins with, on a clock of twelve hours.
fn of_day(hour: u32, minute: u32, second_ms: i64, noon: Option<u32>, zone: &[u8]) -> Option<i64> {
    let hour = match noon {
        Some(noon) => (1..=12).contains(&hour).then_some(hour % 12 + noon)?,
        None => hour,
    };
    if hour > 23 || minute > 59 {
        return None;
    }
    Some(i64::from(hour * 60 + minute) * 60_000 + second_ms - offset_ms(zone)?)
}

/// Unix milliseconds of a date: `2026-11-24`, `2026/11/24`, `20261124`, `24.11.2026`, or `24/11/2026` if only one order
/// of day and month is possible. Six digits are no date: loggers write `yymmdd`, NMEA `ddmmyy`.
pub(super) fn date_ms(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let numbers: Vec<u32> = parts
        .iter()
        .map(|part| {
            part.parse()
                .ok()
                .filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()))
        })
        .collect::<Option<_>>()?;
    let (year, month, day) = match (numbers.as_slice(), parts.as_slice()) {
        ([number], [digits]) if digits.len() == 8 => (number / 10_000, number / 100 % 100, number % 100),
        ([year, month, day], [first, ..]) if first.len() == 4 => (*year, *month, *day),
        ([day, month, year], [.., last]) if last.len() == 4 && text.contains('.') => (*year, *month, *day),
        ([day, month, year], [.., last]) if last.len() == 4 && (*day > 12 || day == month) => {
            (*year, *month, *day)
        }
        ([month, day, year], [.., last]) if last.len() == 4 && *day > 12 => (*year, *month, *day),
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let days = date.signed_duration_since(NaiveDate::default()).num_days();
    Some(days * DAY_MS)
}

/// Unix milliseconds of a number of units of `unit_ms` milliseconds each.
pub(super) fn scaled(number: f64, unit_ms: f64) -> Option<i64> {
    whole(number * unit_ms)
}

/// Rounds to whole milliseconds, within the valid range.
fn whole(ms: f64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "the bound is far below 2^53")]
    let most = MS_MAX as f64;
    #[expect(clippy::cast_possible_truncation, reason = "rounded, and within the bound")]
    (ms.abs() < most).then(|| ms.round() as i64)
}

/// The unit of a number in milliseconds: seconds up to the year 5138, milliseconds from 1973 on, and so on; the ranges
/// in use do not overlap.
fn unit_ms_by_size(number: f64) -> f64 {
    match number.abs() {
        ..1e11 => 1e3,
        1e11..1e14 => 1.0,
        1e14..1e17 => 1e-3,
        _ => 1e-6,
    }
}

/// Unix milliseconds of `2026-11-23T09:30:00.5+01:00` and its variants.
fn calendar(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let (year, month, day) = (digits(&date[..4])?, digits(&date[5..7])?, digits(&date[8..])?);
    let dashes = matches!((date[4], date[7]), (b'-', b'-') | (b'/', b'/'));
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|_| dashes)?;
    let (clock, rest) = rest
        .strip_prefix(b"T")
        .or(rest.strip_prefix(b" "))
        .or(rest.strip_prefix(b"t"))?
        .split_at_checked(5)?;
    let (hour, minute) = (digits(&clock[..2])?, digits(&clock[3..])?);
    let (second_ms, zone) = seconds(rest)?;
    if clock[2] != b':' || hour > 23 || minute > 59 {
        return None;
    }
    let time = date.and_hms_opt(hour, minute, 0)?.and_utc().timestamp_millis();
    Some(time + second_ms - offset_ms(zone)?)
}

/// Milliseconds of `:05.25`, and the rest of the text; 0 without seconds.
fn seconds(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(text) = text.strip_prefix(b":") else {
        return Some((0, text));
    };
    let (whole, rest) = text.split_at_checked(2)?;
    // A leap second is written as 60.
    let whole = digits(whole).filter(|second| *second <= 60)?;
    let Some(fraction) = rest.strip_prefix(b".").or(rest.strip_prefix(b",")) else {
        return Some((i64::from(whole) * 1_000, rest));
    };
    let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = fraction.split_at(length);
    let ms = fraction
        .iter()
        .chain(b"000")
        .take(3)
        .fold(0, |ms, digit| ms * 10 + i64::from(digit - b'0'));
    (length > 0).then_some((i64::from(whole) * 1_000 + ms, rest))
}

/// Offset from UTC, milliseconds, of `Z`, ` UTC`, `+01:00`, `-0330` or `+02`; an empty text is UTC.
fn offset_ms(zone: &[u8]) -> Option<i64> {
    if matches!(zone, b"" | b"Z" | b"z" | b" UTC" | b"UTC" | b" Z") {
        return Some(0);
    }
    let zone = zone.strip_prefix(b" ").unwrap_or(zone);
    let (sign, rest) = zone.split_first()?;
    let (hours, rest) = rest.split_at_checked(2)?;
    let minutes = rest.strip_prefix(b":").unwrap_or(rest);
    let minutes = if minutes.is_empty() { 0 } else { digits(minutes)? };
    let size = i64::from(digits(hours)?) * 3_600_000 + i64::from(minutes) * 60_000;
    match sign {
        b'+' => Some(size),
        b'-' => Some(-size),
        _ => None,
    }
}

/// The value of one to four decimal digits.
fn digits(text: &[u8]) -> Option<u32> {
    let all = !text.is_empty() && text.len() <= 4 && text.iter().all(u8::is_ascii_digit);
    all.then(|| text.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_in_every_form() {
        let moment = 1_795_426_200_500;
        for text in [
            "2026-11-23T09:30:00.5Z",
            "2026-11-23 09:30:00.500",
            "2026/11/23 09:30:00.500999 UTC",
            "2026-11-23T10:30:00.5+01:00",
            "2026-11-23T06:00:00,5-0330",
            "1795426200.5",
            "1795426200500",
            "1795426200500000",
            "1795426200500000000",
        ] {
            assert_eq!(parse(text), Some(moment), "{text}");
        }
        assert_eq!(parse("2026-11-23T09:30Z"), Some(moment - 500));
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2100-01-01T00:00:00Z"), Some(4_102_444_800_000));
    }

    #[test]
    fn a_date_and_a_time_of_day_in_every_form() {
        let date = 1_795_478_400_000;
        for text in [
            "2026-11-24",
            "2026/11/24",
            "20261124",
            "24.11.2026",
            "24/11/2026",
            "11/24/2026",
        ] {
            assert_eq!(date_ms(text), Some(date), "{text}");
        }
        for text in [
            "05/06/2026",
            "241126",
            "2026-13-01",
            "30/30/2026",
            "soon",
            "",
            "2026-11",
            "+026-11-24",
        ] {
            assert_eq!(date_ms(text), None, "{text}");
        }
        let of_day = 34_200_500;
        for text in [
            "09:30:00.5",
            "9:30:00.5",
            "093000.5",
            "93000.5",
            "9:30:00.5 AM",
            "10:30:00.5+01:00",
        ] {
            assert_eq!(of_day_ms(text), Some(of_day), "{text}");
        }
        assert_eq!(of_day_ms("12:05 am"), Some(300_000));
        assert_eq!(of_day_ms("12:05 PM"), Some(43_500_000));
        for text in [
            "",
            "9",
            "24:00:00",
            "13:00 PM",
            "096000",
            "09:30:00X",
            "1795426200",
            "::",
        ] {
            assert_eq!(of_day_ms(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "0",
            "93000",
            "-5",
            "",
            "soon",
            "NaN",
            "inf",
            "1e300",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T09:30:00.Z",
            "2026-11-23",
            "2026-11-23T09:30:00X",
            "2026-11-23T09:30:61Z",
            "20261123T093000Z",
            "2026-11-23T09:30:00+1",
            "２０２６-11-23T09:30:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
