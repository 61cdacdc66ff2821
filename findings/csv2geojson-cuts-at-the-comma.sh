#!/usr/bin/env bash
# csv2geojson: the decimals of a German or French list are cut off, and 9e-05 is nine degrees east
#
# Library: csv2geojson 5.1.2 (npm).
#
# Expected: a coordinate that is not understood is an error of its row. Where the semicolon parts the columns, the comma
#   is the decimal sign: so spreadsheets write CSV in most of Europe. RFC 7946, 3.1.1 and 4: latitudes end at 90.
# What its documents say: the delimiter may be ";". "Err is non-falsy if [...] there are invalid rows in the file."
# What happens, without an error: what follows the first character that is no number is dropped. 52,63 is 52: the
#   account is 70 km south. 51 30 N is 51. Latitude 91 and longitude 200 pass. An "e" is read as East: a longitude of
#   0.00009, which Python writes as 9e-05, is 9.
# Why it matters: all accounts of a country snap to whole degrees, in one heap of a few points, or one at Greenwich is
#   in Germany. Territories and routes are made of them.
# Instead: replace the comma, and let only /^-?\d+(\.\d+)?$/ pass, within 90 and 180.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts csv2geojson@5.1.2

cat > accounts.csv <<'CSV'
name;lat;lon
with points;52.63;1.29
with commas;52,63;1,29
with blanks;51 30 N;0 7 40 W
out of range;91;200
near Greenwich;51.4779;9e-05
no number;north;1.29
CSV
cat > probe.cjs <<'JS'
const fs = require('node:fs');
const { csv2geojson } = require('csv2geojson');
csv2geojson(fs.readFileSync('accounts.csv', 'utf8'), { delimiter: ';' }, (errors, { features }) => {
  for (const { properties: { name }, geometry } of features) console.log(`${name}: ${geometry.coordinates.join(', ')}`);
  console.log('errors:', errors.map(({ row }) => row.name).join(', '));
});
JS
node probe.cjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
with points: 1.29, 52.63
with commas: 1, 52
with blanks: 0, 51
out of range: 200, 91
near Greenwich: 9, 51.4779
errors: no number
WANT
echo "as described"
