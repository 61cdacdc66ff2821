//! Reads a chain and names the first link that breaks.
//!
//! Detected are links that were deleted, moved, edited, dated back, spliced in, signed by another key, or taken from
//! another visit; with the head that the server last knew, also a tail that was cut off. Memory is constant, and each
//! link costs one signature check.

use super::digest::{Digest, PublicKey, genesis};
use super::line::{Header, Line};
use super::link::{Act, FORMAT, Link};
use super::trusted_time::{ClockFlag, TrustedTime};

/// The defect of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ChainFault {
    /// The line is not written as the format says.
    #[error("is not written as the format says")]
    Unreadable,
    /// It has another number than its place: one is missing, doubled or moved.
    #[error("has another number than its place: a link is missing, doubled or moved")]
    OutOfPlace,
    /// It does not name the hash of the link before it.
    #[error("does not continue the link before it: one of the two was changed or comes from another chain")]
    NotLinked,
    /// Its signature is not that of the chain's key over this text.
    #[error("was changed, or signed by another key")]
    BadSignature,
    /// It was never signed.
    #[error("is not signed")]
    Unsigned,
    /// The arrival or departure beside it is not the one it attests.
    #[error("attests another arrival or departure than the one beside it")]
    ContentChanged,
    /// It claims a time before one that the chain had proof of already.
    #[error("claims a time before one that was proven already")]
    BackDated,
    /// The chain is not under the key that was expected.
    #[error("is under another key than was expected")]
    OtherKey,
    /// Another link of this number was seen before: the chain was cut and grown again.
    #[error("is another one than was seen before in its place")]
    Rewritten,
    /// It came with the record of another visit than it is about.
    #[error("came with another visit than it is about")]
    OtherVisit,
    /// The chain ends before a link that the server has seen, or has another one in its place.
    #[error("is missing: the server has seen a chain that goes on here otherwise")]
    TailCut,
}

impl ChainFault {
    /// The word for programs.
    pub fn code(self) -> &'static str {
        match self {
            ChainFault::Unreadable => "unreadable",
            ChainFault::OutOfPlace => "out_of_place",
            ChainFault::NotLinked => "not_linked",
            ChainFault::BadSignature => "bad_signature",
            ChainFault::Unsigned => "unsigned",
            ChainFault::ContentChanged => "content_changed",
            ChainFault::BackDated => "back_dated",
            ChainFault::OtherKey => "other_key",
            ChainFault::Rewritten => "rewritten",
            ChainFault::OtherVisit => "other_visit",
            ChainFault::TailCut => "tail_cut",
        }
    }
}

/// The state of a check, from which it can be continued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The key that it began under.
    pub begins: PublicKey,
    /// The key that signs the next link.
    pub key: PublicKey,
    /// Number of links.
    pub links: u64,
    /// The hash of the last one; where it begins, if there was none.
    pub head: Digest,
    /// Time of the last link.
    pub last: Option<TrustedTime>,
}

impl Checked {
    /// A chain of which nothing was seen yet.
    pub fn nothing(key: PublicKey) -> Checked {
        Checked {
            begins: key,
            key,
            links: 0,
            head: genesis(&key),
            last: None,
        }
    }
}

/// The first link that breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("link {link} {fault}")]
pub struct Break {
    /// Its place in the chain, from 0.
    pub link: u64,
    /// The defect of the link.
    pub fault: ChainFault,
}

/// An observation for the reader; it does not break the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainNote {
    /// The phone's clock was moved, or off.
    Clock(ClockFlag),
    /// The chain went over to another key, announced by the old one.
    KeyChanged {
        /// The new key.
        to: PublicKey,
    },
}

/// A note, and which link it is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// Its place in the chain, from 0.
    pub link: u64,
    /// The observation.
    pub note: ChainNote,
}

/// A whole chain in which nothing breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Number of links.
    pub links: u64,
    /// The hash of the last one; of an empty chain, where it begins.
    pub head: Digest,
    /// The key at its end.
    pub key: PublicKey,
    /// Number of arrivals and departures that are no longer kept, so that only their hashes are attested.
    pub without_content: u64,
    /// The first notes, [`Checker::NOTES_MAX`] at most.
    pub notes: Vec<Noted>,
}

/// Facts about a chain that the reader has from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expected {
    /// The key that it begins under.
    pub key: Option<PublicKey>,
    /// A link that the server has seen: its place, and its hash.
    pub head: Option<(u64, Digest)>,
}

/// Checks the links of one chain, one after the other.
#[derive(Debug, Clone)]
pub struct Checker {
    expected: Expected,
    begins: PublicKey,
    key: PublicKey,
    head: Digest,
    next: u64,
    last: Option<TrustedTime>,
    without_content: u64,
    notes: Vec<Noted>,
}

impl Checker {
    /// The most notes that are kept.
    pub const NOTES_MAX: usize = 100;

