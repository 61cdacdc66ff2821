//! What one address, one device and all of them together may ask of the server, and how long a connection may take.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fieldbook_model::clock::Stopwatch;
use fieldbook_model::ids::DeviceId;
use tokio::sync::Semaphore;

/// A number of events at once, and one more after each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The number of events that may come at once.
    pub burst: u32,
    /// The interval after which one more may come.
    pub every: Duration,
}

/// The limits of a server. [`Limits::default`] has those of `docs/server.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most open connections. At the limit, the one that has gone longest without a complete request is closed for a
    /// new one.
    pub connections: usize,
    /// The longest time for the handshake of TLS and for the headers of a request; also the longest pause between requests.
    pub header: Duration,
    /// The longest pause while a body comes in.
    pub body_pause: Duration,
    /// The longest time for a whole body.
    pub body: Duration,
    /// The longest pause while an answer goes out.
    pub answer_pause: Duration,
    /// Bytes of bodies that are held at once while they come in; further ones wait.
    pub body_bytes: usize,
    /// Joins that are refused, for each address.
    pub refused_joins: Rate,
    /// Joins that are refused, from all addresses.
    pub refused_joins_in_all: Rate,
    /// Leads from forms on web pages, for each address.
    pub leads: Rate,
    /// Syncs, for each device.
    pub syncs: Rate,
    /// The most requests of one device that are processed or answered at once.
    pub requests_of_a_device: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        let seconds = Duration::from_secs;
        Limits {
            connections: 512,
            header: seconds(10),
            body_pause: seconds(30),
            body: seconds(600),
            answer_pause: seconds(60),
            body_bytes: 64 << 20,
            refused_joins: Rate {
                burst: 20,
                every: seconds(6),
            },
            refused_joins_in_all: Rate {
                burst: 200,
                every: Duration::from_millis(500),
            },
            leads: Rate {
                burst: 20,
                every: seconds(6),
            },
            syncs: Rate {
                burst: 600,
                every: Duration::from_millis(50),
            },
            requests_of_a_device: 3,
        }
    }
}

/// The time after which a request that came too early may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Later(pub(crate) Duration);

impl Later {
    /// Whole seconds, at least one, as in the header `Retry-After`.
    pub(crate) fn seconds(self) -> u64 {
        self.0.as_secs().saturating_add(1)
    }
}

/// The events of each key by the generic cell rate algorithm (ITU-T I.371): one instant for each key.
#[derive(Debug)]
struct Events<K> {
    rate: Rate,
    /// The instant at which the whole burst is there again.
    full_at: HashMap<K, Duration>,
}

/// The most keys that are kept; those with their whole burst are forgotten first.
const KEYS_MAX: usize = 20_000;

impl<K: Eq + Hash + Copy> Events<K> {
    fn new(rate: Rate) -> Events<K> {
        Events {
            rate,
            full_at: HashMap::new(),
        }
    }

    /// The time until the next event of this key may come; `None` if it may come at once.
    fn wait(&self, key: &K, now: Duration) -> Option<Duration> {
        let burst = self.rate.every.saturating_mul(self.rate.burst.saturating_sub(1));
        let full_at = self.full_at.get(key)?;
        let wait = full_at.saturating_sub(now).saturating_sub(burst);
        (!wait.is_zero()).then_some(wait)
    }

    fn note(&mut self, key: K, now: Duration) {
        if self.full_at.len() >= KEYS_MAX {
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        if self.full_at.len() < KEYS_MAX || self.full_at.contains_key(&key) {
            let full_at = self.full_at.entry(key).or_default();
            *full_at = (*full_at).max(now) + self.rate.every;
        }
    }
}

/// The refusals that the audit log notes, for each address.
const AUDITED: Rate = Rate {
    burst: 20,
    every: Duration::from_secs(60),
};

/// The state of all limits of a running server.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) limits: Limits,
    /// Kilobytes of bodies that may still be held.
    pub(crate) bodies: Arc<Semaphore>,
    watch: Stopwatch,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    joins: Events<IpAddr>,
    joins_in_all: Events<()>,
    leads: Events<IpAddr>,
    syncs: Events<DeviceId>,
    audited: Events<IpAddr>,
    running: HashMap<DeviceId, usize>,
}

impl Guard {
    pub(crate) fn new(limits: Limits) -> Guard {
        Guard {
            limits,
            bodies: Arc::new(Semaphore::new(limits.body_bytes / 1_024)),
            watch: Stopwatch::start(),
            state: Mutex::new(State {
                joins: Events::new(limits.refused_joins),
                joins_in_all: Events::new(limits.refused_joins_in_all),
                leads: Events::new(limits.leads),
                syncs: Events::new(limits.syncs),
                audited: Events::new(AUDITED),
                running: HashMap::new(),
            }),
        }
    }

