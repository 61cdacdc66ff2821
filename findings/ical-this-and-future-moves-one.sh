#!/usr/bin/env bash
# node-ical, icalevents: "this and all later visits" moves this one only
#
# Libraries: node-ical 0.26.1 (npm), icalevents 0.3.1; icalendar 7.3.2 with recurring-ical-events 3.8.2 (PyPI).
#
# Expected: RFC 5545, 3.8.4.4 and 3.2.13: RECURRENCE-ID;RANGE=THISANDFUTURE changes the occurrence named and all after
#   it, by the same difference and to the same length. Calendars write it when someone drags a series from a date on.
# What their documents say: node-ical promises "Apply RECURRENCE-ID modifications" and names no RANGE; icalevents
#   names neither.
# What happens: a daily visit at 09:00, moved to 14:00 from 5 August on. Both move 5 August and leave the later ones
#   at 09:00, without a warning. recurring-ical-events moves them all.
# Why it matters: the rep is at the door in the morning, the customer expects the afternoon, every time from then on.
# Instead: look for RANGE=THISANDFUTURE in the text, and refuse such a file or split the series there.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-ical@0.26.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalevents==0.3.1 icalendar==7.3.2 recurring-ical-events==3.8.2

cat > visits.ics <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VEVENT
UID:dairy
DTSTAMP:20260101T000000Z
SUMMARY:Dairy
DTSTART:20260803T090000Z
DTEND:20260803T100000Z
RRULE:FREQ=DAILY;COUNT=5
END:VEVENT
BEGIN:VEVENT
UID:dairy
DTSTAMP:20260101T000000Z
RECURRENCE-ID;RANGE=THISANDFUTURE:20260805T090000Z
SUMMARY:Dairy
DTSTART:20260805T140000Z
DTEND:20260805T150000Z
END:VEVENT
END:VCALENDAR
ICS
cat > probe.cjs <<'JS'
const ical = require('node-ical');
const { dairy } = ical.sync.parseFile('visits.ics');
const span = { from: new Date('2026-08-01T00:00Z'), to: new Date('2026-09-01T00:00Z') };
const seen = ical.expandRecurringEvent(dairy, span).map(({ start }) => start.toISOString().slice(5, 16));
console.log('node-ical:', ...seen.sort());
JS
cat > probe.py <<'PY'
import datetime, icalendar, recurring_ical_events
from icalevents import icalevents

utc = datetime.timezone.utc
start, end = datetime.datetime(2026, 8, 1, tzinfo=utc), datetime.datetime(2026, 9, 1, tzinfo=utc)
older = icalevents.events(file="visits.ics", start=start, end=end)
print("icalevents:", *sorted(f"{each.start.astimezone(utc):%m-%dT%H:%M}" for each in older))
calendar = icalendar.Calendar.from_ical(open("visits.ics", "rb").read())
newer = recurring_ical_events.of(calendar).between(start, end)
print("recurring-ical-events:", *sorted(f"{each.start:%m-%dT%H:%M}" for each in newer))
PY
{ node probe.cjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
node-ical: 08-03T09:00 08-04T09:00 08-05T14:00 08-06T09:00 08-07T09:00
icalevents: 08-03T09:00 08-04T09:00 08-05T14:00 08-06T09:00 08-07T09:00
recurring-ical-events: 08-03T09:00 08-04T09:00 08-05T14:00 08-06T14:00 08-07T14:00
WANT
echo "as described"
