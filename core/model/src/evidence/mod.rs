//! What makes a check-in hold up before a third party: when it was, and that nobody changed it since.
//!
//! [`moment`] combines every clock there is into an instant with its uncertainty. A [`Link`] says who did what when, is
//! chained to the one before it by hash and signed by the device's key; a [`Checker`] reads a chain, link by link, and
//! names the first that breaks. `docs/evidence.md` describes the file so that anyone can write a verifier.
//!
//! Pure: no I/O, no clock, no chance. Left to others: where the rep was (`location`), what is stored and when a link is
//! made (`book`), what the office makes of it (the server).

mod chain;
mod digest;
mod line;
mod link;
mod moment;

pub use chain::{Break, Checked, Checker, Expected, Fault, Note, Noted, Summary};
pub use digest::{Digest, PublicKey, Signature, genesis, sign};
pub use line::{Header, LINE_BYTES_MAX, Line, NotAChain, Unreadable};
pub use link::{Act, FORMAT, Link};
pub use moment::{Anchor, ClockFlag, GpsTime, Moment, Monotonic, Readings, TimeSource, moment};
