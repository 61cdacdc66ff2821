//! The interface of a program that is measured.

use std::path::Path;

use fieldbook_baseline::Fields;

/// Whatever went wrong in a contender.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A program that keeps a rep's book and syncs it.
pub trait Contender {
    /// Its name in the table.
    fn name(&self) -> &'static str;

    /// Opens the book in `folder`; makes it when the folder is empty.
    fn open(&self, folder: &Path) -> Result<Box<dyn Phone>, Failure>;

    /// Serves the data in `folder` on a free port of 127.0.0.1 until the host is dropped.
    fn serve(&self, folder: &Path) -> Result<Box<dyn Host>, Failure>;
}

/// A book on a phone. What a call is to change is on the disk when it returns; dropping closes the book.
pub trait Phone {
    /// Adds accounts made by [`fieldbook_baseline::sample_account`], as an import of a file does: all of them are on the disk
    /// when it returns, in as many transactions as it likes.
    fn create(&mut self, accounts: &mut dyn Iterator<Item = Fields>) -> Result<(), Failure>;

    /// Number of accounts.
    fn count(&mut self) -> Result<usize, Failure>;

    /// The ids of the first `limit` accounts by name, to be used in the calls below.
    fn ids(&mut self, limit: usize) -> Result<Vec<String>, Failure>;

    /// Sets one field (`phone` or `notes`) of one account, durably.
    fn edit(&mut self, id: &str, field: &str, value: &str) -> Result<(), Failure>;

    /// The value of a field, as the other phone must see it.
    fn field(&mut self, id: &str, field: &str) -> Result<String, Failure>;

    /// Reads the first accounts by name, with their fields. Answers how many.
    fn first_page(&mut self, limit: usize) -> Result<usize, Failure>;

    /// Reads the best accounts for a text, with their fields. Answers how many.
    fn search(&mut self, text: &str, limit: usize) -> Result<usize, Failure>;

    /// Reads the nearest accounts around a position in degrees, with their fields. Answers how many.
    fn near(&mut self, lat: f64, lon: f64, radius_m: f64, limit: usize) -> Result<usize, Failure>;

    /// Ties the book to a server.
    fn join(&mut self, invitation: &str) -> Result<(), Failure>;

    /// Sends and fetches until there is nothing left.
    fn sync(&mut self) -> Result<Traffic, Failure>;
}

/// A running server.
pub trait Host {
    /// A line of text that lets one more phone join: an address, a code, what the contender needs.
    fn invite(&mut self) -> Result<String, Failure>;
}

/// Bytes of request and answer bodies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From the phone.
    pub sent_bytes: u64,
    /// To the phone.
    pub received_bytes: u64,
}
