//! The rep's own track: kept fix by fix, looked at by the day, and turned into visits that may have been forgotten.
//!
//! The host asks [`advise`] how often to take a fix, gives each to `record_fix`, and shows what is kept. Times are Unix
//! milliseconds.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Arc;

use fieldbook_core::book::{BookError, Privacy, TrackEnds};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::location::track::{
    Advice, MotionState as Doing, Situation, StopRules, Track, TrackFix, TrackFormat, TrackGap as Gap,
    TrackStop as Stop,
};
use fieldbook_core::location::{Fix, FixError, Position, RawFix};
use fieldbook_core::model::{Holidays, Keeping, PrivacyRules, RecordingMode};

use crate::Fieldbook;
use crate::scalars::Size;

/// What the rep is doing, as the rep says.
#[uniffi::remote(Enum)]
pub enum RecordingMode {
    /// Working: what the rules allow is recorded.
    Business,
    /// On a private errand in between: distance is counted apart, no position is kept.
    Personal,
    /// Nothing is recorded at all.
    Private,
}

/// What becomes of a fix that comes without a tap.
#[uniffi::remote(Enum)]
pub enum Keeping {
    /// It is written.
    Write,
    /// It may be used for the length of the way, and is forgotten with the next one.
    MeasureOnly,
    /// It is dropped before anything looks at it.
    Drop,
}

/// What the phone is doing.
#[uniffi::remote(Enum)]
pub enum Doing {
    /// Nobody knows yet.
    Unknown,
    /// On the way.
    Moving,
    /// In one place for three minutes and more.
    Staying,
}

/// What advice depends on.
#[uniffi::remote(Record)]
pub struct Situation {
    /// What the phone is doing.
    #[uniffi(name = "doing")]
    pub motion: Doing,
    /// Speed over ground, metres a second; 0 when unknown.
    pub speed_mps: f64,
    /// To the edge of the nearest fence that matters today, less than 0 inside, metres; null when there is none.
    #[uniffi(name = "fence_m")]
    pub fence: Option<Meters>,
    /// How full the battery is, 0 to 1.
    pub battery: f64,
    /// It is being charged.
    pub charging: bool,
}

/// What the host should ask the system for.
#[uniffi::remote(Record)]
pub struct Advice {
    /// Seconds between fixes.
    pub interval_s: f64,
    /// No fix before the phone has moved so far, metres.
    #[uniffi(name = "distance_m")]
    pub distance: Meters,
    /// Switch the receiver off and wake when the motion sensor says so, or after the interval.
    pub sleep: bool,
    /// What it costs, milliamperes on average.
    pub draw_ma: f64,
}

/// A place where the phone stayed.
#[uniffi::remote(Record)]
pub struct Stop {
    /// Arrival.
    pub from_ms: i64,
    /// Departure.
    pub until_ms: i64,
    /// Its middle.
    pub center: Position,
    /// Root mean square distance of its fixes from the middle, metres.
    #[uniffi(name = "radius_m")]
    pub radius: Meters,
    /// How many fixes were made there.
    pub fixes: Size,
}

/// A stretch of which nothing is known.
#[uniffi::remote(Record)]
pub struct Gap {
    /// The last fix before it.
    pub from_ms: i64,
    /// The first fix behind it.
    pub until_ms: i64,
    /// How far the two lie apart, metres.
    #[uniffi(name = "distance_m")]
    pub distance: Meters,
}

/// The form of a track that leaves.
#[uniffi::remote(Enum)]
pub enum TrackFormat {
    /// Comma-separated values, a row a fix.
    Csv,
    /// GPX 1.1, a segment for each stretch without a gap.
    Gpx,
    /// RFC 7946: the path, a line for each stretch without a gap, and a point for each stop.
    GeoJson,
    /// Encoded polylines, a line of text for each stretch without a gap: what a map draws.
    Polyline,
}

/// What a stretch of time amounts to.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct TrackSummary {
    /// How many fixes are kept of it.
    pub fixes: u64,
    /// How far it went, metres; gaps count nothing.
    pub distance_m: f64,
    /// Where the phone stayed.
    pub stops: Vec<Stop>,
    /// The stretches without fixes.
    pub gaps: Vec<Gap>,
}

/// A stop near a known site, at a time when no visit there was noted. Change what the rep changes, then `make_up` with its
/// account, site and times, or `dismiss_suggestion`.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct SuggestedVisit {
    /// When it began.
    pub from_ms: i64,
    /// When it was over.
    pub until_ms: i64,
    /// The account.
    pub account: RecordId,
    /// The account's name.
    pub title: String,
    /// The site.
    pub site: RecordId,
    /// The middle of the stop.
    pub place: Position,
    /// From there to the site, metres.
    pub distance_m: f64,
}

/// Why there are no such rules.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum TrackRulesError {
    /// The working hours cannot be read.
    #[error("the working hours cannot be read")]
    BadHours,
    /// The country's holidays are not known.
    #[error("the country's holidays are not known")]
    UnknownCountry,
}

/// Why a fix was not recorded.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum RecordFixError {
    /// It is no fix.
    #[error("{fault}")]
    BadFix {
        /// What is wrong.
        fault: FixError,
    },
    /// The book.
    #[error("{why}")]
    Book {
        /// What it said.
        why: BookError,
    },
}

/// The company's promise to its reps: when they are recorded, and for how long it is kept. Made once, used for every fix.
#[derive(Debug, uniffi::Object)]
pub struct TrackRules(PrivacyRules);

