#!/usr/bin/env bash
# price-parser: Swiss francs become 1, Kuwaiti dinars a thousand times as many, refunds charges
#
# Library: price-parser 0.5.1 (PyPI).
#
# Expected: a price with both a thousands and a decimal separator has one meaning. ISO 4217 gives KWD, BHD, OMR, TND,
#   JOD three decimals. The apostrophe of Swiss amounts is printed as ’ (U+2019) as often as ' (U+0027). A minus is part
#   of an amount.
# What its documents say: "zero-effort handling of thousand and decimal separators", 900 examples from the web. The
#   option decimal_separator is for when the guess is wrong. Neither three decimals, ’, nor signs are named.
# What happens, without an error: "CHF 1’234.50" is 1 (with ' it is 1234.50). "KWD 1,234.500" is 1234500, though the
#   comma before it settles which is which. "-12.50 EUR" and "(12.50)" are 12.50. decimal_separator helps with the
#   dinars only.
# Why it matters: a price list or order export of a Swiss or Gulf customer; a credit note imported as a sale.
# Instead: read the sign first, replace ’ by ', give decimal_separator always, and compare the digits: none may be
#   lost.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check price-parser==0.5.1

cat > probe.py <<'PY'
from price_parser import Price
for text, sign in (("CHF 1’234.50", "."), ("CHF 1'234.50", "."), ("KWD 1,234.500", "."), ("1.234,500 TND", ","),
                   ("1.234,50 EUR", ","), ("-12.50 EUR", "."), ("(12.50)", ".")):
    told = Price.fromstring(text, decimal_separator=sign).amount
    print(f"{text} is {Price.fromstring(text).amount}; with decimal_separator='{sign}' {told}")
PY
PYTHONIOENCODING=utf-8 venv/bin/python probe.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
CHF 1’234.50 is 1; with decimal_separator='.' 1
CHF 1'234.50 is 1234.50; with decimal_separator='.' 1234.50
KWD 1,234.500 is 1234500; with decimal_separator='.' 1234.500
1.234,500 TND is 1234500; with decimal_separator=',' 1234.500
1.234,50 EUR is 1234.50; with decimal_separator=',' 1234.50
-12.50 EUR is 12.50; with decimal_separator='.' 12.50
(12.50) is 12.50; with decimal_separator='.' 12.50
WANT
echo "as described"
