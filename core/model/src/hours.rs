//! When a place is open: OpenStreetMap's `opening_hours` syntax, evaluated day by day by the `opening-hours` crate.
//!
//! A site keeps its text as written, readable or not ([`Site::opening_hours`](super::Site::opening_hours)); whoever needs
//! hours parses it here, and an unreadable one is said, never dropped. Times are local to the place: no zone, no clock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use opening_hours::{Context, RuleKind};

use super::{Holidays, OutsideCalendar};

/// A text that is no opening hours, or none that we can evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// The text does not follow the syntax, or uses a part of it that is not supported.
    #[error("opening hours that cannot be read; expected something like Mo-Fr 09:00-17:00")]
    Unreadable,
    /// More text than anyone writes on a door.
    #[error("opening hours of {bytes} bytes, {} allowed", OpeningHours::BYTES_MAX)]
    TooLong {
        /// How much it was.
        bytes: usize,
    },
}

/// Why a day's windows cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// The hours depend on holidays, and those of that year are not known.
    #[error(transparent)]
    Holidays(#[from] OutsideCalendar),
    /// The day lies outside the years 1900 to 9999.
    #[error("opening hours are evaluated for the years 1900 to 9999")]
    Year,
    /// The evaluator failed on these hours: treat them as unreadable.
    #[error("opening hours that cannot be evaluated")]
    Unevaluable,
}

/// A span of one day, in seconds from its local midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenWindow {
    /// When it begins.
    pub from_s: u32,
    /// When it ends, at most 86,400; a window that goes on past midnight is continued by one of the next day.
    pub until_s: u32,
    /// Whether it is open for certain: `false` for "by appointment" and whatever else the text leaves unsaid.
    pub certain: bool,
}

/// Opening hours that were read.
///
/// ```
/// use fieldbook_model::{Holidays, OpenWindow, OpeningHours};
/// let hours: OpeningHours = "Mo-Fr 09:00-12:30,14:00-18:00; PH off".parse()?;
/// let day = |text: &str| text.parse().unwrap();
/// let britain = Holidays::of_country("GB").unwrap();
/// let windows = hours.windows(day("2026-03-02"), &britain).unwrap();
/// assert_eq!(windows[0], OpenWindow { from_s: 9 * 3_600, until_s: 45_000, certain: true });
/// assert!(hours.windows(day("2026-12-25"), &britain).unwrap().is_empty());
/// # Ok::<(), fieldbook_model::HoursError>(())
/// ```
#[derive(Debug, Clone)]
pub struct OpeningHours {
    read: opening_hours::OpeningHours,
    asks_for_holidays: bool,
    mended: bool,
}

impl OpeningHours {
    /// The longest text that is read, as long as a field may be.
    pub const BYTES_MAX: usize = super::schema::TEXT_BYTES_MAX;

    /// Whether the hours differ on public or school holidays.
    pub fn asks_for_holidays(&self) -> bool {
        self.asks_for_holidays
    }

    /// Whether the text had to be put right before it could be read: to be shown as doubtful.
    pub fn is_mended(&self) -> bool {
        self.mended
    }

