#!/usr/bin/env bash
# opening_hours (npm): a place given by numbers has the sun from six to six all year; given by texts it has its own
#
# Library: opening_hours 3.15.0 (npm).
#
# Expected: the README: the object given as the place "should contain the fields {lat, lon, address: ...}", and "the
#   location (lat and lon) is used to calculate the correct values for sunrise and sunset". A latitude is a number in
#   GeoJSON, in every map library and in most databases.
# What its documents say of the type: nothing; the JSON of Nominatim, which the example shows, happens to have texts.
# What happens: with lat and lon as texts, Norwich opens at 08:02 in December and 03:31 in June (UTC). With the same
#   two values as numbers, "sunrise-sunset" is 06:00 to 18:00 on both days. No error and no warning, and the windows are
#   "open", not "unknown".
# Why it matters: markets, garden centres and car washes are open by daylight. A route planner that passes numbers sends
#   the rep to a closed gate for two hours of every winter morning, and calls half of a summer day closed.
# Instead: pass String(lat) and String(lon), and test one winter day; without a place treat hours by the sun as unknown.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts opening_hours@3.15.0

cat > probe.cjs <<'JS'
const Hours = require('opening_hours');
const address = { country_code: 'gb', state: 'England' };
for (const [type, lat, lon] of [['texts', '52.6', '1.3'], ['numbers', 52.6, 1.3]]) {
  const hours = new Hours('sunrise-sunset', { lat, lon, address });
  for (const day of ['2026-12-19', '2026-06-21']) {
    const begin = new Date(`${day}T00:00Z`);
    const spans = hours.getOpenIntervals(begin, new Date(begin.getTime() + 86_400_000));
    const clock = (date) => date.toISOString().slice(11, 16);
    const shown = spans.map(([from, until, unknown]) => `${clock(from)}-${clock(until)} ${unknown ? 'unknown' : 'open'}`);
    console.log(`${type}: ${day} ${shown.join(', ')}`);
  }
  console.log(`  warnings: ${hours.getWarnings().length}`);
}
JS
TZ=UTC node probe.cjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
texts: 2026-12-19 08:02-15:41 open
texts: 2026-06-21 03:31-20:22 open
  warnings: 0
numbers: 2026-12-19 06:00-18:00 open
numbers: 2026-06-21 06:00-18:00 open
  warnings: 0
WANT
