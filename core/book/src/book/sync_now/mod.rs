//! Synchronisation of the book: pushes unsent changes and fetches new ones.
//!
//! [`Session`](crate::sync::session::Session) decides the steps. This module takes snapshots of the book, sends the messages, and applies each delivery in one
//! transaction ([`apply`]). No transaction is open during a network request. Changes that the server does not accept are
//! rewritten ([`rewrite`]) or stored in the `refused` table, never lost.

mod apply;
mod held;
mod pace;
mod put_right;
mod request;
mod rewrite;
mod session_run;
mod watched;
mod wipe;

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub(super) use pace::Pace;
pub(super) use request::Call;

use held::Held;

use super::{Book, BookError, LogEntry};
use crate::store::{ScopeState, StoreError};
use crate::sync::session::{Outgoing, Snapshot};
use crate::sync::{Transport, TransportError};
use fieldbook_model::Kind;
use fieldbook_model::clock::Stopwatch;
use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::ids::RecordId;
use fieldbook_model::wire::{self, ProtocolError, Scope};

/// Largest duration of one request, also if the caller's deadline is later. A body of 1 MiB takes this long at 10 kbit/s; a
/// transport ends a silent connection far earlier.
const TIMEOUT: Duration = Duration::from_secs(900);

/// Number of kept edits about which a request asks.
const KEPT_MAX: u32 = 500;

/// An error that ended a sync early. Acknowledged changes stay acknowledged; the others are sent again next time.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SyncError {
    /// The book is tied to no server: join one first.
    #[error("this book has not joined a server")]
    NotJoined,
    /// The book is tied to a server already.
    #[error("this book has already joined a server")]
    AlreadyJoined,
    /// Another sync of this book is under way.
    #[error("a sync is already under way")]
    Busy,
    /// The server cannot be reached; unsent changes stay in the outbox.
    #[error("no connection to the server")]
    NoConnection,
    /// The deadline passed, or the server did not answer in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The caller interrupted the sync.
    #[error("the sync was interrupted")]
    Interrupted,
    /// The server's certificate is of no authority that is trusted.
    #[error("the server's certificate is not to be trusted")]
    Untrusted,
    /// The server's certificate is for another host name.
    #[error("the server's certificate is for another name")]
    WrongName,
    /// The server's certificate has expired or is not valid yet, by this device's clock.
    #[error("the server's certificate has expired, or this device's clock is wrong")]
    Expired,
    /// The server is another machine and its address is plain HTTP, which is not permitted.
    #[error("an http address of another machine is not encrypted; use https")]
    PlainHttp,
    /// The authorities to trust are not certificates in PEM.
    #[error("the authorities to trust are not certificates in PEM")]
    BadAuthority,
    /// The server's URL is not an HTTP or HTTPS URL.
    #[error("the server's address is not an http or https address")]
    BadAddress,
    /// The server answered with this status and without a known reason.
    #[error("the server answered with status {status}")]
    ServerFailed {
        /// The HTTP status.
        status: u16,
    },
    /// The answer does not follow the protocol; another program may be listening at the address.
    #[error("the server's answer cannot be read")]
    BadAnswer,
    /// The server refused the request for this reason.
    #[error("{0}")]
    Refused(ProtocolError),
    /// The office has ordered that this book is erased: what the server still took was sent, and no byte is left of the book.
    /// Close it.
    #[error("the book was erased, as the office has ordered")]
    Wiped,
    /// The book could not be read or written.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl SyncError {
    /// True if a later attempt may succeed without any action.
    pub fn is_connection(&self) -> bool {
        matches!(
            self,
            SyncError::NoConnection
                | SyncError::TimedOut
                | SyncError::Interrupted
                | SyncError::Refused(ProtocolError::Internal | ProtocolError::Busy)
        ) || matches!(self, SyncError::ServerFailed { status } if *status == 429 || *status >= 500)
    }
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> SyncError {
        SyncError::Book(error.into())
    }
}

impl From<TransportError> for SyncError {
    fn from(error: TransportError) -> SyncError {
        match error {
            TransportError::NoConnection | TransportError::Unreachable => SyncError::NoConnection,
            TransportError::TimedOut => SyncError::TimedOut,
            TransportError::Untrusted => SyncError::Untrusted,
            TransportError::WrongName => SyncError::WrongName,
            TransportError::Expired => SyncError::Expired,
            TransportError::PlainHttp => SyncError::PlainHttp,
            TransportError::BadAuthority => SyncError::BadAuthority,
            TransportError::BadAddress => SyncError::BadAddress,
            TransportError::Garbled | TransportError::TooLarge => SyncError::BadAnswer,
        }
    }
}

