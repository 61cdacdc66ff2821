#!/usr/bin/env bash
# date-holidays: Korean New Year begins a day late and ends a day late, every year
#
# Libraries: date-holidays 3.37.0 (npm); holidays 0.109 (PyPI) for comparison.
#
# Expected: Korea's Regulations on Holidays of Public Offices (관공서의 공휴일에 관한 규정), article 2: the day before Seollal,
#   Seollal and the day after (last day of the lunar year, first and second of the new). In 2026: 16, 17, 18 February.
# What its documents say: the README lists South Korea. The rule in its data is "korean 01-0-01 P3D": three days from
#   the first of the lunar year, where Chuseok's rule rightly starts on the 14th of the eighth month.
# What happens: 17, 18, 19 February: the eve is a working day and the third day of the year a holiday. In every year.
# Why it matters: visits and deliveries are planned on the day the whole country travels; a working Thursday is left
#   empty; deadlines in working days are off.
# Instead: correct the rule with setHoliday, or take Korea from another library.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts date-holidays@3.37.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check holidays==0.109

cat > probe.cjs <<'JS'
const Holidays = require('date-holidays');
const korea = new Holidays('KR');
for (const [year, month, days] of [[2025, '01', [28, 29, 30, 31]], [2026, '02', [16, 17, 18, 19]], [2028, '01', [26, 27, 28, 29]]]) {
  const off = days.filter((day) => korea.isHoliday(new Date(`${year}-${month}-${day}T12:00:00+09:00`)));
  console.log(`date-holidays, Seollal ${year}: ${month}-${off.join(', ')}`);
}
JS
cat > probe.py <<'PY'
import datetime, holidays
for year, month, days in ((2025, 1, (28, 29, 30, 31)), (2026, 2, (16, 17, 18, 19)), (2028, 1, (26, 27, 28, 29))):
    off = [str(day) for day in days if datetime.date(year, month, day) in holidays.KR(years=year)]
    print(f"holidays, Seollal {year}: {month:02}-{', '.join(off)}")
PY
{ node probe.cjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
date-holidays, Seollal 2025: 01-29, 30, 31
date-holidays, Seollal 2026: 02-17, 18, 19
date-holidays, Seollal 2028: 01-27, 28, 29
holidays, Seollal 2025: 01-28, 29, 30
holidays, Seollal 2026: 02-16, 17, 18
holidays, Seollal 2028: 01-26, 27, 28
WANT
echo "as described"
