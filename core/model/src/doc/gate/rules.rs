//! The rules for the content of a change that is well formed.

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::{Automerge, Change as AmChange, ExpandedChange, ROOT, ReadDoc};

use super::loaded::Loaded;
use super::{AHEAD_MS_MAX, Admission, Author, Refusal};
use crate::clock::Stamp;
use crate::doc::{Edit, value};
use crate::ids::{ActorId, ChangeHash};
use crate::schema::{self, KEY_BYTES_MAX, LONG_TEXT_BYTES_MAX, Policy};
use crate::{Fields, Kind, Scalar};

/// More fields than any record has.
const OPERATIONS_MAX: usize = 1_000;
/// Far more operations than a document of a megabyte can hold, and far from where Automerge's 32-bit counters end.
const OPERATION_NUMBER_MAX: u64 = 1 << 24;

/// The rules that need only the change itself.
pub(super) fn check_alone(
    change: &AmChange,
    expanded: &ExpandedChange,
    hash: ChangeHash,
    admission: &Admission<'_>,
) -> Result<Edit, Refusal> {
    let by = ActorId::try_from(change.actor_id().to_bytes()).map_err(|_| Refusal::ForeignActor)?;
    let allowed = match admission.author {
        Author::OneOf(actors) => actors.contains(&by),
        Author::AnyoneBut(own) => by != own,
    };
    if !allowed {
        return Err(Refusal::ForeignActor);
    }
    if !admission.role.may_write(admission.kind) {
        return Err(Refusal::Forbidden);
    }
    let at = Stamp::from_packed(change.timestamp()).ok_or(Refusal::Malformed)?;
    if admission.now_ms.is_some_and(|now| at.ms() > now + AHEAD_MS_MAX) {
        return Err(Refusal::ClockAhead);
    }
    if change.message().is_some() || !change.extra_bytes().is_empty() || change.author().is_some() {
        return Err(Refusal::ForeignShape);
    }
    let fields = check_operations(expanded, admission.kind)?;
    Ok(Edit {
        change: hash,
        by,
        at,
        fields,
    })
}

/// Only scalars put into the root map, each key once, each value as its field declares.
fn check_operations(change: &ExpandedChange, kind: Kind) -> Result<Fields, Refusal> {
    if change.operations.is_empty() || change.operations.len() > OPERATIONS_MAX {
        return Err(Refusal::ForeignShape);
    }
    let mut fields = Fields::new();
    for op in &change.operations {
        let (ObjectId::Root, Key::Map(key), OpType::Put(scalar), false) =
            (&op.obj, &op.key, &op.action, op.insert)
        else {
            return Err(Refusal::ForeignShape);
        };
        let scalar = value::from_automerge(scalar).ok_or(Refusal::ForeignShape)?;
        check_field(kind, key, &scalar)?;
        if fields.0.insert(key.to_string(), scalar).is_some() {
            return Err(Refusal::ForeignShape);
        }
    }
    Ok(fields)
}

/// A declared field must take the value; a field of a later version may be any scalar of reasonable size.
fn check_field(kind: Kind, key: &str, scalar: &Scalar) -> Result<(), Refusal> {
    if key.is_empty() || key.len() > KEY_BYTES_MAX || key.contains('\0') {
        return Err(Refusal::BadField);
    }
    if schema::spec(kind, key).is_some() {
        return schema::check_foreign(kind, key, scalar).map_err(|_| Refusal::BadField);
    }
    match scalar.text() {
        Some(text) if text.len() > LONG_TEXT_BYTES_MAX || text.contains('\0') => Err(Refusal::BadField),
        _ => Ok(()),
    }
}

/// The rules that need the document as it was. [`Refusal::WouldDamage`] if the changes before this one damaged it.
pub(super) fn check_against(
    before: &mut Loaded,
    change: &AmChange,
    expanded: &ExpandedChange,
    kind: Kind,
) -> Result<(), Refusal> {
    let mut highest = 0;
    for dep in change.deps() {
        let max_op = before.max_op(dep).ok_or(Refusal::MissingDependency)?;
        highest = highest.max(max_op);
    }
    let expected = before.last_seq(change.actor_id()) + 1;
    if change.seq() < expected {
        return Err(Refusal::ActorFork);
    }
    let numbers_fit = change.start_op().get() == highest + 1 && change.max_op() <= OPERATION_NUMBER_MAX;
    if change.seq() > expected || !numbers_fit || (change.deps().is_empty() && !before.is_empty()) {
        return Err(Refusal::OutOfOrder);
    }
    check_predecessors(before, change, expanded, kind)
}

/// Each operation must replace just the values that its author saw, as Automerge's own transactions do. A change with
/// other predecessors applies, and then the document's snapshot never loads again. A field whose first value counts replaces none.
fn check_predecessors(
    before: &mut Loaded,
    change: &AmChange,
    expanded: &ExpandedChange,
    kind: Kind,
) -> Result<(), Refusal> {
    for op in &expanded.operations {
        let Key::Map(key) = &op.key else {
            return Err(Refusal::ForeignShape);
        };
        let mut seen = before.values_at(key, change.deps())?;
        seen.sort_unstable();
        let mut replaced: Vec<_> = op
            .pred
            .iter()
            .map(|id| (id.counter(), id.actor().clone()))
            .collect();
        replaced.sort_unstable();
        if seen != replaced {
            return Err(Refusal::OutOfOrder);
        }
        if !seen.is_empty() && schema::policy(kind, key.as_str()) == Policy::First {
            return Err(Refusal::BadField);
        }
    }
    Ok(())
}

/// Every value in the document, shown or not, is one that we could have written.
pub(super) fn check_values(document: &Automerge) -> Result<(), Refusal> {
    document
        .keys(ROOT)
        .try_for_each(|key| check_values_at(document, &key))
}

/// Every value that stands at a key is one that we could have written.
pub(super) fn check_values_at(document: &Automerge, key: &str) -> Result<(), Refusal> {
    let all = document.get_all(ROOT, key).map_err(|_| Refusal::WouldDamage)?;
    if all.is_empty() || all.iter().any(|(entry, _)| value::from_entry(entry).is_none()) {
        return Err(Refusal::ForeignShape);
    }
    Ok(())
}