/// An edit that the server refused or parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedEdit {
    /// Id of the edited record.
    pub record: RecordId,
    /// Kind of the record.
    pub kind: Kind,
    /// The reason; `None` if the edit was parked for a new owner.
    pub reason: Option<Refusal>,
}

/// The end of the time that a sync may take.
struct Deadline {
    watch: Stopwatch,
    most: Option<Duration>,
}

impl Deadline {
    /// A deadline `most` from now; none for `None`.
    fn new(most: Option<Duration>) -> Deadline {
        Deadline {
            watch: Stopwatch::start(),
            most,
        }
    }

    /// The longest duration of a request now; `None` if the time is over.
    fn left(&self) -> Option<Duration> {
        let left = self
            .most
            .map_or(TIMEOUT, |most| most.saturating_sub(self.watch.elapsed()));
        (!left.is_zero()).then(|| left.min(TIMEOUT))
    }
}

/// The result of a sync.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncReport {
    /// Number of edits sent.
    pub sent: u32,
    /// Number of edits accepted.
    pub accepted: u32,
    /// Number of edits accepted although the record had been handed over since.
    pub accepted_late: u32,
    /// Number of edits rewritten under a new actor or time, and sent again.
    pub rewritten: u32,
    /// The edits that the server refused or parked; they are kept on this device.
    pub refused: Vec<RefusedEdit>,
    /// Number of edits that wait on the server for those they stand on, which it has lost; they are kept on this device.
    pub waiting: u32,
    /// Number of records received.
    pub received: u32,
    /// Number of records that left the book.
    pub gone: u32,
    /// Bytes sent, bodies only.
    pub bytes_out: u64,
    /// Bytes received, bodies only.
    pub bytes_in: u64,
    /// Number of requests made.
    pub requests: u32,
    /// Number of records on whose edits the server failed; they wait for the next sync, and the others went out.
    pub held_back: u32,
    /// Number of records that came and could not be read; they are asked for again with the next sync.
    pub unreadable: u32,
    /// Number of edits that the server has not answered after all, such as those made while the sync was under way.
    pub unsent: u32,
}

impl Book {
    /// Syncs with the server until both sides hold the same data, or until `deadline` from now has passed.
    ///
    /// # Errors
    /// [`SyncError`]. A later call continues from the state that was reached.
    pub fn sync_now(
        &self,
        transport: &dyn Transport,
        deadline: Option<Duration>,
    ) -> Result<SyncReport, SyncError> {
        let _alone = self.syncing.try_lock().map_err(|_| SyncError::Busy)?;
        if self.store.is_wiped() {
            return Err(SyncError::Wiped);
        }
        self.interrupted.store(false, Ordering::SeqCst);
        let mut report = SyncReport::default();
        let deadline = Deadline::new(deadline);
        let mut outcome = self.run_session(transport, &deadline, &mut report);
        if self.store.is_wiped() {
            return Err(SyncError::Wiped);
        }
        if outcome.is_ok() && report.received > 0 {
            outcome = self.settle_received(transport, &deadline, &mut report);
        }
        // What could not be purged stays due: that is no reason to call a sync failed whose changes are durable.
        let purged = self.store.purge_if_due();
        report.unsent = self.store.unsent()?.0;
        let mut line = match &outcome {
            Ok(()) => format!(
                "sync: sent {} accepted {} rewritten {} refused {} received {} gone {} requests {} bytes out {} in {}",
                report.sent,
                report.accepted + report.accepted_late,
                report.rewritten,
                report.refused.len(),
                report.received,
                report.gone,
                report.requests,
                report.bytes_out,
                report.bytes_in
            ),
            Err(error) => format!("sync failed: {error}"),
        };
        if let Err(error) = &purged {
            line = format!("{line}; purge put off: {error}");
        }
        let now_ms = self.clock.now_ms();
        let mut identity = self.identity();
        if outcome.is_ok() {
            identity.last_sync_at_ms = Some(now_ms);
        }
        self.set_identity(identity);
        let quiet = outcome.is_ok() && report.sent + report.received + report.gone + report.rewritten == 0;
        // Consecutive syncs without changes share one line.
        *self.last_line.lock().unwrap_or_else(PoisonError::into_inner) = Some(LogEntry {
            at_ms: now_ms,
            event: line,
        });
        if !quiet || purged.is_err() {
            self.keep_last_sync()?;
            self.forget_old_times()?;
        }
        outcome.map(|()| report)
    }

