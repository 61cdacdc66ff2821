#!/usr/bin/env bash
# Automerge: a counter shows half an hour inside the change, and has lost it after
#
# Libraries: @automerge/automerge 3.5.0, loro-crdt 1.17.1 (npm).
#
# Expected: increment(delta: number) adds what it is given or refuses. Automerge's binary format stores a counter as
#   an integer; other values that it cannot store (undefined) it refuses with an error.
# What its documents say: the declaration is increment(_delta: number); a comment on toJSON() calls the counter
#   "simply an integer". That a fraction is cut off is not said.
# What happens: within change() the counter is 0.5, and 0 when change() returns. 1.5 + 0.5 + 2.75 hours are 3. Each
#   increment is cut by itself, so the loss grows with every entry. Loro's counter gives 4.75.
# Why it matters: a counter is the merge-safe type for hours, litres and amounts; the screen shows the right sum until
#   it is drawn again.
# Instead: count in the smallest unit (minutes, cents), and assert Number.isInteger on each delta.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @automerge/automerge@3.5.0 loro-crdt@1.17.1

cat > probe.mjs <<'JS'
import * as Automerge from '@automerge/automerge';
import { LoroDoc } from 'loro-crdt';

const entries = [1.5, 0.5, 2.75];
let visit = Automerge.from({ hours: new Automerge.Counter(0) });
visit = Automerge.change(visit, (draft) => {
  draft.hours.increment(0.5);
  console.log(`Automerge: 0.5 inside the change is ${draft.hours.value}`);
});
console.log(`Automerge: 0.5 after the change is ${visit.hours.value}`);
visit = Automerge.from({ hours: new Automerge.Counter(0) });
for (const entry of entries) visit = Automerge.change(visit, (draft) => draft.hours.increment(entry));
console.log(`Automerge: ${entries.join(' + ')} is ${visit.hours.value}`);
const other = new LoroDoc();
for (const entry of entries) other.getCounter('hours').increment(entry);
console.log(`Loro: ${entries.join(' + ')} is ${other.getCounter('hours').value}`);
JS
node probe.mjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
Automerge: 0.5 inside the change is 0.5
Automerge: 0.5 after the change is 0
Automerge: 1.5 + 0.5 + 2.75 is 3
Loro: 1.5 + 0.5 + 2.75 is 4.75
WANT
echo "as described"
