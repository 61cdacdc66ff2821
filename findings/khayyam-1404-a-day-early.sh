#!/usr/bin/env bash
# Khayyam: every day of the Persian year 1404 is a day off, and 30 Esfand 1403 does not exist
#
# Libraries: Khayyam 3.0.17 (PyPI); jdatetime 6.1.1, persiantools 6.2.0 (PyPI), jalaali-js 2.0.1 (npm) and
#   Intl.DateTimeFormat of Node.js for comparison.
#
# Expected: Iran's calendar law of 1925 (1304): the year begins on the day of the spring equinox; by custom the next
#   day if the equinox is after noon in Tehran. On 20 March 2025 it was at 12:31 there. So 1403 had 366 days, and 1404
#   began on 21 March 2025.
# What its documents say: nothing of leap years. The code has the arithmetic cycle of 2820 years, which leaves the
#   calendar in use at 1403.
# What happens: for Khayyam 1403 has 365 days and 1404 has 366. From 20 March 2025 to 20 March 2026 each Gregorian date
#   gets the Persian date of the day after, and each Persian date the Gregorian one of the day before. JalaliDate(1403,
#   12, 30) is refused. Before and after that year it is right, so tests with today's dates pass.
# Why it matters: orders, visits and due dates of a whole year move by a day where phone and server use different
#   libraries; a sum by month takes in the wrong day at each end.
# Instead: jdatetime or persiantools. Convert again what was stored for 1404.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts jalaali-js@2.0.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check khayyam==3.0.17 jdatetime==6.1.1 persiantools==6.2.0

cat > probe.py <<'PY'
import datetime
import jdatetime
import khayyam
from persiantools.jdatetime import JalaliDate

for day in ((2025, 3, 19), (2025, 3, 20), (2025, 3, 21), (2025, 9, 23), (2026, 3, 20), (2026, 3, 21)):
    date = datetime.date(*day)
    others = f"jdatetime {jdatetime.date.fromgregorian(date=date)!s}, persiantools {JalaliDate(date)!s}"
    print(f"{date}: Khayyam {khayyam.JalaliDate(date)!s}; {others}")
back = jdatetime.date(1404, 7, 1).togregorian()
print(f"1404-07-01: Khayyam {khayyam.JalaliDate(1404, 7, 1).todate()}; jdatetime {back}")
try:
    print(f"1403-12-30: Khayyam {khayyam.JalaliDate(1403, 12, 30).todate()}")
except ValueError as error:
    print(f"1403-12-30: Khayyam refuses it; jdatetime {jdatetime.date(1403, 12, 30).togregorian()}")
PY
cat > probe.cjs <<'JS'
const { toJalaali } = require('jalaali-js');
const format = new Intl.DateTimeFormat('en-u-ca-persian', { timeZone: 'UTC', dateStyle: 'short' });
for (const date of [20, 21]) {
  const { jy, jm, jd } = toJalaali(2025, 3, date);
  const shown = format.format(new Date(Date.UTC(2025, 2, date)));
  console.log(`2025-03-${date}: jalaali-js ${jy}-${jm}-${jd}, Intl ${shown}`);
}
JS
{ venv/bin/python probe.py; node probe.cjs; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
2025-03-19: Khayyam 1403-12-29; jdatetime 1403-12-29, persiantools 1403-12-29
2025-03-20: Khayyam 1404-01-01; jdatetime 1403-12-30, persiantools 1403-12-30
2025-03-21: Khayyam 1404-01-02; jdatetime 1404-01-01, persiantools 1404-01-01
2025-09-23: Khayyam 1404-07-02; jdatetime 1404-07-01, persiantools 1404-07-01
2026-03-20: Khayyam 1404-12-30; jdatetime 1404-12-29, persiantools 1404-12-29
2026-03-21: Khayyam 1405-01-01; jdatetime 1405-01-01, persiantools 1405-01-01
1404-07-01: Khayyam 2025-09-22; jdatetime 2025-09-23
1403-12-30: Khayyam refuses it; jdatetime 2025-03-20
2025-03-20: jalaali-js 1403-12-30, Intl 12/30/1403 AP
2025-03-21: jalaali-js 1404-1-1, Intl 1/1/1404 AP
WANT
echo "as described"
