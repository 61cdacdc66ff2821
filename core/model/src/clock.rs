//! Time and chance, the two things that nobody else here may take from the machine.
//!
//! [`Clock`] and [`Random`] are arguments from the outermost door inwards, so a test, a simulation or `--now` replaces
//! them. [`Stamp`] is the hybrid logical time that every change carries.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

/// Tells the wall-clock time, and where it can the time since the machine started.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> i64;

    /// The time since the machine started, by a clock that nobody can set; `None` where the machine does not tell. A host
    /// that knows better gives a clock of its own.
    fn monotonic(&self) -> Option<Monotonic> {
        None
    }
}

/// A reading of the monotonic clock, which runs from the machine's start and which nobody can set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monotonic {
    /// Milliseconds since the start, sleep included.
    pub ms: i64,
    /// Identity of the start; readings of two different starts cannot be compared.
    pub boot: String,
}

impl Monotonic {
    /// Milliseconds from `earlier` to this reading; `None` across a restart, or if `earlier` is the later one.
    pub(crate) fn since(&self, earlier: &Monotonic) -> Option<i64> {
        let passed = self.ms.checked_sub(earlier.ms)?;
        (self.boot == earlier.boot && passed >= 0).then_some(passed)
    }
}

/// The machine's own clock: the only reader of it in this house.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now_ms(&self) -> i64 {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// The time since boot as Linux states it in `/proc/uptime`, to the hundredth of a second.
    fn monotonic(&self) -> Option<Monotonic> {
        let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
        let (seconds, hundredths) = uptime.split_whitespace().next()?.split_once('.')?;
        let (seconds, hundredths): (i64, i64) = (seconds.parse().ok()?, hundredths.parse().ok()?);
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(Monotonic {
            ms: seconds.checked_mul(1_000)?.checked_add(hundredths * 10)?,
            boot: boot.trim().to_owned(),
        })
    }
}

/// A clock that stands where it is put: for tests, the simulation and `--now`.
#[derive(Debug, Default)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at `now_ms`.
    pub fn at(now_ms: i64) -> FixedClock {
        FixedClock(AtomicI64::new(now_ms))
    }

    /// Puts the clock to `now_ms`, forwards or back.
    pub fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }

    /// Moves the clock on by `ms`.
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A stopwatch of the machine, for progress and benches only; never for facts.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// A stopwatch that starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    pub fn start() -> Stopwatch {
        Stopwatch(std::time::Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(&self) -> std::time::Duration {
        self.0.elapsed()
    }
}

/// Gives random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("every system this runs on has a source of randomness");
    }
}

/// Numbers that only look random, the same for the same seed: for tests and the simulation.
///
/// `SplitMix64` (Steele, Lea, Flood 2014).
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// A stream of its own for each seed.
    pub fn new(seed: u64) -> SeededRandom {
        SeededRandom(Mutex::new(seed))
    }

    /// The next 64 bits.
    pub fn next_u64(&self) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, which must not be 0.
    pub fn below(&self, n: usize) -> usize {
        usize::try_from(self.next_u64() % n as u64).expect("below a usize")
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Hybrid logical time (Kulkarni et al. 2014) in one `i64`: 48 bits of milliseconds, 16 of counter.
///
/// It is the `time` of an Automerge change. Later always compares greater, also between devices that have heard of each
/// other, whatever their wall clocks say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stamp(i64);

impl Stamp {
    /// The largest time a stamp can carry: the year 6429, so that the sign bit stays clear.
    pub const MAX_MS: i64 = (1 << 47) - 1;

    /// The stamp of the first event in a millisecond. Times outside `0..=MAX_MS` are clamped.
    pub fn at_ms(ms: i64) -> Stamp {
        Stamp(ms.clamp(0, Self::MAX_MS) << 16)
    }

    /// Takes the packed form; `None` for a negative one, which no honest device writes.
    pub fn from_packed(packed: i64) -> Option<Stamp> {
        (packed >= 0).then_some(Stamp(packed))
    }

    /// The packed form.
    pub fn packed(self) -> i64 {
        self.0
    }

    /// Milliseconds since the Unix epoch.
    pub fn ms(self) -> i64 {
        self.0 >> 16
    }

    /// The greatest lead of a stamp over the time of an edit that comes after it, in milliseconds. A later one is of a clock that was wrong, and
    /// drags no other clock along. It is a minute less than a server allows, so that what follows is never refused.
    pub const LEAD_MS_MAX: i64 = 4 * 60 * 1_000;

    /// True if the stamp is of a clock that ran ahead of `now_ms` by more than [`LEAD_MS_MAX`](Stamp::LEAD_MS_MAX).
    pub fn is_ahead(self, now_ms: i64) -> bool {
        self.ms().saturating_sub(now_ms) > Self::LEAD_MS_MAX
    }

    /// The stamp of an event at wall-clock `now_ms` that comes after `self`.
    #[must_use]
    pub fn next(self, now_ms: i64) -> Stamp {
        Stamp::at_ms(now_ms).max(Stamp(self.0.saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_never_goes_back_even_when_the_wall_clock_does() {
        let first = Stamp::default().next(5_000);
        let second = first.next(1_000);
        assert!(second > first);
        assert_eq!(second.ms(), 5_000);
        assert_eq!(second.next(6_000), Stamp::at_ms(6_000));
    }

    #[test]
    fn a_stamp_is_ahead_of_a_time_by_more_than_four_minutes() {
        let near = Stamp::at_ms(5_000 + Stamp::LEAD_MS_MAX);
        assert!(!near.is_ahead(5_000) && near.is_ahead(4_999));
        assert!(Stamp::at_ms(30 * 86_400_000).is_ahead(5_000));
    }
}
