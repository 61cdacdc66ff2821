#!/usr/bin/env bash
# ical.js: BYSETPOS, BYWEEKNO and leap days give other dates than RFC 5545
#
# Libraries: ical.js 2.2.1 (npm); python-dateutil 2.9.0.post0 (PyPI) for comparison.
#
# Expected: RFC 5545, 3.3.10: BYSETPOS picks the nth occurrence of one interval of any frequency; BYWEEKNO picks ISO
#   weeks of a yearly rule; "invalid dates (e.g., February 30) MUST be ignored and MUST NOT be counted".
# What its documents say: the README names RFC 5545 as what it parses, with no exception for these parts.
# What happens, without an error:
#   FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2  (each Wednesday) gives Monday, Wednesday, Friday: BYSETPOS counts for MONTHLY only.
#   FREQ=DAILY;BYHOUR=9,12,17;BYSETPOS=-1  (17:00) gives 09:00, 12:00, 17:00.
#   FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO        gives each Monday from the second of January on.
#   FREQ=YEARLY from 29 February           gives 1 March in other years.
# Why it matters: COUNT is used up by visits that nobody planned, so the series also ends too early.
# Instead: accept these parts from other libraries only, or compare the first year with another library on import.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0

cat > rules.txt <<'RULES'
2026-08-03T08:00:00 FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=3
2026-08-03T08:00:00 FREQ=DAILY;BYHOUR=9,12,17;BYSETPOS=-1;COUNT=3
2024-01-01T09:00:00 FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=3
2024-02-29T09:00:00 FREQ=YEARLY;COUNT=3
RULES
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import ICAL from 'ical.js';

for (const line of fs.readFileSync('rules.txt', 'utf8').trim().split('\n')) {
  const [start, rule] = line.split(' ');
  const all = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromString(start));
  const seen = [];
  for (let next = all.next(); next; next = all.next()) seen.push(next.toString().slice(0, 16));
  console.log(`${rule} | ical.js: ${seen.join(' ')}`);
}
JS
cat > probe.py <<'PY'
from datetime import datetime
from dateutil.rrule import rrulestr
for line in open("rules.txt"):
    start, rule = line.split()
    seen = rrulestr(rule, dtstart=datetime.fromisoformat(start))
    print(f"{rule} | dateutil: {' '.join(each.isoformat()[:16] for each in seen)}")
PY
{ node probe.mjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=3 | ical.js: 2026-08-03T08:00 2026-08-05T08:00 2026-08-07T08:00
FREQ=DAILY;BYHOUR=9,12,17;BYSETPOS=-1;COUNT=3 | ical.js: 2026-08-03T09:00 2026-08-03T12:00 2026-08-03T17:00
FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=3 | ical.js: 2024-01-08T09:00 2024-01-15T09:00 2024-01-22T09:00
FREQ=YEARLY;COUNT=3 | ical.js: 2024-02-29T09:00 2025-03-01T09:00 2026-03-01T09:00
FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=3 | dateutil: 2026-08-05T08:00 2026-08-12T08:00 2026-08-19T08:00
FREQ=DAILY;BYHOUR=9,12,17;BYSETPOS=-1;COUNT=3 | dateutil: 2026-08-03T17:00 2026-08-04T17:00 2026-08-05T17:00
FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=3 | dateutil: 2024-01-01T09:00 2024-12-30T09:00 2025-12-29T09:00
FREQ=YEARLY;COUNT=3 | dateutil: 2024-02-29T09:00 2028-02-29T09:00 2032-02-29T09:00
WANT
echo "as described"
