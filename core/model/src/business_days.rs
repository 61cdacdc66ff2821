//! Business days at a place: working days of its country, with public holidays and worked weekends.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{Holidays, WorkCalendar};

/// A count of business days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusinessDays {
    /// The days.
    pub days: i64,
    /// The first day of which only the day of the week was known: the country is not known, or its year is not announced.
    pub estimated_from: Option<NaiveDate>,
}

/// The business days of a country.
#[derive(Debug, Clone)]
pub enum BusinessCalendar {
    /// Announced days off and worked weekends.
    Announced(&'static WorkCalendar),
    /// Monday to Friday without the public holidays.
    Holidays(Box<Holidays>),
    /// Monday to Friday: nothing else is known.
    Weekdays,
}

impl BusinessCalendar {
    /// The calendar of a country by its ISO 3166-1 code, in any case; days of the week for a country that is not known.
    pub fn of_country(code: Option<&str>) -> BusinessCalendar {
        let code = code.unwrap_or_default().trim();
        if code.eq_ignore_ascii_case("CN") || code == "中国" || code.eq_ignore_ascii_case("China") {
            return BusinessCalendar::Announced(WorkCalendar::china());
        }
        Holidays::of_country(code).map_or(BusinessCalendar::Weekdays, |holidays| {
            BusinessCalendar::Holidays(Box::new(holidays))
        })
    }

    /// True if `date` is a business day, and whether that is known for certain.
    fn is_business_day(&self, date: NaiveDate) -> (bool, bool) {
        let is_weekday = !matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        match self {
            BusinessCalendar::Announced(calendar) => match calendar.kind_of(date) {
                Ok(kind) => (kind.is_worked(), true),
                Err(_) => (is_weekday, false),
            },
            BusinessCalendar::Holidays(holidays) => {
                let is_known = holidays.years().is_some_and(|years| years.contains(&date.year()));
                (is_weekday && !holidays.contains(date), is_known)
            }
            BusinessCalendar::Weekdays => (is_weekday, false),
        }
    }

    /// The business days after `from` up to and with `until`; none if `until` is not later. More than 4,000 days are not
    /// looked at: nobody waits eleven years.
    pub fn between(&self, from: NaiveDate, until: NaiveDate) -> BusinessDays {
        let mut counted = BusinessDays {
            days: 0,
            estimated_from: None,
        };
        for date in from
            .iter_days()
            .skip(1)
            .take_while(|date| *date <= until)
            .take(4_000)
        {
            let (is_worked, is_known) = self.is_business_day(date);
            counted.days += i64::from(is_worked);
            if !is_known && counted.estimated_from.is_none() {
                counted.estimated_from = Some(date);
            }
        }
        counted
    }

    /// The business day that comes `days` business days after `from`; `from` itself for none. More than 4,000 days are not
    /// looked at.
    pub fn after(&self, from: NaiveDate, days: u32) -> NaiveDate {
        if days == 0 {
            return from;
        }
        let later = from.iter_days().skip(1).take(4_000);
        let mut worked = later.filter(|date| self.is_business_day(*date).0);
        let count = usize::try_from(days).unwrap_or(usize::MAX);
        worked.nth(count.saturating_sub(1)).unwrap_or(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn so_many_business_days_later_is_the_day_that_the_count_ends_on() {
        let china = BusinessCalendar::of_country(Some("CN"));
        let friday = day("2026-02-13");
        for (days, later) in [(0, "2026-02-13"), (1, "2026-02-14"), (3, "2026-02-25")] {
            assert_eq!(china.after(friday, days), day(later));
            assert_eq!(china.between(friday, day(later)).days, i64::from(days));
        }
    }

    #[test]
    fn law_19_worked_saturdays_count_and_spring_festival_does_not() {
        let china = BusinessCalendar::of_country(Some("cn"));
        let counted = china.between(day("2026-02-13"), day("2026-02-25"));
        assert_eq!(
            counted,
            BusinessDays {
                days: 3,
                estimated_from: None
            }
        );
        let weekdays = BusinessCalendar::of_country(None).between(day("2026-02-13"), day("2026-02-25"));
        assert_eq!(
            (weekdays.days, weekdays.estimated_from),
            (8, Some(day("2026-02-14")))
        );
    }

    #[test]
    fn law_20_a_year_that_is_not_announced_is_counted_by_the_week_and_says_so() {
        let china = BusinessCalendar::of_country(Some("中国"));
        let counted = china.between(day("2026-12-30"), day("2027-01-05"));
        assert_eq!(
            counted,
            BusinessDays {
                days: 4,
                estimated_from: Some(day("2027-01-01"))
            }
        );
        assert_eq!(china.between(day("2026-12-30"), day("2026-12-30")).days, 0);
    }

    #[test]
    fn law_21_a_holiday_of_the_country_is_no_business_day() {
        let germany = BusinessCalendar::of_country(Some("DE"));
        assert_eq!(germany.between(day("2026-12-24"), day("2026-12-28")).days, 1);
        assert_eq!(germany.between(day("2026-12-28"), day("2026-12-24")).days, 0);
    }
}
