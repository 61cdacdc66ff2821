#!/usr/bin/env bash
# node-ical, icalevents: the extra visits of RDATE vanish
#
# Libraries: node-ical 0.26.1 (npm), icalevents 0.3.1; icalendar 7.3.2 with recurring-ical-events 3.8.2 (PyPI).
#
# Expected: RFC 5545, 3.8.5.2: RDATE adds occurrences to a series; VALUE=PERIOD gives them an end of their own.
# What their documents say: node-ical promises "robust recurrence rule (RRULE) expansion" with exceptions and
#   overrides; RDATE is not named, neither as supported nor as missing. A docstring inside icalevents says that rdate is
#   "not yet supported"; its README does not.
# What happens: both drop every RDATE, with times or with periods. No error, no warning.
# Why it matters: "every week, and once more on Thursday" comes out without the Thursday.
# Instead: look for RDATE on import, and add the dates yourself or refuse the file.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-ical@0.26.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalevents==0.3.1 icalendar==7.3.2 recurring-ical-events==3.8.2

calendar() {
  printf 'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//EN\nBEGIN:VEVENT\nUID:dairy\nDTSTAMP:20260101T000000Z\n'
  printf 'SUMMARY:Dairy\nDTSTART:20260803T090000Z\nDURATION:PT1H\n%s\n%s\n' 'RRULE:FREQ=WEEKLY;COUNT=2' "$1"
  printf 'END:VEVENT\nEND:VCALENDAR\n'
}
calendar 'RDATE:20260806T140000Z' >plain.ics
calendar 'RDATE;VALUE=PERIOD:20260806T140000Z/PT3H' >period.ics
cat > probe.cjs <<'JS'
const ical = require('node-ical');
const span = { from: new Date('2026-08-01T00:00Z'), to: new Date('2026-09-01T00:00Z') };
for (const kind of ['plain', 'period']) {
  const { dairy } = ical.sync.parseFile(`${kind}.ics`);
  const seen = ical.expandRecurringEvent(dairy, span).map(({ start }) => start.toISOString().slice(5, 16));
  console.log(`${kind} | node-ical:`, ...seen.sort());
}
JS
cat > probe.py <<'PY'
import datetime, icalendar, recurring_ical_events
from icalevents import icalevents

utc = datetime.timezone.utc
start, end = datetime.datetime(2026, 8, 1, tzinfo=utc), datetime.datetime(2026, 9, 1, tzinfo=utc)
for kind in ("plain", "period"):
    older = icalevents.events(file=f"{kind}.ics", start=start, end=end)
    print(f"{kind} | icalevents:", *sorted(f"{each.start.astimezone(utc):%m-%dT%H:%M}" for each in older))
    calendar = icalendar.Calendar.from_ical(open(f"{kind}.ics", "rb").read())
    newer = recurring_ical_events.of(calendar).between(start, end)
    print(f"{kind} | recurring-ical-events:", *sorted(f"{each.start:%m-%dT%H:%M}" for each in newer))
PY
{ node probe.cjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
plain | node-ical: 08-03T09:00 08-10T09:00
period | node-ical: 08-03T09:00 08-10T09:00
plain | icalevents: 08-03T09:00 08-10T09:00
plain | recurring-ical-events: 08-03T09:00 08-06T14:00 08-10T09:00
period | icalevents: 08-03T09:00 08-10T09:00
period | recurring-ical-events: 08-03T09:00 08-06T14:00 08-10T09:00
WANT
echo "as described"
