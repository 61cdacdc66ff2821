#!/usr/bin/env bash
# ical.js: a visit moved in one series moves the visits of every other series at that hour
#
# Libraries: ical.js 2.2.1 (npm); icalendar 7.3.2 with recurring-ical-events 3.8.2 (PyPI) for comparison.
#
# Expected: RFC 5545, 3.8.4.4: RECURRENCE-ID together with UID names one occurrence. An exception belongs to the
#   series with its UID.
# What its documents say: new ICAL.Event(component) "automatically" relates exceptions found in the parent;
#   strictExceptions, off at first, "will verify exceptions are related by their UUID". In fact it throws at the first
#   foreign one. Reported as kewisch/ical.js issue 1019.
# What happens: the exceptions of all series in the calendar are attached to each series by their start alone. Two
#   weekly visits at 09:00, one of them moved once to 15:00: the other customer's visit of that day becomes the moved
#   one too, with its name and place. The customer who was not moved has no visit that day.
# Why it matters: a rep's calendar export is full of series that share hours.
# Instead: pass the exceptions: new ICAL.Event(master, { exceptions: those with the same UID }).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.2 recurring-ical-events==3.8.2

cat > visits.ics <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VEVENT
UID:bakery
DTSTAMP:20260101T000000Z
SUMMARY:Bakery
DTSTART:20260803T090000Z
DTEND:20260803T100000Z
RRULE:FREQ=WEEKLY;COUNT=3
END:VEVENT
BEGIN:VEVENT
UID:dairy
DTSTAMP:20260101T000000Z
SUMMARY:Dairy
DTSTART:20260803T090000Z
DTEND:20260803T100000Z
RRULE:FREQ=WEEKLY;COUNT=3
END:VEVENT
BEGIN:VEVENT
UID:dairy
DTSTAMP:20260101T000000Z
RECURRENCE-ID:20260810T090000Z
SUMMARY:Dairy (moved)
DTSTART:20260810T150000Z
DTEND:20260810T160000Z
END:VEVENT
END:VCALENDAR
ICS
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import ICAL from 'ical.js';

const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync('visits.ics', 'utf8')));
for (const part of calendar.getAllSubcomponents('vevent').filter((each) => !each.hasProperty('recurrence-id'))) {
  const series = new ICAL.Event(part);
  const all = series.iterator();
  const seen = [];
  for (let next = all.next(); next; next = all.next()) {
    const { item, startDate } = series.getOccurrenceDetails(next);
    seen.push(`${startDate.toString().slice(5, 16)} ${item.summary}`);
  }
  console.log(`ical.js, series ${series.uid}: ${seen.join(', ')}`);
}
JS
cat > probe.py <<'PY'
import datetime, icalendar, recurring_ical_events
calendar = icalendar.Calendar.from_ical(open("visits.ics", "rb").read())
found = recurring_ical_events.of(calendar).between(datetime.date(2026, 8, 1), datetime.date(2026, 9, 1))
for uid in ("bakery", "dairy"):
    seen = sorted(f"{event.start:%m-%dT%H:%M} {event['SUMMARY']}" for event in found if event["UID"] == uid)
    print(f"recurring-ical-events, series {uid}: {', '.join(seen)}")
PY
{ node probe.mjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
ical.js, series bakery: 08-03T09:00 Bakery, 08-10T15:00 Dairy (moved), 08-17T09:00 Bakery
ical.js, series dairy: 08-03T09:00 Dairy, 08-10T15:00 Dairy (moved), 08-17T09:00 Dairy
recurring-ical-events, series bakery: 08-03T09:00 Bakery, 08-10T09:00 Bakery, 08-17T09:00 Bakery
recurring-ical-events, series dairy: 08-03T09:00 Dairy, 08-10T15:00 Dairy (moved), 08-17T09:00 Dairy
WANT
echo "as described"
