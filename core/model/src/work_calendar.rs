//! Working days of a country where the week alone does not tell: days off, and weekend days that are worked instead.
//!
//! Only what was announced: a calendar states its years, and asking outside them is an error, never a guess. Other
//! countries' public holidays are [`Holidays`](super::Holidays)'.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};

/// The kind of a day for people who work from Monday to Friday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// Monday to Friday, as usual.
    Workday,
    /// Saturday or Sunday, as usual.
    Weekend,
    /// Off by announcement, whatever day of the week it is.
    Holiday,
    /// A Saturday or Sunday that is worked to make up for a holiday.
    MakeUpWorkday,
}

impl DayKind {
    /// True if offices and wholesalers work.
    pub fn is_worked(self) -> bool {
        matches!(self, DayKind::Workday | DayKind::MakeUpWorkday)
    }
}

/// A day that a calendar says nothing about: get a newer data pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{date} is outside the calendar, which knows {first_year} to {last_year}")]
pub struct OutsideCalendar {
    /// The day asked about.
    pub date: NaiveDate,
    /// The first year that the calendar knows.
    pub first_year: i32,
    /// The last one.
    pub last_year: i32,
}

/// A data pack that does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: expected YEAR off MM-DD or MM-DD..MM-DD ... work MM-DD ..., the years in a row")]
pub struct BadPack {
    /// Number of the line, from 1.
    pub line: usize,
}

/// Announced days off and make-up working days of some years in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    years: RangeInclusive<i32>,
    /// Every day that is not as the week says; `true` for worked ones.
    special: BTreeMap<NaiveDate, bool>,
}

static CHINA: LazyLock<WorkCalendar> = LazyLock::new(|| {
    include_str!("china_workdays.txt")
        .parse()
        .expect("the file is ours and a test reads all of it")
});

impl WorkCalendar {
    /// Mainland China, as far as announced when this was built: 2007 to 2026.
    ///
    /// ```
    /// use fieldbook_model::{DayKind, WorkCalendar};
    /// let day = |text: &str| text.parse().unwrap();
    /// let china = WorkCalendar::china();
    /// assert_eq!(china.kind_of(day("2026-02-14"))?, DayKind::MakeUpWorkday); // a Saturday
    /// assert!(china.kind_of(day("2027-02-14")).is_err());
    /// # Ok::<(), fieldbook_model::OutsideCalendar>(())
    /// ```
    pub fn china() -> &'static WorkCalendar {
        &CHINA
    }

    /// The years that it knows.
    pub fn years(&self) -> RangeInclusive<i32> {
        self.years.clone()
    }

    /// The kind of day that `date` is.
    ///
    /// # Errors
    /// [`OutsideCalendar`] for a year that it does not know.
    pub fn kind_of(&self, date: NaiveDate) -> Result<DayKind, OutsideCalendar> {
        if !self.years.contains(&date.year()) {
            return Err(OutsideCalendar {
                date,
                first_year: *self.years.start(),
                last_year: *self.years.end(),
            });
        }
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        Ok(match self.special.get(&date) {
            Some(true) => DayKind::MakeUpWorkday,
            Some(false) => DayKind::Holiday,
            None if weekend => DayKind::Weekend,
            None => DayKind::Workday,
        })
    }

    /// The announced days off, in order.
    pub fn holidays(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.special
            .iter()
            .filter(|(_, worked)| !**worked)
            .map(|(date, _)| *date)
    }
}

impl FromStr for WorkCalendar {
    type Err = BadPack;

    /// Reads a data pack: one line a year, such as
    /// `2026 off 01-01..01-03 02-15..02-23 work 01-04 02-14`; lines that begin with `#` are remarks.
    fn from_str(text: &str) -> Result<WorkCalendar, BadPack> {
        let mut years: Option<RangeInclusive<i32>> = None;
        let mut special = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let bad = BadPack { line: at + 1 };
            let year = read_year(line, &mut special).ok_or(bad)?;
            years = Some(match years {
                None => year..=year,
                Some(known) if year == *known.end() + 1 => *known.start()..=year,
                Some(_) => return Err(bad),
            });
        }
        let years = years.ok_or(BadPack { line: 1 })?;
        Ok(WorkCalendar { years, special })
    }
}

fn read_year(line: &str, special: &mut BTreeMap<NaiveDate, bool>) -> Option<i32> {
    let mut words = line.split_whitespace();
    let year: i32 = words.next()?.parse().ok()?;
    let mut worked = None;
    for word in words {
        match word {
            "off" => worked = Some(false),
            "work" => worked = Some(true),
            days => {
                let (from, until) = days.split_once("..").unwrap_or((days, days));
                let day = |text: &str| format!("{year:04}-{text}").parse::<NaiveDate>().ok();
                let (from, until) = (day(from)?, day(until)?);
                // Each day is said once, and no day is both.
                for date in from.iter_days().take_while(|date| *date <= until) {
                    if special.insert(date, worked?).is_some() {
                        return None;
                    }
                }
                if until < from {
                    return None;
                }
            }
        }
    }
    Some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_day_of_twenty_years_is_as_the_published_calendar_says() {
        let Some(text) = fieldbook_testdata::text("vectors/cn_holidays/chinesecalendar_2007_2026.csv") else {
            return;
        };
        let mut days = 0;
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let (date, off) = (day(cells[0]), cells[1] == "1");
            let kind = WorkCalendar::china().kind_of(date).unwrap();
            assert_eq!(kind.is_worked(), !off, "{line}");
            days += 1;
        }
        assert_eq!(days, 7_305);
    }

    #[test]
    fn a_year_that_was_not_announced_is_an_error_and_no_guess() {
        let china = WorkCalendar::china();
        assert_eq!(china.years(), 2007..=2026);
        for (date, known) in [
            ("2006-12-31", false),
            ("2007-01-01", true),
            ("2026-12-31", true),
            ("2027-01-01", false),
        ] {
            assert_eq!(china.kind_of(day(date)).is_ok(), known, "{date}");
        }
        let refused = china.kind_of(day("2027-01-01")).unwrap_err();
        assert_eq!((refused.first_year, refused.last_year), (2007, 2026));
    }

    #[test]
    fn a_newer_pack_is_read_and_a_broken_one_names_its_line() {
        let newer: WorkCalendar = "# made up\n2027 off 01-01..01-03 work 01-09".parse().unwrap();
        let kind = |text| newer.kind_of(day(text)).unwrap();
        assert_eq!(
            (kind("2027-01-02"), kind("2027-01-09")),
            (DayKind::Holiday, DayKind::MakeUpWorkday)
        );
        assert_eq!(
            (kind("2027-01-04"), kind("2027-01-10")),
            (DayKind::Workday, DayKind::Weekend)
        );
        for (broken, line) in [
            ("", 1),
            ("2027 off 13-01", 1),
            ("2027 01-01", 1),
            ("2027 off 01-03..01-01", 1),
            ("2027 off 01-01 work 01-01", 1),
            ("2026 off 01-01\n2028 off 01-01", 2),
            ("2026 off 01-01\n\n# x\nnonsense", 4),
            ("99999999999 off 01-01", 1),
        ] {
            assert_eq!(broken.parse::<WorkCalendar>(), Err(BadPack { line }), "{broken}");
        }
    }
}
