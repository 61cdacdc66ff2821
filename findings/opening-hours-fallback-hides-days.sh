#!/usr/bin/env bash
# opening-hours: with a fallback rule, the list of intervals leaves out days on which state() says open
#
# Libraries: opening-hours-py 2.1.4 (PyPI, the binding of the crate opening-hours 2.1.4); opening_hours 3.15.0 (npm).
#
# Expected: the OpenStreetMap specification of opening_hours, 0.7.4 (fallback_rule_separator): the rule after ||
#   speaks for the times that the rules before it leave closed. "Mo-Fr 09:00-17:00 || unknown" is open five days,
#   unknown otherwise. And two ways of asking one library give one answer.
# What its documents say: the README follows that specification; its limitations are dates before 1900 and after 9999.
# What happens: state() is open on each weekday at 10:00. intervals(), asked from a Monday, shows Monday's hours and
#   then "closed" to the end of the range: Tuesday to Friday are gone. next_change() after Monday 18:00 is None: it
#   never opens again. The evening of a weekday is closed for the crate and unknown for npm's library. With ";" in place
#   of "||" the days are there.
# Why it matters: a day planner asks for intervals, a check-in screen for the state. "|| unknown" and '|| "on
#   appointment"' are what people write; the planner drops such a customer for the week.
# Instead: ask state() at steps, day by day with a fresh intervals() call of one day, or split the rules at ||
#   yourself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts opening_hours@3.15.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opening-hours-py==2.1.4

cat > probe.py <<'PY'
from datetime import datetime
from opening_hours import OpeningHours

def at(day, hour):
    return datetime(2026, 8, day, hour)

for text in ("Mo-Fr 09:00-17:00 || unknown", "Mo-Fr 09:00-17:00; Sa unknown"):
    hours = OpeningHours(text)
    print(text)
    print("  state() at 10:00:", *(f"{at(day, 10):%a} {hours.state(at(day, 10))[0]}" for day in range(3, 10)))
    print("  state() on Monday at 19:00:", hours.state(at(3, 19))[0])
    spans = [f"{a:%a %H:%M}-{b:%H:%M}" for a, b, state, _ in hours.intervals(at(3, 0), at(10, 0)) if str(state) == "open"]
    print("  open in intervals() from Monday:", *spans)
    print("  next_change() after Monday 18:00:", hours.next_change(at(3, 18)))
PY
cat > probe.cjs <<'JS'
const Hours = require('opening_hours');
const text = 'Mo-Fr 09:00-17:00 || unknown';
const hours = new Hours(text, null);
const spans = hours.getOpenIntervals(new Date(2026, 7, 3), new Date(2026, 7, 10));
const open = spans.filter(([, , unknown]) => !unknown).map(([from]) => from.toString().slice(0, 3));
console.log(`npm opening_hours: ${text}`);
console.log(`  open in getOpenIntervals() from Monday: ${open.join(' ')}`);
console.log(`  on Monday at 19:00: ${hours.getStateString(new Date(2026, 7, 3, 19))}`);
JS
{ venv/bin/python probe.py; node probe.cjs; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
Mo-Fr 09:00-17:00 || unknown
  state() at 10:00: Mon open Tue open Wed open Thu open Fri open Sat unknown Sun unknown
  state() on Monday at 19:00: closed
  open in intervals() from Monday: Mon 09:00-17:00
  next_change() after Monday 18:00: None
Mo-Fr 09:00-17:00; Sa unknown
  state() at 10:00: Mon open Tue open Wed open Thu open Fri open Sat unknown Sun closed
  state() on Monday at 19:00: closed
  open in intervals() from Monday: Mon 09:00-17:00 Tue 09:00-17:00 Wed 09:00-17:00 Thu 09:00-17:00 Fri 09:00-17:00
  next_change() after Monday 18:00: 2026-08-04 09:00:00
npm opening_hours: Mo-Fr 09:00-17:00 || unknown
  open in getOpenIntervals() from Monday: Mon Tue Wed Thu Fri
  on Monday at 19:00: unknown
WANT
echo "as described"
