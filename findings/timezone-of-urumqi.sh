#!/usr/bin/env bash
# Time zone look-ups: in Xinjiang two libraries differ by two hours
#
# Libraries: timezonefinder 9.0.0 (timezonefinder-data 3.2026.3.post1), tzfpy 2.1.1 (PyPI), geo-tz 8.1.9 (npm).
#
# Expected: official time in all of China is Beijing time (UTC+8). The tz database has Asia/Urumqi (UTC+6) beside it,
#   for the time that a part of Xinjiang uses in private; timezone-boundary-builder, the data that all three use, draws
#   both over the same ground. A look-up of one zone should be the official one, or say that there are two.
# What their documents say: tzfpy documents get_tzs() for such places; geo-tz shows ['Asia/Shanghai', 'Asia/Urumqi']
#   for this place; timezonefinder says nothing of two zones.
# What happens: timezone_at() of timezonefinder is Asia/Urumqi, get_tz() of tzfpy is Asia/Shanghai. geo-tz returns
#   both, in the other order than its README: code that takes the first gets Asia/Urumqi today.
# Why it matters: an appointment at 10:00 Beijing time is shown at 08:00, or a visit at 09:00 counts as before
#   opening; phone and server disagree if they use different libraries.
# Instead: for places in China take Asia/Shanghai, and let the customer record override it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts geo-tz@8.1.9
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  timezonefinder==9.0.0 timezonefinder-data==3.2026.3.post1 tzfpy==2.1.1

cat > probe.py <<'PY'
from timezonefinder import TimezoneFinder
from tzfpy import get_tz
finder = TimezoneFinder()
for name, lat, lon in (("Urumqi", 43.82, 87.62), ("Kashgar", 39.47, 75.99), ("Lhasa", 29.65, 91.10)):
    print(f"{name}: timezonefinder {finder.timezone_at(lng=lon, lat=lat)}, tzfpy {get_tz(lon, lat)}")
PY
cat > probe.cjs <<'JS'
const { find } = require('geo-tz');
for (const [name, lat, lon] of [['Urumqi', 43.82, 87.62], ['README', 43.839319, 87.526148]]) {
  console.log(`${name}: geo-tz ${find(lat, lon).join(', ')}`);
}
JS
{ venv/bin/python probe.py; node probe.cjs; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
Urumqi: timezonefinder Asia/Urumqi, tzfpy Asia/Shanghai
Kashgar: timezonefinder Asia/Urumqi, tzfpy Asia/Shanghai
Lhasa: timezonefinder Asia/Shanghai, tzfpy Asia/Shanghai
Urumqi: geo-tz Asia/Urumqi, Asia/Shanghai
README: geo-tz Asia/Urumqi, Asia/Shanghai
WANT
echo "as described"
