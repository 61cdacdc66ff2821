#!/usr/bin/env bash
# iCalendar durations: P1D and PT24H are one thing to each library, and not the same thing
#
# Libraries: icalendar 7.3.2, icalevents 0.3.1 (PyPI), node-ical 0.26.1, ical.js 2.2.1 (npm).
#
# Expected: RFC 5545, 3.3.6: a duration in days is nominal (the same time tomorrow), one in hours is exact. On 24
#   October 2026 at 12:00 in Berlin, the night before the clocks go back: P1D ends at 12:00 (25 hours later), PT24H at
#   11:00.
# What their documents say: nothing of the difference; all four name RFC 5545.
# What happens: icalendar and ical.js add wall-clock time, so PT24H lasts 25 hours. node-ical and icalevents add
#   elapsed time, so P1D ends an hour early. None has both right. And importing icalevents turns icalendar's answer
#   around for the whole process, since it sets icalendar's zones to pytz.
# Why it matters: a shift, a hotel night or a stand-by duty across the clock change is paid or planned an hour wrong,
#   and two parts of one system disagree about it.
# Instead: write DTEND, not DURATION; on import, compute the end from the text of DURATION yourself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-ical@0.26.1 ical.js@2.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.2 icalevents==0.3.1

zone='BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE'
{
  printf 'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//EN\n%s\n' "$zone"
  for duration in P1D PT24H; do
    printf 'BEGIN:VEVENT\nUID:%s\nDTSTAMP:20260101T000000Z\n' "$duration"
    printf 'DTSTART;TZID=Europe/Berlin:20261024T120000\nDURATION:%s\nSUMMARY:x\nEND:VEVENT\n' "$duration"
  done
  printf 'END:VCALENDAR\n'
} >days.ics
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import ICAL from 'ical.js';
import nodeIcal from 'node-ical';

const text = fs.readFileSync('days.ics', 'utf8');
const hours = (from, to) => (to - from) / 3_600_000;
const found = nodeIcal.sync.parseICS(text);
const calendar = new ICAL.Component(ICAL.parse(text));
calendar.getAllSubcomponents('vtimezone').forEach((zone) => ICAL.TimezoneService.register(zone));
for (const uid of ['P1D', 'PT24H']) {
  console.log(`${uid} | node-ical: ${hours(found[uid].start, found[uid].end)} hours`);
  const part = calendar.getAllSubcomponents('vevent').find((each) => each.getFirstPropertyValue('uid') === uid);
  const { startDate, endDate } = new ICAL.Event(part);
  console.log(`${uid} | ical.js: ${hours(startDate.toJSDate(), endDate.toJSDate())} hours`);
}
JS
cat > probe.py <<'PY'
import datetime, icalendar

utc = datetime.timezone.utc

def hours(start, end):
    return f"{(end.astimezone(utc) - start.astimezone(utc)).total_seconds() / 3600:g} hours"

def read(name):
    for event in icalendar.Calendar.from_ical(open("days.ics", "rb").read()).walk("VEVENT"):
        print(f"{event['UID']} | {name}: {hours(event.start, event.end)}")

read("icalendar")
from icalevents import icalevents
span = {"start": datetime.datetime(2026, 10, 1, tzinfo=utc), "end": datetime.datetime(2026, 11, 1, tzinfo=utc)}
for event in sorted(icalevents.events(file="days.ics", **span), key=lambda each: each.uid):
    print(f"{event.uid} | icalevents: {hours(event.start, event.end)}")
read("icalendar after the import of icalevents")
PY
{ node probe.mjs; venv/bin/python probe.py; } | LC_ALL=C sort --stable | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
P1D | ical.js: 25 hours
P1D | icalendar after the import of icalevents: 24 hours
P1D | icalendar: 25 hours
P1D | icalevents: 24 hours
P1D | node-ical: 24 hours
PT24H | ical.js: 25 hours
PT24H | icalendar after the import of icalevents: 24 hours
PT24H | icalendar: 25 hours
PT24H | icalevents: 24 hours
PT24H | node-ical: 24 hours
WANT
echo "as described"
