#!/usr/bin/env bash
# flatgeobuf: what the first account has no field for, no account keeps
#
# Library: flatgeobuf 4.5.0 (npm).
#
# Expected: GeoJSON (RFC 7946, 3.2) lets each feature have its own properties. FlatGeobuf can hold such data: a
#   feature is a list of column numbers and values, a column is nullable unless it says otherwise, and the columns "can
#   be omitted if per feature schema" (header.fbs).
# What its documents say: serialize() takes a FeatureCollection of GeoJSON. That the first feature sets the columns is
#   not said.
# What happens, without an error: names and types of the columns are those of the first feature. The phone that the
#   first account lacks is gone from all the others. A property that only the first has comes out in the rest as "",
#   NaN or false, as if someone had said so. A later text in a column of numbers is NaN. If the first feature has no
#   properties, nobody has any.
# Why it matters: a map layer of accounts is exported for offline use, where empty fields are left out, as CRMs do. The
#   order of the accounts decides what the rep sees, and "no opt-out" may be a false that nobody gave.
# Instead: give each feature all properties, null where there is no value, and put a feature first that has a value in
#   each; null in the first makes the column a text.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts flatgeobuf@4.5.0

cat > probe.mjs <<'JS'
import { deserialize, serialize } from 'flatgeobuf/lib/mjs/geojson.js';

const accounts = [
  { name: 'Bakery', revenue: 1200.5, optout: true, code: 7 },
  { name: 'Dairy', phone: '+44 1603 000000' },
  { name: 'Mill', revenue: null, optout: null, code: 'A7' },
];
const point = (properties, i) => ({ type: 'Feature', properties, geometry: { type: 'Point', coordinates: [i, 52] } });
for (const list of [accounts, accounts.toReversed(), [{}, ...accounts]]) {
  console.log(`first is ${list[0].name ?? 'without properties'}`);
  const file = serialize({ type: 'FeatureCollection', features: list.map(point) });
  for await (const { properties } of deserialize(file)) console.log(' ', properties);
}
JS
node probe.mjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
first is Bakery
  { name: 'Bakery', revenue: 1200.5, optout: true, code: 7 }
  { name: 'Dairy', revenue: NaN, optout: false, code: NaN }
  { name: 'Mill', code: NaN }
first is Mill
  { name: 'Mill', code: 'A7' }
  { name: 'Dairy', revenue: '', optout: '', code: '' }
  { name: 'Bakery', revenue: '1200.5', optout: 'true', code: '7' }
first is without properties
  {}
  {}
  {}
  {}
WANT
echo "as described"
