//! The chain of evidence: each thing done at a visit becomes a link, in the same act as the record's change.
//!
//! The device's key signs. Where the host has secure hardware it names its key once ([`Book::sign_with`]), takes the bytes
//! to sign ([`Book::unsigned_links`]) and gives the signatures back ([`Book::put_signature`]); nothing waits for them.

use std::io::Write as _;

use super::{Book, BookError, edit};
use crate::store::{StoreError, StoredLink, Write};
use fieldbook_location::Fix;
use fieldbook_model::Fields;
use fieldbook_model::evidence::{
    Act, Anchor, Digest, FORMAT, GpsTime, Header, Line, Link, Monotonic, PublicKey, Readings, Signature,
    TrustedTime, genesis, sign,
};
use fieldbook_model::ids::RecordId;

/// Number of links that are read at once.
const PAGE: usize = 500;

/// The phone's readings of the time of a tap, beside the wall clock. All of them may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TapClock {
    /// Milliseconds since the phone started, sleep included, by the clock that nobody can set.
    pub monotonic_ms: Option<i64>,
    /// The boot that `monotonic_ms` counts from, named as in the fixes.
    pub boot_id: Option<String>,
    /// Offset of the rep's local time from UTC, in minutes.
    pub utc_offset_min: Option<i32>,
}

/// A link that waits for the host's hardware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedLink {
    /// Its place in the chain.
    pub n: u64,
    /// The bytes to sign with ed25519, as they are.
    pub bytes: Vec<u8>,
}

/// Why a signature was not taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SignatureError {
    /// The chain has no such link, or it is signed already.
    #[error("no link {n} waits for a signature")]
    NotWaiting {
        /// Number of the link.
        n: u64,
    },
    /// It is not a signature of that link by the key that was named.
    #[error("the signature does not fit link {n} and the key")]
    DoesNotFit {
        /// Number of the link.
        n: u64,
    },
    /// The book could not be read or written.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl From<StoreError> for SignatureError {
    fn from(error: StoreError) -> SignatureError {
        SignatureError::Book(error.into())
    }
}

/// A link about to be made.
pub(super) struct Attested<'a> {
    /// The act that is attested.
    pub(super) act: Act,
    /// The arrival or departure itself.
    pub(super) content: Option<&'a str>,
    /// Trusted time of the event.
    pub(super) time: TrustedTime,
}

impl Book {
    /// The trusted time of an act, from all clocks.
    pub(super) fn trusted_time(
        &self,
        write: &Write<'_>,
        fixes: &[Fix],
        tap: &TapClock,
    ) -> Result<TrustedTime, StoreError> {
        let given = tap.monotonic_ms.zip(tap.boot_id.clone());
        let given = given.map(|(ms, boot)| Monotonic { ms, boot });
        let before = write.last_link()?.and_then(|kept| Link::read(&kept.line.link));
        Ok(TrustedTime::from_readings(&Readings {
            wall_ms: self.clock.now_ms(),
            monotonic: given.or_else(|| self.clock.monotonic()),
            gps: satellites(fixes),
            anchor: self.identity().anchor,
            before: before.map(|link| link.time),
            zone_min: tap.utc_offset_min,
            given: self.time_given,
        }))
    }

    /// The anchor by which the server's time of this moment is used later.
    pub(super) fn anchor(&self, server_ms: i64, round_trip_ms: i64) -> Anchor {
        Anchor {
            server_ms: server_ms.saturating_add(round_trip_ms / 2),
            within_ms: round_trip_ms / 2 + 1,
            wall_ms: self.clock.now_ms(),
            monotonic: self.clock.monotonic(),
        }
    }

