//! The nouns of a rep's book, with their own rules: account, site, contact, opportunity, visit, task, note.
//!
//! A record exists in two shapes. [`Fields`] is the flat map of scalars that documents, rows and the wire carry;
//! [`Body`] is the plain type that people program against, whose wrong states cannot be written. [`schema`] declares
//! every field once: its type, its limits, and which of several concurrent values is shown. Nothing here does I/O.
//!
//! ```
//! use fieldbook_model::evidence::{Readings, TimeSource, TrustedTime};
//!
//! // Only the wall clock is known, so the instant has no error bound.
//! let readings = Readings { wall_ms: 1_795_426_200_000, ..Readings::default() };
//! let time = TrustedTime::from_readings(&readings);
//! assert_eq!(time.by, TimeSource::Wall);
//! assert_eq!(time.within_ms, None);
//! ```

mod account;
mod arrival;
mod body;
#[cfg(feature = "hours")]
mod business_days;
pub mod clock;
mod conflict;
mod contact;
mod custom;
pub mod doc;
pub mod evidence;
mod extra;
mod fields;
#[cfg(feature = "hours")]
mod holidays;
#[cfg(feature = "hours")]
mod hours;
pub mod ids;
mod kind;
mod lead;
mod money;
mod note;
mod opportunity;
mod pack;
#[cfg(feature = "hours")]
mod privacy;
mod role;
pub mod schema;
mod site;
mod stage;
mod stage_move;
mod task;
mod visit;
pub mod wire;
#[cfg(feature = "hours")]
mod work_calendar;
mod zone;

pub use account::Account;
pub use arrival::{CheckIn, CheckOut, ClosedBy, DEFAULT_FENCE, assess, place_of};
pub use body::{Body, OtherRecord, Record};
#[cfg(feature = "hours")]
pub use business_days::{BusinessCalendar, BusinessDays};
pub use conflict::Conflict;
pub use contact::Contact;
pub use custom::CustomField;
pub use extra::Extra;
pub use fields::{Fields, Scalar};
#[cfg(feature = "hours")]
pub use holidays::{Holidays, UnknownCountry};
#[cfg(feature = "hours")]
pub use hours::{HoursError, OpenWindow, OpeningHours, WindowError};
pub use kind::{BadKind, Kind, OtherKind};
pub use lead::{CLAIM_PREFIX, Lead, TOUCH_PREFIX};
pub use money::{Currency, Money, MoneyError};
pub use note::Note;
pub use opportunity::Opportunity;
pub use pack::Pack;
#[cfg(feature = "hours")]
pub use privacy::{Keeping, PrivacyRules, RecordingMode};
pub use role::{BadRole, Role};
pub use site::{Address, Site};
pub use stage::stage_rank;
pub use stage_move::{DealEnd, MOVE_PREFIX, MoveKind, StageMove, StageMoves, StageStay};
pub use task::Task;
pub use visit::{Visit, VisitState};
#[cfg(feature = "hours")]
pub use work_calendar::{BadPack, DayKind, OutsideCalendar, WorkCalendar};
pub use zone::{UnknownZone, Zone};
