#!/usr/bin/env bash
# rrule.js: UNTIL is compared without its zone, so a series loses its last visit or gains one
#
# Libraries: rrule 2.8.1, rrule-temporal 2.2.8 (npm); python-dateutil 2.9.0.post0 (PyPI).
#
# Expected: RFC 5545, 3.3.10: with a DTSTART in a zone, UNTIL is in UTC and bounds the recurrence inclusively. 4
#   August 23:00 UTC is 5 August 07:00 in Shanghai: the visit at that instant is the last one.
# What its documents say: the README warns that returned dates are local times that look like UTC, and asks for UTC in
#   the option `until`. It does not say that UNTIL of a rule text is taken as local time.
# What happens: the digits of UNTIL are compared with the local digits. East of Greenwich the last visit is lost; west
#   of it, one too many is made: 18:00 in Los Angeles on a day after the end.
# Why it matters: rules as calendars export them carry UNTIL in UTC. A rep in Shanghai misses the last visit of each
#   early series, and a rep in California drives to one that has ended.
# Instead: shift UNTIL into the zone of DTSTART before parsing, or use rrule-temporal.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rrule@2.8.1 rrule-temporal@2.2.8
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0

cat > rules.json <<'JSON'
["DTSTART;TZID=Asia/Shanghai:20260803T070000\nRRULE:FREQ=DAILY;UNTIL=20260804T230000Z",
 "DTSTART;TZID=America/Los_Angeles:20260803T180000\nRRULE:FREQ=DAILY;UNTIL=20260805T235959Z"]
JSON
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import rrule from 'rrule';
import { RRuleTemporal } from 'rrule-temporal';

for (const text of JSON.parse(fs.readFileSync('rules.json'))) {
  const zone = text.match(/TZID=([^:]+)/)[1];
  const older = rrule.rrulestr(text).all();
  const newer = new RRuleTemporal({ rruleString: text }).all();
  console.log(`${zone} | rrule: ${older.length} visits, the last at ${older.at(-1).toISOString().slice(0, 16)}Z`);
  console.log(`${zone} | rrule-temporal: ${newer.length} visits, the last at ${newer.at(-1).toInstant().toString().slice(0, 16)}Z`);
}
JS
cat > probe.py <<'PY'
import json
from datetime import timezone
from dateutil.rrule import rrulestr
for text in json.load(open("rules.json")):
    zone = text.split("TZID=")[1].split(":")[0]
    seen = list(rrulestr(text))
    print(f"{zone} | dateutil: {len(seen)} visits, the last at {seen[-1].astimezone(timezone.utc):%Y-%m-%dT%H:%MZ}")
PY
{ TZ=UTC node probe.mjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
Asia/Shanghai | rrule: 2 visits, the last at 2026-08-03T23:00Z
Asia/Shanghai | rrule-temporal: 3 visits, the last at 2026-08-04T23:00Z
America/Los_Angeles | rrule: 3 visits, the last at 2026-08-06T01:00Z
America/Los_Angeles | rrule-temporal: 2 visits, the last at 2026-08-05T01:00Z
Asia/Shanghai | dateutil: 3 visits, the last at 2026-08-04T23:00Z
America/Los_Angeles | dateutil: 2 visits, the last at 2026-08-05T01:00Z
WANT
echo "as described"
