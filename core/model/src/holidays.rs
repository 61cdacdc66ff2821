//! Public holidays of a place, for opening hours that say `PH` or `SH`.

use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use compact_calendar::CompactCalendar;
use opening_hours::ContextHolidays;
use opening_hours::localization::Country;

use super::WorkCalendar;

/// A text that is no country code of which holidays are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a country code such as GB or CN")]
pub struct UnknownCountry;

/// The holidays of a country, with the years in which they are known.
#[derive(Debug, Clone, Default)]
pub struct Holidays {
    /// `None`: nothing is known, so `PH` and `SH` never apply.
    known: Option<(RangeInclusive<i32>, ContextHolidays)>,
}

impl Holidays {
    /// No holidays at all, for a place whose country is not known: rules for `PH` and `SH` never apply.
    pub fn none() -> Holidays {
        Holidays::default()
    }

    /// The holidays of a country by its ISO 3166-1 code, in any case. Mainland China's are those announced
    /// ([`WorkCalendar::china`]); all others come with the `opening-hours` crate, which has them computed for 2000 to 2076.
    /// Holidays of single regions are left out.
    ///
    /// # Errors
    /// [`UnknownCountry`].
    pub fn of_country(code: &str) -> Result<Holidays, UnknownCountry> {
        let code = code.trim().to_ascii_uppercase();
        if code == "CN" {
            return Ok(Holidays::of(WorkCalendar::china()));
        }
        let country: Country = code.parse().map_err(|_| UnknownCountry)?;
        let holidays = country.holidays();
        let years = |calendar: &CompactCalendar| {
            let (first, last) = (calendar.iter().next()?, calendar.iter().last()?);
            Some(first.year()..=last.year())
        };
        // School holidays are announced a few years ahead at most: where they are missing, `SH` does not apply.
        let known = years(holidays.get_public()).map(|years| (years, holidays));
        Ok(Holidays { known })
    }

    /// The days off of an announced calendar.
    pub fn of(calendar: &WorkCalendar) -> Holidays {
        let mut public = CompactCalendar::default();
        for date in calendar.holidays() {
            public.insert(date);
        }
        let holidays = ContextHolidays::new(Arc::new(public), Arc::default());
        Holidays {
            known: Some((calendar.years(), holidays)),
        }
    }

    /// The years in which they are known; `None` when no holidays are.
    pub fn years(&self) -> Option<RangeInclusive<i32>> {
        self.known.as_ref().map(|(years, _)| years.clone())
    }

    /// True if `date` is a public holiday.
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.known
            .as_ref()
            .is_some_and(|(_, holidays)| holidays.get_public().contains(date))
    }

    /// A context in which `date` is a public and a school holiday, to learn what a holiday would change.
    pub(super) fn context_with(date: NaiveDate) -> ContextHolidays {
        let mut calendar = CompactCalendar::default();
        calendar.insert(date);
        let calendar = Arc::new(calendar);
        ContextHolidays::new(Arc::clone(&calendar), calendar)
    }

    /// In the form that the evaluator takes.
    pub(super) fn context(&self) -> ContextHolidays {
        self.known
            .as_ref()
            .map(|(_, holidays)| holidays.clone())
            .unwrap_or_default()
    }
}
