#!/usr/bin/env bash
# currency.js and Intl: a Swedish refund, formatted and read back, is a charge
#
# Libraries: currency.js 2.0.4 (npm) with the Intl.NumberFormat of Node.js 20 or newer (CLDR data).
#
# Expected: a text that the platform's own formatter made, read with the matching separators, is the same amount.
#   CLDR's minus sign is U+2212 for Swedish, Norwegian, Finnish, Estonian, Lithuanian, Slovenian and Croatian (UTS 35,
#   part 3, symbols).
# What its documents say: "Handles any type of currency input, strings, numbers"; decimal and separator are there for
#   "localizing". Which minus is read is not said.
# What happens: only U+002D and parentheses count. U+2212 is thrown away with the currency symbol: −1 250,50 kr
#   becomes +1250.50, with errorOnInvalid on as well.
# Why it matters: credit notes and corrections in a pasted or exported list turn round, and the total is off by twice
#   as much.
# Instead: replace U+2212 by "-" before reading.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts currency.js@2.0.4

cat > probe.cjs <<'JS'
const currency = require('currency.js');
for (const [locale, code] of [['sv-SE', 'SEK'], ['nb-NO', 'NOK'], ['fi-FI', 'EUR'], ['hr-HR', 'EUR'], ['de-DE', 'EUR']]) {
  const text = new Intl.NumberFormat(locale, { style: 'currency', currency: code }).format(-1250.5);
  const minus = text.match(/[-\u2212]/)[0].codePointAt(0).toString(16).padStart(4, '0').toUpperCase();
  const back = currency(text, { decimal: ',', separator: '.', errorOnInvalid: true });
  console.log(`${locale}: -1250.5 is written with U+${minus} and read as ${back.value}`);
}
JS
node probe.cjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
sv-SE: -1250.5 is written with U+2212 and read as 1250.5
nb-NO: -1250.5 is written with U+2212 and read as 1250.5
fi-FI: -1250.5 is written with U+2212 and read as 1250.5
hr-HR: -1250.5 is written with U+2212 and read as 1250.5
de-DE: -1250.5 is written with U+002D and read as -1250.5
WANT
echo "as described"
