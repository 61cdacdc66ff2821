#!/usr/bin/env bash
# npm vcf: the names of a contact's phone numbers are renamed on the way, and escapes stay in the text
#
# Libraries: vcf 2.1.2 (npm); vobject 0.9.9 (PyPI) for comparison.
#
# Expected: RFC 6350, 6.10: extended properties have names of their own, beginning with X-. RFC 6350, 3.4: "\," in a
#   value stands for a comma; RFC 7095, 3.3: in jCard, which toJSON() gives, values are without escapes, and ORG is
#   split into its parts.
# What its documents say: vCard 2.1, 3.0 and 4.0 to jCard and back, with no exception.
# What happens: names are turned into camel case and back with a dash at each capital: X-ABLabel, which phones'
#   address books write beside a custom label, comes out as X-AB-LABEL, which none reads. In toJSON() "Acme\, Ltd" keeps
#   its backslash and the department is not split off.
# Why it matters: after a round trip the numbers "Van" and "Depot" are both just numbers; the company is filed twice.
# Instead: change the lines of the text that you mean to change, or use vobject, which keeps X-ABLABEL.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vcf@2.1.2
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9

printf '%s\r\n' 'BEGIN:VCARD' 'VERSION:3.0' 'N:Smith;Jo;;;' 'FN:Jo Smith' 'ORG:Acme\, Ltd;Sales' \
  'item1.TEL:+441603555010' 'item1.X-ABLabel:Van' 'item2.TEL:+441603555011' 'item2.X-ABLabel:Depot' 'END:VCARD' >jo.vcf
cat > probe.cjs <<'JS'
const Card = require('vcf');
const card = new Card().parse(require('node:fs').readFileSync('jo.vcf', 'utf8'));
console.log('vcf, toString:', ...card.toString('3.0').match(/^item\d\.X.*$/gm));
console.log('vcf, toJSON:', JSON.stringify(card.toJSON()[1].find(([name]) => name === 'org')[3]));
JS
cat > probe.py <<'PY'
import vobject
card = vobject.readOne(open("jo.vcf", newline="").read())
print("vobject, serialize:", *(line for line in card.serialize().splitlines() if ".X-" in line))
print("vobject, org:", card.org.value)
PY
{ node probe.cjs; venv/bin/python probe.py; } | tr -d '\r' | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
vcf, toString: item1.X-AB-LABEL:Van item2.X-AB-LABEL:Depot
vcf, toJSON: "Acme\\, Ltd;Sales"
vobject, serialize: item1.X-ABLABEL:Van item2.X-ABLABEL:Depot
vobject, org: ['Acme, Ltd', 'Sales']
WANT
echo "as described"
