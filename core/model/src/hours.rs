//! Opening hours: OpenStreetMap's `opening_hours` syntax, evaluated day by day by the `opening-hours` crate.
//!
//! A site keeps its text as written, readable or not ([`Site::opening_hours`](super::Site::opening_hours)); callers that
//! need hours parse it here, and an unreadable text is reported, never dropped. Times are local to the place: no zone, no
//! clock.
//!
//! Nothing is open for certain unless the text says so: a rule with a comment only, an open end, the sun, and holidays of
//! a place whose holidays are unknown leave a window uncertain. The crate does not know this of itself and evaluates
//! fallbacks (`||`) by the day instead of by the minute, so the text is prepared by `rules` and the fallbacks are combined
//! here. Hours as people type them (`Mon-Fri 9am-5pm`, `Mo-Fr 9-17 Uhr`) are read by `typed`.

mod rules;
mod typed;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use opening_hours::{Context, ContextHolidays, RuleKind};

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
        /// Length of the text.
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
    /// Begin of the window.
    pub from_s: u32,
    /// End of the window, at most 86,400; a window that goes on past midnight is continued by one of the next day.
    pub until_s: u32,
    /// True if the place is open for certain; false for "by appointment" and for all that the text leaves open.
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
    /// The rule groups of the text, each the fallback of those before it (`||`).
    groups: Vec<RuleGroup>,
    asks_for_holidays: bool,
    asks_for_school_holidays: bool,
    mended: bool,
}

/// A group of rules without fallback.
#[derive(Debug, Clone)]
struct RuleGroup {
    rules: opening_hours::OpeningHours,
    /// The same rules without what an open end or the sun leaves unsaid; `None` if nothing does.
    certain: Option<opening_hours::OpeningHours>,
}

impl OpeningHours {
    /// The longest text that is read, as long as a field may be.
    pub const BYTES_MAX: usize = super::schema::TEXT_BYTES_MAX;

    /// True if the hours differ on public or school holidays.
    pub fn asks_for_holidays(&self) -> bool {
        self.asks_for_holidays
    }

    /// True if the text had to be corrected before it could be read: to be shown as doubtful.
    pub fn is_mended(&self) -> bool {
        self.mended
    }

    /// The windows in which the place is open on `date`, in order, not overlapping; empty if it is closed. If the hours
    /// differ on holidays and `holidays` knows none, a window that may be a holiday's is uncertain.
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
        // Holidays of an unknown place may fall on any day; school holidays are announced by region and never known.
        let is_guess =
            (self.asks_for_holidays && holidays.years().is_none()) || self.asks_for_school_holidays;
        let mut minutes = self.minutes(date, holidays.context())?;
        if is_guess {
            let as_holiday = self.minutes(date, Holidays::context_with(date))?;
            for (minute, other) in minutes.iter_mut().zip(as_holiday) {
                *minute = minute.or_perhaps(other);
            }
        }
        Ok(OpenWindow::from_minutes(&minutes))
    }

    /// The state of each minute of `date`.
    fn minutes(&self, date: NaiveDate, holidays: ContextHolidays) -> Result<DayMinutes, WindowError> {
        let context = Context::default().with_holidays(holidays);
        let mut day = [MinuteState::Closed; MINUTES];
        for group in &self.groups {
            let mut own = evaluate(&group.rules, date, &context)?;
            if let Some(certain) = &group.certain {
                weaken(&mut own, &evaluate(certain, date, &context)?);
            }
            for (minute, fallback) in day.iter_mut().zip(own) {
                if *minute == MinuteState::Closed {
                    *minute = fallback;
                }
            }
        }
        Ok(day)
    }
}

/// Minutes of a day.
const MINUTES: usize = 1_440;

/// The state of a place in each minute of a day.
type DayMinutes = [MinuteState; MINUTES];

/// The state of a place in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MinuteState {
    Closed,
    Perhaps,
    Open,
}

impl MinuteState {
    /// The state if either this or `other` holds, and nobody knows which.
    fn or_perhaps(self, other: MinuteState) -> MinuteState {
        if self == other { self } else { MinuteState::Perhaps }
    }
}

