//! The request of a day, and the problem that it becomes.

use std::time::Duration;

use chrono::NaiveDate;

use super::{Candidate, DayPlace, HoursKnown, Places, TravelSource, TravelUsed};
use fieldbook_location::Meters;
use fieldbook_location::Position;
use fieldbook_model::{Holidays, OpenWindow, OpeningHours, Zone};
use fieldbook_plan::{Day, DayStop, Lunch, ProblemError, ProblemErrorKind, ScoreRules, Window};

/// Greatest difference between the start of an appointment and its time, seconds.
const APPOINTMENT_S: i32 = 900;

/// The longest shift, and so the last second that a plan may speak of: two days.
const SHIFT_S_MAX: i32 = 2 * 86_400;

/// The effort of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanEffort {
    /// The best plan found by then.
    Deadline(Duration),
    /// The same plan on every machine.
    Iterations(u64),
}

/// The end of the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DayEnd {
    /// The start of the day.
    Back,
    /// Wherever the last visit is.
    Anywhere,
    /// A given position.
    At(Position),
}

/// The candidates that are considered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidates {
    /// Greatest straight-line distance from the start.
    pub within: Meters,
    /// Largest number of candidates, the most valuable; 1 to 300.
    pub most: u32,
}

/// The parameters of a day to plan.
#[derive(Debug, Clone)]
pub struct PlanDayRequest {
    /// The date of the day.
    pub date: NaiveDate,
    /// The rep's local time, in which times of the plan and opening hours are meant.
    pub zone: Zone,
    /// The start position; `None`: the day's first appointment, or else the middle of the customers.
    pub start: Option<Position>,
    /// The end of the day.
    pub end: DayEnd,
    /// Leave the start no earlier, be at the end no later: seconds from local midnight.
    pub shift: Window,
    /// The break; `None` for none.
    pub lunch: Option<Lunch>,
    /// Duration of a visit, seconds.
    pub service_s: i32,
    /// The candidates that are considered.
    pub candidates: Candidates,
    /// Whose public holidays opening hours speak of.
    pub holidays: Holidays,
    /// The weights of the score's terms.
    pub worth: ScoreRules,
    /// The source of drive times.
    pub travel: TravelSource,
    /// The effort of the search.
    pub effort: PlanEffort,
    /// Seed of the search's random numbers.
    pub seed: u64,
}

impl PlanDayRequest {
    /// A day from 08:30 to 17:00 UTC with half an hour of lunch between 11:30 and 14:00, visits of 20 minutes, the 60 most
    /// valuable customers within 25 km, back where it began, searched for a second.
    pub fn new(date: NaiveDate) -> PlanDayRequest {
        let at = |hours: i32, minutes: i32| (hours * 60 + minutes) * 60;
        PlanDayRequest {
            date,
            zone: Zone::UTC,
            start: None,
            end: DayEnd::Back,
            shift: Window {
                from: at(8, 30),
                until: at(17, 0),
            },
            lunch: Some(Lunch {
                window: Window {
                    from: at(11, 30),
                    until: at(14, 0),
                },
                duration_s: at(0, 30),
            }),
            service_s: at(0, 20),
            candidates: Candidates {
                within: Meters(25_000.0),
                most: 60,
            },
            holidays: Holidays::none(),
            worth: ScoreRules::default(),
            travel: TravelSource::default(),
            effort: PlanEffort::Deadline(Duration::from_secs(1)),
            seed: 0,
        }
    }

    /// The instant, Unix milliseconds, of a time of the plan, in seconds from local midnight.
    pub fn instant_ms(&self, second: i64) -> i64 {
        self.zone.instant_ms(self.date, second)
    }

    /// # Errors
    /// Names the number that is no good.
    pub(in crate::book) fn check(&self) -> Result<(), ProblemError> {
        within("shift.from", self.shift.from, 0, SHIFT_S_MAX)?;
        within("shift.until", self.shift.until, self.shift.from, SHIFT_S_MAX)?;
        within("service_s", self.service_s, 0, 86_400)?;
        let most = i32::try_from(self.candidates.most).unwrap_or(i32::MAX);
        within("candidates.most", most, 1, 300)?;
        if let Some(lunch) = self.lunch {
            within("lunch.from", lunch.window.from, 0, SHIFT_S_MAX)?;
            within("lunch.until", lunch.window.until, lunch.window.from, SHIFT_S_MAX)?;
            within("lunch.duration_s", lunch.duration_s, 0, 86_400)?;
        }
        match &self.travel {
            TravelSource::Estimated(roads) => roads
                .check()
                .map_err(|error| ProblemError::new(format!("travel.{}", error.field), error.kind)),
            TravelSource::FittedTravelModel | TravelSource::Given(_) => Ok(()),
        }
    }

