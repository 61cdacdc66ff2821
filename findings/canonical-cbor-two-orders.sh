#!/usr/bin/env bash
# Canonical CBOR: one record has two canonical forms, and so two hashes and no common signature
#
# Libraries: cbor2 6.3.0 (PyPI); cbor2 2.3.0, cbor 10.0.12, cborg 6.1.5 (npm).
#
# Expected: canonical bytes are the same wherever they are made. RFC 8949, 4.2.1: keys are sorted by their encoded
#   bytes. RFC 7049, 3.9, which it replaced in 2020, put shorter keys first; RFC 8949, 4.2.3, keeps that apart under its
#   own name. The orders differ where keys are of different types: 100 (18 64) stands before -1 (20) by bytes, after it
#   by length.
# What their documents say: PyPI's cbor2: canonical=True makes serializations "comparable without decoding"; it names no
#   RFC. npm's cbor2 offers both orders by name. cborg promises RFC 7049, "length-first and then bytewise". cbor says
#   "canonically".
# What happens: PyPI's cbor2 puts shorter keys first; the three of npm go by bytes, cborg too, against its README. With
#   text keys only, or with keys of 0 to 23 and -1 to -24 all agree, so test vectors pass. The
#   first number over 23 beside a negative one, or beside a short text, and the bytes differ.
# Why it matters: a record signed on the phone fails its check on the server, or counts as a changed one at each sync.
# Instead: npm: encode(value, { ...cdeEncodeOptions, sortKeys: sortLengthFirstDeterministic }); or sort the keys
#   yourself before Python encodes, without canonical; or keep to one type of key.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cbor2@2.3.0 cbor@10.0.12 cborg@6.1.5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cbor2==6.3.0

cat > probe.mjs <<'JS'
import fs from 'node:fs';
import cbor from 'cbor';
import * as cbor2 from 'cbor2';
import { sortLengthFirstDeterministic } from 'cbor2/sorts';
import * as cborg from 'cborg';

const records = [[[1, 10], [-1, 20]], [['name', 10], ['id', 20]], [[100, 10], [-1, 20]], [[24, 10], ['', 20]]];
fs.writeFileSync('records.json', JSON.stringify(records));
const sortKeys = sortLengthFirstDeterministic;
const forms = {
  'cbor2 (npm)': (map) => cbor2.encode(map, cbor2.cdeEncodeOptions),
  'cbor2 (npm), shorter first': (map) => cbor2.encode(map, { ...cbor2.cdeEncodeOptions, sortKeys }),
  'cbor (npm)': (map) => cbor.encodeCanonical(map),
  'cborg (npm)': (map) => cborg.encode(map),
};
const told = Object.entries(forms).map(([name, form]) => [
  name,
  records.map((pairs) => Buffer.from(form(new Map(pairs))).toString('hex')),
]);
fs.writeFileSync('told.json', JSON.stringify(told));
JS
cat > probe.py <<'PY'
import json
import cbor2

records = [dict(pairs) for pairs in json.load(open("records.json"))]
told = [["cbor2 (PyPI)", [cbor2.dumps(each, canonical=True).hex() for each in records]], *json.load(open("told.json"))]
for number, record in enumerate(records):
    print(record)
    for name, forms in told:
        print(f"  {forms[number]} {name}")
PY
node probe.mjs
venv/bin/python probe.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
{1: 10, -1: 20}
  a2010a2014 cbor2 (PyPI)
  a2010a2014 cbor2 (npm)
  a2010a2014 cbor2 (npm), shorter first
  a2010a2014 cbor (npm)
  a2010a2014 cborg (npm)
{'name': 10, 'id': 20}
  a262696414646e616d650a cbor2 (PyPI)
  a262696414646e616d650a cbor2 (npm)
  a262696414646e616d650a cbor2 (npm), shorter first
  a262696414646e616d650a cbor (npm)
  a262696414646e616d650a cborg (npm)
{100: 10, -1: 20}
  a2201418640a cbor2 (PyPI)
  a218640a2014 cbor2 (npm)
  a2201418640a cbor2 (npm), shorter first
  a218640a2014 cbor (npm)
  a218640a2014 cborg (npm)
{24: 10, '': 20}
  a2601418180a cbor2 (PyPI)
  a218180a6014 cbor2 (npm)
  a2601418180a cbor2 (npm), shorter first
  a218180a6014 cbor (npm)
  a218180a6014 cborg (npm)
WANT
echo "as described"
