//! A loaded document with the changes that were let in and wait to be applied to it.
//!
//! Automerge walks through all operations of a document for each call that applies changes, however few. So changes are
//! applied in one call at the end, and until then the rules look at the document and at the waiting changes together.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::Key;
use automerge::{
    ActorId as AmActor, Automerge, Change as AmChange, ChangeHash as AmHash, ExpandedChange, ObjId, ROOT,
    ReadDoc,
};

use super::{Refusal, rules};
use crate::doc::Document;

/// The identity of an operation: its counter and its actor.
pub(super) type OperationId = (u64, AmActor);

/// A document, and the changes that wait to be applied to it.
#[derive(Debug)]
pub(super) struct Loaded {
    document: Automerge,
    waiting: Vec<AmChange>,
    /// The waiting changes by hash.
    nodes: HashMap<AmHash, Node>,
    /// The keys that a waiting change writes.
    written: HashSet<String>,
    /// The changes that no other one follows, waiting ones included.
    heads: BTreeSet<AmHash>,
    /// The number of the last change of each actor, waiting ones included.
    last_seqs: HashMap<AmActor, u64>,
}

/// The parts of a waiting change that the rules for later changes need.
#[derive(Debug)]
struct Node {
    deps: Vec<AmHash>,
    max_op: u64,
    time: i64,
    writes: HashMap<String, OperationId>,
}

impl Loaded {
    /// Loads the stored bytes, empty for a new record.
    pub(super) fn load(stored: &[u8]) -> Result<Loaded, Refusal> {
        let document = if stored.is_empty() {
            Automerge::new()
        } else {
            Document::load(stored).map_err(|_| Refusal::WouldDamage)?.inner
        };
        let mut last_seqs: HashMap<AmActor, u64> = HashMap::new();
        for meta in document.get_changes_meta(&[]) {
            let last = last_seqs.entry(meta.actor.into_owned()).or_default();
            *last = meta.seq.max(*last);
        }
        Ok(Loaded {
            heads: document.get_heads().into_iter().collect(),
            document,
            waiting: Vec::new(),
            nodes: HashMap::new(),
            written: HashSet::new(),
            last_seqs,
        })
    }

    /// The document; the caller applies the waiting changes before.
    pub(super) fn into_document(self) -> Automerge {
        self.document
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    pub(super) fn has(&self, hash: &AmHash) -> bool {
        self.max_op(hash).is_some()
    }

    /// The number of the last operation of a change; `None` if the change is not here.
    pub(super) fn max_op(&self, hash: &AmHash) -> Option<u64> {
        match self.nodes.get(hash) {
            Some(node) => Some(node.max_op),
            None => self
                .document
                .get_change_meta_by_hash(hash)
                .map(|meta| meta.max_op),
        }
    }

    /// The time of a change as it is packed; `None` if the change is not here.
    pub(super) fn time(&self, hash: &AmHash) -> Option<i64> {
        match self.nodes.get(hash) {
            Some(node) => Some(node.time),
            None => self
                .document
                .get_change_meta_by_hash(hash)
                .map(|meta| meta.timestamp),
        }
    }

    /// The number of the actor's last change; 0 if it has none here.
    pub(super) fn last_seq(&self, actor: &AmActor) -> u64 {
        self.last_seqs.get(actor).copied().unwrap_or(0)
    }

    /// Lets a checked change wait.
    pub(super) fn push(&mut self, change: AmChange, expanded: &ExpandedChange) {
        let (hash, actor) = (change.hash(), change.actor_id().clone());
        let operations = (change.start_op().get()..).zip(&expanded.operations);
        let keyed = operations.filter_map(|(counter, op)| match &op.key {
            Key::Map(key) => Some((key.to_string(), (counter, actor.clone()))),
            Key::Seq(_) => None,
        });
        let node = Node {
            deps: change.deps().to_vec(),
            max_op: change.max_op(),
            time: change.timestamp(),
            writes: keyed.collect(),
        };
        for dep in &node.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(hash);
        self.written.extend(node.writes.keys().cloned());
        self.nodes.insert(hash, node);
        self.last_seqs.insert(actor, change.seq());
        self.waiting.push(change);
    }

    /// The values that stand at `key` for one who knows `deps`, and their operations.
    ///
    /// One waiting change after the other is followed to its ground, up to the one that wrote the key; where several
    /// waiting branches meet, the waiting changes are applied first.
    pub(super) fn values_at(&mut self, key: &str, deps: &[AmHash]) -> Result<Vec<OperationId>, Refusal> {
        let mut ground = deps;
        while let [dep] = ground
            && let Some(node) = self.nodes.get(dep)
        {
            match node.writes.get(key) {
                Some(operation) => return Ok(vec![operation.clone()]),
                None => ground = &node.deps,
            }
        }
        let mut ground = ground.to_vec();
        if ground.iter().any(|dep| self.nodes.contains_key(dep)) {
            self.apply_waiting()?;
        }
        ground.sort_unstable();
        let values = if ground == self.document.get_heads() {
            self.document.get_all(ROOT, key)
        } else {
            self.document.get_all_at(ROOT, key, &ground)
        };
        let values = values.unwrap_or_default().into_iter();
        Ok(values.filter_map(|(_, id)| operation_id(id)).collect())
    }

    /// Applies the waiting changes, which is what loading them behind the stored bytes does, and checks that the outcome is
    /// what was there plus these changes, no more, no less. Values that they did not write were checked when they came.
    /// The document is the gate's own: a failure harms nobody, and ends the use of it.
    pub(super) fn apply_waiting(&mut self) -> Result<(), Refusal> {
        let waiting = std::mem::take(&mut self.waiting);
        self.nodes.clear();
        let written = std::mem::take(&mut self.written);
        let document = &mut self.document;
        let applied = catch_unwind(AssertUnwindSafe(|| {
            document
                .apply_changes(waiting)
                .map_err(|_| Refusal::WouldDamage)?;
            if !document.get_heads().iter().eq(&self.heads) {
                return Err(Refusal::WouldDamage);
            }
            let mut keys = written.iter();
            keys.try_for_each(|key| rules::check_values_at(document, key))
                .map_err(|_| Refusal::WouldDamage)
        }));
        applied.unwrap_or(Err(Refusal::WouldDamage))
    }
}

fn operation_id(id: ObjId) -> Option<OperationId> {
    match id {
        ObjId::Id(counter, actor, _) => Some((counter, actor)),
        ObjId::Root => None,
    }
}
