//! The lines of a chain's file.

use serde::Deserialize;
use serde_json::Value;

use super::digest::{PublicKey, Signature};
use super::link::FORMAT;

/// The longest line that is read: a link, and a content as long as a record's field may be, every byte of it escaped.
pub const LINE_BYTES_MAX: usize = 512 << 10;

/// The beginning of a line.
const BEFORE_LINK: &str = "{\"link\":";
/// The text between link and signature.
const BEFORE_SIGNATURE: &str = ",\"sig\":\"";
/// The text between signature and content.
const BEFORE_CONTENT: &str = "\",\"content\":";

/// The first line: which format, and whose chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The key that the chain begins under.
    pub key: PublicKey,
}

/// A file that is no chain of a format that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an evidence chain of format {FORMAT}: the first line names no format and key")]
pub struct NotAChain;

/// A line that is not written as the format says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a line that is not written as the format says")]
pub struct Unreadable;

/// One link as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The link's text, to the byte.
    pub link: String,
    /// Its signature; `None` while the host's hardware has not made it.
    pub signature: Option<Signature>,
    /// The arrival or departure that it attests, if it is still kept.
    pub content: Option<String>,
}

impl Header {
    /// The line, without its end.
    pub fn to_text(self) -> String {
        format!("{{\"fieldbook_evidence\":{FORMAT},\"key\":\"{}\"}}", self.key)
    }

    /// Reads the first line.
    ///
    /// # Errors
    /// [`NotAChain`].
    pub fn read(line: &str) -> Result<Header, NotAChain> {
        #[derive(Deserialize)]
        struct Raw {
            fieldbook_evidence: u32,
            key: PublicKey,
        }
        let raw: Raw = serde_json::from_str(line).map_err(|_| NotAChain)?;
        if raw.fieldbook_evidence == FORMAT {
            Ok(Header { key: raw.key })
        } else {
            Err(NotAChain)
        }
    }
}

impl Line {
    /// The line, without its end: `{"link":...,"sig":"...","content":"..."}`. It is JSON, and the link in it stands as it
    /// was hashed and signed.
    pub fn to_text(&self) -> String {
        let signature = self.signature.map(|s| s.to_string()).unwrap_or_default();
        let content = self.content.as_deref().map_or(Value::Null, Value::from);
        format!(
            "{BEFORE_LINK}{}{BEFORE_SIGNATURE}{signature}{BEFORE_CONTENT}{content}}}",
            self.link
        )
    }

    /// Reads a line. `"content"` may be left out.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(line: &str) -> Result<Line, Unreadable> {
        let rest = line.strip_prefix(BEFORE_LINK).ok_or(Unreadable)?;
        // A link holds no member of that name, and inside a JSON text the quotes would be escaped.
        let (link, rest) = rest.split_once(BEFORE_SIGNATURE).ok_or(Unreadable)?;
        let (signature, content) = match rest.split_once(BEFORE_CONTENT) {
            Some((signature, content)) => (signature, content.strip_suffix('}').ok_or(Unreadable)?),
            None => (rest.strip_suffix("\"}").ok_or(Unreadable)?, "null"),
        };
        let signature = match signature {
            "" => None,
            digits => Some(digits.parse().map_err(|_| Unreadable)?),
        };
        Ok(Line {
            link: link.to_owned(),
            signature,
            content: serde_json::from_str(content).map_err(|_| Unreadable)?,
        })
    }
}
