//! What goes wrong in tests and in the drill alike: a line that breaks a document, a note that is long.

use std::sync::atomic::{AtomicBool, Ordering};

use fieldbook_core::ids::RecordId;
use fieldbook_core::sync::{Post, Reply, Transport, TransportError};
use fieldbook_model::wire::{SyncResponse, pack, unpack};

/// A line on which the document of one record arrives with a wrong byte, as long as it does.
#[derive(Debug)]
pub struct Garbling<T> {
    line: T,
    record: RecordId,
    is_on: AtomicBool,
}

impl<T: Transport> Garbling<T> {
    /// A line over `line` that garbles the document of `record` until it is told to stop.
    pub fn new(line: T, record: RecordId) -> Garbling<T> {
        Garbling {
            line,
            record,
            is_on: AtomicBool::new(true),
        }
    }

    /// Lets documents through as they are from now on, or garbles again.
    pub fn set(&self, is_on: bool) {
        self.is_on.store(is_on, Ordering::SeqCst);
    }
}

impl<T: Transport> Transport for Garbling<T> {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        let reply = self.line.post(post)?;
        if !self.is_on.load(Ordering::SeqCst) || !post.url.ends_with("/v1/sync") || reply.status != 200 {
            return Ok(reply);
        }
        let Ok(mut response) = unpack::<SyncResponse>(&reply.body) else {
            return Ok(reply);
        };
        let records = response.scopes.iter_mut().flat_map(|scope| &mut scope.records);
        for record in records.filter(|record| record.id == self.record) {
            let middle = record.document.len() / 2;
            record.document[middle] ^= 1;
        }
        Ok(Reply {
            body: pack(&response),
            ..reply
        })
    }
}

/// A text of 10 kB in which each edit changes a line.
pub fn long_text(n: usize) -> String {
    let line = |at: usize| {
        if at == n % 200 {
            format!("{at:03} edit {n:06}: the customer called again today\n")
        } else {
            format!("{at:03} the shop is open until noon, ask for the son\n")
        }
    };
    (0..200).map(line).collect()
}
