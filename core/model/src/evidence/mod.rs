//! Evidence that a third party can verify: the time of a check-in, and proof that it was not changed afterwards.
//!
//! [`TrustedTime::from_readings`] combines all clocks into an instant with an error bound. A [`Link`] records who did what
//! at which time; it is chained to the previous link by hash and signed by the device's key. A [`Checker`] reads a chain
//! link by link and reports the first broken one. `docs/evidence.md` describes the file so that anyone can write a verifier.
//!
//! Pure: no I/O, no clock, no random numbers. Left to others: the position of the rep (`location`), storage and the time at
//! which a link is written (`book`), and the review of a chain (the server).

/// One sample of each variant that this version knows. A new variant does not compile until it is listed.
#[cfg(test)]
macro_rules! one_of_each {
    ($type:ident: $($pattern:pat => $sample:expr),+ $(,)?) => {{
        let samples = vec![$($sample),+];
        for sample in &samples {
            let ($($pattern)|+ | $type::Other(_)) = sample;
        }
        samples
    }};
}

mod chain;
mod digest;
mod line;
mod link;
mod trusted_time;

pub use crate::clock::Monotonic;
pub use chain::{Break, ChainFault, ChainNote, Checked, Checker, Expected, Noted, Summary};
pub use digest::{Digest, PublicKey, Signature, genesis, sign};
pub use line::{Header, LINE_BYTES_MAX, Line, NotAChain, Unreadable};
pub use link::{Act, FORMAT, Link};
pub use trusted_time::{Anchor, ClockFlag, GpsTime, Readings, TimeSource, TrustedTime};
