#!/usr/bin/env bash
# geolib: getPathLength rounds every leg to a whole metre before it adds
#
# Library: geolib 3.3.14 (npm).
#
# Expected: the length of a path is the sum of its legs, rounded once at the end if at all. An error of half a metre
#   is what "accuracy = 1" suggests.
# What its documents say: getDistance has "accuracy = 1", one metre. getPathLength uses getDistance "as default". That
#   the two together round each leg is not said.
# What happens: a receiver that writes one fix a second gives legs of 1 to 2 m on foot. At 1.48 m a second every leg
#   counts as 1: a third of the way is lost. At 1.55 m a second every leg counts as 2: 29 % too much. In a slow queue,
#   with legs under half a metre, the length of any walk is 0.
# Why it matters: rounds on foot (city centres, fairs, large sites) are paid or judged by distance, and the same walk
#   is long or short by its pace.
# Instead: getPathLength(points, (a, b) => getDistance(a, b, 0.001)), and round the sum.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts geolib@3.3.14

cat > probe.mjs <<'JS'
import { getDistance, getPathLength } from 'geolib';

for (const step of [0.0000040, 0.0000133, 0.0000139]) {
  const walk = Array.from({ length: 1000 }, (_, i) => ({ latitude: 52 + i * step, longitude: 1 }));
  const straight = getDistance(walk[0], walk.at(-1));
  const fine = Math.round(getPathLength(walk, (a, b) => getDistance(a, b, 0.001)));
  console.log(`${straight} m straight on: getPathLength ${getPathLength(walk)} m, with a fine distance ${fine} m`);
}
JS
node probe.mjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
445 m straight on: getPathLength 0 m, with a fine distance 445 m
1479 m straight on: getPathLength 999 m, with a fine distance 1479 m
1546 m straight on: getPathLength 1998 m, with a fine distance 1546 m
WANT
echo "as described"
