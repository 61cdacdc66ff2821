//! The CBOR form of the small types.

use minicbor::decode::Error as DecodeFault;
use minicbor::encode::{Error as EncodeFault, Write};
use minicbor::{Decode, Decoder, Encode, Encoder, data::Type};

use super::ChangeOutcome;
use crate::clock::Stamp;
use crate::doc::gate::Refusal;
use crate::ids::{ActorId, ChangeHash, DeviceId, RecordId, ServerId, TerritoryId, UserId};
use crate::{Kind, Role, Scalar};

/// A byte string of exactly `N` bytes.
pub(super) fn bytes<const N: usize>(d: &mut Decoder<'_>) -> Result<[u8; N], DecodeFault> {
    d.bytes()?
        .try_into()
        .map_err(|_| DecodeFault::message("a byte string of another length"))
}

/// The length of an array or map, which must be stated and, where one is expected, be that.
pub(super) fn definite(length: Option<u64>, expected: Option<u64>) -> Result<u64, DecodeFault> {
    match (length, expected) {
        (Some(n), Some(m)) if n == m => Ok(n),
        (Some(n), None) => Ok(n),
        _ => Err(DecodeFault::message("an array or map of another length")),
    }
}

/// A packed stamp, which is never negative.
pub(super) fn stamp(d: &mut Decoder<'_>) -> Result<Stamp, DecodeFault> {
    Stamp::from_packed(d.i64()?).ok_or_else(|| DecodeFault::message("a negative time"))
}

/// A number that is one.
fn finite(x: f64) -> Result<f64, DecodeFault> {
    x.is_finite()
        .then_some(x)
        .ok_or_else(|| DecodeFault::message("a number that is none"))
}

macro_rules! as_bytes {
    ($($name:ident),*) => {$(
        impl<C> Encode<C> for $name {
            fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeFault<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeFault> {
                bytes(d).map($name)
            }
        }
    )*};
}
as_bytes!(
    ChangeHash,
    RecordId,
    ActorId,
    DeviceId,
    ServerId,
    TerritoryId,
    UserId
);

impl<C> Encode<C> for Kind {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeFault<W::Error>> {
        e.u8(self.code())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Kind {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Kind, DecodeFault> {
        Kind::from_code(d.u8()?).map_err(|_| DecodeFault::message("kind 0"))
    }
}

impl<C> Encode<C> for Role {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeFault<W::Error>> {
        e.str(self.name())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Role {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Role, DecodeFault> {
        d.str()?.parse().map_err(|_| DecodeFault::message("no such role"))
    }
}

/// Cleared is null, a time an array of its milliseconds, an id 16 bytes, the rest what it is.
impl<C> Encode<C> for Scalar {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeFault<W::Error>> {
        match self {
            Scalar::Cleared => e.null()?,
            Scalar::Text(text) => e.str(text)?,
            Scalar::Int(n) => e.i64(*n)?,
            Scalar::Real(x) => e.f64(*x)?,
            Scalar::Bool(b) => e.bool(*b)?,
            Scalar::Time(ms) => e.array(1)?.i64(*ms)?,
            Scalar::Id(id) => e.bytes(&id.0)?,
        };
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Scalar {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Scalar, DecodeFault> {
        Ok(match d.datatype()? {
            Type::Null => {
                d.null()?;
                Scalar::Cleared
            }
            Type::String => Scalar::Text(d.str()?.to_owned()),
            Type::Bool => Scalar::Bool(d.bool()?),
            Type::F64 => Scalar::Real(finite(d.f64()?)?),
            Type::Bytes => Scalar::Id(RecordId(bytes(d)?)),
            Type::Array => {
                definite(d.array()?, Some(1))?;
                Scalar::Time(d.i64()?)
            }
            _ => Scalar::Int(d.i64()?),
        })
    }
}

/// 0 accepted, 1 accepted late, 2 parked, 3 waiting, 16 and more refused for the reason with that number less 16.
impl<C> Encode<C> for ChangeOutcome {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeFault<W::Error>> {
        e.u8(match self {
            ChangeOutcome::Accepted => 0,
            ChangeOutcome::AcceptedLate => 1,
            ChangeOutcome::Parked => 2,
            ChangeOutcome::Waiting => 3,
            ChangeOutcome::Refused(refusal) => 16 + refusal.code(),
        })?
        .ok()
    }
}

impl<'b, C> Decode<'b, C> for ChangeOutcome {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<ChangeOutcome, DecodeFault> {
        Ok(match d.u8()? {
            0 => ChangeOutcome::Accepted,
            1 => ChangeOutcome::AcceptedLate,
            2 => ChangeOutcome::Parked,
            3 => ChangeOutcome::Waiting,
            // A reason of a later version: the change was refused, and that is what counts.
            code if code >= 16 => {
                ChangeOutcome::Refused(Refusal::from_code(code - 16).unwrap_or(Refusal::Malformed))
            }
            _ => return Err(DecodeFault::message("no such verdict")),
        })
    }
}
