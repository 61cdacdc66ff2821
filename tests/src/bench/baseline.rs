//! The baseline as a contender.

use std::path::{Path, PathBuf};

use fieldbook_baseline::{Book, Fields, Peer, Record, Server};
use fieldbook_core::clock::{Clock, SystemClock};
use serde_json::Value;

use super::contender::{Contender, Failure, Host, Phone, Traffic};

const KIND: &str = "account";
const PAGE: u32 = 100;

/// Accounts in one transaction of an import.
const TRANSACTION: usize = 5_000;

/// JSON in SQLite, last writer wins.
pub(super) struct Baseline;

impl Contender for Baseline {
    fn name(&self) -> &'static str {
        "baseline"
    }

    fn open(&self, folder: &Path) -> Result<Box<dyn Phone>, Failure> {
        let book = Book::open(&folder.join("book.db"))?;
        let address = folder.join("server.txt");
        Ok(Box::new(FloorPhone {
            book,
            address,
            peer: None,
        }))
    }

    fn serve(&self, folder: &Path) -> Result<Box<dyn Host>, Failure> {
        Ok(Box::new(FloorHost(Server::start(&folder.join("server.db"))?)))
    }
}

struct FloorPhone {
    book: Book,
    /// The file that keeps the server's address for the next process.
    address: PathBuf,
    peer: Option<Peer>,
}

impl Phone for FloorPhone {
    fn create(&mut self, accounts: &mut dyn Iterator<Item = Fields>) -> Result<(), Failure> {
        while self
            .book
            .import(KIND, (&mut *accounts).take(TRANSACTION), SystemClock.now_ms())?
            == TRANSACTION
        {}
        Ok(())
    }

    fn count(&mut self) -> Result<usize, Failure> {
        Ok(usize::try_from(self.book.count(KIND)?)?)
    }

    fn ids(&mut self, limit: usize) -> Result<Vec<String>, Failure> {
        let mut found: Vec<Record> = Vec::new();
        while found.len() < limit {
            let page = self.book.page(KIND, found.last(), PAGE)?;
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        Ok(found
            .iter()
            .take(limit)
            .map(|record| record.id.to_string())
            .collect())
    }

    fn edit(&mut self, id: &str, field: &str, value: &str) -> Result<(), Failure> {
        Ok(self
            .book
            .set(id.parse()?, field, Value::from(value), SystemClock.now_ms())?)
    }

    fn field(&mut self, id: &str, field: &str) -> Result<String, Failure> {
        let record = self.book.get(id.parse()?)?.ok_or("no such record")?;
        Ok(record
            .fields
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned())
    }

    fn first_page(&mut self, limit: usize) -> Result<usize, Failure> {
        Ok(self.book.page(KIND, None, u32::try_from(limit)?)?.len())
    }

    fn search(&mut self, text: &str, limit: usize) -> Result<usize, Failure> {
        Ok(self.book.search(text, u32::try_from(limit)?)?.len())
    }

    fn near(&mut self, lat: f64, lon: f64, radius_m: f64, limit: usize) -> Result<usize, Failure> {
        Ok(self.book.near(lat, lon, radius_m, u32::try_from(limit)?)?.len())
    }

    fn join(&mut self, invitation: &str) -> Result<(), Failure> {
        std::fs::write(&self.address, invitation)?;
        self.peer = Some(Peer::new(invitation));
        Ok(())
    }

    fn sync(&mut self) -> Result<Traffic, Failure> {
        if self.peer.is_none() {
            self.peer = Some(Peer::new(&std::fs::read_to_string(&self.address)?));
        }
        let peer = self.peer.as_ref().ok_or("no server joined")?;
        let traffic = peer.sync(&mut self.book)?;
        Ok(Traffic {
            sent_bytes: traffic.sent_bytes,
            received_bytes: traffic.received_bytes,
        })
    }
}

struct FloorHost(Server);

impl Host for FloorHost {
    fn invite(&mut self) -> Result<String, Failure> {
        Ok(self.0.url().to_owned())
    }
}
