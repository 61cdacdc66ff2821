//! The rep's own track: recording fixes, summaries and exports, and suggested visits from stops.
//!
//! The host asks [`advise`] how often to take a fix, passes each fix to `record_fix`, and shows what is stored. Times
//! are Unix milliseconds.

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
use crate::scalars::{Size, to_zone};

/// The recording mode that the rep has chosen.
#[uniffi::remote(Enum)]
pub enum RecordingMode {
    /// At work: fixes are recorded as the rules allow.
    Business,
    /// On a private trip: only the distance is counted, and no position is stored.
    Personal,
    /// Recording is off.
    Private,
}

/// The treatment of a fix that comes without a tap.
#[uniffi::remote(Enum)]
pub enum Keeping {
    /// The fix is stored.
    Write,
    /// The fix may be used for the distance travelled, and is forgotten at the next fix.
    MeasureOnly,
    /// The fix is discarded before any use.
    Drop,
}

/// The motion state of the phone.
#[uniffi::remote(Enum)]
pub enum Doing {
    /// The state is not known yet.
    Unknown,
    /// The phone is moving.
    Moving,
    /// The phone has stayed in one place for at least three minutes.
    Staying,
}

/// The inputs of `advise`.
#[uniffi::remote(Record)]
pub struct Situation {
    /// The motion state of the phone.
    #[uniffi(name = "doing")]
    pub motion: Doing,
    /// Ground speed in metres per second; 0 if unknown.
    pub speed_mps: f64,
    /// Distance in metres to the edge of the nearest relevant fence of the day; negative inside, null if there is
    /// none.
    #[uniffi(name = "fence_m")]
    pub fence: Option<Meters>,
    /// Battery level, 0 to 1.
    pub battery: f64,
    /// `true` while the battery is charging.
    pub charging: bool,
}

/// The location request that the host should make to the system.
#[uniffi::remote(Record)]
pub struct Advice {
    /// Interval between fixes, in seconds.
    pub interval_s: f64,
    /// The least movement before the next fix, in metres.
    #[uniffi(name = "distance_m")]
    pub distance: Meters,
    /// `true` to switch the receiver off until the motion sensor fires or the interval ends.
    pub sleep: bool,
    /// Expected average current in milliamperes.
    pub draw_ma: f64,
}

/// A place where the phone stayed.
#[uniffi::remote(Record)]
pub struct Stop {
    /// Arrival, Unix milliseconds.
    pub from_ms: i64,
    /// Departure, Unix milliseconds.
    pub until_ms: i64,
    /// The centre of its fixes.
    pub center: Position,
    /// Root mean square distance of its fixes from the centre, in metres.
    #[uniffi(name = "radius_m")]
    pub radius: Meters,
    /// Number of fixes at the stop.
    pub fixes: Size,
}

/// An interval without fixes.
#[uniffi::remote(Record)]
pub struct Gap {
    /// Time of the last fix before the gap, Unix milliseconds.
    pub from_ms: i64,
    /// Time of the first fix after the gap, Unix milliseconds.
    pub until_ms: i64,
    /// Distance between these two fixes, in metres.
    #[uniffi(name = "distance_m")]
    pub distance: Meters,
}

/// The file format of an exported track.
#[uniffi::remote(Enum)]
pub enum TrackFormat {
    /// CSV, one row a fix.
    Csv,
    /// GPX 1.1, one segment for each stretch without a gap.
    Gpx,
    /// GeoJSON (RFC 7946): a line for each stretch without a gap, and a point for each stop.
    GeoJson,
    /// Encoded polylines for maps, one line of text for each stretch without a gap.
    Polyline,
}

/// The summary of a time range of the track.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct TrackSummary {
    /// Number of stored fixes.
    pub fixes: u64,
    /// Distance travelled in metres, without gaps.
    pub distance_m: f64,
    /// The places where the phone stayed.
    pub stops: Vec<Stop>,
    /// The intervals without fixes.
    pub gaps: Vec<Gap>,
}

/// A stop near a known site, during which no visit there was recorded. After the rep's corrections, call `make_up`
/// with the account, site and times, or `dismiss_suggestion`.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct SuggestedVisit {
    /// Arrival, Unix milliseconds.
    pub from_ms: i64,
    /// Departure, Unix milliseconds.
    pub until_ms: i64,
    /// The id of the account.
    pub account: RecordId,
    /// The account's name.
    pub title: String,
    /// The id of the site.
    pub site: RecordId,
    /// The centre of the stop.
    pub place: Position,
    /// Distance from the centre of the stop to the site, in metres.
    pub distance_m: f64,
}

