#!/usr/bin/env bash
# RRULE: "once a year in week 20" is seven visits for two libraries and one for the third
#
# Libraries: python-dateutil 2.9.0.post0 (PyPI), rrule 2.8.1 (npm); rrule-temporal 2.2.8 (npm) for comparison;
#   recurring-ical-events 3.8.2 (PyPI), which stands on dateutil.
#
# Expected: RFC 5545, 3.3.10: what a rule leaves open is "derived from the Start Time". For BYMONTH=1 in a
#   yearly rule the RFC says so: day and time "would be the same as what is specified for DTSTART". BYWEEKNO=20 leaves
#   the day of the week open: it is that of DTSTART.
# What their documents say: both name RFC 5545. byweekno are "the week numbers to apply the recurrence to"; which day of
#   that week is not said. (The other reading is the one of their tests.)
# What happens: dateutil and rrule give each day of the week, Monday to Sunday. rrule-temporal gives the one day. With
#   COUNT=3 the series of three years ends after three days. For BYMONTH all three agree on one day.
# Why it matters: a yearly stock-taking or price talk is planned by week number in much of Europe. The phone shows one
#   visit, the server plans seven.
# Instead: write the day: BYWEEKNO=20;BYDAY=TU.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rrule@2.8.1 rrule-temporal@2.2.8
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  python-dateutil==2.9.0.post0 icalendar==7.3.2 recurring-ical-events==3.8.2

cat > rules.txt <<'TXT'
FREQ=YEARLY;BYMONTH=5;COUNT=3
FREQ=YEARLY;BYWEEKNO=20;COUNT=3
FREQ=YEARLY;BYWEEKNO=20;BYDAY=TU;COUNT=3
TXT
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import rrule from 'rrule';
import { RRuleTemporal } from 'rrule-temporal';

for (const rule of fs.readFileSync('rules.txt', 'utf8').trim().split('\n')) {
  const text = `DTSTART:20260512T090000Z\nRRULE:${rule}`;
  const plain = rrule.rrulestr(text).all().map((date) => date.toISOString().slice(0, 10));
  const temporal = new RRuleTemporal({ rruleString: text }).all().map((date) => date.toString().slice(0, 10));
  console.log(`${rule}\n  rrule: ${plain.join(' ')}\n  rrule-temporal: ${temporal.join(' ')}`);
}
JS
cat > probe.py <<'PY'
import datetime
import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr

for rule in open("rules.txt").read().split():
    text = "DTSTART:20260512T090000Z\nRRULE:" + rule
    event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n{text}\nEND:VEVENT\nEND:VCALENDAR\n"
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(event)).between((2026, 1, 1), (2030, 1, 1))
    print(rule)
    print("  dateutil:", *(f"{date:%Y-%m-%d}" for date in rrulestr(text)))
    print("  recurring-ical-events:", *sorted(f"{each.start:%Y-%m-%d}" for each in found))
PY
{ node probe.mjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
FREQ=YEARLY;BYMONTH=5;COUNT=3
  rrule: 2026-05-12 2027-05-12 2028-05-12
  rrule-temporal: 2026-05-12 2027-05-12 2028-05-12
FREQ=YEARLY;BYWEEKNO=20;COUNT=3
  rrule: 2026-05-12 2026-05-13 2026-05-14
  rrule-temporal: 2026-05-12 2027-05-18 2028-05-16
FREQ=YEARLY;BYWEEKNO=20;BYDAY=TU;COUNT=3
  rrule: 2026-05-12 2027-05-18 2028-05-16
  rrule-temporal: 2026-05-12 2027-05-18 2028-05-16
FREQ=YEARLY;BYMONTH=5;COUNT=3
  dateutil: 2026-05-12 2027-05-12 2028-05-12
  recurring-ical-events: 2026-05-12 2027-05-12 2028-05-12
FREQ=YEARLY;BYWEEKNO=20;COUNT=3
  dateutil: 2026-05-12 2026-05-13 2026-05-14
  recurring-ical-events: 2026-05-12 2026-05-13 2026-05-14
FREQ=YEARLY;BYWEEKNO=20;BYDAY=TU;COUNT=3
  dateutil: 2026-05-12 2027-05-18 2028-05-16
  recurring-ical-events: 2026-05-12 2027-05-18 2028-05-16
WANT
echo "as described"
