#!/usr/bin/env bash
# Loro, Automerge, Yjs: whether an edit survives a deletion depends on the peer's number, or on where it was made
#
# Libraries: loro-crdt 1.17.1, @automerge/automerge 3.5.0, yjs 13.6.33 (npm).
#
# Expected: one rule for one question. Two people work offline: one deletes, the other writes a new value. Either the
#   writing survives ("add wins", as in the OR-Set of Shapiro et al. 2011), or the loss can be seen.
# What their documents say: Loro: maps are last-write-wins, and its README warns of the second case below. Automerge:
#   getConflicts() is for concurrent "put" operations; deletions are not named. Yjs: nothing of either.
# What happens:
#   a field deleted here, set there: it survives in Automerge and Yjs. In Loro, with histories of equal
#     length, it survives if the writer's peer id is higher, and is gone if it is lower.
#   a record deleted here, a field in it set there: gone in all three, and Automerge's getConflicts() is undefined:
#     nothing tells that an edit was lost.
# Why it matters: the rep notes a new phone number of a contact that the office removes as a duplicate that day.
# Instead: mark records as deleted in a field and filter them out; delete for good only when all replicas have seen
#   the mark.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts yjs@13.6.33 @automerge/automerge@3.5.0 loro-crdt@1.17.1

cat > probe.mjs <<'JS'
import * as Automerge from '@automerge/automerge';
import { LoroDoc, LoroMap } from 'loro-crdt';
import * as Y from 'yjs';

const say = (...parts) => console.log(parts.join(', '));

for (const [office, rep] of [[1, 2], [2, 1]]) {
  const ids = `office ${office}, rep ${rep}`;
  {
    const a = new LoroDoc();
    a.setPeerId(`${office}`);
    a.getMap('book').set('phone', 'old');
    a.getMap('book').setContainer('ada', new LoroMap()).set('phone', 'old');
    a.commit();
    const b = new LoroDoc();
    b.setPeerId(`${rep}`);
    b.import(a.export({ mode: 'update' }));
    a.getMap('book').delete('phone');
    a.getMap('book').delete('ada');
    a.commit();
    b.getMap('book').set('phone', 'new');
    b.getMap('book').get('ada').set('phone', 'new');
    b.commit();
    a.import(b.export({ mode: 'update' }));
    const { phone, ada } = a.getMap('book').toJSON();
    say('loro', ids, `field: ${phone ?? 'gone'}`, `record: ${ada ? 'kept' : 'gone'}`);
  }
  {
    const a = Object.assign(new Y.Doc(), { clientID: office });
    a.getMap('book').set('phone', 'old');
    a.getMap('book').set('ada', new Y.Map([['phone', 'old']]));
    const b = Object.assign(new Y.Doc(), { clientID: rep });
    Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
    a.getMap('book').delete('phone');
    a.getMap('book').delete('ada');
    b.getMap('book').set('phone', 'new');
    b.getMap('book').get('ada').set('phone', 'new');
    Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
    const { phone, ada } = a.getMap('book').toJSON();
    say('yjs', ids, `field: ${phone ?? 'gone'}`, `record: ${ada ? 'kept' : 'gone'}`);
  }
  {
    let a = Automerge.from({ phone: 'old', ada: { phone: 'old' } }, `0${office}`);
    let b = Automerge.clone(a, `0${rep}`);
    a = Automerge.change(a, (draft) => { delete draft.phone; delete draft.ada; });
    b = Automerge.change(b, (draft) => { draft.phone = 'new'; draft.ada.phone = 'new'; });
    const { phone, ada } = (a = Automerge.merge(a, b));
    say('automerge', ids, `field: ${phone ?? 'gone'}`, `record: ${ada ? 'kept' : 'gone'}`, `conflicts: ${Automerge.getConflicts(a, 'ada')}`);
  }
}
JS
node probe.mjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
loro, office 1, rep 2, field: new, record: gone
yjs, office 1, rep 2, field: new, record: gone
automerge, office 1, rep 2, field: new, record: gone, conflicts: undefined
loro, office 2, rep 1, field: gone, record: gone
yjs, office 2, rep 1, field: new, record: gone
automerge, office 2, rep 1, field: new, record: gone, conflicts: undefined
WANT
echo "as described"
