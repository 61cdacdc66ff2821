//! A sync session with the server as a pure state machine.
//!
//! The caller carries out each [`Instruction`] and reports an [`Event`]; the machine returns the next instruction. It has no
//! clock, no disk and no network, so a test drives whole fleets of it in one thread.
//!
//! ```text
//! event           Begin         SnapshotTaken      Answered      Applied
//!                   |                 |               |             |
//! instruction       +-> TakeSnapshot  +-> Send        +-> Apply     +-> Done
//!                            ^                                      |
//!                            +---- more to send, fetch or repair ---+
//! ```

use fieldbook_model::Kind;
use fieldbook_model::ids::{ActorId, ChangeHash, RecordId};
use fieldbook_model::wire::{
    self, Blob, ChangeOutcome, PackError, Push, Scope, SyncRequest, SyncResponse, VERSION,
};

/// Number of rounds in which one session rewrites refused changes or repairs a territory; the rest waits for the next.
const REPAIRS_MAX: u32 = 3;

/// An unsent change to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Id of the changed record.
    pub record: RecordId,
    /// Kind of the record.
    pub kind: Kind,
    /// Hash of the change.
    pub hash: ChangeHash,
    /// The Automerge change chunk.
    pub bytes: Vec<u8>,
    /// True if the server has lost changes of this record, which are sent again.
    pub again: bool,
}

/// A consistent snapshot of the book for the next request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The actor under which this device writes.
    pub actor: ActorId,
    /// The actors under which it wrote before.
    pub actors: Vec<ActorId>,
    /// The first unsent changes, the oldest first.
    pub outbox: Vec<Outgoing>,
    /// True if `outbox` holds all unsent changes.
    pub exhausted: bool,
    /// The state of each territory in the book.
    pub scopes: Vec<Scope>,
    /// Number of authors' names received.
    pub people_cursor: u64,
    /// The changes that wait on the server for a decision or for lost ones, as far as the request asks about them.
    pub kept: Vec<ChangeHash>,
    /// The most bytes of records in the answer; `None` for as many as the server sends.
    pub page: Option<u32>,
}

/// An event that the caller reports.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The session begins.
    Begin,
    /// The snapshot was taken.
    SnapshotTaken(Snapshot),
    /// The server answered with this body.
    Answered(Vec<u8>),
    /// The delivery is durable in the book.
    Applied {
        /// Number of refused changes that were written again and wait in the outbox.
        rewritten: u32,
        /// True if the checksums of a territory differ, so that another round is to repair it.
        unsettled: bool,
    },
}

/// The next step of the caller.
#[derive(Debug, Clone, PartialEq)]
pub enum Instruction {
    /// Take a snapshot of the book: the outbox from its beginning, and the state of each territory.
    TakeSnapshot,
    /// Send this body, sign it, and report the answer.
    Send(Vec<u8>),
    /// Make this durable in one transaction.
    Apply(Box<Delivery>),
    /// End the session: both sides hold the same data.
    Done,
}

/// An answer of the server, matched with the pushed changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The outcomes of the pushed changes, by record.
    pub verdicts: Vec<RecordOutcomes>,
    /// The answer without its verdicts.
    pub response: SyncResponse,
}

/// The outcomes of one record's pushed changes.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordOutcomes {
    /// Id of the record.
    pub record: RecordId,
    /// Kind of the record.
    pub kind: Kind,
    /// The record's number in its territory; 0 if the server has none for it.
    pub seq: u64,
    /// The record's territory on the server.
    pub territory: fieldbook_model::ids::TerritoryId,
    /// Each change with its outcome, in the order of the edits.
    pub changes: Vec<(ChangeHash, ChangeOutcome)>,
}

/// An error that ends a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The answer is not a message of this protocol.
    #[error("the server's answer cannot be read")]
    Unreadable(#[from] PackError),
    /// The answer does not fit the request.
    #[error("the server's answer does not fit the request")]
    Misfit,
    /// The caller reported an event that does not follow the last instruction.
    #[error("a step out of turn")]
    OutOfTurn,
}

/// The state of the session.
#[derive(Debug)]
enum State {
    Idle,
    TakingSnapshot,
    Waiting(PendingRequest),
    Applying { more: bool, pushed_all: bool },
    Done,
}

/// A request under way, against which its answer is checked.
#[derive(Debug)]
struct PendingRequest {
    push: Vec<Push>,
    /// The hash of each change in `push`.
    hashes: Vec<Vec<ChangeHash>>,
    /// True if the request carries all unsent changes.
    pushed_all: bool,
    fingerprint: [u8; 8],
}

