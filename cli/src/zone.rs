//! The time zone in which days are counted and times are printed.

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat, Utc};
use fieldbook_core::model;

/// The rep's local time. It lives as long as the process, so that it can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Zone(&'static model::Zone);

impl Zone {
    /// The offset of `--now` if it was given; else the zone that `TZ` names; else the one to which `/etc/localtime`
    /// points (Linux, macOS); else UTC.
    pub(crate) fn detect(now: Option<DateTime<FixedOffset>>) -> Zone {
        let zone = match now {
            Some(now) => model::Zone::fixed(now.offset().local_minus_utc() / 60).unwrap_or(model::Zone::UTC),
            None => named_zone(),
        };
        Zone(Box::leak(Box::new(zone)))
    }

    /// The rules of the zone.
    pub(crate) fn rules(self) -> &'static model::Zone {
        self.0
    }

    fn local(self, ms: i64) -> DateTime<FixedOffset> {
        // Later times than the year 262142 are shown as the last one that can be.
        let time = DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let offset = FixedOffset::east_opt(self.0.offset_s(ms));
        time.with_timezone(&offset.unwrap_or_else(|| FixedOffset::east_opt(0).expect("zero is an offset")))
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

    /// Offset from UTC at an instant, minutes, positive in the east; `ms` in Unix milliseconds.
    pub(crate) fn offset_minutes(self, ms: i64) -> i32 {
        self.0.offset_s(ms) / 60
    }
}

/// The zone of the environment.
fn named_zone() -> model::Zone {
    let named = std::env::var("TZ").ok().and_then(|name| zone_named(&name));
    let linked = || {
        std::fs::read_link("/etc/localtime")
            .ok()
            .and_then(|path| zone_named(path.to_str()?))
    };
    named.or_else(linked).unwrap_or(model::Zone::UTC)
}

/// The zone in `Europe/Berlin`, `:Europe/Berlin` or `/usr/share/zoneinfo/Europe/Berlin`.
fn zone_named(text: &str) -> Option<model::Zone> {
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
            let zone = zone_named(text).map(|zone| zone.to_string());
            assert_eq!(zone.as_deref(), Some("Europe/Berlin"), "{text}");
        }
        assert_eq!(zone_named("nowhere"), None);
    }

    #[test]
    fn times_are_printed_with_the_offset_of_their_own_day() {
        let berlin = Zone(Box::leak(Box::new("Europe/Berlin".parse().unwrap())));
        assert_eq!(berlin.rfc3339(1_795_509_000_000), "2026-11-24T09:30:00+01:00");
        assert_eq!(berlin.rfc3339(1_782_293_400_500), "2026-06-24T11:30:00.500+02:00");
        assert_eq!(berlin.offset_minutes(1_782_293_400_500), 120);
    }
}
