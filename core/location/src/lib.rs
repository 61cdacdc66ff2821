//! Where a rep was, and what may be believed about it.
//!
//! Pure: no I/O and no clock, time is an argument, so that phone and server reach the same verdict from the same
//! evidence. [`Position`] and [`Datum`] say where a thing is, [`Fix`] what a phone reported, [`Fence`] what counts
//! as being there, [`assess_presence`] how far a check-in is to be believed, [`assess_request`] does the same for a file of plain numbers.
//!
//! [`track`] is about a whole day. Left to others: what is stored and when a check-in happens (`book`).

mod bounds;
#[cfg(feature = "coverage")]
mod coverage;
mod datum;
mod fence;
mod fence_text;
mod fix;
mod hints;
mod plane;
mod polygon;
mod position;
mod presence;
mod request;
mod spoof;
pub mod track;
mod units;
mod verdict;
mod word;

pub use bounds::Bounds;
#[cfg(feature = "coverage")]
pub use coverage::{Cell, GridSize, InvalidGridSize, VisitedPlace, coverage};
pub use datum::{Datum, UnknownDatum, from_wgs84, in_mainland_china, to_wgs84};
pub use fence::{Circle, Fence, FenceError, FenceShape, Rings};
pub use fix::{Fix, FixError, RawFix};
pub use hints::{Activity, NetworkPlace, UnknownActivity};
pub use polygon::{Polygon, PolygonError};
pub use position::{Position, PositionError, distance};
pub use presence::{PresenceRules, SiteGeofence, assess_presence};
pub use request::{LocationError, RawSite, VerdictRequest, assess_request};
pub use spoof::{SpoofReason, SpoofScore, SpoofSignal};
pub use units::Meters;
pub use verdict::{Assessment, UnknownVerdict, Verdict, VerdictReason};
pub use word::{NotAWord, UnknownEntry, Word};
