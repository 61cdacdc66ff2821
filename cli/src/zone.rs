//! The time zone in which days are counted and times are printed.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Offset, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;

/// The rep's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// A constant offset: that of `--now`.
    Fixed(FixedOffset),
    /// A zone with its rules.
    Named(Tz),
}

impl Zone {
    /// The offset of `--now` when it was given; else the zone that `TZ` names; else the one to which `/etc/localtime`
    /// points (Linux, macOS); else UTC.
    pub(crate) fn detect(now: Option<DateTime<FixedOffset>>) -> Zone {
        if let Some(now) = now {
            return Zone::Fixed(*now.offset());
        }
        let named = std::env::var("TZ").ok().and_then(|name| zone_named(&name));
        let linked = || {
            std::fs::read_link("/etc/localtime")
                .ok()
                .and_then(|path| zone_named(path.to_str()?))
        };
        Zone::Named(named.or_else(linked).unwrap_or(Tz::UTC))
    }

    fn offset_at(self, time: DateTime<Utc>) -> FixedOffset {
        match self {
            Zone::Fixed(offset) => offset,
            Zone::Named(zone) => zone.offset_from_utc_datetime(&time.naive_utc()).fix(),
        }
    }

    fn local(self, ms: i64) -> DateTime<FixedOffset> {
        // Later times than the year 262142 are shown as the last one that can be.
        let time = DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::<Utc>::MAX_UTC);
        time.with_timezone(&self.offset_at(time))
    }

    /// RFC 3339 with the local offset, with milliseconds only if they are not 0.
    pub(crate) fn rfc3339(self, ms: i64) -> String {
        self.local(ms).to_rfc3339_opts(SecondsFormat::AutoSi, false)
    }

    /// Local date and time as `2026-11-24 09:30`; `ms` in Unix milliseconds.
    pub(crate) fn minute(self, ms: i64) -> String {
        self.local(ms).format("%Y-%m-%d %H:%M").to_string()
    }

    /// Local time as `09:30`; `ms` in Unix milliseconds.
    pub(crate) fn time_of_day(self, ms: i64) -> String {
        self.local(ms).format("%H:%M").to_string()
    }

    /// The local date; `ms` in Unix milliseconds.
    pub(crate) fn day(self, ms: i64) -> NaiveDate {
        self.local(ms).date_naive()
    }

    /// Offset from UTC at noon of `day`, minutes, positive in the east.
    pub(crate) fn offset_minutes(self, day: NaiveDate) -> i32 {
        let noon = day.and_time(NaiveTime::from_hms_opt(12, 0, 0).expect("noon is a time"));
        self.offset_at(noon.and_utc()).local_minus_utc() / 60
    }
}

/// The zone in `Europe/Berlin`, `:Europe/Berlin` or `/usr/share/zoneinfo/Europe/Berlin`.
fn zone_named(text: &str) -> Option<Tz> {
    let name = text.rsplit_once("zoneinfo/").map_or(text, |(_, name)| name);
    name.trim_start_matches(':').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_known_by_its_name_or_its_file() {
        for text in [
            "Europe/Berlin",
            ":Europe/Berlin",
            "/var/db/timezone/zoneinfo/Europe/Berlin",
        ] {
            assert_eq!(zone_named(text), Some(Tz::Europe__Berlin), "{text}");
        }
        assert_eq!(zone_named("nowhere"), None);
    }

    #[test]
    fn times_are_printed_with_the_offset_of_their_own_day() {
        let berlin = Zone::Named(Tz::Europe__Berlin);
        assert_eq!(berlin.rfc3339(1_795_509_000_000), "2026-11-24T09:30:00+01:00");
        assert_eq!(berlin.rfc3339(1_782_293_400_500), "2026-06-24T11:30:00.500+02:00");
        let summer = NaiveDate::from_ymd_opt(2026, 6, 24).unwrap();
        assert_eq!(berlin.offset_minutes(summer), 120);
    }
}
