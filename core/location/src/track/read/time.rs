//! Parsing of times in the forms that recorders write.

use chrono::NaiveDate;

/// Unix milliseconds of the end of the year 9999, the latest valid time.
const MS_MAX: i64 = 253_402_300_800_000;

/// Unix milliseconds of a time: RFC 3339, the same with a space, a slash or without a zone (then UTC), or a normalized number of
/// seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size.
pub(super) fn parse(text: &str) -> Option<i64> {
    let number: Option<f64> = text.parse().ok();
    match number {
        Some(number) => scaled(number, unit_ms_by_size(number)),
        None => calendar(text.as_bytes()),
    }
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
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("2100-01-01T00:00:00Z"), Some(4_102_444_800_000));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
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
