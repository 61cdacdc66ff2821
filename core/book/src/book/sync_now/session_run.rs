//! The sessions of one sync: each step of [`Session`] is carried out, with one more session where a clock proved wrong.

use std::sync::atomic::Ordering;

use super::held::Held;
use super::request::Call;
use super::watched::Watched;
use super::{Deadline, SyncError, SyncReport};
use crate::book::Book;
use crate::sync::Transport;
use crate::sync::session::{Event, Instruction, Session};
use fieldbook_model::clock::Stopwatch;
use fieldbook_model::wire::ProtocolError;

/// The end of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Both sides hold the same.
    Settled,
    /// What may be sent is sent, and the office has ordered that the book is erased.
    Wipe,
}

/// What one session has come to.
struct Course {
    session: Session,
    held: Held,
    /// The places in the outbox of changes that are in a request for the first time.
    news: Vec<i64>,
    /// The wall clock when the last request was sent, Unix milliseconds.
    sent_at_ms: i64,
    /// Milliseconds to its answer.
    round_trip_ms: i64,
    end: End,
}

impl Book {
    /// Runs sessions until both sides hold the same data: a second one if the server found this device's time wrong, and one for
    /// edits whose time proved wrong after they were accepted.
    pub(super) fn run_session(
        &self,
        transport: &dyn Transport,
        deadline: &Deadline,
        report: &mut SyncReport,
    ) -> Result<(), SyncError> {
        let server = self.identity().server.ok_or(SyncError::NotJoined)?;
        let call = Call {
            url: &server.url,
            device: Some(server.device),
        };
        let left = || deadline.left().ok_or(SyncError::TimedOut);
        self.ask_time_if_unknown(transport, &call, left()?)?;
        let end = match self.converse(transport, &call, deadline, report) {
            Err(SyncError::Refused(ProtocolError::Stale | ProtocolError::Replayed)) => {
                self.ask_time(transport, call.url, left()?)?;
                self.converse(transport, &call, deadline, report)
            }
            ended => ended,
        }?;
        if end == End::Wipe {
            return self.wipe(transport, &call);
        }
        let stated = self.state_again()?;
        if stated > 0 {
            report.rewritten += stated;
            self.converse(transport, &call, deadline, report)?;
        }
        Ok(())
    }

    /// Runs one session. Its end says whether the office wants the book erased.
    fn converse(
        &self,
        transport: &dyn Transport,
        call: &Call<'_>,
        deadline: &Deadline,
        report: &mut SyncReport,
    ) -> Result<End, SyncError> {
        report.rewritten += self.put_right()?;
        let mut course = Course {
            session: Session::default(),
            held: Held::default(),
            news: Vec::new(),
            sent_at_ms: 0,
            round_trip_ms: 0,
            end: End::Settled,
        };
        let mut event = Event::Begin;
        loop {
            let instruction = course.session.step(event).map_err(|_| SyncError::BadAnswer)?;
            if self.interrupted.load(Ordering::SeqCst) {
                return Err(SyncError::Interrupted);
            }
            event = match instruction {
                Instruction::TakeSnapshot => {
                    let snapshot;
                    (snapshot, course.news) = self.snapshot(&mut course.held)?;
                    report.sent += u32::try_from(snapshot.outbox.len()).unwrap_or(u32::MAX);
                    Event::SnapshotTaken(snapshot)
                }
                Instruction::Send(body) => {
                    self.send(transport, call, deadline, report, &mut course, &body)?
                }
                Instruction::Apply(delivery) => {
                    // The answer came just now: the time of decoding counts as part of the round trip.
                    let mut identity = self.identity();
                    let server_ms = delivery.response.now_ms;
                    self.learn_time(&mut identity, server_ms, course.sent_at_ms, course.round_trip_ms);
                    self.set_identity(identity);
                    if delivery.response.wipe == Some(true) {
                        course.end = End::Wipe;
                    }
                    self.apply(&delivery, report)?
                }
                Instruction::Done => return Ok(course.end),
            };
        }
    }

    /// Sends one body. The event is the answer, or the beginning of a session without the records on which the server fails.
    fn send(
        &self,
        transport: &dyn Transport,
        call: &Call<'_>,
        deadline: &Deadline,
        report: &mut SyncReport,
        course: &mut Course,
        body: &[u8],
    ) -> Result<Event, SyncError> {
        let timeout = deadline.left().ok_or(SyncError::TimedOut)?;
        report.requests += 1;
        report.bytes_out += body.len() as u64;
        let sent = Stopwatch::start();
        course.sent_at_ms = self.clock.now_ms();
        let watched = Watched::new(transport);
        let answer = self.call_once(&watched, call, body, timeout);
        // A server that finds a request stale has not looked at what is in it.
        let is_stale = matches!(answer, Err(SyncError::Refused(ProtocolError::Stale)));
        if (!watched.has_left() || is_stale) && !course.news.is_empty() {
            self.transaction(|write| write.mark_sent(&course.news, false).map_err(SyncError::from))?;
        }
        course.round_trip_ms = i64::try_from(sent.elapsed().as_millis()).unwrap_or(i64::MAX);
        // The book's clock counts, too: it may be a simulated one, and a wrong one costs a few more pages.
        let by_clock_ms = self.clock.now_ms().saturating_sub(course.sent_at_ms);
        self.keep_pace(&answer, body.len(), course.round_trip_ms.max(by_clock_ms))?;
        if matches!(answer, Err(SyncError::Refused(ProtocolError::Internal))) && course.held.failed() {
            report.held_back = course.held.count();
            course.session = Session::default();
            return Ok(Event::Begin);
        }
        course.held.answered();
        let answer = answer?.body;
        report.bytes_in += answer.len() as u64;
        Ok(Event::Answered(answer))
    }
}