    /// Appends a link as part of an act, and puts it among the fields that the act writes, so that it travels with them.
    pub(super) fn attest(
        &self,
        write: &mut Write<'_>,
        attested: Attested<'_>,
        fields: &mut Fields,
    ) -> Result<(), StoreError> {
        let identity = self.identity();
        let device = PublicKey::of(&identity.secret);
        let last = write.last_link()?;
        let link = Link {
            v: FORMAT,
            n: last.as_ref().map_or(0, |kept| kept.n + 1),
            prev: last
                .as_ref()
                .map_or_else(|| genesis(&device), |kept| Link::hash(&kept.line.link)),
            act: attested.act,
            time: attested.time,
        };
        let text = link.to_text();
        let line = Line {
            signature: identity.host_key.is_none().then(|| sign(&identity.secret, &text)),
            link: text,
            content: attested.content.map(str::to_owned),
        };
        let kept = StoredLink {
            n: link.n,
            visit: link.act.visit(),
            line,
        };
        write.add_link(&kept)?;
        // Links about no visit have no record of their own to travel with.
        let mut behind = last.filter(|kept| kept.visit.is_none());
        while let Some(passenger) = behind {
            put_field(fields, &device, &passenger);
            behind = match passenger.n.checked_sub(1) {
                Some(n) => write.link(n)?.filter(|kept| kept.visit.is_none()),
                None => None,
            };
        }
        put_field(fields, &device, &kept);
        Ok(())
    }

    /// Attests a photo of a visit by the SHA-256 of its file.
    ///
    /// # Errors
    /// [`BookError::WrongKind`], [`BookError::NoSuchRecord`], [`BookError::Deleted`].
    pub fn attest_photo(&self, visit: RecordId, sha256: [u8; 32], tap: &TapClock) -> Result<(), BookError> {
        self.visit(visit)?;
        let (context, sha256) = (self.write_context(), Digest(sha256));
        self.transaction(|write| {
            let mut fields = Fields::new().with(&format!("photo/{sha256}"), "");
            let time = self.trusted_time(write, &[], tap)?;
            let act = Act::Photo { visit, sha256 };
            let attested = Attested {
                act,
                content: None,
                time,
            };
            self.attest(write, attested, &mut fields)?;
            let stored = write
                .stored(visit)?
                .ok_or(BookError::NoSuchRecord { id: visit })?;
            edit::edit(write, context, stored, &fields).map(|_| ())
        })
    }

    /// Lets the host's secure hardware sign from now on. The device's key signs the change of key, so the chain goes on.
    /// Naming the same key again does nothing.
    ///
    /// # Errors
    /// [`BookError::BadRequest`] when another host key was named before; [`BookError`] of the file.
    pub fn sign_with(&self, key: PublicKey) -> Result<(), BookError> {
        let mut identity = self.identity();
        match identity.host_key {
            Some(known) if known == key => return Ok(()),
            Some(_) => {
                return Err(BookError::BadRequest {
                    what: "this book already signs with another key of the host",
                });
            }
            None => {}
        }
        self.transaction(|write| {
            let time = self.trusted_time(write, &[], &TapClock::default())?;
            let act = Act::Key { key };
            let attested = Attested {
                act,
                content: None,
                time,
            };
            self.attest(write, attested, &mut Fields::new())?;
            write.put_setting("host_key", &key.0).map_err(BookError::from)
        })?;
        identity.host_key = Some(key);
        self.set_identity(identity);
        Ok(())
    }

