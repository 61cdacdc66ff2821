#!/usr/bin/env bash
# Plus codes: a round coordinate gets the code of the cell next door, in JavaScript only
#
# Libraries: open-location-code 1.0.3, pluscodes 3.0.1 (npm); open-location-code-typescript 1.5.0 (npm) and
#   openlocationcode 1.0.1 (PyPI) for comparison.
#
# Expected: the specification of Open Location Code gives one code of ten digits for a place: the cell of 1/8000 degree
#   whose south and west edge is at or below it. A coordinate of three decimals lies on an edge. Issue 307 of
#   google/open-location-code goes through 35.6: its digits are 8.7.J.2.+2., and not those of the cell before.
# What their documents say: open-location-code carries the README of that project, where issue 307 is closed since long;
#   the repair never came to npm.
# What happens: of places with three decimals, three in four get the code of the cell to the south, the west or both. A
#   cell is up to 14 m wide. At the edge of a larger cell the first digits change as well: for 35.6, 139.7 it is
#   8Q7XHMXX+XX in place of 8Q7XJP22+22. Of places with six decimals, one in 200.
# Why it matters: coordinates from lists and maps are often round. Phone and server give one customer two codes, so a
#   duplicate is not found, and a search by the first digits finds nothing.
# Instead: open-location-code-typescript, or multiply by 8000 and round down after adding a millionth.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  open-location-code@1.0.3 pluscodes@3.0.1 open-location-code-typescript@1.5.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openlocationcode==1.0.1

cat > probe.cjs <<'JS'
const fs = require('node:fs');
const { OpenLocationCode } = require('open-location-code');
const typescript = require('open-location-code-typescript').default;
const plus = require('pluscodes');

const plain = new OpenLocationCode();
// every code is asked for by text, so that all see the same digits
const places = [['35.6', '139.7'], ['52.63', '1.29'], ['-33.8', '151.2']];
for (const decimals of [3, 6]) {
  const place = (i) => [(-60 + i * 0.031017).toFixed(decimals), (-170 + i * 0.083019).toFixed(decimals)];
  for (let i = 0; i < 4000; i++) places.push(place(i));
}
const codes = places.map(([lat, lon]) => [
  lat,
  lon,
  plain.encode(Number(lat), Number(lon)),
  plus.encode({ latitude: Number(lat), longitude: Number(lon) }),
  typescript.encode(Number(lat), Number(lon)),
]);
fs.writeFileSync('codes.json', JSON.stringify(codes));
JS
cat > probe.py <<'PY'
import json
from fractions import Fraction
from openlocationcode import openlocationcode

def exact(lat, lon):
    digits, code = "23456789CFGHJMPQRVWX", ""
    row, column = int((Fraction(lat) + 90) * 8000), int((Fraction(lon) + 180) * 8000)
    for _ in range(5):
        code = digits[row % 20] + digits[column % 20] + code
        row, column = row // 20, column // 20
    return code[:8] + "+" + code[8:]

names = ["open-location-code", "pluscodes", "open-location-code-typescript", "openlocationcode (PyPI)"]
rows = [row + [openlocationcode.encode(float(row[0]), float(row[1]))] for row in json.load(open("codes.json"))]
for lat, lon, *codes in rows[:3]:
    print(f"{lat}, {lon} is {exact(lat, lon)}")
    for name, code in zip(names, codes):
        print(f"  {name}: {code}")
for decimals, part in ((3, rows[3:4003]), (6, rows[4003:])):
    print(f"of {len(part)} places with {decimals} decimals have the code of another cell")
    for number, name in enumerate(names, 2):
        print(f"  {name}: {sum(row[number] != exact(*row[:2]) for row in part)}")
PY
node probe.cjs
venv/bin/python probe.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
35.6, 139.7 is 8Q7XJP22+22
  open-location-code: 8Q7XHMXX+XX
  pluscodes: 8Q7XHMXX+XX
  open-location-code-typescript: 8Q7XJP22+22
  openlocationcode (PyPI): 8Q7XJP22+22
52.63, 1.29 is 9F43J7JR+22
  open-location-code: 9F43J7HQ+XX
  pluscodes: 9F43J7HQ+XX
  open-location-code-typescript: 9F43J7JR+22
  openlocationcode (PyPI): 9F43J7JR+22
-33.8, 151.2 is 4RRH6622+22
  open-location-code: 4RRH652X+2X
  pluscodes: 4RRH652X+2X
  open-location-code-typescript: 4RRH6622+22
  openlocationcode (PyPI): 4RRH6622+22
of 4000 places with 3 decimals have the code of another cell
  open-location-code: 3021
  pluscodes: 3021
  open-location-code-typescript: 0
  openlocationcode (PyPI): 0
of 4000 places with 6 decimals have the code of another cell
  open-location-code: 19
  pluscodes: 19
  open-location-code-typescript: 0
  openlocationcode (PyPI): 0
WANT
echo "as described"
