//! A pack of any format.

use serde_json::Value;

use super::{PROCESS_FORMAT, PackFault, PackFaults, PackId, Process};
use crate::rule::{RULES_FORMAT, RulePack};

/// A pack of one of the formats that are signed and sent out alike.
#[derive(Debug, Clone, PartialEq)]
pub enum AnyPack {
    /// A sales process.
    Process(Box<Process>),
    /// Rules.
    Rules(Box<RulePack>),
}

impl AnyPack {
    /// Reads a pack of the format that it names, and checks all of it.
    ///
    /// # Errors
    /// [`PackFaults`]: every fault that was found, each with the place where it stands.
    pub fn parse(text: &str) -> Result<AnyPack, PackFaults> {
        let json: Value = serde_json::from_str(text).map_err(|e| PackFault::Json(e.to_string()))?;
        match json.get("format").and_then(Value::as_str) {
            Some(RULES_FORMAT) => Ok(AnyPack::Rules(Box::new(RulePack::parse(text)?))),
            Some(PROCESS_FORMAT) => Ok(AnyPack::Process(Box::new(Process::parse(text)?))),
            other => Err(PackFault::Format {
                found: other.unwrap_or("(none)").chars().take(80).collect(),
            }
            .into()),
        }
    }

    /// Name and version.
    pub fn id(&self) -> PackId {
        match self {
            AnyPack::Process(process) => process.id(),
            AnyPack::Rules(rules) => rules.id(),
        }
    }

    /// The canonical text, which is hashed and signed.
    pub fn to_text(&self) -> String {
        match self {
            AnyPack::Process(process) => process.to_text(),
            AnyPack::Rules(rules) => rules.to_text(),
        }
    }

    /// The first 8 bytes of the SHA-256 of the canonical text, as 16 hexadecimal digits.
    pub fn sha(&self) -> String {
        match self {
            AnyPack::Process(process) => process.sha(),
            AnyPack::Rules(rules) => rules.sha(),
        }
    }

    /// The key that signs later versions, where it is another than this version's.
    pub fn next_key(&self) -> Option<&str> {
        match self {
            AnyPack::Process(process) => process.next_key.as_deref(),
            AnyPack::Rules(rules) => rules.next_key.as_deref(),
        }
    }
}

impl From<Process> for AnyPack {
    fn from(process: Process) -> AnyPack {
        AnyPack::Process(Box::new(process))
    }
}

impl From<RulePack> for AnyPack {
    fn from(rules: RulePack) -> AnyPack {
        AnyPack::Rules(Box::new(rules))
    }
}
