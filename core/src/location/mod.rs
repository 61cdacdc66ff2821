//! Where a rep was, and what may be believed about it.
//!
//! Pure: no I/O and no clock, time is an argument, so that phone and server reach the same verdict from the same
//! evidence. [`Position`] and [`Datum`] say where a thing is, [`Fix`] what a phone reported, [`Fence`] what counts
//! as being there, [`judge`] how far a check-in is to be believed, [`answer`] does the same for a file of plain numbers.
//!
//! [`track`] is about a whole day. Left to others: what is stored and when a check-in happens (`book`).

mod bounds;
mod coverage;
mod datum;
mod fence;
mod fence_text;
mod fix;
mod hints;
mod polygon;
mod position;
mod presence;
mod request;
mod spoof;
pub mod track;
mod verdict;

pub use bounds::Bounds;
pub use coverage::{Cell, GridSize, NoGridSize, Visited, coverage};
pub use datum::{Datum, UnknownDatum, from_wgs84, in_mainland_china, to_wgs84};
pub use fence::{Circle, Fence, FenceError, FenceShape, Rings};
pub use fix::{Fix, FixError, RawFix};
pub use hints::{Activity, NetworkPlace, UnknownActivity};
pub use polygon::{Polygon, PolygonError};
pub use position::{Position, PositionError, distance};
pub use presence::{Rules, Site, judge};
pub use request::{LocationError, RawSite, VerdictRequest, answer};
pub use spoof::{SpoofReason, SpoofScore, SpoofSign};
pub use verdict::{Assessment, Reason, UnknownVerdict, Verdict};

/// Reads a file of the shared test data; says that it skips, where there is none.
#[cfg(test)]
pub(crate) fn shared_data(path: &str) -> Option<String> {
    let root = std::env::var("FIELDBOOK_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data").to_owned());
    let text = std::fs::read_to_string(std::path::Path::new(&root).join(path)).ok();
    if text.is_none() {
        println!("skipped: no test data at {root}/{path} (set FIELDBOOK_DATA)");
    }
    text
}
