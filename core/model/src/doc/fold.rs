//! Folding of a run of changes that nobody else has seen: values that the same hand wrote over later are left out.
//!
//! What is left keeps its author, its time and its order, and replaces what the run replaced. So the values shown, those that
//! lose against others and those that win are the same with a fold and without. What goes is the history in between.

use std::collections::{BTreeSet, HashMap, HashSet};

use automerge::{Automerge, Change as AmChange};

use super::history::told;
use super::{Change, Document, Edit, Projection, gate};
use crate::ids::ChangeHash;
use crate::schema::{self, Policy};
use crate::{CLAIM_PREFIX, Kind, MOVE_PREFIX, TOUCH_PREFIX};

/// The fields that are evidence of what was done and when: a change that wrote one is left as it is.
const ATTESTED: [&str; 4] = ["check_in", "check_out", "deleted", "merged_into"];

/// The sets whose members are such fields.
const ATTESTED_SETS: [&str; 7] = [
    MOVE_PREFIX,
    CLAIM_PREFIX,
    TOUCH_PREFIX,
    "link/",
    "photo/",
    "review/",
    "rule/",
];

/// A record with fewer changes and the same values.
#[derive(Debug, Clone)]
pub struct Folded {
    /// The document as it is stored.
    pub bytes: Vec<u8>,
    /// The document.
    pub document: Document,
    /// Each change of the run, in order, with the change that takes its place; `None` where nothing of it is left.
    pub changes: Vec<(ChangeHash, Option<Change>)>,
}

/// Folds the run of changes at the end of a stored document that are all in `unseen`: changes of this device that have
/// never left it. The newest changes of `kept_bytes` in all stay whole, and so do the change that made the record and those
/// that attest something. `None` if nothing would be gained, or if the document does not end in such a run.
pub fn fold(stored: &[u8], kind: Kind, unseen: &BTreeSet<ChangeHash>, kept_bytes: usize) -> Option<Folded> {
    let chunks = gate::chunks(stored).ok()?;
    let run = run_at_end(&chunks, unseen)?;
    let first = run.first()?;
    let in_run: HashSet<ChangeHash> = run.iter().map(|change| ChangeHash(change.hash().0)).collect();
    let is_base = |chunk: &&&[u8]| gate::hash_of(chunk).map_or(true, |hash| !in_run.contains(&hash));
    let mut bytes: Vec<u8> = chunks
        .iter()
        .filter(is_base)
        .copied()
        .collect::<Vec<_>>()
        .concat();
    let mut document = if bytes.is_empty() {
        Document {
            inner: Automerge::new(),
        }
    } else {
        Document::load(&bytes).ok()?
    };
    // All that is here besides the run is what the run stands on.
    let mut deps = first.deps().to_vec();
    deps.sort_unstable();
    if document.inner.get_heads() != deps {
        return None;
    }
    let edits = shortened(kind, &run, kept_bytes)?;
    let mut changes = Vec::with_capacity(edits.len());
    for edit in edits {
        let change = (!edit.fields.0.is_empty()).then(|| document.append(edit.by, edit.at, &edit.fields));
        bytes.extend(change.iter().flat_map(|change| &change.bytes));
        changes.push((edit.change, change));
    }
    let document = Document::load(&bytes).ok()?;
    let same = shows_the_same(
        &Document::load(stored).ok()?.project(kind),
        &document.project(kind),
    );
    same.then_some(Folded {
        bytes,
        document,
        changes,
    })
}

/// The changes in `unseen` at the end of the chunks, each standing on the one before it alone, and all of one author.
fn run_at_end(chunks: &[&[u8]], unseen: &BTreeSet<ChangeHash>) -> Option<Vec<AmChange>> {
    let mut read: HashMap<ChangeHash, AmChange> = HashMap::new();
    let mut last = None;
    for chunk in chunks {
        last = gate::hash_of(chunk).ok().filter(|hash| unseen.contains(hash));
        if let Some(hash) = last {
            read.insert(hash, AmChange::from_bytes(chunk.to_vec()).ok()?);
        }
    }
    let mut run = vec![read.remove(&last?)?];
    while let Some(change) = run.last()
        && let [dep] = change.deps()
        && let Some(before) = read.remove(&ChangeHash(dep.0))
        && before.actor_id() == change.actor_id()
    {
        run.push(before);
    }
    run.reverse();
    Some(run)
}

/// The edits of a run without the fields that are written over later; `None` if there are none.
fn shortened(kind: Kind, run: &[AmChange], kept_bytes: usize) -> Option<Vec<Edit>> {
    let mut edits: Vec<Edit> = run.iter().map(told).collect();
    let mut later: HashSet<String> = HashSet::new();
    let (mut newest, mut gained) = (0, false);
    for (edit, change) in edits.iter_mut().zip(run).rev() {
        newest += change.raw_bytes().len();
        let keys: Vec<String> = edit.fields.0.keys().cloned().collect();
        let makes_record = change.deps().is_empty();
        if newest > kept_bytes && !makes_record && !keys.iter().any(|key| is_attested(kind, key)) {
            edit.fields.0.retain(|key, _| !later.contains(key));
            gained |= edit.fields.0.len() < keys.len();
        }
        later.extend(keys);
    }
    gained.then_some(edits)
}

/// True for a field that counts by its first value, or that attests something.
fn is_attested(kind: Kind, key: &str) -> bool {
    schema::policy(kind, key) == Policy::First
        || ATTESTED.contains(&key)
        || ATTESTED_SETS.iter().any(|prefix| key.starts_with(prefix))
}

/// True if both show the same values, and the same lost ones of the same time and author.
fn shows_the_same(one: &Projection, other: &Projection) -> bool {
    let lost = |projection: &Projection| -> Vec<_> {
        let conflicts = projection.conflicts.iter();
        conflicts
            .map(|lost| (lost.field.clone(), lost.value.clone(), lost.by, lost.at))
            .collect()
    };
    one.fields == other.fields && lost(one) == lost(other)
}

#[cfg(test)]
mod tests;
