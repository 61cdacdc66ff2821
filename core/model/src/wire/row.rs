//! A record's projection as it travels and as the server keeps it: fields and the values that lost.

use minicbor::{Decode, Decoder, Encode, Encoder};

use super::PackError;
use crate::doc::Projection;
use crate::{Conflict, Fields, Scalar};

/// The fields of a record as merged, and the conflicts. A pure function of the document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// The values shown.
    pub fields: Fields,
    /// The values not shown.
    pub conflicts: Vec<Conflict>,
}

impl From<Projection> for Row {
    fn from(projection: Projection) -> Row {
        Row {
            fields: projection.fields,
            conflicts: projection.conflicts,
        }
    }
}

impl Row {
    /// The row as CBOR.
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads a row.
    ///
    /// # Errors
    /// [`PackError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Row, PackError> {
        let mut decoder = Decoder::new(bytes);
        let row = decoder.decode().map_err(|_| PackError::Malformed)?;
        if decoder.position() == bytes.len() {
            Ok(row)
        } else {
            Err(PackError::Malformed)
        }
    }
}

impl<C> Encode<C> for Row {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(2)?.map(self.fields.0.len() as u64)?;
        for (key, value) in &self.fields.0 {
            e.str(key)?.encode_with(value, ctx)?;
        }
        e.array(self.conflicts.len() as u64)?;
        for lost in &self.conflicts {
            e.array(5)?.str(&lost.field)?.encode_with(&lost.value, ctx)?;
            e.bytes(&lost.by.0)?
                .i64(lost.at.packed())?
                .bytes(&lost.change.0)?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Row {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Row, minicbor::decode::Error> {
        use super::codec::{bytes, definite};
        definite(d.array()?, Some(2))?;
        let mut row = Row::default();
        for _ in 0..definite(d.map()?, None)? {
            let key = d.str()?.to_owned();
            let value: Scalar = d.decode_with(ctx)?;
            row.fields.0.insert(key, value);
        }
        for _ in 0..definite(d.array()?, None)? {
            definite(d.array()?, Some(5))?;
            row.conflicts.push(Conflict {
                field: d.str()?.to_owned(),
                value: d.decode_with(ctx)?,
                by: crate::ids::ActorId(bytes(d)?),
                at: super::codec::stamp(d)?,
                change: crate::ids::ChangeHash(bytes(d)?),
            });
        }
        Ok(row)
    }
}
