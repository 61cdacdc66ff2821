//! Time zones: whatever means "a day" or "9 o'clock" goes by the rules of a zone, with days of 23 and of 25 hours.
//!
//! The rules come from the database of the system (`/usr/share/zoneinfo`, Android's `tzdata`); the feature
//! `zones` adds a copy of it for machines that have none.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{Offset, TimeZone};

/// The text names no time zone that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a time zone such as Europe/Berlin, or an offset such as +08:00")]
pub struct UnknownZone;

/// A time zone: an IANA zone with its rules, or a constant offset.
///
/// ```
/// use fieldbook_model::Zone;
/// let london: Zone = "Europe/London".parse()?;
/// let sunday = "2026-10-25".parse().unwrap();
/// let day = london.day(sunday);
/// assert_eq!((day.end - day.start) / 3_600_000, 25);
/// // Nine o'clock is nine o'clock, on either side of the change.
/// assert_eq!(london.instant_ms(sunday, 9 * 3_600) - day.start, 10 * 3_600_000);
/// # Ok::<(), fieldbook_model::UnknownZone>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Zone = Zone(TimeZone::UTC);

    /// The largest constant offset, minutes.
    pub const OFFSET_MINUTES_MAX: i32 = 18 * 60;

    /// A constant offset, minutes, positive in the east.
    ///
    /// # Errors
    /// [`UnknownZone`] if it exceeds [`Zone::OFFSET_MINUTES_MAX`].
    pub fn fixed(offset_minutes: i32) -> Result<Zone, UnknownZone> {
        if offset_minutes.abs() > Zone::OFFSET_MINUTES_MAX {
            return Err(UnknownZone);
        }
        let offset = Offset::from_seconds(offset_minutes * 60).map_err(|_| UnknownZone)?;
        Ok(Zone(TimeZone::fixed(offset)))
    }

    /// Offset from UTC at an instant (Unix milliseconds), seconds, positive in the east.
    pub fn offset_s(&self, at_ms: i64) -> i32 {
        self.0.to_offset(timestamp(at_ms)).seconds()
    }

    /// Local date and time at an instant, Unix milliseconds. Instants beyond the calendar give its first or last day.
    pub fn local(&self, at_ms: i64) -> NaiveDateTime {
        let local_ms = at_ms.saturating_add(i64::from(self.offset_s(at_ms)) * 1_000);
        let bound = if local_ms < 0 {
            NaiveDateTime::MIN
        } else {
            NaiveDateTime::MAX
        };
        DateTime::from_timestamp_millis(local_ms).map_or(bound, |time| time.naive_utc())
    }

    /// Local date at an instant, Unix milliseconds.
    pub fn date(&self, at_ms: i64) -> NaiveDate {
        self.local(at_ms).date()
    }

    /// The instant, Unix milliseconds, at which the clocks show `second` seconds after midnight of `date`; more than a day
    /// reaches into the days after. A time that is skipped in spring counts as if the clocks had not changed yet; of a time
    /// that comes twice in autumn, the first counts.
    pub fn instant_ms(&self, date: NaiveDate, second: i64) -> i64 {
        let clock = date
            .and_time(NaiveTime::MIN)
            .checked_add_signed(chrono::TimeDelta::seconds(second));
        let utc = |time: NaiveDateTime| time.and_utc().timestamp_millis();
        let Some(clock) = clock else {
            return utc(date.and_time(NaiveTime::MIN)).saturating_add(second.saturating_mul(1_000));
        };
        let instant =
            civil_time(clock).and_then(|time| self.0.to_ambiguous_timestamp(time).compatible().ok());
        instant.map_or_else(|| utc(clock), Timestamp::as_millisecond)
    }

    /// The local day, Unix milliseconds: from its first instant to the first one of the next day.
    pub fn day(&self, date: NaiveDate) -> Range<i64> {
        self.instant_ms(date, 0)..self.instant_ms(date, 86_400)
    }

    /// Seconds that the clocks show after midnight of `date` at an instant (Unix milliseconds); negative before it.
    pub fn second_of(&self, date: NaiveDate, at_ms: i64) -> i64 {
        (self.local(at_ms) - date.and_time(NaiveTime::MIN)).num_seconds()
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    /// Reads an IANA name, in any case, `UTC`, `Z`, or an offset such as `+08:00`.
    fn from_str(text: &str) -> Result<Zone, UnknownZone> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
            return Ok(Zone::UTC);
        }
        if let Some((sign, digits)) = text
            .split_at_checked(1)
            .filter(|(sign, _)| ["+", "-"].contains(sign))
        {
            let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
            let number = |text: &str| {
                let is_short =
                    (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
                text.parse::<i32>().ok().filter(|_| is_short).ok_or(UnknownZone)
            };
            let minutes =
                number(hours)? * 60 + Some(number(minutes)?).filter(|n| *n < 60).ok_or(UnknownZone)?;
            return Zone::fixed(if sign == "-" { -minutes } else { minutes });
        }
        TimeZone::get(text).map(Zone).map_err(|_| UnknownZone)
    }
}

