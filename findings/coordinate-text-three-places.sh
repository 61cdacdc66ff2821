#!/usr/bin/env bash
# Coordinate parsers: one text, up to three places
#
# Libraries: coordinate-parser 1.0.7, geo-coordinates-parser 1.7.4 (npm), geopy 2.5.0 (PyPI).
#
# Expected: a text with a letter for the hemisphere and a point or a comma for the decimals has one meaning, or is
#   refused. ISO 6709:2008 and ISO 80000-1 (7.3.2) allow the comma as decimal sign; it is usual from Lisbon to Moscow.
# What their documents say: geo-coordinates-parser says in a comment of its list that 18.24S 22.45E is "read as
#   degrees and minutes", and that it takes all forms of coordinate-parser, which reads the same text as decimals
#   (40.123N74.123W). coordinate-parser refuses what "does not resemble valid coordinates". geopy shows decimals with
#   points, and degrees with ′ and ″ or m and s.
# What happens, without an error:
#   52.45N 1.29W      is 52.75, -1.48 for geo-coordinates-parser: 36 km from the others. (52.63N it refuses: 63 minutes.)
#   52,45 1,29        is 52.75 for coordinate-parser: the comma makes minutes. 52,63 becomes 53.05, though no angle has
#                     63 minutes. geopy takes the two numbers in the middle: 1 and 29, Congo.
#   51 30 26 N, 0 7 40 W  is 7, -40 for geopy: the end of the latitude is dropped, then minutes become degrees: mid-Atlantic.
# Why it matters: coordinates in a CRM export were typed by people. A fence around the wrong place refuses honest
#   check-ins.
# Instead: accept one form only, with a pattern of your own; show the place on a map before a fence is made from it.
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

const readers = {
  'coordinate-parser': (text) => [new Position(text).getLatitude(), new Position(text).getLongitude()],
  'geo-coordinates-parser': (text) => [convert(text).decimalLatitude, convert(text).decimalLongitude],
};
for (const text of ['52.45N 1.29W', '52,45 1,29', '52,63 1,29', '51 30 26 N, 0 7 40 W']) {
  for (const [name, read] of Object.entries(readers)) {
    let place;
    try {
      place = read(text).map((degrees) => degrees.toFixed(4)).join(', ');
    } catch {
      place = 'refused';
    }
    console.log(`${text} | ${name}: ${place}`);
  }
}
JS
cat > probe.py <<'PY'
from geopy.point import Point
for text in ("52.45N 1.29W", "52,45 1,29", "52,63 1,29", "51 30 26 N, 0 7 40 W"):
    place = Point(text)
    print(f"{text} | geopy: {place.latitude:.4f}, {place.longitude:.4f}")
PY
{ node probe.mjs; venv/bin/python probe.py; } | LC_ALL=C sort --stable | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
51 30 26 N, 0 7 40 W | coordinate-parser: 51.5072, -0.1278
51 30 26 N, 0 7 40 W | geo-coordinates-parser: 51.5072, -0.1278
51 30 26 N, 0 7 40 W | geopy: 7.0000, -40.0000
52,45 1,29 | coordinate-parser: 52.7500, 1.4833
52,45 1,29 | geo-coordinates-parser: refused
52,45 1,29 | geopy: 1.0000, 29.0000
52,63 1,29 | coordinate-parser: 53.0500, 1.4833
52,63 1,29 | geo-coordinates-parser: refused
52,63 1,29 | geopy: 1.0000, 29.0000
52.45N 1.29W | coordinate-parser: 52.4500, -1.2900
52.45N 1.29W | geo-coordinates-parser: 52.7500, -1.4833
52.45N 1.29W | geopy: 52.4500, -1.2900
WANT
echo "as described"
