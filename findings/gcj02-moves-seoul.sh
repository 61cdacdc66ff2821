#!/usr/bin/env bash
# GCJ-02 converters: Seoul, Hanoi and Delhi are "in China" and move by half a kilometre
#
# Libraries: coordtransform 2.1.2, gcoord 1.0.7 (npm), eviltransform 0.1.1, prcoords 1.0.2 (PyPI).
#
# Expected: GCJ-02 is the datum of maps published in mainland China (GB 20263-2006 is the rule that asks for it).
#   Elsewhere maps are in WGS 84, and a converter that has an "out of China" test should leave those places alone.
# What their documents say: none names the test's outline. coordtransform's source says of it "not inside the country:
#   no offset"; prcoords warns "Non-Chinese coords found, returning as-is".
# What happens: the test is a rectangle around China and its neighbours. Places in Korea, Japan, Vietnam, India,
#   Kazakhstan, the Philippines are moved by 250 to 560 m, without the warning. The rectangles differ too: Singapore
#   stays for coordtransform and moves 167 m for the others.
# Why it matters: an app that converts "if it is in China" sends the reps of half of Asia to the next block, and a
#   fence of 60 m refuses every honest check-in there.
# Instead: ask a polygon of mainland China first; convert only where the map below the pin is known to be GCJ-02.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts coordtransform@2.1.2 gcoord@1.0.7
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check eviltransform==0.1.1 prcoords==1.0.2

cat > places.json <<'JSON'
{"Shanghai": [31.2304, 121.4737], "Seoul": [37.5665, 126.978], "Fukuoka": [33.59, 130.4], "Hanoi": [21.0278, 105.8342],
 "Delhi": [28.61, 77.21], "Almaty": [43.238, 76.945], "Singapore": [1.3521, 103.8198], "Moscow": [55.75, 37.62]}
JSON
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import older from 'coordtransform';
import gcoord from 'gcoord';

const metres = ([x, y], lat, lon) =>
  Math.round(Math.hypot((x - lon) * 111_320 * Math.cos((lat * Math.PI) / 180), (y - lat) * 110_574));
for (const [name, [lat, lon]] of Object.entries(JSON.parse(fs.readFileSync('places.json')))) {
  const first = metres(older.wgs84togcj02(lon, lat), lat, lon);
  const second = metres(gcoord.transform([lon, lat], gcoord.WGS84, gcoord.GCJ02), lat, lon);
  console.log(`${name}: coordtransform ${first} m, gcoord ${second} m`);
}
JS
cat > probe.py <<'PY'
import json, math, warnings
import eviltransform, prcoords

def metres(moved, lat, lon):
    return round(math.hypot((moved[0] - lat) * 110_574, (moved[1] - lon) * 111_320 * math.cos(math.radians(lat))))

for name, (lat, lon) in json.load(open("places.json")).items():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        second = metres(prcoords.wgs_gcj((lat, lon)), lat, lon)
    first = metres(eviltransform.wgs2gcj(lat, lon), lat, lon)
    print(f"{name}: eviltransform {first} m, prcoords {second} m{' with a warning' if heard else ''}")
PY
{ node probe.mjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
Shanghai: coordtransform 481 m, gcoord 481 m
Seoul: coordtransform 459 m, gcoord 459 m
Fukuoka: coordtransform 559 m, gcoord 559 m
Hanoi: coordtransform 440 m, gcoord 440 m
Delhi: coordtransform 479 m, gcoord 479 m
Almaty: coordtransform 254 m, gcoord 254 m
Singapore: coordtransform 0 m, gcoord 167 m
Moscow: coordtransform 0 m, gcoord 0 m
Shanghai: eviltransform 481 m, prcoords 481 m
Seoul: eviltransform 459 m, prcoords 459 m
Fukuoka: eviltransform 559 m, prcoords 559 m
Hanoi: eviltransform 440 m, prcoords 440 m
Delhi: eviltransform 479 m, prcoords 479 m
Almaty: eviltransform 254 m, prcoords 254 m
Singapore: eviltransform 167 m, prcoords 167 m
Moscow: eviltransform 0 m, prcoords 0 m with a warning
WANT
echo "as described"