impl fmt::Display for Zone {
    /// Writes the IANA name, or the offset as `+08:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.0.iana_name() {
            return f.write_str(name);
        }
        let minutes = self.offset_s(0) / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }
}

/// The instant, clamped to the years that the database knows.
fn timestamp(at_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(at_ms).unwrap_or(if at_ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The civil time; `None` beyond the years that the database knows.
fn civil_time(time: NaiveDateTime) -> Option<civil::DateTime> {
    let small = |n: u32| i8::try_from(n).ok();
    civil::DateTime::new(
        i16::try_from(time.year()).ok()?,
        small(time.month())?,
        small(time.day())?,
        small(time.hour())?,
        small(time.minute())?,
        small(time.second())?,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_zone_is_read_by_name_or_offset_and_written_back() {
        for (text, written) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("asia/shanghai", "Asia/Shanghai"),
            ("UTC", "UTC"),
            ("z", "UTC"),
            ("+08:00", "+08:00"),
            ("-3:30", "-03:30"),
            ("+5", "+05:00"),
        ] {
            assert_eq!(text.parse::<Zone>().unwrap().to_string(), written, "{text}");
        }
        for bad in [
            "",
            "nowhere",
            "+25:00",
            "+05:60",
            "+5:",
            "+-5",
            "+5:30:00",
            "../../etc/passwd",
        ] {
            assert_eq!(bad.parse::<Zone>(), Err(UnknownZone), "{bad}");
        }
    }

    #[test]
    fn days_have_23_24_or_25_hours() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let hours = |text| {
            let day = berlin.day(date(text));
            (day.end - day.start) / 3_600_000
        };
        assert_eq!(
            (hours("2026-03-29"), hours("2026-03-30"), hours("2026-10-25")),
            (23, 24, 25)
        );
        // 02:30 is skipped in March; in October it comes twice, and the first counts.
        let at = |text, hour: i64| {
            berlin
                .local(berlin.instant_ms(date(text), hour * 3_600 + 1_800))
                .to_string()
        };
        assert_eq!(at("2026-03-29", 2), "2026-03-29 03:30:00");
        assert_eq!(
            berlin.offset_s(berlin.instant_ms(date("2026-10-25"), 9_000)),
            7_200
        );
        // A day without midnight begins at one.
        let cairo: Zone = "Africa/Cairo".parse().unwrap();
        assert_eq!(
            cairo.local(cairo.day(date("2026-04-24")).start).to_string(),
            "2026-04-24 01:00:00"
        );
    }

    proptest! {
        #[test]
        fn the_clock_of_an_instant_gives_it_back_and_nothing_panics(
            at_ms in -3_000_000_000_000..6_000_000_000_000i64,
            wild in any::<i64>(),
            second in any::<i32>(),
            zone in prop::sample::select(vec!["Europe/London", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "+08:00", "UTC"]),
        ) {
            let zone: Zone = zone.parse().unwrap();
            let at_ms = at_ms.div_euclid(1_000) * 1_000;
            let date = zone.date(at_ms);
            let again = zone.instant_ms(date, zone.second_of(date, at_ms));
            // Of a time that comes twice, the first.
            prop_assert!(again == at_ms || (at_ms - again > 0 && zone.local(again) == zone.local(at_ms)));
            let day = zone.day(date);
            prop_assert!(day.contains(&at_ms) && (22 * 3_600_000..=26 * 3_600_000).contains(&(day.end - day.start)));
            let _ = (zone.local(wild), zone.day(zone.date(wild)), zone.instant_ms(date, second.into()));
            let _ = (zone.day(NaiveDate::MIN), zone.day(NaiveDate::MAX));
        }
    }
}
