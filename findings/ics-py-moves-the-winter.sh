#!/usr/bin/env bash
# ics.py: a calendar that is read and saved has the visits of the winter an hour early, or is refused
#
# Libraries: ics 0.7.2 (PyPI); icalendar 7.3.2 with recurring-ical-events 3.8.2 (PyPI) for comparison.
#
# Expected: RFC 5545, 3.3.5: a local time with TZID stays at its hour on the wall, before and after the clocks change;
#   one without TZID is "floating", the same hour wherever the reader is. 3.7.1: the value of CALSCALE is GREGORIAN.
# What its documents say: "it also outputs rfc compliant calendars".
# What happens: a calendar without CALSCALE gets CALSCALE:GEORGIAN; recurring-ical-events then refuses it: "Only
#   Gregorian calendars are supported." Each time is written in UTC, and the RRULE beside it is kept as it was. A visit
#   at 09:00 in Berlin, every sixth week from August on, is at 08:00 from 26 October. A floating 09:00 becomes 09:00
#   UTC: 11:00 in Berlin. VTIMEZONE is gone.
# Why it matters: a script that adds one visit to a shared calendar moves all the others, and nobody looks before the
#   end of October.
# Instead: icalendar, which writes back what it read.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ics==0.7.2 icalendar==7.3.2 recurring-ical-events==3.8.2

cat > visits.ics <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VTIMEZONE
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
END:VTIMEZONE
BEGIN:VEVENT
UID:bakery
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260803T090000
DTEND;TZID=Europe/Berlin:20260803T100000
RRULE:FREQ=WEEKLY;INTERVAL=6;COUNT=4
SUMMARY:Bakery
END:VEVENT
BEGIN:VEVENT
UID:call
DTSTAMP:20260101T000000Z
DTSTART:20260803T090000
DTEND:20260803T093000
SUMMARY:Call
END:VEVENT
END:VCALENDAR
ICS
cat > probe.py <<'PY'
from zoneinfo import ZoneInfo
import icalendar
import ics
import recurring_ical_events

berlin = ZoneInfo("Europe/Berlin")
def show(name, text):
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2026, 8, 1), (2027, 1, 1))
    print(name)
    for uid in ("bakery", "call"):
        starts = sorted(each.start for each in found if each["UID"] == uid)
        local = [start.astimezone(berlin) if start.tzinfo else start for start in starts]
        print(f"  {uid}:", *(f"{start:%d %b %H:%M}" for start in local), "" if starts[0].tzinfo else "(floating)")

text = open("visits.ics", newline="").read().replace("\n", "\r\n")
show("as written", text)
show("read and saved by icalendar", icalendar.Calendar.from_ical(text).to_ical())
saved = ics.Calendar(text).serialize()
try:
    show("read and saved by ics.py", saved)
except ValueError as error:
    print("read and saved by ics.py: refused.", *(line for line in saved.splitlines() if "CALSCALE" in line))
show("the same, with the word corrected", saved.replace("GEORGIAN", "GREGORIAN"))
PY
venv/bin/python probe.py | sed 's/ *$//' | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
as written
  bakery: 03 Aug 09:00 14 Sep 09:00 26 Oct 09:00 07 Dec 09:00
  call: 03 Aug 09:00 (floating)
read and saved by icalendar
  bakery: 03 Aug 09:00 14 Sep 09:00 26 Oct 09:00 07 Dec 09:00
  call: 03 Aug 09:00 (floating)
read and saved by ics.py: refused. CALSCALE:GEORGIAN
the same, with the word corrected
  bakery: 03 Aug 09:00 14 Sep 09:00 26 Oct 08:00 07 Dec 08:00
  call: 03 Aug 11:00
WANT
echo "as described"