    /// Makes a running sync end after its current request.
    pub fn interrupt_sync(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
    }

    /// Brings what was received to one state with what is here, such as one tap on two devices, and sends the edits which
    /// that took.
    fn settle_received(
        &self,
        transport: &dyn Transport,
        deadline: &Deadline,
        report: &mut SyncReport,
    ) -> Result<(), SyncError> {
        let before = self.store.unsent()?.0;
        self.fold_duplicate_check_ins()?;
        self.settle_merges()?;
        if self.store.unsent()?.0 == before {
            return Ok(());
        }
        self.run_session(transport, deadline, report)
    }

    /// Sets the size of the next pages by how the last request went, and keeps it: after a cut, the next sync may be another
    /// process.
    fn keep_pace(
        &self,
        answer: &Result<request::Answer, SyncError>,
        sent_bytes: usize,
        took_ms: i64,
    ) -> Result<(), SyncError> {
        let mut identity = self.identity();
        let pace = match answer {
            Ok(answer) => {
                let moved = sent_bytes as u64 + answer.body.len() as u64;
                identity.pace.after_answer(moved, took_ms)
            }
            Err(SyncError::NoConnection | SyncError::TimedOut) => identity.pace.after_cut(took_ms),
            Err(_) => identity.pace,
        };
        if pace == identity.pace {
            return Ok(());
        }
        identity.pace = pace;
        self.refetchable_transaction(|write| identity.save_pace(write))?;
        self.set_identity(identity);
        Ok(())
    }

    /// Reads the data of the next request: the first unsent changes, up to its size limit, and the state of each territory.
    /// Returned with it are the places in the outbox of changes that have not been in a request before: from here on they may
    /// have left this device, and are not written as fewer any more.
    fn snapshot(&self, held: &mut Held) -> Result<(Snapshot, Vec<i64>), SyncError> {
        let pace = self.identity().pace;
        let (mut batch, mut news) = (self.store.outbox(pace.push_bytes())?, Vec::new());
        if batch.iter().any(|change| !change.sent) {
            (batch, news) = self.transaction(|write| {
                let taken = write.take_to_send(pace.push_bytes());
                taken.map_err(SyncError::from)
            })?;
        }
        let (mut unsent, _) = self.store.unsent()?;
        for record in held.records() {
            unsent = unsent.saturating_sub(self.store.unsent_count(record)?);
        }
        let batch = held.choose(batch);
        // Where those that are held back fill a whole push, the rest waits, too.
        let exhausted = batch.is_empty() || u32::try_from(batch.len()).is_ok_and(|n| n >= unsent);
        let identity = self.identity();
        let outbox = batch.into_iter().map(|change| Outgoing {
            record: change.record,
            kind: change.kind,
            hash: change.hash,
            bytes: change.bytes,
            again: identity.again.contains(&change.record),
        });
        let scopes = self
            .store
            .scopes()?
            .iter()
            .map(|state| self.scope(state))
            .collect::<Result<_, SyncError>>()?;
        let snapshot = Snapshot {
            actor: identity.actor,
            actors: identity.actors.clone(),
            outbox: outbox.collect(),
            exhausted,
            scopes,
            people_cursor: identity.people_cursor,
            kept: self.store.waiting_on_server(KEPT_MAX)?,
            page: pace.page(),
        };
        Ok((snapshot, news))
    }

    /// The state of one territory for the request, with the checksums of its buckets after a mismatch.
    fn scope(&self, state: &ScopeState) -> Result<Scope, SyncError> {
        let audit = state
            .compare_buckets
            .then(|| self.store.numbered(state.territory))
            .transpose()?
            .map(|numbered| {
                let mut checksums = vec![0; 256];
                for (id, seq) in numbered {
                    checksums[usize::from(wire::bucket(id))] ^= wire::digest(id, seq);
                }
                checksums
            });
        Ok(Scope {
            territory: state.territory,
            epoch: state.epoch,
            cursor: state.cursor,
            settled: state.settled,
            audit,
        })
    }
}
