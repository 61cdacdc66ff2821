#!/usr/bin/env bash
# Nepali dates: one library repeats a day and calls New Year's Eve the New Year before; two are a day off in 2025
#
# Libraries: bikram-sambat-js 1.0.3, nepali-date 0.1.3 (npm), bikram 2.1.4 (PyPI); bikram-sambat 1.8.1 (npm) and
#   nepali-datetime 1.0.8.5 (PyPI) for comparison.
#
# Expected: each day has one date in Bikram Sambat, the official calendar of Nepal, and the way there and back ends
#   where it began. The lengths of its months are published year by year. Republic Day is 15 Jestha, and fell on
#   29 May in 2025.
# What their documents say: bikram-sambat-js: "convert date in AD (Gregorian) to Nepali date format BS"; nepali-date:
#   works "between 2000 BS to 2100 BS"; bikram: "not very helpful" outside its map of years. None says that years
#   within its range are estimated.
# What happens: ADToBS of bikram-sambat-js miscounts the days from 1 April to the Nepali New Year. In a leap year
#   31 March and 1 April are one date, in the year after one date is left out, and 13 April 2025 is the first day of
#   2081, a year early. Its own BSToAD leads elsewhere. nepali-date and bikram have a month of 30 days too soon in 2082:
#   Republic Day is 16 Jestha. From 17 October to 15 December 2026 bikram-sambat-js and nepali-date are a day ahead.
# Why it matters: invoices, due dates and the fiscal year are in Bikram Sambat; a due date or a year is wrong.
# Instead: bikram-sambat (npm) or nepali-datetime (PyPI), in the current version; store Gregorian dates.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts bikram-sambat-js@1.0.3 nepali-date@0.1.3 bikram-sambat@1.8.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check bikram==2.1.4 nepali-datetime==1.0.8.5

cat > probe.cjs <<'JS'
const { ADToBS, BSToAD } = require('bikram-sambat-js');
const { toBik_euro } = require('bikram-sambat');
const NepaliDate = require('nepali-date');

const plain = (text) => text.replace(/[\u0966-\u096F]/g, (digit) => digit.charCodeAt(0) - 0x966);
for (const day of ['2024-03-31', '2024-04-01', '2025-03-31', '2025-04-01', '2025-04-13', '2025-04-14']) {
  const there = ADToBS(day);
  console.log(`${day}: bikram-sambat-js ${there}, and back ${BSToAD(there)}; bikram-sambat ${plain(toBik_euro(day))}`);
}
for (const day of ['2025-05-29', '2026-11-29']) {
  const [year, month, date] = day.split('-').map(Number);
  const other = plain(new NepaliDate(new Date(year, month - 1, date, 12)).format('yyyy-mm-dd'));
  console.log(`${day}: bikram-sambat-js ${ADToBS(day)}, nepali-date ${other}; bikram-sambat ${plain(toBik_euro(day))}`);
}
JS
cat > probe.py <<'PY'
import datetime
import nepali_datetime
from bikram import samwat
for day in (datetime.date(2025, 5, 29), datetime.date(2026, 11, 29)):
    there = samwat.from_ad(day)
    other = nepali_datetime.date.from_datetime_date(day)
    print(f"{day}: bikram {there.year}-{there.month:02}-{there.day:02}; nepali-datetime {other}")
PY
{ TZ=Asia/Kathmandu node probe.cjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
2024-03-31: bikram-sambat-js 2080-12-18, and back 2024-03-31; bikram-sambat 2080-12-18
2024-04-01: bikram-sambat-js 2080-12-18, and back 2024-03-31; bikram-sambat 2080-12-19
2025-03-31: bikram-sambat-js 2081-12-18, and back 2025-03-31; bikram-sambat 2081-12-18
2025-04-01: bikram-sambat-js 2081-12-20, and back 2025-04-02; bikram-sambat 2081-12-19
2025-04-13: bikram-sambat-js 2081-01-01, and back 2024-04-13; bikram-sambat 2081-12-31
2025-04-14: bikram-sambat-js 2082-01-01, and back 2025-04-14; bikram-sambat 2082-01-01
2025-05-29: bikram-sambat-js 2082-02-15, nepali-date 2082-02-16; bikram-sambat 2082-02-15
2026-11-29: bikram-sambat-js 2083-08-14, nepali-date 2083-08-14; bikram-sambat 2083-08-13
2025-05-29: bikram 2082-02-16; nepali-datetime 2082-02-15
2026-11-29: bikram 2083-08-13; nepali-datetime 2083-08-13
WANT
echo "as described"
