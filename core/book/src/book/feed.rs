//! Following the changes as they come.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{Book, BookError, Changes, PAGE_MAX};

/// The number of the last change, and whoever waits for the next.
#[derive(Debug)]
pub(super) struct News {
    latest: Mutex<u64>,
    bell: Condvar,
}

impl News {
    pub(super) fn at(latest: u64) -> News {
        News {
            latest: Mutex::new(latest),
            bell: Condvar::new(),
        }
    }

    /// Says that the book has moved on.
    pub(super) fn moved(&self, latest: u64) {
        *lock(&self.latest) = latest;
        self.bell.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One follower of a book's changes: pull with [`next`](Feed::next), end with [`stop`](Feed::stop).
#[derive(Debug)]
pub struct Feed {
    book: Arc<Book>,
    place: Mutex<Place>,
}

/// The position of a follower in the feed.
#[derive(Debug, Clone, Copy)]
struct Place {
    since: u64,
    stopped: bool,
}

impl Feed {
    /// Follows `book` from behind number `since`.
    pub fn new(book: Arc<Book>, since: u64) -> Feed {
        Feed {
            book,
            place: Mutex::new(Place {
                since,
                stopped: false,
            }),
        }
    }

    /// Waits for changes and returns them, at most a page at a time; `None` once the feed was stopped. Nothing is fetched
    /// that was not asked for.
    ///
    /// # Errors
    /// [`BookError`] of the file; the feed goes on from where it was.
    pub fn next(&self) -> Result<Option<Changes>, BookError> {
        loop {
            let mut latest = lock(&self.book.news.latest);
            loop {
                let place = *lock(&self.place);
                if place.stopped {
                    return Ok(None);
                }
                if *latest > place.since {
                    break;
                }
                latest = self
                    .book
                    .news
                    .bell
                    .wait(latest)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            drop(latest);
            let since = lock(&self.place).since;
            let changes = self.book.changes_since(since, PAGE_MAX)?;
            let mut place = lock(&self.place);
            place.since = place.since.max(changes.latest);
            if !changes.entries.is_empty() {
                return Ok(Some(changes));
            }
            place.since = place.since.max(*lock(&self.book.news.latest));
        }
    }

    /// Ends the feed, now and for good: a waiting [`next`](Feed::next) wakes at once.
    pub fn stop(&self) {
        // Under the bell's own lock, so that a reader between its look and its wait cannot miss it.
        let _held = lock(&self.book.news.latest);
        lock(&self.place).stopped = true;
        self.book.news.bell.notify_all();
    }
}
