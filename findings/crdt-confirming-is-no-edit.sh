#!/usr/bin/env bash
# Loro, Automerge, TinyBase: to confirm a value is no edit, and it loses against an older change
#
# Libraries: loro-crdt 1.17.1, @automerge/automerge 3.5.0, tinybase 10.0.1, yjs 13.6.33 (npm).
#
# Expected: a register of the last writer holds what was written last. A confirmation ("still 100, I just asked") is a
#   statement with a time of its own, whatever stood there before; two statements at once that differ are a conflict.
# What their documents say: Loro, in a note of the declarations: a set is "a no-op" if the value is there already, "to
#   avoid unnecessary updates". TinyBase: last write wins, by a hybrid logical clock. Automerge: values written at once
#   are in getConflicts(). The declarations of these two do not name the case; none says what it does to a merge.
# What happens: it writes nothing, neither an operation nor a time. One rep sets the price to 80; the other, later, sets
#   it to 100 on a phone that still shows 100. After the merge it is 80, for all three, whatever the ids, and no
#   conflict is shown. With 120 TinyBase goes by the clock, the others by the id, and Automerge shows the conflict. Yjs
#   writes the confirmation down, and the higher client id decides. (In Automerge a text is a new object each time, so
#   for texts it is as in Yjs.)
# Why it matters: a rep who checks a price or a date and saves the form has said something; it is gone without a trace.
# Instead: keep who confirmed it and when in the same value, or in a list of confirmations.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  loro-crdt@1.17.1 @automerge/automerge@3.5.0 tinybase@10.0.1 yjs@13.6.33

cat > probe.mjs <<'JS'
import * as A from '@automerge/automerge';
import { LoroDoc } from 'loro-crdt';
import { createMergeableStore } from 'tinybase';
import * as Y from 'yjs';

// the first phone says 80; 20 ms later the second, which has not heard of it, says "again"
const later = () => new Promise((done) => setTimeout(done, 20));

async function loro(again, first, second) {
  const [a, b] = [new LoroDoc(), new LoroDoc()];
  a.setPeerId(first);
  b.setPeerId(second);
  a.getMap('deal').set('price', 100);
  b.import(a.export({ mode: 'snapshot' }));
  a.getMap('deal').set('price', 80);
  await later();
  b.getMap('deal').set('price', again);
  b.import(a.export({ mode: 'snapshot' }));
  return b.toJSON().deal.price;
}
async function automerge(again, first, second) {
  let a = A.from({ price: 100 }, { actor: first.repeat(16) });
  let b = A.clone(a, { actor: second.repeat(16) });
  a = A.change(a, (deal) => { deal.price = 80; });
  await later();
  b = A.change(b, (deal) => { deal.price = again; });
  b = A.merge(b, a);
  return `${b.price}, ${Object.keys(A.getConflicts(b, 'price') ?? {}).length} in conflict`;
}
async function tinybase(again) {
  const [a, b] = [createMergeableStore(), createMergeableStore()];
  a.setCell('deals', '1', 'price', 100);
  b.merge(a);
  a.setCell('deals', '1', 'price', 80);
  await later();
  b.setCell('deals', '1', 'price', again);
  b.merge(a);
  return b.getCell('deals', '1', 'price');
}
async function yjs(again, first, second) {
  const [a, b] = [new Y.Doc(), new Y.Doc()];
  a.clientID = first;
  b.clientID = second;
  a.getMap('deal').set('price', 100);
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
  a.getMap('deal').set('price', 80);
  await later();
  b.getMap('deal').set('price', again);
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
  return b.getMap('deal').get('price');
}
for (const again of [100, 120]) {
  console.log(`the second phone says ${again}, where it sees 100`);
  console.log(`  loro-crdt: ${await loro(again, '1', '2')}; with other ids ${await loro(again, '2', '1')}`);
  const merged = [await automerge(again, '01', '02'), await automerge(again, '02', '01')];
  console.log(`  automerge: ${merged.join('; with other ids ')}`);
  console.log(`  tinybase: ${await tinybase(again)}`);
  console.log(`  yjs: ${await yjs(again, 1, 2)}; with other ids ${await yjs(again, 2, 1)}`);
}
JS
node probe.mjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
the second phone says 100, where it sees 100
  loro-crdt: 80; with other ids 80
  automerge: 80, 0 in conflict; with other ids 80, 0 in conflict
  tinybase: 80
  yjs: 100; with other ids 80
the second phone says 120, where it sees 100
  loro-crdt: 120; with other ids 80
  automerge: 120, 2 in conflict; with other ids 80, 2 in conflict
  tinybase: 120
  yjs: 120; with other ids 80
WANT
echo "as described"
