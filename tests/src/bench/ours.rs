//! The product as a contender: the book of an app, the server that anyone runs.

mod csv;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use fieldbook_baseline::Fields;
use fieldbook_core::book::import::ImportKind;
use fieldbook_core::book::{Book, Checkup, OpenOptions, PAGE_MAX, Query};
use fieldbook_core::clock::{Clock, SystemClock, SystemRandom};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::location::Position;
use fieldbook_core::model::{Kind, Role};
use fieldbook_core::sync::http::Http;
use fieldbook_server::{Server, admin};

use super::contender::{Contender, Failure, Host, Phone, Traffic};

const REP: &str = "Rep";
const TERRITORY: &str = "North";

/// Fieldbook: a CRDT a record, a gate before every change, history and conflicts kept, devices that sign.
pub(super) struct Ours;

impl Contender for Ours {
    fn name(&self) -> &'static str {
        "ours"
    }

    fn open(&self, folder: &Path) -> Result<Box<dyn Phone>, Failure> {
        let book = Book::open(OpenOptions::new(folder.join("book.db")))?;
        Ok(Box::new(OurPhone {
            book,
            http: Http::default(),
        }))
    }

    fn serve(&self, folder: &Path) -> Result<Box<dyn Host>, Failure> {
        let running = Server::start(folder, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        admin::add_territory(running.store(), TERRITORY, &SystemRandom)?;
        admin::add_user(running.store(), REP, Role::Rep, &[TERRITORY], &SystemRandom)?;
        Ok(Box::new(OurHost(running)))
    }
}

struct OurPhone {
    book: Book,
    http: Http,
}

impl Phone for OurPhone {
    /// By the import, the book's one way of taking in many records: it reads a file, so each account becomes a line of
    /// CSV first, and each line an account and the site where its position is.
    fn create(&mut self, accounts: &mut dyn Iterator<Item = Fields>) -> Result<(), Failure> {
        let mut file = csv::Accounts::new(accounts);
        let report = self.book.import(
            ImportKind::Accounts,
            "accounts.csv",
            &mut file,
            &fieldbook_core::book::ImportOptions::default(),
            &mut |_| {},
        )?;
        match report.refused.first() {
            Some(refused) => Err(refused.to_string().into()),
            None => Ok(()),
        }
    }

    fn count(&mut self) -> Result<usize, Failure> {
        let records = self.book.status(Checkup::Quick)?.records;
        let accounts = records.iter().find(|(kind, _)| *kind == Kind::Account);
        Ok(usize::try_from(accounts.map_or(0, |(_, count)| *count))?)
    }

    fn ids(&mut self, limit: usize) -> Result<Vec<String>, Failure> {
        let mut query = Query::first(Kind::Account, PAGE_MAX);
        let mut found: Vec<RecordId> = Vec::new();
        while found.len() < limit {
            let page = self.book.page(&query)?;
            found.extend(page.records.iter().map(|record| record.id));
            query.after = found.last().copied();
            if !page.more {
                break;
            }
        }
        Ok(found.iter().take(limit).map(RecordId::to_string).collect())
    }

    fn edit(&mut self, id: &str, field: &str, value: &str) -> Result<(), Failure> {
        self.book.set_field(id.parse()?, own_name(field), value)?;
        Ok(())
    }

    fn field(&mut self, id: &str, field: &str) -> Result<String, Failure> {
        let record = self.book.record(id.parse()?)?;
        Ok(record.fields.text(own_name(field)).unwrap_or_default().to_owned())
    }

    fn first_page(&mut self, limit: usize) -> Result<usize, Failure> {
        let query = Query::first(Kind::Account, u32::try_from(limit)?);
        Ok(self.book.page(&query)?.records.len())
    }

    fn search(&mut self, text: &str, limit: usize) -> Result<usize, Failure> {
        let found = self
            .book
            .search(text, Some(Kind::Account), u32::try_from(limit)?)?;
        Ok(found.len())
    }

    fn near(&mut self, lat: f64, lon: f64, radius_m: f64, limit: usize) -> Result<usize, Failure> {
        let at = Position::new(lat, lon)?;
        Ok(self.book.near(at, Meters(radius_m), u32::try_from(limit)?)?.len())
    }

    fn join(&mut self, invitation: &str) -> Result<(), Failure> {
        let (url, code) = invitation.split_once(' ').ok_or("not an invitation")?;
        self.book.join(url, code, "bench", &self.http)?;
        Ok(())
    }

    fn sync(&mut self) -> Result<Traffic, Failure> {
        let report = self.book.sync_now(&self.http, None)?;
        if let Some(refused) = report.refused.first() {
            return Err(format!("an edit was refused: {:?}", refused.reason).into());
        }
        Ok(Traffic {
            sent_bytes: report.bytes_out,
            received_bytes: report.bytes_in,
        })
    }
}

/// The book's name for a field of the sample.
fn own_name(field: &str) -> &str {
    if field == "notes" { "remark" } else { field }
}

struct OurHost(Server);

impl Host for OurHost {
    fn invite(&mut self) -> Result<String, Failure> {
        let code = admin::issue_code(self.0.store(), REP, SystemClock.now_ms(), &SystemRandom)?;
        Ok(format!("{} {}", self.0.url(), code.text))
    }
}