    /// The links that wait for the host's signature, the oldest first, `limit` at most.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn unsigned_links(&self, limit: u32) -> Result<Vec<UnsignedLink>, BookError> {
        let waiting = self.store.unsigned_links(limit as usize)?.into_iter();
        let unsigned = waiting.map(|kept| UnsignedLink {
            n: kept.n,
            bytes: Link::to_sign(&kept.line.link),
        });
        Ok(unsigned.collect())
    }

    /// Takes a signature that the host's hardware made.
    ///
    /// # Errors
    /// [`SignatureError`]; the link still waits.
    pub fn put_signature(&self, n: u64, signature: [u8; 64]) -> Result<(), SignatureError> {
        let identity = self.identity();
        let (context, signature) = (self.write_context(), Signature(signature));
        let not_waiting = SignatureError::NotWaiting { n };
        let key = identity.host_key.ok_or(not_waiting.clone())?;
        self.transaction(|write| {
            let waiting = write.link(n)?.filter(|kept| kept.line.signature.is_none());
            let mut kept = waiting.ok_or(not_waiting)?;
            if !key.signed(&kept.line.link, &signature) {
                return Err(SignatureError::DoesNotFit { n });
            }
            write.sign_link(n, &signature)?;
            kept.line.signature = Some(signature);
            let stored = kept.visit.map(|visit| write.stored(visit)).transpose()?.flatten();
            // A visit that has left the book has nobody to tell.
            if let Some(stored) = stored {
                let mut fields = Fields::new();
                put_field(&mut fields, &PublicKey::of(&identity.secret), &kept);
                edit::edit(write, context, stored, &fields)?;
            }
            Ok(())
        })
    }

    /// Writes this device's chain as a file that anyone can verify (`docs/evidence.md`), and returns how many links it has.
    ///
    /// # Errors
    /// [`BookError::CannotWrite`] when `out` fails.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use fieldbook_book::{Book, CheckInRequest, OpenOptions};
    /// use fieldbook_model::clock::FixedClock;
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-evidence");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions {
    ///     clock: Arc::new(FixedClock::at(1_795_510_800_000)),
    ///     ..OpenOptions::new(folder.join("book.db"))
    /// })?;
    /// let shop = book.add(Kind::Account, &Fields::new().with("name", "Corner shop"))?;
    /// book.check_in(shop.id, &CheckInRequest::default())?;
    /// let mut chain = Vec::new();
    /// assert_eq!(book.export_evidence(&mut chain)?, 1);
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export_evidence(&self, out: &mut dyn std::io::Write) -> Result<u64, BookError> {
        let written = |_: std::io::Error| BookError::CannotWrite;
        let header = Header {
            key: PublicKey::of(&self.identity().secret),
        };
        let mut out = std::io::BufWriter::new(out);
        writeln!(out, "{}", header.to_text()).map_err(written)?;
        let mut next = 0;
        loop {
            let links = self.store.links(next, PAGE)?;
            for kept in &links {
                writeln!(out, "{}", kept.line.to_text()).map_err(written)?;
                next = kept.n + 1;
            }
            if links.len() < PAGE {
                out.flush().map_err(written)?;
                return Ok(next);
            }
        }
    }
}

impl Book {
    /// Forgets the arrivals and departures that links made before `before_ms` attest, and returns how many it forgot. The
    /// links stay, so the chain still holds; the visits keep what they say until the office deletes them.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn forget_evidence(&self, before_ms: i64) -> Result<u64, BookError> {
        let mut from = 0;
        'chain: loop {
            let links = self.store.links(from, PAGE)?;
            for kept in &links {
                let at_ms = Link::read(&kept.line.link).map_or(i64::MIN, |link| link.time.at_ms);
                if at_ms >= before_ms {
                    break 'chain;
                }
                from = kept.n + 1;
            }
            if links.len() < PAGE {
                break;
            }
        }
        self.transaction(|write| write.forget_contents(from).map_err(BookError::from))
    }
}

/// The satellites' time in the newest fix that has it.
fn satellites(fixes: &[Fix]) -> Option<GpsTime> {
    let timed = fixes
        .iter()
        .filter(|fix| !fix.mock() && fix.gps_at_ms().is_some());
    let newest = timed.max_by_key(|fix| fix.at_ms())?;
    let both = newest.monotonic_ms().zip(newest.boot_id());
    Some(GpsTime {
        gps_ms: newest.gps_at_ms()?,
        wall_ms: newest.at_ms(),
        monotonic: both.map(|(ms, boot)| Monotonic {
            ms,
            boot: boot.to_owned(),
        }),
    })
}

/// Under its own name, whatever other devices of the rep write.
fn put_field(fields: &mut Fields, device: &PublicKey, kept: &StoredLink) {
    let name = format!("link/{:010}-{}", kept.n, &device.to_string()[..8]);
    let line = Line {
        content: None,
        ..kept.line.clone()
    };
    fields.set(&name, line.to_text());
}

#[cfg(test)]
mod tests;
