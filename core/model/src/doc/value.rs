//! Our scalars as Automerge's.

use automerge::{ScalarValue, Value};

use crate::Scalar;
use crate::ids::RecordId;

/// The form in which a document holds a scalar. Ids are 16 bytes, times are timestamps, cleared is null.
pub(super) fn to_automerge(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Cleared => ScalarValue::Null,
        Scalar::Text(text) => ScalarValue::Str(text.as_str().into()),
        Scalar::Int(n) => ScalarValue::Int(*n),
        Scalar::Real(x) => ScalarValue::F64(*x),
        Scalar::Bool(b) => ScalarValue::Boolean(*b),
        Scalar::Time(ms) => ScalarValue::Timestamp(*ms),
        Scalar::Id(id) => ScalarValue::Bytes(id.0.to_vec()),
    }
}

/// The scalar that a document holds, or `None` for one that we never write.
pub(super) fn from_automerge(value: &ScalarValue) -> Option<Scalar> {
    Some(match value {
        ScalarValue::Null => Scalar::Cleared,
        ScalarValue::Str(text) => Scalar::Text(text.to_string()),
        ScalarValue::Int(n) => Scalar::Int(*n),
        ScalarValue::F64(x) if x.is_finite() => Scalar::Real(*x),
        ScalarValue::Boolean(b) => Scalar::Bool(*b),
        ScalarValue::Timestamp(ms) => Scalar::Time(*ms),
        ScalarValue::Bytes(bytes) => Scalar::Id(RecordId::try_from(bytes.as_slice()).ok()?),
        ScalarValue::F64(_)
        | ScalarValue::Uint(_)
        | ScalarValue::Counter(_)
        | ScalarValue::Unknown { .. } => return None,
    })
}

/// The scalar in a map entry, or `None` for an object or a scalar that we never write.
pub(super) fn from_entry(value: &Value<'_>) -> Option<Scalar> {
    value.as_scalar().and_then(from_automerge)
}
