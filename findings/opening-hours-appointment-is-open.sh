#!/usr/bin/env bash
# opening-hours: a shop "by appointment" is open round the clock
#
# Libraries: opening-hours-py 2.1.4 (PyPI, the binding of the crate opening-hours 2.1.4); opening_hours 3.15.0 (npm).
#
# Expected: the OpenStreetMap specification of opening_hours, 0.7.4 (comment): a rule with a comment and neither open nor
#   closed is unknown. "by appointment" is its own example.
# What its documents say: the README follows that specification; its limitations are dates before 1900 and after 9999.
# What happens: "by appointment" is open at every hour, and so is a Saturday with nothing but the comment
#   "nach Vereinbarung". A timed rule with a comment, "Mo-Fr 08:00-17:00 \"ring first\"", is open, too. With the word
#   unknown before the comment all three are unknown. npm's library says unknown each time.
# Why it matters: practices, workshops and wholesalers write this. A planner sends the rep on a Saturday evening, and
#   calls it certain.
# Instead: before parsing, put "unknown" in front of each comment that follows no open, closed, off or unknown.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts opening_hours@3.15.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opening-hours-py==2.1.4

cat > texts.json <<'JSON'
["\"by appointment\"", "Mo-Fr 08:00-17:00; Sa \"nach Vereinbarung\"", "Mo-Fr 08:00-17:00 \"ring first\"", "unknown \"by appointment\""]
JSON
cat > probe.py <<'PY'
import json
from datetime import datetime
from opening_hours import OpeningHours
for text in json.load(open("texts.json")):
    state = lambda day, hour: OpeningHours(text).state(datetime(2026, 12, day, hour))[0]
    print(f"crate: {text}: Saturday 22:00 {state(19, 22)}, Monday 10:00 {state(21, 10)}")
PY
cat > probe.cjs <<'JS'
const Hours = require('opening_hours');
for (const text of require('./texts.json')) {
  const state = (day, hour) => {
    const name = new Hours(text, null).getStateString(new Date(2026, 11, day, hour));
    return name === 'close' ? 'closed' : name;
  };
  console.log(`npm: ${text}: Saturday 22:00 ${state(19, 22)}, Monday 10:00 ${state(21, 10)}`);
}
JS
{ venv/bin/python probe.py; node probe.cjs; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
crate: "by appointment": Saturday 22:00 open, Monday 10:00 open
crate: Mo-Fr 08:00-17:00; Sa "nach Vereinbarung": Saturday 22:00 open, Monday 10:00 open
crate: Mo-Fr 08:00-17:00 "ring first": Saturday 22:00 closed, Monday 10:00 open
crate: unknown "by appointment": Saturday 22:00 unknown, Monday 10:00 unknown
npm: "by appointment": Saturday 22:00 unknown, Monday 10:00 unknown
npm: Mo-Fr 08:00-17:00; Sa "nach Vereinbarung": Saturday 22:00 unknown, Monday 10:00 open
npm: Mo-Fr 08:00-17:00 "ring first": Saturday 22:00 closed, Monday 10:00 unknown
npm: unknown "by appointment": Saturday 22:00 unknown, Monday 10:00 unknown
WANT
