//! The phone's conversation with the server.

use serde::Deserialize;

use crate::row::{PullAnswer, PullRequest, PushAnswer};
use crate::{Book, FloorError, PAGE_ROWS};

/// The largest answer that is read.
const MOST_BYTES: u64 = 256 << 20;

/// The traffic of a sync: bodies only, no headers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes of request bodies.
    pub sent_bytes: u64,
    /// Bytes of answers' bodies.
    pub received_bytes: u64,
    /// Number of requests.
    pub requests: u64,
    /// Number of rows pushed.
    pub pushed: usize,
    /// Number of rows pulled.
    pub pulled: usize,
}

/// A server, as a phone sees it; keeps its connection from one sync to the next.
#[derive(Debug)]
pub struct Peer {
    agent: ureq::Agent,
    url: String,
}

impl Peer {
    /// The server at `url`, such as `http://127.0.0.1:7373`.
    pub fn new(url: &str) -> Peer {
        Peer {
            agent: ureq::Agent::new_with_defaults(),
            url: url.trim_end_matches('/').to_owned(),
        }
    }

    /// Pushes all that is new here, then pulls all that is new there.
    ///
    /// # Errors
    ///
    /// At any error nothing is lost: what was not confirmed goes out again, what was not stored is asked for again.
    pub fn sync(&self, book: &mut Book) -> Result<Traffic, FloorError> {
        let mut traffic = Traffic::default();
        self.push(book, &mut traffic)?;
        self.pull(book, &mut traffic)?;
        Ok(traffic)
    }

    fn push(&self, book: &mut Book, traffic: &mut Traffic) -> Result<(), FloorError> {
        loop {
            let rows = book.unsent(PAGE_ROWS)?;
            if rows.count == 0 {
                return Ok(());
            }
            let body = self.post("/push", &rows.json, traffic)?;
            let answer: PushAnswer = parse(&body)?;
            let cursor = book.cursor()?;
            book.mark_sent(
                &rows,
                if cursor == answer.before {
                    answer.after
                } else {
                    cursor
                },
            )?;
            traffic.pushed += rows.count;
        }
    }

    fn pull(&self, book: &mut Book, traffic: &mut Traffic) -> Result<(), FloorError> {
        let mut since = book.cursor()?;
        loop {
            let request = serde_json::to_vec(&PullRequest {
                since,
                limit: PAGE_ROWS,
            })?;
            let body = self.post("/pull", &request, traffic)?;
            let answer: PullAnswer<'_> = parse(&body)?;
            if !answer.rows.is_empty() {
                book.apply(&answer.rows, answer.next)?;
            }
            since = answer.next;
            traffic.pulled += answer.rows.len();
            if u32::try_from(answer.rows.len()).is_ok_and(|rows| rows < PAGE_ROWS) {
                return Ok(());
            }
        }
    }

    fn post(&self, path: &str, body: &[u8], traffic: &mut Traffic) -> Result<Vec<u8>, FloorError> {
        let url = format!("{}{path}", self.url);
        let mut answer = self
            .agent
            .post(&url)
            .header("content-type", "application/json")
            .send(body)
            .map_err(Box::new)?;
        let read = answer
            .body_mut()
            .with_config()
            .limit(MOST_BYTES)
            .read_to_vec()
            .map_err(Box::new)?;
        traffic.requests += 1;
        traffic.sent_bytes += body.len() as u64;
        traffic.received_bytes += read.len() as u64;
        Ok(read)
    }
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, FloorError> {
    Ok(serde_json::from_slice(body)?)
}
