//! Test support that is shared by the tests of several crates, and the programs that measure Fieldbook.
//!
//! * [`mod@bench`]: the measurement against the baseline;
//! * [`crash`]: processes that are killed while they work;
//! * [`drill`]: the promises of `docs/security.md` against a real server process;
//! * [`field`]: GPS tracks with known truth;
//! * [`verdicts`]: check-ins from recorded data with known truth;
//! * [`later`] and [`old`]: records of later versions, databases of earlier ones;
//! * [`world`]: a server and phones in one thread;
//! * [`tidy`]: the house rules.

pub mod bench;
pub mod crash;
pub mod drill;
pub mod faults;
pub mod field;
pub mod later;
pub mod old;
pub mod tidy;
pub mod verdicts;
pub mod world;
