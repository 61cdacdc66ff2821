#!/usr/bin/env bash
# Yjs: one stale offline edit beats a chain of later edits, by the number of the client
#
# Libraries: yjs 13.6.33, @automerge/automerge 3.5.0, loro-crdt 1.17.1 (npm).
#
# Expected: of concurrent writes to a key of a map, any may win, but replicas with a logical clock (Lamport 1978) let
#   the longer history win: an edit made in answer to others is later than one made in ignorance of them.
# What its documents say: the README calls clientID "a unique id that identifies this client" and a merge free of
#   conflicts. Which write to a Y.Map key wins is not said there; client ids are drawn at random for each session.
# What happens: the winner of two branches is the one whose first write has the higher client id, whatever came after.
#   A phone that was offline and set the opening hours once wipes out what two colleagues settled in three edits in
#   turn, if its id is the highest; with the lowest id it loses. Automerge and Loro keep the longer history with either
#   id. Automerge also lists the other value as a conflict.
# Why it matters: a phone back from a week in a drawer overwrites the team's week, or does not: by chance, with no
#   trace.
# Instead: keep a time and an author inside the value and resolve by them, or list edits in a Y.Array.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts yjs@13.6.33 @automerge/automerge@3.5.0 loro-crdt@1.17.1

cat > probe.mjs <<'JS'
import * as Automerge from '@automerge/automerge';
import { LoroDoc } from 'loro-crdt';
import * as Y from 'yjs';

const peers = {
  yjs: {
    open: (id) => Object.assign(new Y.Doc(), { clientID: id }),
    set: (doc, value) => (doc.getMap('site').set('hours', value), doc),
    pull: (doc, from) => (Y.applyUpdate(doc, Y.encodeStateAsUpdate(from)), doc),
    get: (doc) => doc.getMap('site').get('hours'),
  },
  loro: {
    open: (id) => (doc => (doc.setPeerId(`${id}`), doc))(new LoroDoc()),
    set: (doc, value) => (doc.getMap('site').set('hours', value), doc.commit(), doc),
    pull: (doc, from) => (doc.import(from.export({ mode: 'update' })), doc),
    get: (doc) => doc.getMap('site').get('hours'),
  },
  automerge: {
    open: (id) => Automerge.init(`0${id}`),
    set: (doc, value) => Automerge.change(doc, (draft) => { draft.hours = value; }),
    pull: (doc, from) => Automerge.merge(doc, Automerge.clone(from)),
    get: (doc) => doc.hours,
  },
};
for (const [name, { open, set, pull, get }] of Object.entries(peers)) {
  for (const stale of [9, 1]) {
    let first = set(open(5), 'as imported');
    let drawer = set(pull(open(stale), first), 'set once in the drawer');
    let ada = set(pull(open(2), first), 'by Ada');
    let ben = set(pull(open(3), ada), 'by Ben, after Ada');
    ada = set(pull(ada, ben), 'by Ada, after Ben');
    ada = pull(ada, drawer);
    console.log(`${name}, stale phone has id ${stale}, the others 2 and 3: ${get(ada)}`);
  }
}
JS
node probe.mjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
yjs, stale phone has id 9, the others 2 and 3: set once in the drawer
yjs, stale phone has id 1, the others 2 and 3: by Ada, after Ben
loro, stale phone has id 9, the others 2 and 3: by Ada, after Ben
loro, stale phone has id 1, the others 2 and 3: by Ada, after Ben
automerge, stale phone has id 9, the others 2 and 3: by Ada, after Ben
automerge, stale phone has id 1, the others 2 and 3: by Ada, after Ben
WANT
echo "as described"
