#!/usr/bin/env bash
# Coordinate parsers: the minus of "-0° 7′ 40″" is lost, and London moves east
#
# Libraries: coordinate-parser 1.0.7, geo-coordinates-parser 1.7.4 (npm), geopy 2.5.0 (PyPI).
#
# Expected: a sign before the degrees is the sign of the whole angle, whatever the degrees are. ISO 6709:2008 writes
#   latitude and longitude with a sign before zero degrees too (+513026-0000740).
# What their documents say: coordinate-parser lists signed degrees, minutes and seconds as a supported form (40°7’23"
#   -74°7’23"), geo-coordinates-parser takes over that list, geopy reads "+41.5 -81.0". None excludes 0.
# What happens: the sign is taken from the number of degrees, and -0 is not less than 0. Between the equator or
#   Greenwich and the first degree west or south, the sign is lost: all three put Westminster 18 km to the east. The
#   same place with a letter (0°7'40"W) is right.
# Why it matters: an imported list is right but for the customers in a strip 70 km wide: London, Accra, Valencia,
#   Bordeaux; nothing fails, and the places are near enough to be believed.
# Instead: split off the sign before parsing, or turn it into N, S, E, W first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts coordinate-parser@1.0.7 geo-coordinates-parser@1.7.4
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check geopy==2.5.0

cat > probe.mjs <<'JS'
import Position from 'coordinate-parser';
import { convert } from 'geo-coordinates-parser';

for (const text of [`51°30'26" -0°7'40"`, `51°30'26" -1°7'40"`, `51°30'26"N 0°7'40"W`]) {
  console.log(`coordinate-parser: ${text} is ${new Position(text).getLongitude().toFixed(4)} east`);
  console.log(`geo-coordinates-parser: ${text} is ${convert(text).decimalLongitude.toFixed(4)} east`);
}
JS
cat > probe.py <<'PY'
from geopy.point import Point
for text in ("51°30'26\" -0°7'40\"", "51°30'26\" -1°7'40\"", "51°30'26\"N 0°7'40\"W"):
    print(f"geopy: {text} is {Point(text).longitude:.4f} east")
PY
{ node probe.mjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
coordinate-parser: 51°30'26" -0°7'40" is 0.1278 east
geo-coordinates-parser: 51°30'26" -0°7'40" is 0.1278 east
coordinate-parser: 51°30'26" -1°7'40" is -1.1278 east
geo-coordinates-parser: 51°30'26" -1°7'40" is -1.1278 east
coordinate-parser: 51°30'26"N 0°7'40"W is -0.1278 east
geo-coordinates-parser: 51°30'26"N 0°7'40"W is -0.1278 east
geopy: 51°30'26" -0°7'40" is 0.1278 east
geopy: 51°30'26" -1°7'40" is -1.1278 east
geopy: 51°30'26"N 0°7'40"W is -0.1278 east
WANT
echo "as described"
