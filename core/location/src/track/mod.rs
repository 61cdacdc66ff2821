//! The track of a day: from fixes as the phone gives them to stops, mileage and gaps.
//!
//! [`read`] takes files, [`Track::of`] a whole day at once, [`Tracker`] one fix at a time at a constant cost; both end in
//! the same [`Track`], bit for bit.
//!
//! Left to others: keeping a track (`store`), when one may be kept at all (`book`), the verdict on a single check-in
//! ([`judge`](super::judge)).

mod advice;
mod fix;
mod knot;
mod logs;
mod mileage;
mod motion;
mod oddity;
mod pack;
mod plane;
mod read;
mod rules;
mod segment;
mod sieve;
mod stops;
mod tracker;
mod write;

pub use advice::{Advice, Doing, Situation, advise};
pub use fix::TrackFix;
pub use mileage::{Gap, Mileage};
pub use oddity::{SignRules, TrackReason, TrackScore, TrackSign};
pub use pack::{BLOCK_MAX, PackError, pack, unpack};
pub use read::{BYTES_MAX, LINE_MAX, ROWS_MAX, ReadError, RefusedRow, RowProblem, TrackFile, read};
pub use rules::StopRules;
pub use stops::Stop;
pub use tracker::{PointState, Pushed, Track, Tracker};
pub use write::{TrackFormat, UnknownTrackFormat, write};

#[cfg(test)]
mod tests;
