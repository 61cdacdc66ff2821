#!/usr/bin/env bash
# jsvat: a new Belgian company has no valid VAT number, nor has any in Northern Ireland
#
# Libraries: jsvat 2.5.4 (npm); python-stdnum 2.2 (PyPI) for comparison.
#
# Expected: a Belgian number is BE and ten digits, the last two 97 less the remainder of the first eight by 97. The
#   first digit was always 0; since autumn 2023, when those ran out, it is 1 for new companies. For trade in goods the
#   VAT numbers of Northern Ireland have had XI in place of GB since 2021, and count as numbers of the Union.
# What its documents say: it checks "the format of an EU VAT number", by pattern and check digits. It names no number
#   that it does not know. Belgium was reported in 2022 as se-panfilov/jsvat issue 129, and is open.
# What happens: BE0... is valid, BE1... is not, with right check digits. XI is of no country; the same digits with GB
#   are valid. (The numbers here are made up, with right check digits.)
# Why it matters: the form refuses the newest customers, or takes them for private ones: the invoice across the border
#   then carries VAT.
# Instead: give checkVAT countries of your own for BE and XI, or ask python-stdnum on the server.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts jsvat@2.5.4
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-stdnum==2.2

printf '%s\n' BE0123456749 BE1023456797 BE1987654318 GB123456782 XI123456782 > numbers.txt
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import jsvat from 'jsvat';

const told = fs.readFileSync('numbers.txt', 'utf8').trim().split('\n').map((number) => {
  const { isValid, isValidFormat, country } = jsvat.checkVAT(number, jsvat.countries);
  return `valid ${isValid}, format ${isValidFormat}, country ${country?.name ?? 'none'}`;
});
fs.writeFileSync('told.txt', told.join('\n'));
JS
cat > probe.py <<'PY'
from stdnum.eu import vat
from stdnum.gb import vat as british
for number, told in zip(open("numbers.txt").read().split(), open("told.txt").read().splitlines()):
    valid = british.is_valid(number) if number.startswith("GB") else vat.is_valid(number)
    print(f"{number}: jsvat: {told}; python-stdnum: valid {str(valid).lower()}")
PY
node probe.mjs
venv/bin/python probe.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
BE0123456749: jsvat: valid true, format true, country Belgium; python-stdnum: valid true
BE1023456797: jsvat: valid false, format false, country Belgium; python-stdnum: valid true
BE1987654318: jsvat: valid false, format false, country Belgium; python-stdnum: valid true
GB123456782: jsvat: valid true, format true, country United Kingdom; python-stdnum: valid true
XI123456782: jsvat: valid false, format false, country none; python-stdnum: valid true
WANT
echo "as described"
