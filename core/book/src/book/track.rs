//! The rep's own track: kept fix by fix, read by the day, turned into visits that may have been forgotten.

mod suggest;

use std::io::Write;
use std::sync::atomic::Ordering;

use super::{Book, BookError, StoreError};
use fieldbook_location::Meters;
use fieldbook_location::Position;
use fieldbook_location::track::{StopRules, Track, TrackFix, TrackFormat, write};
use fieldbook_model::{Keeping, PrivacyRules, RecordingMode, Zone};

pub use suggest::SuggestedVisit;

/// The part of each day's track that an export contains.
#[derive(Debug, Clone)]
pub enum TrackEnds {
    /// All of it: for the rep.
    Whole,
    /// Without the ends of each local day ([`PrivacyRules::shown`]): for anybody else.
    Cut {
        /// The length cut off either end.
        by: Meters,
        /// The zone whose days are meant.
        zone: Zone,
    },
}

/// The conditions under which a track is recorded: nothing is written outside working hours or in private mode.
#[derive(Debug, Clone)]
pub struct Privacy<'a> {
    /// The company's promise.
    pub rules: &'a PrivacyRules,
    /// The rep's own statement.
    pub mode: RecordingMode,
    /// The rep's local time.
    pub zone: Zone,
}

impl Privacy<'_> {
    /// The treatment of a fix of this time (Unix milliseconds).
    fn keeping(&self, at_ms: i64) -> Keeping {
        self.rules.keeping(self.zone.local(at_ms), self.mode)
    }

    /// True if the rules forbade to record at some minute between two fixes. A silence that ends a stop anyway
    /// ([`StopRules::silence_max_s`]) counts too.
    fn was_off_between(&self, from_ms: i64, until_ms: i64) -> bool {
        let minutes = until_ms.saturating_sub(from_ms) / MINUTE_MS;
        minutes > SILENT_MINUTES_MAX
            || (1..=minutes).any(|minute| self.keeping(from_ms + minute * MINUTE_MS) != Keeping::Write)
    }
}

/// Milliseconds of a minute: working hours are stated to the minute.
const MINUTE_MS: i64 = 60_000;
/// Longest silence that is compared with the working hours minute by minute.
const SILENT_MINUTES_MAX: i64 = 180;

impl Book {
    /// Keeps a fix of the rep's track, if it may be kept; says what became of it. The first fix after a time in which the
    /// rules forbade to record starts a segment ([`TrackFix::starts_segment`]), so that nothing is claimed of that time. What is kept is on the disk when this
    /// returns, and costs the same whatever was kept before; what is not is looked at by nobody.
    ///
    /// # Errors
    /// [`BookError::Store`].
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use fieldbook_book::{Book, OpenOptions, Privacy};
    /// use fieldbook_location::track::TrackFix;
    /// use fieldbook_model::clock::FixedClock;
    /// use fieldbook_model::{Keeping, PrivacyRules, RecordingMode, Zone};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-track");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions {
    ///     clock: Arc::new(FixedClock::at(1_795_510_800_000)),
    ///     ..OpenOptions::new(folder.join("book.db"))
    /// })?;
    /// let rules = PrivacyRules::default();
    /// let privacy = Privacy { rules: &rules, mode: RecordingMode::Business, zone: Zone::UTC };
    /// let fix = TrackFix::new(1_795_510_800_000, "52.6300000,1.3000000".parse()?).with_accuracy(8.0);
    /// assert_eq!(book.record_fix(&fix, &privacy)?, Keeping::Write);
    /// assert_eq!(book.track(0, 1_795_510_800_001)?.len(), 1);
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn record_fix(&self, fix: &TrackFix, privacy: &Privacy<'_>) -> Result<Keeping, BookError> {
        let keeping = privacy.keeping(fix.at_ms());
        if keeping != Keeping::Write {
            self.recorder_off.store(true, Ordering::Relaxed);
            return Ok(keeping);
        }
        let was_dropped = self.recorder_off.load(Ordering::Relaxed);
        self.store.transaction(|write| {
            let last_ms = write.last_fix_ms()?.unwrap_or(i64::MAX);
            let was_off = was_dropped || privacy.was_off_between(last_ms, fix.at_ms());
            write.add_fix(&fix.with_segment_start(fix.starts_segment() || was_off))
        })?;
        self.recorder_off.store(false, Ordering::Relaxed);
        Ok(keeping)
    }

    /// Forgets what is older than the rules allow at `now_ms`; says how many fixes it was.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn forget_old_track(&self, now_ms: i64, rules: &PrivacyRules) -> Result<usize, BookError> {
        self.forget_track(i64::MIN, rules.oldest_kept_ms(now_ms))
    }

    /// All that is kept of the track from `from_ms` up to but not at `until_ms` (Unix milliseconds), in the order of time:
    /// places to 6 cm, times exactly.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn track(&self, from_ms: i64, until_ms: i64) -> Result<Vec<TrackFix>, BookError> {
        Ok(self.store.track(from_ms, until_ms)?)
    }

    /// Forgets what is kept of the track from `from_ms` up to but not at `until_ms`, for ever, and which stops of that time
    /// were dismissed; says how many fixes it was. No byte of them is left in the file or its log, unless the disk or another
    /// reader prevents that: then the next sync or opening of the book sees to it.
    ///
    /// # Errors
    /// [`BookError::Store`].
    pub fn forget_track(&self, from_ms: i64, until_ms: i64) -> Result<usize, BookError> {
        let forgotten = self.store.transaction(|write| {
            let forgotten = write.forget_track(from_ms, until_ms)?;
            if forgotten > 0 {
                write.need_purge()?;
            }
            Ok::<_, StoreError>(forgotten)
        })?;
        // It stays due if it fails.
        let _ = self.store.purge_if_due();
        Ok(forgotten)
    }

    /// Writes what is kept of the track from `from_ms` up to but not at `until_ms` (Unix milliseconds), as another program
    /// reads it: whole for the rep, with the ends of each day cut for anybody else. Says how many fixes it is.
    ///
    /// # Errors
    /// [`BookError::CannotWrite`] when `out` fails; [`BookError::Store`].
    pub fn export_track(
        &self,
        from_ms: i64,
        until_ms: i64,
        ends: TrackEnds,
        format: TrackFormat,
        out: &mut impl Write,
    ) -> Result<u64, BookError> {
        let mut fixes = self.track(from_ms, until_ms)?;
        if let TrackEnds::Cut { by, zone } = ends {
            fixes = without_ends(&fixes, by, &zone);
        }
        let track = Track::from_fixes(&fixes, &StopRules::default());
        write(format, &fixes, &track, out).map_err(|_| BookError::CannotWrite)?;
        Ok(fixes.len() as u64)
    }
}

/// The fixes, which are in the order of time, without the ends of each local day: so that nobody sees where the rep lives.
fn without_ends(fixes: &[TrackFix], cut: Meters, zone: &Zone) -> Vec<TrackFix> {
    let rules = PrivacyRules {
        cut,
        ..PrivacyRules::default()
    };
    let day = |fix: &TrackFix| zone.date(fix.at_ms());
    let shown = fixes.chunk_by(|a, b| day(a) == day(b)).flat_map(|day| {
        let places: Vec<Position> = day.iter().map(TrackFix::position).collect();
        &day[rules.shown(&places)]
    });
    shown.copied().collect()
}

#[cfg(test)]
mod tests;