    /// Begins a chain.
    pub fn begin(header: Header, expected: Expected) -> Checker {
        Checker::resume(Checked::nothing(header.key), expected)
    }

    /// Goes on with a chain where it was left.
    pub fn resume(checked: Checked, expected: Expected) -> Checker {
        Checker {
            expected,
            begins: checked.begins,
            key: checked.key,
            head: checked.head,
            next: checked.links,
            last: checked.last,
            without_content: 0,
            notes: Vec::new(),
        }
    }

    /// The state of the check so far.
    pub fn checked(&self) -> Checked {
        Checked {
            begins: self.begins,
            key: self.key,
            links: self.next,
            head: self.head,
            last: self.last.clone(),
        }
    }

    /// Number of links read.
    pub fn links(&self) -> u64 {
        self.next
    }

    /// Takes the next line of the file.
    ///
    /// # Errors
    /// [`Break`]; the chain is broken from here on, and no further line is to be given.
    pub fn line(&mut self, text: &str) -> Result<(), Break> {
        let line = Line::read(text).map_err(|_| self.broken(ChainFault::Unreadable))?;
        self.take(&line)
    }

    /// Takes the next link.
    ///
    /// # Errors
    /// [`Break`], as [`Checker::line`].
    pub fn take(&mut self, line: &Line) -> Result<(), Break> {
        let link = self.check(line).map_err(|fault| self.broken(fault))?;
        self.follow(line, link);
        Ok(())
    }

    /// Ends the chain.
    ///
    /// # Errors
    /// [`Break`] when the server has seen more.
    pub fn end(self) -> Result<Summary, Break> {
        if self.expected.key.is_some_and(|key| key != self.begins) {
            return Err(self.broken(ChainFault::OtherKey));
        }
        if self.expected.head.is_some_and(|(link, _)| link >= self.next) {
            return Err(self.broken(ChainFault::TailCut));
        }
        Ok(Summary {
            links: self.next,
            head: self.head,
            key: self.key,
            without_content: self.without_content,
            notes: self.notes,
        })
    }

    fn broken(&self, fault: ChainFault) -> Break {
        Break {
            link: self.next,
            fault,
        }
    }

    fn check(&self, line: &Line) -> Result<Link, ChainFault> {
        if self.expected.key.is_some_and(|key| key != self.begins) {
            return Err(ChainFault::OtherKey);
        }
        let link = Link::read(&line.link).ok_or(ChainFault::Unreadable)?;
        if link.v != FORMAT {
            return Err(ChainFault::Unreadable);
        }
        if link.n != self.next {
            return Err(ChainFault::OutOfPlace);
        }
        if link.prev != self.head {
            return Err(ChainFault::NotLinked);
        }
        let signature = line.signature.ok_or(ChainFault::Unsigned)?;
        if !self.key.signed(&line.link, &signature) {
            return Err(ChainFault::BadSignature);
        }
        if let (Some(text), Some((_, hash))) = (&line.content, link.act.content())
            && Digest::of(text.as_bytes()) != hash
        {
            return Err(ChainFault::ContentChanged);
        }
        self.check_time(&link.time)?;
        let seen = self.expected.head.filter(|(n, _)| *n == link.n);
        if seen.is_some_and(|(_, hash)| hash != Link::hash(&line.link)) {
            return Err(ChainFault::TailCut);
        }
        Ok(link)
    }

    /// An instant that was proven once has passed for every later link, and the clock that nobody can set never goes back.
    fn check_time(&self, time: &TrustedTime) -> Result<(), ChainFault> {
        let latest = time
            .within_ms
            .map_or(time.at_ms, |within| time.at_ms.saturating_add(within));
        let Some(last) = &self.last else {
            return if latest < time.not_before_ms {
                Err(ChainFault::BackDated)
            } else {
                Ok(())
            };
        };
        let reversed = match (&last.monotonic, &time.monotonic) {
            (Some(then), Some(now)) => then.boot == now.boot && now.ms < then.ms,
            _ => false,
        };
        if time.not_before_ms < last.not_before_ms || latest < time.not_before_ms || reversed {
            return Err(ChainFault::BackDated);
        }
        Ok(())
    }

    fn follow(&mut self, line: &Line, link: Link) {
        let at = link.n;
        let notes = link.time.flags.iter().map(|flag| ChainNote::Clock(flag.clone()));
        let key = match link.act {
            Act::Key { key } => Some(ChainNote::KeyChanged { to: key }),
            _ => None,
        };
        for note in notes.chain(key) {
            if self.notes.len() < Checker::NOTES_MAX {
                self.notes.push(Noted { link: at, note });
            }
        }
        if let Act::Key { key } = link.act {
            self.key = key;
        }
        self.without_content += u64::from(link.act.content().is_some() && line.content.is_none());
        self.head = Link::hash(&line.link);
        self.last = Some(link.time);
        self.next += 1;
    }
}

#[cfg(test)]
mod tests;