    /// Tells whether a join from this address is to be looked at.
    pub(crate) fn may_join(&self, address: IpAddr) -> Result<(), Later> {
        let (now, state) = (self.watch.elapsed(), self.state());
        let waits = [state.joins.wait(&address, now), state.joins_in_all.wait(&(), now)];
        match waits.into_iter().flatten().max() {
            Some(wait) => Err(Later(wait)),
            None => Ok(()),
        }
    }

    /// Notes a join that was refused.
    pub(crate) fn note_refused_join(&self, address: IpAddr) {
        let now = self.watch.elapsed();
        let mut state = self.state();
        state.joins.note(address, now);
        state.joins_in_all.note((), now);
    }

    /// Tells whether one more lead of this address is to be looked at, and counts it.
    pub(crate) fn may_send_lead(&self, address: IpAddr) -> Result<(), Later> {
        let now = self.watch.elapsed();
        let mut state = self.state();
        if let Some(wait) = state.leads.wait(&address, now) {
            return Err(Later(wait));
        }
        state.leads.note(address, now);
        Ok(())
    }

    /// Tells whether one more refusal of this address is noted in the audit log, and counts it.
    pub(crate) fn may_audit(&self, address: IpAddr) -> bool {
        let now = self.watch.elapsed();
        let mut state = self.state();
        let may = state.audited.wait(&address, now).is_none();
        if may {
            state.audited.note(address, now);
        }
        may
    }

    /// Begins a sync of a device whose signature holds.
    pub(crate) fn begin_sync(self: &Arc<Guard>, device: DeviceId) -> Result<Running, Later> {
        let now = self.watch.elapsed();
        let mut state = self.state();
        if let Some(wait) = state.syncs.wait(&device, now) {
            return Err(Later(wait));
        }
        let running = state.running.entry(device).or_default();
        if *running >= self.limits.requests_of_a_device {
            return Err(Later(Duration::ZERO));
        }
        *running += 1;
        state.syncs.note(device, now);
        Ok(Running {
            guard: Arc::clone(self),
            device,
        })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sync of a device that is processed, or whose answer is under way.
#[derive(Debug)]
pub(crate) struct Running {
    guard: Arc<Guard>,
    device: DeviceId,
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.guard.state();
        if let Some(running) = state.running.get_mut(&self.device) {
            *running -= 1;
            if *running == 0 {
                state.running.remove(&self.device);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_at_once_and_then_one_after_each_interval() {
        let mut events = Events::new(Rate {
            burst: 3,
            every: Duration::from_secs(6),
        });
        let at = Duration::from_secs;
        for _ in 0..3 {
            assert_eq!(events.wait(&1, at(100)), None);
            events.note(1, at(100));
        }
        assert_eq!(events.wait(&1, at(100)), Some(at(6)));
        assert_eq!(events.wait(&2, at(100)), None, "each key has its own");
        assert_eq!(events.wait(&1, at(106)), None);
        events.note(1, at(106));
        assert_eq!(events.wait(&1, at(106)), Some(at(6)));
        assert_eq!(events.wait(&1, at(1_000)), None, "the burst comes back");
    }

    #[test]
    fn a_device_has_so_many_requests_at_once() {
        let guard = Arc::new(Guard::new(Limits::default()));
        let device = DeviceId([1; 16]);
        let begin = |device| guard.begin_sync(device);
        let mut running: Vec<_> = (0..3).map(|_| begin(device).unwrap()).collect();
        assert_eq!(begin(device).map(drop), Err(Later(Duration::ZERO)));
        assert!(
            begin(DeviceId([2; 16])).is_ok(),
            "another device is not held back"
        );
        running.pop();
        assert!(begin(device).is_ok());
    }

    #[test]
    fn refused_joins_are_counted_for_each_address_and_in_all() {
        let guard = Guard::new(Limits {
            refused_joins: Rate {
                burst: 2,
                every: Duration::from_secs(60),
            },
            refused_joins_in_all: Rate {
                burst: 5,
                every: Duration::from_secs(60),
            },
            ..Limits::default()
        });
        let address = |n: u8| IpAddr::from([192, 0, 2, n]);
        for n in 1..=2 {
            for _ in 0..2 {
                assert_eq!(guard.may_join(address(n)), Ok(()));
                guard.note_refused_join(address(n));
            }
            assert!(guard.may_join(address(n)).is_err());
        }
        assert_eq!(guard.may_join(address(3)), Ok(()));
        guard.note_refused_join(address(3));
        assert!(guard.may_join(address(4)).is_err(), "from all together too many");
    }
}
