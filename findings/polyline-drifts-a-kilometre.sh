#!/usr/bin/env bash
# npm polyline: a long slow track drifts away by a kilometre
#
# Libraries: polyline 0.2.0 (npm); polyline 2.0.4 (PyPI) and @mapbox/polyline 1.2.1 (npm) for comparison.
#
# Expected: Google's "Encoded Polyline Algorithm Format", step 2: multiply the value by 1e5 and round; later points
#   are written as offsets from the one before. No decoded point should be off by more than half a unit: 0.6 m.
# What its documents say: the README calls it a "google-esque polyline". It names no loss.
# What happens: it rounds the difference of unrounded values, so the roundings add up along the line. A queue of 2,000
#   fixes, each half a unit from the last, decodes 1.1 km from where it was.
# Why it matters: a recorded track is exactly this: many small steps. Stops late in the day land in the wrong street,
#   and the start is right, so a short test passes.
# Instead: @mapbox/polyline, which the same authors publish and which rounds first, or round to 1e-5 before encoding.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts polyline@0.2.0 @mapbox/polyline@1.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check polyline==2.0.4

cat > probe.mjs <<'JS'
import plain from 'polyline';
import scoped from '@mapbox/polyline';

const track = Array.from({ length: 2000 }, (_, i) => [52.6270049 + i * 0.0000049, 1.29]);
for (const [name, { encode, decode }] of [['polyline (npm)', plain], ['@mapbox/polyline', scoped]]) {
  const back = decode(encode(track));
  const metres = Math.max(...track.map(([lat], i) => Math.abs(back[i][0] - lat))) * 111_195;
  console.log(`${name}: ${back.length} points, worst ${metres.toFixed(1)} m off`);
}
JS
cat > probe.py <<'PY'
import polyline
track = [(52.6270049 + i * 0.0000049, 1.29) for i in range(2000)]
back = polyline.decode(polyline.encode(track))
worst = max(abs(a[0] - b[0]) for a, b in zip(track, back)) * 111_195
print(f"polyline (PyPI): {len(back)} points, worst {worst:.1f} m off")
PY
{ node probe.mjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
polyline (npm): 2000 points, worst 1089.7 m off
@mapbox/polyline: 2000 points, worst 0.6 m off
polyline (PyPI): 2000 points, worst 0.6 m off
WANT
echo "as described"
