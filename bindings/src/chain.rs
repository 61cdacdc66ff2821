//! The evidence API: visits closed by rule, make-up check-ins, and the evidence chain with the host's own signatures.
//!
//! The types of a check-in are in [`crate::evidence`].

use std::fs::File;

use fieldbook_core::book::{BookError, CheckInError, MakeUp, SignatureError, TapClock, UnsignedLink};
use fieldbook_core::evidence::PublicKey;
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::location::{Position, RawFix};

use crate::Fieldbook;
use crate::records::{Record, SiteHere, records};
use crate::scalars::{RECORD_ID_FORM, parse_arg};

/// Converts `bytes` to an array of `N` bytes, or fails with [`BookError::BadRequest`].
fn to_array<const N: usize>(bytes: &[u8], what: &'static str) -> Result<[u8; N], BookError> {
    bytes.try_into().map_err(|_| BookError::BadRequest { what })
}

#[uniffi::export]
impl Fieldbook {
    /// Records a missed check-in afterwards, at most seven days back. The visit is permanently marked as such.
    ///
    /// Fails with `NotThen` if the arrival is older or in the future.
    pub fn make_up(&self, account: &str, missed: MakeUp) -> Result<Record, CheckInError> {
        let account = parse_arg(account, RECORD_ID_FORM)?;
        Ok(self.book.make_up(account, &missed)?.into())
    }

    /// Closes visits that nobody checked out of: the rep arrived elsewhere, the shift ended at `shift_end_ms` (Unix
    /// milliseconds), or twelve hours passed. Returns the closed visits; each states the rule that closed it.
    #[uniffi::method(default(shift_end_ms = None))]
    pub fn close_forgotten(&self, shift_end_ms: Option<i64>) -> Result<Vec<Record>, CheckInError> {
        Ok(records(self.book.close_forgotten(shift_end_ms)?))
    }

    /// Closes an open visit if `fixes` show that the rep has left the fence; call it when the system's geofence
    /// fires. Returns the closed visit, or null if the fixes do not show it.
    pub fn left_fence(&self, visit: &str, fixes: Vec<RawFix>) -> Result<Option<Record>, CheckInError> {
        let visit = parse_arg(visit, RECORD_ID_FORM)?;
        Ok(self.book.left_fence(visit, &fixes)?.map(Record::from))
    }

    /// Attests a photo of a visit by the SHA-256 of its file, 32 bytes.
    ///
    /// Fails with `BadRequest` on another length.
    pub fn attest_photo(&self, visit: RecordId, sha256: Vec<u8>, clock: TapClock) -> Result<(), BookError> {
        let sha256 = to_array(&sha256, "a SHA-256 has 32 bytes")?;
        self.book.attest_photo(visit, sha256, &clock)
    }

    /// Registers the public ed25519 key, 32 bytes, of the phone's secure hardware. New links of the evidence chain
    /// then wait for its signature.
    pub fn sign_with(&self, key: Vec<u8>) -> Result<(), BookError> {
        let key = to_array(&key, "an ed25519 key has 32 bytes")?;
        self.book.sign_with(PublicKey(key))
    }

    /// The links that have no hardware signature yet, the oldest first, at most `limit`. Nothing else waits for a
    /// signature.
    #[uniffi::method(default(limit = 100))]
    pub fn unsigned_links(&self, limit: u32) -> Result<Vec<UnsignedLink>, BookError> {
        self.book.unsigned_links(limit)
    }

    /// Stores the hardware's ed25519 signature, 64 bytes, of the bytes of unsigned link `n`.
    ///
    /// Fails with `NotWaiting` if there is no such unsigned link, and with `DoesNotFit` if the signature is invalid.
    pub fn put_signature(&self, n: u64, signature: Vec<u8>) -> Result<(), SignatureError> {
        let signature =
            to_array(&signature, "an ed25519 signature has 64 bytes").map_err(SignatureError::Book)?;
        self.book.put_signature(n, signature)
    }

    /// Erases the attested data of links made before `before_ms` (Unix milliseconds) and returns their number. The
    /// links stay, so the chain remains verifiable.
    pub fn forget_evidence(&self, before_ms: i64) -> Result<u64, BookError> {
        self.book.forget_evidence(before_ms)
    }

    /// The sites whose fence intersects a circle of `accuracy_m` metres around `at`, the deepest inside first: where
    /// the rep is now.
    #[uniffi::method(default(accuracy_m = 0.0))]
    pub fn sites_here(&self, at: Position, accuracy_m: f64) -> Result<Vec<SiteHere>, BookError> {
        let found = self.book.sites_here(at, Meters(accuracy_m))?;
        Ok(found.into_iter().map(SiteHere::from).collect())
    }

    /// Writes the evidence chain of this device to a file that anyone can verify, and returns the number of links.
    pub fn export_evidence(&self, path: &str) -> Result<u64, BookError> {
        let mut out = File::create(path).map_err(|_| BookError::CannotWrite)?;
        self.book.export_evidence(&mut out)
    }
}