    /// The problem and its places: node 0 is the start, node 1 the end when it is elsewhere, the others are the candidates.
    pub(super) fn problem(
        &self,
        start: Position,
        candidates: &[Candidate],
        travel: &mut TravelUsed,
    ) -> (Day, Places) {
        let mut places = Places::default();
        let start = places.add(DayPlace::Start, start);
        let end = match self.end {
            DayEnd::Back => Some(start),
            DayEnd::Anywhere => None,
            DayEnd::At(position) => Some(places.add(DayPlace::End, position)),
        };
        let stops = candidates.iter().map(|candidate| {
            let node = places.add(DayPlace::Site(candidate.site.id), candidate.position);
            self.stop(candidate, node)
        });
        let stops = stops.collect();
        let day = Day {
            shift: self.shift,
            start,
            end,
            travel: travel.between(&places, self.shift),
            max_travel_s: None,
            lunch: self.lunch,
            stops,
        };
        (day, places)
    }

    /// A candidate as a stop.
    pub(super) fn stop(&self, candidate: &Candidate, node: usize) -> DayStop {
        let open = self.open(candidate.site.fields.text("opening_hours")).1;
        let windows = match candidate.appointment {
            Some((_, at_s)) => {
                let at = i32::try_from(at_s).unwrap_or(0).clamp(0, SHIFT_S_MAX);
                vec![Window {
                    from: (at - APPOINTMENT_S).max(0),
                    until: at + APPOINTMENT_S,
                }]
            }
            None => open,
        };
        DayStop {
            id: candidate.account.id.to_string(),
            node,
            service_s: self.service_s,
            windows,
            value: candidate.worth.value,
            mandatory: candidate.appointment.is_some(),
        }
    }

    /// The times at which a visit may start by the site's opening hours: early enough to be over when it closes. Windows
    /// that are open for certain count alone, if the day has any.
    pub(in crate::book) fn open(&self, hours: Option<&str>) -> (HoursKnown, Vec<Window>) {
        let all_day = vec![Window {
            from: self.shift.from,
            until: self.shift.until,
        }];
        let Some(text) = hours.filter(|text| !text.trim().is_empty()) else {
            return (HoursKnown::Unstated, all_day);
        };
        let read: Option<OpeningHours> = text.parse().ok();
        let windows = read.and_then(|hours| hours.windows(self.date, &self.holidays).ok());
        let Some(windows) = windows else {
            return (HoursKnown::Unreadable, all_day);
        };
        let (certain, perhaps): (Vec<OpenWindow>, Vec<OpenWindow>) =
            windows.into_iter().partition(|window| window.certain);
        match (self.starts_in(&certain), self.starts_in(&perhaps)) {
            (starts, perhaps) if !starts.is_empty() || perhaps.is_empty() => (HoursKnown::Read, starts),
            (_, starts) => (HoursKnown::Perhaps, starts),
        }
    }

    /// The times at which a visit may start that ends within one of `windows`.
    fn starts_in(&self, windows: &[OpenWindow]) -> Vec<Window> {
        let mut starts: Vec<Window> = Vec::new();
        for open in windows {
            let from = i32::try_from(open.from_s).unwrap_or(i32::MAX);
            let until = i32::try_from(open.until_s).unwrap_or(i32::MAX) - self.service_s;
            match starts.last_mut() {
                Some(last) if from <= last.until.saturating_add(1) => last.until = last.until.max(until),
                _ if from <= until => starts.push(Window { from, until }),
                _ => {}
            }
        }
        starts
    }
}

/// # Errors
/// Names `field` when its value is out of bounds.
pub(in crate::book) fn within(field: &str, value: i32, least: i32, most: i32) -> Result<(), ProblemError> {
    let (value, least, most) = (i64::from(value), i64::from(least), i64::from(most));
    let kind = if value < least {
        ProblemErrorKind::TooSmall { value, least }
    } else if value > most {
        ProblemErrorKind::TooLarge { value, most }
    } else {
        return Ok(());
    };
    Err(ProblemError::new(field, kind))
}