#[uniffi::export]
impl TrackRules {
    /// `working_hours` are the rep's local ones in the syntax of OpenStreetMap's opening hours; null: whenever the rep does
    /// not say otherwise. `country` has the public holidays that they speak of, such as `GB`.
    #[uniffi::constructor(default(working_hours = None, country = None, keep_days = 90))]
    pub fn new(
        working_hours: Option<String>,
        country: Option<String>,
        keep_days: u32,
    ) -> Result<Arc<TrackRules>, TrackRulesError> {
        let hours = working_hours.as_deref().map(str::parse).transpose();
        let holidays = country.as_deref().map(Holidays::of_country).transpose();
        Ok(Arc::new(TrackRules(PrivacyRules {
            working_hours: hours.map_err(|_| TrackRulesError::BadHours)?,
            holidays: holidays
                .map_err(|_| TrackRulesError::UnknownCountry)?
                .unwrap_or_else(Holidays::none),
            keep_days,
            ..PrivacyRules::default()
        })))
    }
}

/// How often to ask the system for a fix: as seldom as the next decision allows.
#[uniffi::export]
pub fn advise(situation: Situation) -> Advice {
    fieldbook_core::location::track::advise(situation)
}

#[uniffi::export]
impl Fieldbook {
    /// Keeps a fix of the rep's track if the rules allow it, and says what became of it. What is kept is on the disk when
    /// this returns.
    pub fn record_fix(
        &self,
        fix: RawFix,
        rules: &TrackRules,
        mode: RecordingMode,
        utc_offset_minutes: i32,
    ) -> Result<Keeping, RecordFixError> {
        let fix = Fix::try_from(fix).map_err(|fault| RecordFixError::BadFix { fault })?;
        let privacy = Privacy {
            rules: &rules.0,
            mode,
            utc_offset_minutes,
        };
        let kept = self.book.record_fix(&TrackFix::from(&fix), &privacy);
        kept.map_err(|why| RecordFixError::Book { why })
    }

    /// What is kept of a time, summed up: mileage, stops, gaps.
    pub fn track_summary(&self, from_ms: i64, until_ms: i64) -> Result<TrackSummary, BookError> {
        let fixes = self.book.track(from_ms, until_ms)?;
        let track = Track::from_fixes(&fixes, &StopRules::default());
        Ok(TrackSummary {
            fixes: fixes.len() as u64,
            distance_m: track.mileage.distance.0,
            stops: track.stops,
            gaps: track.mileage.gaps,
        })
    }

    /// The path of a time as encoded polylines (Google's, five decimals), one for each stretch without a gap.
    pub fn track_polylines(&self, from_ms: i64, until_ms: i64) -> Result<Vec<String>, BookError> {
        let (whole, format, mut lines) = (TrackEnds::Whole, TrackFormat::Polyline, Vec::new());
        self.book
            .export_track(from_ms, until_ms, whole, format, &mut lines)?;
        let text = String::from_utf8(lines).map_err(|_| BookError::CannotWrite)?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Writes all that is kept of a time to a file, which it makes or replaces, and returns how many fixes it is: the rep's
    /// own copy. For anybody else `cut_m` metres are cut off both ends of each local day.
    #[uniffi::method(default(cut_m = None, utc_offset_minutes = 0))]
    pub fn export_track(
        &self,
        path: &str,
        from_ms: i64,
        until_ms: i64,
        format: TrackFormat,
        cut_m: Option<f64>,
        utc_offset_minutes: i32,
    ) -> Result<u64, BookError> {
        let mut out = BufWriter::new(File::create(path).map_err(|_| BookError::CannotWrite)?);
        let ends = cut_m.map_or(TrackEnds::Whole, |metres| TrackEnds::Cut {
            by: Meters(metres),
            utc_offset_minutes,
        });
        let count = self
            .book
            .export_track(from_ms, until_ms, ends, format, &mut out)?;
        out.flush().map_err(|_| BookError::CannotWrite)?;
        Ok(count)
    }

    /// The stops of a time near known sites at which no visit was noted meanwhile, and that were not dismissed.
    pub fn suggested_visits(&self, from_ms: i64, until_ms: i64) -> Result<Vec<SuggestedVisit>, BookError> {
        let suggested = self.book.suggested_visits(from_ms, until_ms)?;
        let crossing = suggested.into_iter().map(|visit| SuggestedVisit {
            from_ms: visit.from_ms,
            until_ms: visit.until_ms,
            account: visit.account.id,
            title: visit.account.title().to_owned(),
            site: visit.site.id,
            place: visit.stop.center,
            distance_m: visit.distance.0,
        });
        Ok(crossing.collect())
    }

    /// Remembers that what happened at that site in that time was no visit: it is not suggested again.
    pub fn dismiss_suggestion(&self, site: RecordId, from_ms: i64, until_ms: i64) -> Result<(), BookError> {
        self.book.dismiss_suggestion(site, from_ms, until_ms)
    }

    /// Forgets what is kept of a time, for ever; returns how many fixes it was.
    pub fn forget_track(&self, from_ms: i64, until_ms: i64) -> Result<u64, BookError> {
        Ok(self.book.forget_track(from_ms, until_ms)? as u64)
    }

    /// Forgets what is older than the rules allow at `now_ms`; returns how many fixes it was.
    pub fn forget_old_track(&self, now_ms: i64, rules: &TrackRules) -> Result<u64, BookError> {
        Ok(self.book.forget_old_track(now_ms, &rules.0)? as u64)
    }
}
