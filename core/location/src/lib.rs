//! Positions of a field rep and the confidence in them: fixes, datums, geofences, check-in verdicts, GPS tracks.
//!
//! Everything here is pure: no I/O and no clock. Time is an argument, so phone and server reach the same verdict from the
//! same evidence. Left to others: what is stored and when a check-in happens (`book`), and who may record a track.
//!
//! * [`Position`] and [`Datum`]: points on WGS-84, and the shifted datums of Chinese maps.
//! * [`Fix`]: a validated GNSS fix; [`RawFix`] as the phone reports it.
//! * [`Fence`]: the area that counts as being at a site; [`SiteGeofence`] with the site's position.
//! * [`assess_presence`]: the verdict on a check-in; [`assess_request`] the same for a file of plain numbers.
//! * [`track`]: the stops, mileage and anomalies of a whole day.
//! * `csv` (feature `files`): records and cells of CSV files.
//! * `coverage` (feature `coverage`): a territory as a grid of H3 hexagons.
//!
//! A check-in: a fix is held against the geofence of a site. The verdict names its reasons with their numbers.
//!
//! ```
//! use fieldbook_location::{
//!     Fence, Fix, Meters, Position, PresenceRules, RawFix, SiteGeofence, Verdict, VerdictReason, assess_presence,
//! };
//!
//! let shop = SiteGeofence { position: Position::new(52.6309, 1.2974)?, fence: Fence::circle(Meters(150.0))? };
//! let fix = Fix::try_from(RawFix {
//!     at: "2026-11-23T09:29:55Z".to_owned(),
//!     lat: 52.6310,
//!     lon: 1.2975,
//!     accuracy_m: 12.0,
//!     ..RawFix::default()
//! })?;
//! let now_ms = fix.at_ms() + 5_000;
//! let assessment = assess_presence(&shop, &[fix], now_ms, &PresenceRules::default());
//! assert_eq!(assessment.verdict, Verdict::Verified);
//! assert_eq!(assessment.reasons, [VerdictReason::InsideFence { margin: Meters(124.97) }]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A day's track: half an hour at a depot, a drive of 4 km, a quarter of an hour at a customer.
//!
//! ```
//! use fieldbook_location::Position;
//! use fieldbook_location::track::{StopRules, Track, TrackFix};
//!
//! let (mut fixes, mut at_ms, mut lat) = (Vec::new(), 1_795_426_200_000, 52.60);
//! for (seconds, degrees_per_s) in [(1_800, 0.0), (360, 0.0001), (900, 0.0)] {
//!     for _ in 0..seconds / 10 {
//!         fixes.push(TrackFix::new(at_ms, Position::new(lat, 1.3)?).with_accuracy(8.0));
//!         (at_ms, lat) = (at_ms + 10_000, lat + 10.0 * degrees_per_s);
//!     }
//! }
//! let track = Track::from_fixes(&fixes, &StopRules::default());
//! let minutes: Vec<i64> = track.stops.iter().map(|stop| (stop.until_ms - stop.from_ms) / 60_000).collect();
//! assert_eq!(minutes, [30, 14]);
//! assert_eq!(track.mileage.distance.to_string(), "4.0 km");
//! # Ok::<(), fieldbook_location::PositionError>(())
//! ```

mod bounds;
#[cfg(feature = "coverage")]
mod coverage;
#[cfg(feature = "files")]
pub mod csv;
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
pub use datum::{DATUM_MARKS, Datum, UnknownDatum, from_wgs84, in_mainland_china, to_wgs84};
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
