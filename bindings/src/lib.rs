//! Kotlin, Swift and Python see the core through this crate.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

uniffi::setup_scaffolding!("fieldbook");

/// Why a tally was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CounterError {
    /// Ask for less.
    #[error("{asked} is over {limit}")]
    TooMuch {
        /// What was asked.
        asked: u32,
        /// What is allowed.
        limit: u32,
    },
}

/// One line of the book.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Tally {
    /// Its number, from 1.
    pub number: u64,
    /// Its text.
    pub label: String,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum Change {
    /// A tally came.
    Added {
        /// Its number.
        number: u64,
    },
    /// All went.
    Cleared,
}

#[derive(Debug, Default)]
struct State {
    tallies: Vec<Tally>,
    changes: Vec<Change>,
    generation: u64,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    moved: Condvar,
}

/// A counter.
#[derive(Debug, Default, uniffi::Object)]
pub struct Counter(Arc<Shared>);

#[uniffi::export]
impl Counter {
    /// A new one.
    #[uniffi::constructor]
    pub fn new() -> Arc<Counter> {
        Arc::new(Counter::default())
    }

    /// Adds `count` tallies.
    pub fn add(&self, label: &str, count: u32) -> Result<u64, CounterError> {
        if count > 100_000 {
            return Err(CounterError::TooMuch {
                asked: count,
                limit: 100_000,
            });
        }
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..count {
            let number = state.tallies.len() as u64 + 1;
            state.tallies.push(Tally {
                number,
                label: format!("{label} {number}"),
                at_ms: 1_700_000_000_000,
            });
            state.changes.push(Change::Added { number });
        }
        self.0.moved.notify_all();
        Ok(state.tallies.len() as u64)
    }

    /// Drops all.
    pub fn clear(&self) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.tallies.clear();
        state.changes.push(Change::Cleared);
        state.generation += 1;
        self.0.moved.notify_all();
    }

    /// How often it was cleared.
    pub fn generation(&self) -> u64 {
        self.0
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .generation
    }

    /// At most `limit` tallies after number `after`.
    pub fn page(&self, after: u64, limit: u32) -> Vec<Tally> {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let later = state.tallies.iter().filter(|t| t.number > after);
        later.take(limit as usize).cloned().collect()
    }

    /// The news from number `since` on.
    pub fn feed(&self, since: u64) -> Arc<Feed> {
        let at = Mutex::new(At {
            since,
            stopped: false,
        });
        Arc::new(Feed {
            shared: Arc::clone(&self.0),
            at,
        })
    }
}

#[derive(Debug)]
struct At {
    since: u64,
    stopped: bool,
}

/// News.
#[derive(Debug, uniffi::Object)]
pub struct Feed {
    shared: Arc<Shared>,
    at: Mutex<At>,
}

#[uniffi::export]
impl Feed {
    /// Waits for news; `None` once stopped.
    pub fn next(&self) -> Option<Vec<Change>> {
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
            if at.stopped {
                return None;
            }
            let from = usize::try_from(at.since)
                .unwrap_or(usize::MAX)
                .min(state.changes.len());
            if from < state.changes.len() {
                let until = state.changes.len().min(from + 100);
                at.since = until as u64;
                return Some(state.changes[from..until].to_vec());
            }
            drop(at);
            state = self
                .shared
                .moved
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Wakes `next` for good.
    pub fn stop(&self) {
        let _state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.at.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
        self.shared.moved.notify_all();
    }
}
