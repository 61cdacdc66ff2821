#!/usr/bin/env bash
# MT940: a payment that bounced counts as one more payment; a booking of December is dated a year ahead
#
# Libraries: mt-940 5.1.1 (PyPI), mt940-js 1.0.0, mt940js 1.3.5 (npm).
#
# Expected: SWIFT MT940, field 61: the mark RC is the reversal of a credit, so a debit, and RD the reversal of a debit,
#   so a credit. The entry date has no year; it is the one near the value date: 1230 beside the value date 260102 is
#   30 December 2025. The bookings, added to the balance of field 60F, give the balance of field 62F.
# What their documents say: mt-940: without reversal_sign=True RC "gives a positive amount"; the option is in the table
#   of changes that are off. mt940-js: isCredit and isExpense, no word of reversals. mt940js has a flag for them.
# What happens: in mt-940 the amount of RC is +50; in mt940-js RC is a credit and RD an expense: neither statement adds
#   up. mt940js has the signs right. For mt940-js and mt940js the booking of 30 December was on 30 December 2026; mt-940
#   has the year right.
# Why it matters: a direct debit that came back is read as paid twice, and the rep is told that nothing is due.
# Instead: mt940.parse(file, options=mt940.Options(reversal_sign=True)); elsewhere take the sign from the mark. Check
#   each statement against its closing balance.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# mt940-js needs tslib without saying so
npm install --silent --no-audit --no-fund --ignore-scripts mt940-js@1.0.0 mt940js@1.3.5 tslib@2.8.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mt-940==5.1.1

cat > statement.sta <<'STA'
:20:STATEMENT
:25:00000000/0000000000
:28C:00001/001
:60F:C251230EUR1000,00
:61:2512311231D100,00NTRFREF1//X1
:86:a debit
:61:2601021230C200,00NTRFREF2//X2
:86:a credit
:61:2601020102RC50,00NTRFREF3//X3
:86:a credit is reversed
:61:2601020102RD30,00NTRFREF4//X4
:86:a debit is reversed
:62F:C260102EUR1080,00
-
STA
cat > probe.cjs <<'JS'
const fs = require('node:fs');
const scoped = require('mt940-js');
const { Parser } = require('mt940js');

const file = fs.readFileSync('statement.sta');
const show = (name, bookings) => {
  const sum = bookings.reduce((total, [amount]) => total + amount, 1000);
  console.log(`${name}: ${bookings.map(([amount, date]) => `${amount} on ${date}`).join(', ')}; in the end ${sum}`);
};
const [other] = new Parser().parse(file.toString());
show('mt940js', other.transactions.map((each) => [each.amount, each.entryDate.toISOString().slice(0, 10)]));
scoped.read(file).then(([first]) => {
  show('mt940-js', first.transactions.map((each) => [each.isCredit ? each.amount : -each.amount, each.entryDate]));
});
JS
cat > probe.py <<'PY'
import mt940
found = mt940.parse("statement.sta")
bookings = [(each.data["amount"].amount, each.data["entry_date"]) for each in found]
total = 1000 + sum(amount for amount, _ in bookings)
print("mt-940:", ", ".join(f"{amount:g} on {date!s}" for amount, date in bookings) + f"; in the end {total:g}")
PY
{ grep -F :62F: statement.sta; venv/bin/python probe.py; node probe.cjs; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
:62F:C260102EUR1080,00
mt-940: -100.00 on 2025-12-31, 200.00 on 2025-12-30, 50.00 on 2026-01-02, 30.00 on 2026-01-02; in the end 1180.00
mt940js: -100 on 2025-12-31, 200 on 2026-12-30, -50 on 2026-01-02, 30 on 2026-01-02; in the end 1080
mt940-js: -100 on 2025-12-31, 200 on 2026-12-30, 50 on 2026-01-02, -30 on 2026-01-02; in the end 1120
WANT
echo "as described"