/// A sync session: requests and answers until both sides hold the same data.
#[derive(Debug)]
pub struct Session {
    state: State,
    repairs: u32,
}

impl Default for Session {
    fn default() -> Session {
        Session {
            state: State::Idle,
            repairs: 0,
        }
    }
}

impl Session {
    /// Takes an event and returns the next instruction.
    ///
    /// # Errors
    /// [`SessionError`] ends the session. Nothing is lost: the next session continues from the state of the book.
    pub fn step(&mut self, event: Event) -> Result<Instruction, SessionError> {
        let state = std::mem::replace(&mut self.state, State::Done);
        let (next, instruction) = match (state, event) {
            (State::Idle, Event::Begin) => (State::TakingSnapshot, Instruction::TakeSnapshot),
            (State::TakingSnapshot, Event::SnapshotTaken(snapshot)) => to_request(snapshot),
            (State::Waiting(pending), Event::Answered(body)) => read(pending, &body)?,
            (State::Applying { more, pushed_all }, Event::Applied { rewritten, unsettled }) => {
                let repair = rewritten > 0 || (unsettled && !more);
                self.repairs += u32::from(repair);
                let again = repair && self.repairs <= REPAIRS_MAX;
                match (pushed_all, more || again) {
                    (true, false) => (State::Done, Instruction::Done),
                    _ => (State::TakingSnapshot, Instruction::TakeSnapshot),
                }
            }
            _ => return Err(SessionError::OutOfTurn),
        };
        self.state = next;
        Ok(instruction)
    }
}

/// The most earlier actors in a request: the newest of them.
const ACTORS_MAX: usize = 256;

/// Builds the request for a snapshot, with the changes grouped by record.
fn to_request(mut snapshot: Snapshot) -> (State, Instruction) {
    let surplus = snapshot.actors.len().saturating_sub(ACTORS_MAX);
    snapshot.actors.drain(..surplus);
    let mut push: Vec<Push> = Vec::new();
    let mut hashes: Vec<Vec<ChangeHash>> = Vec::new();
    let mut place = std::collections::HashMap::new();
    for change in snapshot.outbox {
        let at = *place.entry(change.record).or_insert_with(|| {
            push.push(Push {
                kind: change.kind,
                id: change.record,
                changes: Vec::new(),
                again: change.again.then_some(true),
            });
            hashes.push(Vec::new());
            push.len() - 1
        });
        push[at].changes.push(Blob(change.bytes));
        hashes[at].push(change.hash);
    }
    let request = SyncRequest {
        version: VERSION,
        actor: snapshot.actor,
        push,
        scopes: snapshot.scopes,
        people_cursor: snapshot.people_cursor,
        push_only: !snapshot.exhausted,
        actors: (!snapshot.actors.is_empty()).then_some(snapshot.actors),
        kept: (!snapshot.kept.is_empty()).then_some(snapshot.kept),
        page: snapshot.page,
        notice: None,
    };
    let body = wire::pack(&request);
    let pending = PendingRequest {
        push: request.push,
        hashes,
        pushed_all: snapshot.exhausted,
        fingerprint: wire::fingerprint(&body),
    };
    (State::Waiting(pending), Instruction::Send(body))
}

/// Decodes an answer and matches it with its request.
fn read(pending: PendingRequest, body: &[u8]) -> Result<(State, Instruction), SessionError> {
    let PendingRequest {
        push,
        hashes,
        pushed_all,
        fingerprint,
    } = pending;
    let mut response: SyncResponse = wire::unpack(body)?;
    if response.answers != fingerprint || response.verdicts.len() != push.len() {
        return Err(SessionError::Misfit);
    }
    let mut verdicts = Vec::with_capacity(push.len());
    for ((push, hashes), verdict) in push
        .into_iter()
        .zip(hashes)
        .zip(std::mem::take(&mut response.verdicts))
    {
        let changes: Vec<_> = match verdict.changes.len() {
            0 => hashes
                .into_iter()
                .map(|hash| (hash, ChangeOutcome::Accepted))
                .collect(),
            n if n == hashes.len() => hashes.into_iter().zip(verdict.changes).collect(),
            _ => return Err(SessionError::Misfit),
        };
        verdicts.push(RecordOutcomes {
            record: push.id,
            kind: push.kind,
            seq: verdict.seq,
            territory: verdict.territory,
            changes,
        });
    }
    let more = response.scopes.iter().any(|scope| scope.more);
    let delivery = Delivery { verdicts, response };
    Ok((
        State::Applying { more, pushed_all },
        Instruction::Apply(Box::new(delivery)),
    ))
}

#[cfg(test)]
mod tests;