/// Track rules could not be created.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum TrackRulesError {
    /// The working hours are not in the syntax of OpenStreetMap's opening hours.
    #[error("the working hours cannot be read")]
    BadHours,
    /// No public holidays are known for the country.
    #[error("the country's holidays are not known")]
    UnknownCountry,
}

/// A fix could not be recorded.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum RecordFixError {
    /// The fix has an invalid value.
    #[error("{fault}")]
    BadFix {
        /// The fault of the fix.
        fault: FixError,
    },
    /// The book refused or failed the call.
    #[error("{why}")]
    Book {
        /// The error of the book.
        why: BookError,
    },
}

/// The company's recording policy towards its reps: recording hours and retention. Create it once and use it for
/// every fix.
#[derive(Debug, uniffi::Object)]
pub struct TrackRules(PrivacyRules);

#[uniffi::export]
impl TrackRules {
    /// Creates rules from the rep's local `working_hours`, in the syntax of OpenStreetMap's opening hours; null
    /// allows recording at any time unless the rep's mode forbids it. `country`, such as `GB`, selects the public
    /// holidays that the hours refer to. Fixes are kept for `keep_days` days.
    ///
    /// Fails with `BadHours` or `UnknownCountry`.
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

/// The recommended interval and mode of location requests: as few fixes as the next decision allows.
#[uniffi::export]
pub fn advise(situation: Situation) -> Advice {
    fieldbook_core::location::track::advise(situation)
}

#[uniffi::export]
impl Fieldbook {
    /// Records a fix of the rep's track if the rules allow it, and returns how it was treated. A stored fix is on
    /// disk when the call returns.
    ///
    /// Fails with `BadFix` if the fix has an invalid value.
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
            zone: to_zone(None, utc_offset_minutes).map_err(|why| RecordFixError::Book { why })?,
        };
        let kept = self.book.record_fix(&TrackFix::from(&fix), &privacy);
        kept.map_err(|why| RecordFixError::Book { why })
    }

    /// The mileage, stops and gaps of the track between two instants, Unix milliseconds.
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

    /// The path between two instants as encoded polylines (Google's format, five decimals), one for each stretch
    /// without a gap.
    pub fn track_polylines(&self, from_ms: i64, until_ms: i64) -> Result<Vec<String>, BookError> {
        let (whole, format, mut lines) = (TrackEnds::Whole, TrackFormat::Polyline, Vec::new());
        self.book
            .export_track(from_ms, until_ms, whole, format, &mut lines)?;
        let text = String::from_utf8(lines).map_err(|_| BookError::CannotWrite)?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Writes the track between two instants to a file, which is created or replaced, and returns the number of
    /// fixes. Without `cut_m` it is the rep's own full copy; for other readers `cut_m` metres are removed from both
    /// ends of each local day.
    ///
    /// Fails with `CannotWrite` if the file cannot be written.
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
        let zone = to_zone(None, utc_offset_minutes)?;
        let mut out = BufWriter::new(File::create(path).map_err(|_| BookError::CannotWrite)?);
        let ends = cut_m.map_or(TrackEnds::Whole, |metres| TrackEnds::Cut {
            by: Meters(metres),
            zone,
        });
        let count = self
            .book
            .export_track(from_ms, until_ms, ends, format, &mut out)?;
        out.flush().map_err(|_| BookError::CannotWrite)?;
        Ok(count)
    }

    /// The stops between two instants near known sites without a recorded visit, except dismissed ones.
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

    /// Marks the stop at `site` between two instants as not a visit. It is not suggested again.
    pub fn dismiss_suggestion(&self, site: RecordId, from_ms: i64, until_ms: i64) -> Result<(), BookError> {
        self.book.dismiss_suggestion(site, from_ms, until_ms)
    }

    /// Permanently deletes the stored track between two instants, and returns the number of fixes deleted.
    pub fn forget_track(&self, from_ms: i64, until_ms: i64) -> Result<u64, BookError> {
        Ok(self.book.forget_track(from_ms, until_ms)? as u64)
    }

    /// Deletes all fixes older than the rules' retention at `now_ms`, and returns their number.
    pub fn forget_old_track(&self, now_ms: i64, rules: &TrackRules) -> Result<u64, BookError> {
        Ok(self.book.forget_old_track(now_ms, &rules.0)? as u64)
    }
}
