//! The GPS track of a day: from the phone's fixes to stops, mileage and gaps.
//!
//! `read` reads files, [`Track::from_fixes`] takes a whole day at once, [`Tracker`] one fix at a time at constant cost;
//! both give the same [`Track`], bit for bit.
//!
//! Left to others: storing a track (`store`), the rules on when one may be recorded (`book`), the verdict on a check-in
//! ([`assess_presence`](super::assess_presence)).

mod advice;
mod anomaly;
mod cluster;
mod errors;
mod fix;
mod ln_exp;
mod mileage;
mod motion;
mod outliers;
mod pack;
#[cfg(feature = "files")]
mod read;
mod rules;
mod segment;
mod stops;
mod tracker;
mod ways;
#[cfg(feature = "files")]
mod write;

pub use advice::{Advice, MotionState, Situation, advise};
pub use anomaly::{SignalRules, TrackReason, TrackScore, TrackSignal};
pub use fix::TrackFix;
pub use mileage::{Mileage, TrackGap};
pub use pack::{BLOCK_MAX, TrackPackError, pack, unpack};
#[cfg(feature = "files")]
pub use read::utf16::Utf16Reader;
#[cfg(feature = "files")]
pub use read::{
    BYTES_MAX, ColumnMap, ColumnMapError, LINE_MAX, ROWS_MAX, ReadError, RefusedRow, RowProblem, TrackFile,
    read, read_mapped,
};
pub use rules::StopRules;
pub use stops::TrackStop;
pub use tracker::{PointState, PushOutcome, Track, Tracker};
#[cfg(feature = "files")]
pub use write::{TrackFormat, UnknownTrackFormat, write};

#[cfg(test)]
mod tests;
