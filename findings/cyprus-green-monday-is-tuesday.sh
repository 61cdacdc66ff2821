#!/usr/bin/env bash
# Holidays: Cyprus has the western Easter, or a Green Monday on a Tuesday; Japan has no day off for one on a Sunday
#
# Libraries: workalendar 17.0.0 (PyPI), date-holidays 3.37.0 (npm); holidays 0.109 (PyPI) for comparison.
#
# Expected: the Church of Cyprus keeps the Orthodox Easter: 12 April 2026, with Green Monday on 23 February, Good Friday
#   on 10 April and Whit Monday on 1 June; the Dormition is on 15 August. Japan's Act on National Holidays, article 3:
#   if a holiday is a Sunday, the next day that is none is off (2); a day between two holidays is off (3).
# What their documents say: both list Cyprus and Japan. workalendar: "some calendars may not be up-to-date".
# What happens: Cyprus is built as a western calendar, so in most years its movable days are off by one to five weeks;
#   in 2025 both Easters fell together and a test passes. The Dormition is on 15 July. Japan has substitute days for
#   2019 to 2021 only: 6 May and 22 September 2026 are working days, as was 24 February 2025. date-holidays has Japan
#   right, but Green Monday of Cyprus a day late, on a Tuesday (the Monday is an observance), and no Whit Monday.
# Why it matters: visits are planned on days when no customer opens, and a due date in working days is early.
# Instead: holidays, or a subclass: class Cyprus(OrthodoxCalendar).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts date-holidays@3.37.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check workalendar==17.0.0 holidays==0.109

cat > days.txt <<'TXT'
CY 2026-02-16
CY 2026-02-23
CY 2026-02-24
CY 2026-04-03
CY 2026-04-10
CY 2026-04-13
CY 2026-06-01
CY 2026-07-15
CY 2027-03-26
CY 2027-04-30
JP 2025-02-24
JP 2026-05-06
JP 2026-09-22
TXT
cat > probe.cjs <<'JS'
const fs = require('node:fs');
const Holidays = require('date-holidays');
const tell = (line) => {
  const [country, day] = line.split(' ');
  const found = new Holidays(country).isHoliday(new Date(`${day}T12:00:00`));
  return found && found.some(({ type }) => type === 'public') ? 'off' : 'works';
};
fs.writeFileSync('other.txt', fs.readFileSync('days.txt', 'utf8').trim().split('\n').map(tell).join('\n'));
JS
cat > probe.py <<'PY'
import datetime
import holidays
from workalendar.asia import Japan
from workalendar.europe import Cyprus

calendars = {"CY": Cyprus(), "JP": Japan()}
for line, other in zip(open("days.txt").read().splitlines(), open("other.txt").read().split()):
    country, day = line.split()
    date = datetime.date.fromisoformat(day)
    first = "off" if calendars[country].is_holiday(date) else "works"
    second = "off" if date in holidays.country_holidays(country) else "works"
    print(f"{country} {date:%a} {date}: workalendar {first}; holidays {second}, date-holidays {other}")
PY
TZ=UTC node probe.cjs
venv/bin/python probe.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
CY Mon 2026-02-16: workalendar off; holidays works, date-holidays works
CY Mon 2026-02-23: workalendar works; holidays off, date-holidays works
CY Tue 2026-02-24: workalendar works; holidays works, date-holidays off
CY Fri 2026-04-03: workalendar off; holidays works, date-holidays works
CY Fri 2026-04-10: workalendar works; holidays off, date-holidays off
CY Mon 2026-04-13: workalendar works; holidays off, date-holidays off
CY Mon 2026-06-01: workalendar works; holidays off, date-holidays works
CY Wed 2026-07-15: workalendar off; holidays works, date-holidays works
CY Fri 2027-03-26: workalendar off; holidays works, date-holidays works
CY Fri 2027-04-30: workalendar works; holidays off, date-holidays off
JP Mon 2025-02-24: workalendar works; holidays off, date-holidays off
JP Wed 2026-05-06: workalendar works; holidays off, date-holidays off
JP Tue 2026-09-22: workalendar works; holidays off, date-holidays off
WANT
echo "as described"
