//! Signed packs: a pack with the key and the signature of whoever answers for it.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use fieldbook_model::{Fields, Scalar};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AnyPack, PackFaults, PackId, from_hex, hex};

/// A pack as it travels and is stored: its canonical text, an ed25519 key and the signature of the text by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPack {
    /// The canonical text of the pack.
    pub body: String,
    /// The public key, 64 hexadecimal digits.
    pub key: String,
    /// The signature of the body's bytes, 128 hexadecimal digits.
    pub signature: String,
}

/// Why a signed pack is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedPackError {
    /// No file of `{"pack":...,"key":...,"signature":...}`.
    #[error("no signed pack: {0}")]
    Malformed(String),
    /// The signature is not that of the key over these bytes: forged, or cut off.
    #[error("the signature does not fit the pack")]
    BadSignature,
    /// The pack itself is unsound.
    #[error(transparent)]
    Pack(#[from] PackFaults),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    pack: Value,
    key: String,
    signature: String,
}

/// Signs a pack.
pub fn sign(pack: &AnyPack, key: &SigningKey) -> SignedPack {
    let body = pack.to_text();
    SignedPack {
        key: hex(key.verifying_key().as_bytes()),
        signature: hex(&key.sign(body.as_bytes()).to_bytes()),
        body,
    }
}

impl SignedPack {
    /// The pack that a record holds. What the record lacks is empty, and then the signature does not fit.
    pub fn from_fields(fields: &Fields) -> SignedPack {
        let text = |key| fields.text(key).unwrap_or_default().to_owned();
        SignedPack {
            body: text("body"),
            key: text("key"),
            signature: text("signature"),
        }
    }

    /// The fields of the record that holds it, `id` being name and version of the pack in it.
    pub fn to_fields(&self, id: &PackId) -> Fields {
        Fields::new()
            .with("name", id.name.as_str())
            .with("version", Scalar::Int(i64::from(id.version)))
            .with("body", self.body.as_str())
            .with("key", self.key.as_str())
            .with("signature", self.signature.as_str())
    }

    /// Reads a signed pack as a file holds it.
    ///
    /// # Errors
    /// [`SignedPackError::Malformed`] for a file of another form; its signature is checked by
    /// [`verify`](SignedPack::verify).
    pub fn from_file(text: &str) -> Result<SignedPack, SignedPackError> {
        let malformed = |error: &dyn std::fmt::Display| SignedPackError::Malformed(error.to_string());
        let file: File = serde_json::from_str(text).map_err(|e| malformed(&e))?;
        let body = crate::canonical::to_text(&file.pack).map_err(|e| malformed(&e))?;
        Ok(SignedPack {
            body,
            key: file.key,
            signature: file.signature,
        })
    }

    /// The file of it: the pack readable, for whoever reviews it.
    pub fn to_file(&self) -> String {
        let file = File {
            pack: serde_json::from_str(&self.body).unwrap_or(Value::Null),
            key: self.key.clone(),
            signature: self.signature.clone(),
        };
        let text = serde_json::to_string_pretty(&file).expect("texts always have a JSON form");
        text + "\n"
    }

    /// The pack, if the signature is that of the key over the body, and the body is sound.
    ///
    /// # Errors
    /// [`SignedPackError`].
    pub fn verify(&self) -> Result<AnyPack, SignedPackError> {
        let key = from_hex::<32>(&self.key).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
        let signature = from_hex::<64>(&self.signature).map(|bytes| Signature::from_bytes(&bytes));
        let (Some(key), Some(signature)) = (key, signature) else {
            return Err(SignedPackError::BadSignature);
        };
        key.verify_strict(self.body.as_bytes(), &signature)
            .map_err(|_| SignedPackError::BadSignature)?;
        Ok(AnyPack::parse(&self.body)?)
    }
}