/// Evaluates one group of rules. The evaluator has assertions of its own, and the text is anyone's.
fn evaluate(
    rules: &opening_hours::OpeningHours,
    date: NaiveDate,
    context: &Context,
) -> Result<DayMinutes, WindowError> {
    let hours = rules.clone().with_context(context.clone());
    let schedule = catch_unwind(AssertUnwindSafe(|| {
        hours.schedule_at(date).into_iter().collect::<Vec<_>>()
    }));
    let mut minutes = [MinuteState::Closed; MINUTES];
    for span in schedule.map_err(|_| WindowError::Unevaluable)? {
        let minute = |hour: u8, minute: u8| (usize::from(hour) * 60 + usize::from(minute)).min(MINUTES);
        let state = match span.kind {
            RuleKind::Open => MinuteState::Open,
            RuleKind::Unknown => MinuteState::Perhaps,
            RuleKind::Closed => MinuteState::Closed,
        };
        let (from, until) = (
            minute(span.range.start.hour(), span.range.start.minute()),
            minute(span.range.end.hour(), span.range.end.minute()),
        );
        if from < until {
            minutes[from..until].fill(state);
        }
    }
    Ok(minutes)
}

/// Makes each open span uncertain as a whole that is shorter, or absent, in `certain`.
fn weaken(minutes: &mut DayMinutes, certain: &DayMinutes) {
    let mut from = 0;
    while from < MINUTES {
        let length = minutes[from..]
            .iter()
            .take_while(|state| **state == minutes[from])
            .count();
        let span = from..from + length;
        if minutes[from] == MinuteState::Open && certain[span.clone()] != minutes[span.clone()] {
            minutes[span].fill(MinuteState::Perhaps);
        }
        from += length;
    }
}

impl OpenWindow {
    /// The windows of a day, in order.
    fn from_minutes(minutes: &DayMinutes) -> Vec<OpenWindow> {
        let seconds = |minute: usize| u32::try_from(minute * 60).unwrap_or(86_400);
        let mut windows = Vec::new();
        let mut from = 0;
        for span in minutes.chunk_by(|a, b| a == b) {
            let until = from + span.len();
            if span[0] != MinuteState::Closed {
                windows.push(OpenWindow {
                    from_s: seconds(from),
                    until_s: seconds(until),
                    certain: span[0] == MinuteState::Open,
                });
            }
            from = until;
        }
        windows
    }
}

impl FromStr for OpeningHours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<OpeningHours, HoursError> {
        if text.len() > OpeningHours::BYTES_MAX {
            return Err(HoursError::TooLong { bytes: text.len() });
        }
        let as_typed = || {
            let text = typed::canonical(text)?;
            Some((text.clone(), read_groups(&text)?))
        };
        let by_letter =
            |text: String| read_groups(text.trim()).map(|groups| (text.trim().to_owned(), groups));
        let twelve_hours = typed::is_on_twelve_hours(text);
        let strict = by_letter(text.to_owned()).filter(|_| !twelve_hours);
        let is_mended = strict.is_none();
        let mended = || by_letter(mended(text)).filter(|_| !twelve_hours);
        let (text, groups) = strict
            .or_else(mended)
            .or_else(as_typed)
            .ok_or(HoursError::Unreadable)?;
        Ok(OpeningHours {
            asks_for_holidays: names(&text, "PH") || names(&text, "SH"),
            asks_for_school_holidays: names(&text, "SH"),
            groups,
            mended: is_mended,
        })
    }
}

/// Reads each group of rules; `None` if one of them cannot be read.
fn read_groups(text: &str) -> Option<Vec<RuleGroup>> {
    let groups = rules::groups(text).into_iter().map(|group| {
        let certain = rules::certain_part(&group);
        Some(RuleGroup {
            rules: read(&group)?,
            certain: certain
                .map(|certain| read(&certain))
                .map_or(Some(None), |read| read.map(Some))?,
        })
    });
    groups.collect()
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

/// True if `word` stands in the text, comments in quotes aside.
fn names(text: &str, word: &str) -> bool {
    let outside = text.split('"').step_by(2);
    let mut words = outside.flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()));
    words.any(|other| other.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests;
