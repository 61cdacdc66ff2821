//! The evidence of a book: visits that end by rule, made-up check-ins, and the chain with the host's own signatures.

use std::fs::File;

use fieldbook_core::book::{BookError, CheckInError, MakeUp, SignatureError, TapClock, UnsignedLink};
use fieldbook_core::evidence::PublicKey;
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::location::{Position, RawFix};

use crate::Fieldbook;
use crate::records::{Record, SiteHere, records};

/// A text of bytes that has another length than it should.
fn exactly<const N: usize>(bytes: &[u8], what: &'static str) -> Result<[u8; N], BookError> {
    bytes.try_into().map_err(|_| BookError::BadRequest { what })
}

#[uniffi::export]
impl Fieldbook {
    /// Makes up for a check-in that was missed, at most seven days back. The visit says so for ever.
    pub fn make_up(&self, account: RecordId, missed: MakeUp) -> Result<Record, CheckInError> {
        Ok(self.book.make_up(account, &missed)?.into())
    }

    /// Closes the rep's visits that nobody checked out of: the rep arrived elsewhere, the shift ended, or twelve hours
    /// went by. Each says by which rule.
    #[uniffi::method(default(shift_end_ms = None))]
    pub fn close_forgotten(&self, shift_end_ms: Option<i64>) -> Result<Vec<Record>, CheckInError> {
        Ok(records(self.book.close_forgotten(shift_end_ms)?))
    }

    /// Closes an open visit when its fixes show that the rep has left the fence: call it when the system's geofence fires.
    /// Null when they do not show it.
    pub fn left_fence(&self, visit: RecordId, fixes: Vec<RawFix>) -> Result<Option<Record>, CheckInError> {
        Ok(self.book.left_fence(visit, &fixes)?.map(Record::from))
    }

    /// Attests a photo of a visit by the SHA-256 of its file, 32 bytes.
    pub fn attest_photo(&self, visit: RecordId, sha256: Vec<u8>, clock: TapClock) -> Result<(), BookError> {
        let sha256 = exactly(&sha256, "a SHA-256 has 32 bytes")?;
        self.book.attest_photo(visit, sha256, &clock)
    }

    /// Lets the phone's secure hardware sign the chain of evidence from now on: its public ed25519 key, 32 bytes.
    pub fn sign_with(&self, key: Vec<u8>) -> Result<(), BookError> {
        let key = exactly(&key, "an ed25519 key has 32 bytes")?;
        self.book.sign_with(PublicKey(key))
    }

    /// The links that wait for the hardware's signature, the oldest first. Nothing else waits for it.
    #[uniffi::method(default(limit = 100))]
    pub fn unsigned_links(&self, limit: u32) -> Result<Vec<UnsignedLink>, BookError> {
        self.book.unsigned_links(limit)
    }

    /// Takes a signature that the hardware made of an unsigned link's bytes, 64 bytes.
    pub fn put_signature(&self, n: u64, signature: Vec<u8>) -> Result<(), SignatureError> {
        let signature =
            exactly(&signature, "an ed25519 signature has 64 bytes").map_err(SignatureError::Book)?;
        self.book.put_signature(n, signature)
    }

    /// Forgets what links made before `before_ms` attest; the links stay, so the chain still holds. Returns how many.
    pub fn forget_evidence(&self, before_ms: i64) -> Result<u64, BookError> {
        self.book.forget_evidence(before_ms)
    }

    /// The sites whose fence a circle of `accuracy_m` around `at` touches, the deepest inside first: where the rep is now.
    #[uniffi::method(default(accuracy_m = 0.0))]
    pub fn sites_here(&self, at: Position, accuracy_m: f64) -> Result<Vec<SiteHere>, BookError> {
        let found = self.book.sites_here(at, Meters(accuracy_m))?;
        Ok(found.into_iter().map(SiteHere::from).collect())
    }

    /// Writes this device's chain of evidence to a file that anyone can verify, and returns how many links it has.
    pub fn export_evidence(&self, path: &str) -> Result<u64, BookError> {
        let mut out = File::create(path).map_err(|_| BookError::CannotWrite)?;
        self.book.export_evidence(&mut out)
    }
}