    /// When the place is open on `date`, in order, not overlapping; empty when it is closed.
    ///
    /// # Errors
    /// [`WindowError`]: hours that ask for holidays are not evaluated beyond the years that `holidays` knows.
    pub fn windows(&self, date: NaiveDate, holidays: &Holidays) -> Result<Vec<OpenWindow>, WindowError> {
        if !(1_900..=9_999).contains(&date.year()) {
            return Err(WindowError::Year);
        }
        if let Some(years) = holidays.years().filter(|_| self.asks_for_holidays)
            && !years.contains(&date.year())
        {
            return Err(OutsideCalendar {
                date,
                first_year: *years.start(),
                last_year: *years.end(),
            }
            .into());
        }
        let context = Context::default().with_holidays(holidays.context());
        let hours = self.read.clone().with_context(context);
        // The evaluator has assertions of its own, and the text is anyone's.
        let schedule = catch_unwind(AssertUnwindSafe(|| {
            hours.schedule_at(date).into_iter().collect::<Vec<_>>()
        }));
        let mut windows: Vec<OpenWindow> = Vec::new();
        for span in schedule.map_err(|_| WindowError::Unevaluable)? {
            let seconds = |hour: u8, minute: u8| (u32::from(hour) * 60 + u32::from(minute)) * 60;
            let window = OpenWindow {
                from_s: seconds(span.range.start.hour(), span.range.start.minute()),
                until_s: seconds(span.range.end.hour(), span.range.end.minute()).min(86_400),
                certain: span.kind == RuleKind::Open,
            };
            match windows.last_mut() {
                _ if span.kind == RuleKind::Closed || window.from_s >= window.until_s => {}
                Some(last) if last.until_s == window.from_s && last.certain == window.certain => {
                    last.until_s = window.until_s;
                }
                _ => windows.push(window),
            }
        }
        Ok(windows)
    }
}

impl FromStr for OpeningHours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<OpeningHours, HoursError> {
        if text.len() > OpeningHours::BYTES_MAX {
            return Err(HoursError::TooLong { bytes: text.len() });
        }
        let strict = read(text.trim());
        let (read, mended) = match strict {
            Some(hours) => (hours, false),
            None => (read(&mended(text)).ok_or(HoursError::Unreadable)?, true),
        };
        Ok(OpeningHours {
            asks_for_holidays: names_holidays(&read.to_string()),
            read,
            mended,
        })
    }
}

/// Reads by the letter of the syntax; a failed assertion inside the parser is a text that cannot be read.
fn read(text: &str) -> Option<opening_hours::OpeningHours> {
    catch_unwind(|| text.parse().ok()).ok().flatten()
}

/// The slips that people make on real doors, put right: a separator at the end, long dashes, English names of days, a
/// comma without the space that makes it a rule of its own, a point in a time, an upper or lower case of their own.
fn mended(text: &str) -> String {
    let text = text.replace(['–', '—', '−'], "-");
    let mut words = String::new();
    let mut rest = text.trim().trim_end_matches([';', ',', ' ']);
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length.max(first.len_utf8()));
        let before = words.trim_end().chars().next_back();
        match word {
            _ if day_or_holiday(word).is_some() => {
                let name = day_or_holiday(word).unwrap_or(word);
                if before == Some(',')
                    && words.len() > 1
                    && words
                        .trim_end_matches([',', ' '])
                        .ends_with(|c: char| c.is_ascii_digit())
                {
                    words.push(' ');
                }
                words.push_str(name);
            }
            "." if before.is_some_and(|c| c.is_ascii_digit())
                && after.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                words.push(':');
            }
            _ => words.push_str(word),
        }
        rest = after;
    }
    words
}

/// `Mo` for `Mon`, `monday` and the like, `PH` for `ph`; `None` for any other word.
fn day_or_holiday(word: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 7] = [
        ("monday", "Mo"),
        ("tuesday", "Tu"),
        ("wednesday", "We"),
        ("thursday", "Th"),
        ("friday", "Fr"),
        ("saturday", "Sa"),
        ("sunday", "Su"),
    ];
    let lower = word.to_ascii_lowercase();
    let day = NAMES
        .iter()
        .find(|(name, _)| lower.len() >= 2 && name.starts_with(lower.as_str()));
    match lower.as_str() {
        "ph" => Some("PH"),
        "sh" => Some("SH"),
        _ => day.map(|(_, short)| *short),
    }
}

/// Whether `PH` or `SH` stands in the text as a word, comments in quotes aside.
fn names_holidays(text: &str) -> bool {
    let spoken = text.split('"').step_by(2);
    let mut words = spoken.flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()));
    words.any(|word| word.eq_ignore_ascii_case("PH") || word.eq_ignore_ascii_case("SH"))
}

#[cfg(test)]
mod tests;
