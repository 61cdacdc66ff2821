#!/usr/bin/env bash
# cbor-x: a timestamp in milliseconds is written as a float, and read as a BigInt
#
# Libraries: cbor-x 1.6.9 (npm); cbor2 6.3.0, cddl-verifier 1.5.3 (PyPI).
#
# Expected: RFC 8949, 4.1 (preferred serialization) and appendix A: integers are major types 0 and 1. A whole number
#   of JavaScript up to 2^53 is an integer to its user, and comes back as it went in.
# What its documents say: "By default all non-integer numbers are serialized as 64-bit float". int64AsNumber "will
#   decode uint64 and int64 numbers as standard JS numbers rather than as bigint numbers". That whole numbers above 32
#   bits become floats is not said.
# What happens: from 2^32 on (and below -2^32) numbers are floats. 1785747600000, a time of August 2026, is fb
#   4279...: a CDDL uint refuses it, and so do typed readers. The same time written by another library as an integer is
#   read as a BigInt: adding 1000 to it, Math.max and JSON.stringify throw.
# Why it matters: phone and server in two languages agree on small numbers in every test and fail on each timestamp.
# Instead: encode BigInt(time) and decode with int64AsNumber: true.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cbor-x@1.6.9
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cbor2==6.3.0 cddl-verifier==1.5.3

cat > probe.cjs <<'JS'
const fs = require('node:fs');
const { encode, decode } = require('cbor-x');
const hex = (value) => Buffer.from(encode(value)).toString('hex');
console.log(`cbor-x writes 4294967295 as ${hex(4294967295)}, 4294967296 as ${hex(4294967296)}`);
console.log(`cbor-x writes 1785747600000 as ${hex(1785747600000)}, 1785747600000n as ${hex(1785747600000n)}`);
fs.writeFileSync('time.cbor', encode(1785747600000));
const back = decode(Buffer.from('1b0000019fc6d9f280', 'hex'));
console.log(`cbor-x reads the integer 1785747600000 as ${typeof back}`);
try {
  JSON.stringify({ at: back });
} catch (refusal) {
  console.log(`JSON.stringify: ${refusal.constructor.name}`);
}
JS
cat > probe.py <<'PY'
import cbor2, cddl_verifier
data = open("time.cbor", "rb").read()
print(f"cbor2 reads cbor-x's time as {cbor2.loads(data)!r}; as CDDL uint it is valid: {cddl_verifier.validate('time = uint', data).valid}")
print(f"cbor2 writes it as {cbor2.dumps(1785747600000).hex()}")
PY
{ node probe.cjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
cbor-x writes 4294967295 as 1affffffff, 4294967296 as fb41f0000000000000
cbor-x writes 1785747600000 as fb4279fc6d9f280000, 1785747600000n as 1b0000019fc6d9f280
cbor-x reads the integer 1785747600000 as bigint
JSON.stringify: TypeError
cbor2 reads cbor-x's time as 1785747600000.0; as CDDL uint it is valid: False
cbor2 writes it as 1b0000019fc6d9f280
WANT
echo "as described"
