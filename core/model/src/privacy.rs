//! The privacy rules: which positions may be recorded of a rep, and for how long. Pure rules: a recorder asks first and
//! writes nothing else.
//!
//! Check-ins are not asked about: the rep makes them, and they say where they were made. Everything that is recorded without
//! a tap is.

use chrono::NaiveDateTime;
use chrono::Timelike;

use super::{Holidays, OpeningHours, WindowError};
use fieldbook_location::Meters;
use fieldbook_location::{Position, distance};

/// The rep's own statement of what the time is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RecordingMode {
    /// Working: what the rules allow is recorded.
    #[default]
    Business,
    /// On a private errand in between: distance is counted apart, no position is kept.
    Personal,
    /// Nothing is recorded at all.
    Private,
}

/// The treatment of a fix that comes without a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keeping {
    /// It is written.
    Write,
    /// It may be used for the length of the way, and is forgotten with the next one.
    MeasureOnly,
    /// It is dropped before anything looks at it.
    Drop,
}

/// The company's promise to its reps.
#[derive(Debug, Clone)]
pub struct PrivacyRules {
    /// Working hours in the rep's local time, in the syntax of opening hours; `None`: only while the rep says so.
    pub working_hours: Option<OpeningHours>,
    /// The holidays that those hours speak of.
    pub holidays: Holidays,
    /// For how many days positions are kept.
    pub keep_days: u32,
    /// The length cut off both ends of a day's track, so that it does not show where a rep lives.
    pub cut: Meters,
}

impl Default for PrivacyRules {
    /// Nothing outside what the rep says, 90 days, 200 metres at both ends.
    fn default() -> PrivacyRules {
        PrivacyRules {
            working_hours: None,
            holidays: Holidays::none(),
            keep_days: 90,
            cut: Meters(200.0),
        }
    }
}

impl PrivacyRules {
    /// The treatment of a fix taken at this local time. In doubt it is dropped: hours that cannot be evaluated, or a
    /// year whose holidays are not known, record nothing.
    pub fn keeping(&self, local: NaiveDateTime, mode: RecordingMode) -> Keeping {
        let at_work = || match &self.working_hours {
            None => true,
            Some(hours) => works_at(hours, local, &self.holidays).unwrap_or(false),
        };
        match mode {
            RecordingMode::Private => Keeping::Drop,
            _ if !at_work() => Keeping::Drop,
            RecordingMode::Personal => Keeping::MeasureOnly,
            RecordingMode::Business => Keeping::Write,
        }
    }

    /// The oldest time that is kept, Unix milliseconds.
    pub fn oldest_kept_ms(&self, now_ms: i64) -> i64 {
        now_ms.saturating_sub(i64::from(self.keep_days) * 86_400_000)
    }

    /// The part of a track that may be shown: all but the points within [`PrivacyRules::cut`] of its first and of its
    /// last point, from the ends up to where the path first leaves that circle. Empty if nothing leaves it.
    pub fn shown(&self, track: &[Position]) -> std::ops::Range<usize> {
        let (Some(first), Some(last)) = (track.first(), track.last()) else {
            return 0..0;
        };
        let beyond = |end: &Position, at: &Position| distance(*end, *at) > self.cut;
        let from = track.iter().position(|at| beyond(first, at));
        let until = track.iter().rposition(|at| beyond(last, at));
        match (from, until) {
            (Some(from), Some(until)) if from <= until => from..until + 1,
            _ => 0..0,
        }
    }
}

fn works_at(hours: &OpeningHours, local: NaiveDateTime, holidays: &Holidays) -> Result<bool, WindowError> {
    let windows = hours.windows(local.date(), holidays)?;
    let second = local.time().num_seconds_from_midnight();
    // "Perhaps" is not enough to follow somebody.
    Ok(windows
        .iter()
        .any(|window| window.certain && (window.from_s..window.until_s).contains(&second)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WorkCalendar;
    use proptest::prelude::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn rules(hours: &str, holidays: Holidays) -> PrivacyRules {
        PrivacyRules {
            working_hours: Some(hours.parse().unwrap()),
            holidays,
            ..PrivacyRules::default()
        }
    }

    #[test]
    fn nothing_is_written_outside_working_hours_nor_in_private() {
        let rules = rules("Mo-Fr 08:00-18:00; PH off", Holidays::of(WorkCalendar::china()));
        let at = |text: &str| rules.keeping(local(text), RecordingMode::Business);
        assert_eq!(at("2026-11-24T08:00:00"), Keeping::Write);
        assert_eq!(at("2026-11-24T17:59:59"), Keeping::Write);
        for off in [
            "2026-11-24T07:59:59",
            "2026-11-24T18:00:00",
            "2026-11-28T10:00:00",
            "2026-10-01T10:00:00",
        ] {
            assert_eq!(at(off), Keeping::Drop, "{off}");
        }
        // The holidays of 2027 are not known: rather nothing than a holiday's walk.
        assert_eq!(at("2027-02-08T10:00:00"), Keeping::Drop);
        let noon = local("2026-11-24T12:00:00");
        assert_eq!(rules.keeping(noon, RecordingMode::Private), Keeping::Drop);
        assert_eq!(rules.keeping(noon, RecordingMode::Personal), Keeping::MeasureOnly);
        let asked = rules.keeping(local("2026-11-24T20:00:00"), RecordingMode::Personal);
        assert_eq!(asked, Keeping::Drop);
    }

    #[test]
    fn hours_that_are_uncertain_record_nothing() {
        let perhaps = rules("Mo-Fr 08:00-18:00 unknown \"by appointment\"", Holidays::none());
        assert_eq!(
            perhaps.keeping(local("2026-11-24T12:00:00"), RecordingMode::Business),
            Keeping::Drop
        );
        let night = rules("Mo-Su 22:00-06:00", Holidays::none());
        assert_eq!(
            night.keeping(local("2026-11-24T05:00:00"), RecordingMode::Business),
            Keeping::Write
        );
    }

    #[test]
    fn retention_ends_on_the_day() {
        let rules = PrivacyRules::default();
        assert_eq!(rules.oldest_kept_ms(90 * 86_400_000 + 5), 5);
        assert!(rules.oldest_kept_ms(i64::MIN) <= 0);
    }

    proptest! {
        #[test]
        fn no_shown_end_is_near_where_the_track_began_or_ended(
            steps in prop::collection::vec((-0.002..0.002f64, -0.002..0.002f64), 0..40), cut in 1.0..800.0f64,
        ) {
            let rules = PrivacyRules { cut: Meters(cut), ..PrivacyRules::default() };
            let mut at = (52.6, 1.3);
            let track: Vec<Position> = steps.iter().map(|(north, east)| {
                at = (at.0 + north, at.1 + east);
                Position::new(at.0, at.1).unwrap()
            }).collect();
            let shown = rules.shown(&track);
            prop_assert!(shown.end <= track.len());
            if let Some(part) = track.get(shown.clone()).filter(|part| !part.is_empty()) {
                prop_assert!(distance(track[0], part[0]).0 > cut);
                prop_assert!(distance(track[track.len() - 1], part[part.len() - 1]).0 > cut);
                // All before and behind it lies in the circles.
                prop_assert!(track[..shown.start].iter().all(|p| distance(track[0], *p).0 <= cut));
                prop_assert!(track[shown.end..].iter().all(|p| distance(track[track.len() - 1], *p).0 <= cut));
            }
        }
    }
}
