//! The places of open connections. At the limit a new one takes the place of the one that can best be spared.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// The standing of a connection; the first ones are closed first when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// No request has come yet.
    New,
    /// A body comes in, from someone who is not known yet.
    Reading,
    /// It has served, and waits for the next request.
    Kept,
    /// A request is processed or answered: it is not closed.
    Busy,
}

/// All places.
#[derive(Debug)]
pub(super) struct Slots {
    max: usize,
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct State {
    open: usize,
    next: u64,
    /// Those that may be closed: by standing, the oldest first.
    spare: BTreeMap<(Standing, u64), Arc<Notify>>,
}

/// The place of one connection. It is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Arc<Slots>,
    key: Mutex<Option<(Standing, u64)>>,
    close: Arc<Notify>,
}

impl Slots {
    pub(super) fn new(max: usize) -> Arc<Slots> {
        Arc::new(Slots {
            max: max.max(1),
            state: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Waits for a place; another connection is asked to close for it if there is none.
    pub(super) async fn acquire(self: &Arc<Slots>) -> Slot {
        loop {
            if let Some(slot) = self.try_acquire() {
                return slot;
            }
            self.freed.notified().await;
        }
    }

    fn try_acquire(self: &Arc<Slots>) -> Option<Slot> {
        let mut state = self.state();
        if state.open >= self.max {
            if let Some((_, oldest)) = state.spare.pop_first() {
                oldest.notify_one();
            }
            return None;
        }
        state.open += 1;
        drop(state);
        let slot = Slot {
            slots: Arc::clone(self),
            key: Mutex::new(None),
            close: Arc::new(Notify::new()),
        };
        slot.mark(Standing::New);
        Some(slot)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Notes the standing of the connection from now on.
    pub(crate) fn mark(&self, standing: Standing) {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.slots.state();
        if let Some(old) = key.take() {
            state.spare.remove(&old);
        }
        if standing != Standing::Busy {
            state.next += 1;
            let new = (standing, state.next);
            state.spare.insert(new, Arc::clone(&self.close));
            *key = Some(new);
        }
    }

    /// Waits until the connection is to be closed for another one.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.mark(Standing::Busy);
        self.slots.state().open -= 1;
        self.slots.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_sent_nothing_for_longest_makes_room_and_a_busy_one_never() {
        let slots = Slots::new(3);
        let (first, second, third) = (
            slots.try_acquire().unwrap(),
            slots.try_acquire().unwrap(),
            slots.try_acquire().unwrap(),
        );
        first.mark(Standing::Kept);
        third.mark(Standing::Busy);
        let asked = |slot: &Slot| {
            let state = slots.state();
            !state.spare.values().any(|close| Arc::ptr_eq(close, &slot.close))
        };
        assert!(slots.try_acquire().is_none());
        assert!(
            asked(&second) && !asked(&first),
            "the one that never asked anything"
        );
        drop(second);
        let fourth = slots.try_acquire().unwrap();
        fourth.mark(Standing::Busy);
        assert!(slots.try_acquire().is_none());
        assert!(asked(&first));
        assert!(slots.try_acquire().is_none(), "no busy one is closed");
        assert_eq!(slots.state().open, 3);
    }
}
