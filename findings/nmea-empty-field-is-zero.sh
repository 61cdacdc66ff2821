#!/usr/bin/env bash
# NMEA readers: an empty field is the number 0: a place off Africa, a perfect accuracy, a standing car
#
# Libraries: pynmea2 1.19.0 (PyPI), nmea-simple 3.3.0 (npm); gps 0.9.0 (npm) for comparison.
#
# Expected: NMEA 0183 ("null fields"): a field without a value is empty, which is not zero. Receivers write RMC and
#   GGA without a position until they have a fix, and leave out HDOP, speed and course when they do not know them.
# What their documents say: the example of nmea-simple looks at status and fixType first; that a field may be an
#   invented zero is not said. pynmea2 has is_valid, and does not say what latitude is without a fix.
# What happens: without a fix both give latitude 0.0, longitude 0.0. In a sentence with a good fix, nmea-simple gives
#   an empty HDOP as 0, which is better than the best, and an empty speed as 0 knots. gps gives null. An empty altitude
#   is 0 too.
# Why it matters: check-ins at 0, 0 until the first fix; a filter that takes fixes with a small HDOP takes those of
#   unknown accuracy first; an unknown speed becomes a stop.
# Instead: look at the raw fields (pynmea2: message.data) before the numbers; nmea-simple: keep the sentence beside
#   the packet.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts nmea-simple@3.3.0 gps@0.9.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pynmea2==1.19.0

cat > sentences.txt <<'NMEA'
GNRMC,083000.00,V,,,,,,,030826,,,N
GPRMC,083000.00,A,5237.8000,N,00117.4000,E,,,030826,,,A
GPGGA,083000.00,5237.8000,N,00117.4000,E,1,08,,,M,,M,,
NMEA
cat > probe.cjs <<'JS'
const fs = require('node:fs');
const GPS = require('gps');
const { parseNmeaSentence } = require('nmea-simple');
for (const body of fs.readFileSync('sentences.txt', 'utf8').trim().split('\n')) {
  const sum = [...body].reduce((all, each) => all ^ each.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, '0');
  const a = parseNmeaSentence(`$${body}*${sum}`);
  const b = GPS.Parse(`$${body}*${sum}`);
  console.log(body);
  console.log(`  nmea-simple: ${a.latitude}, ${a.longitude} hdop ${a.horizontalDilution} speed ${a.speedKnots} altitude ${a.altitudeMeters}`);
  console.log(`  gps: ${b.lat}, ${b.lon} hdop ${b.hdop} speed ${b.speed} altitude ${b.alt}`);
}
JS
cat > probe.py <<'PY'
import functools, pynmea2
body = open("sentences.txt").readline().strip()
message = pynmea2.parse(f"${body}*{functools.reduce(lambda all, each: all ^ ord(each), body, 0):02X}")
print(f"{body}\n  pynmea2: {message.latitude}, {message.longitude}")
PY
{ node probe.cjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
GNRMC,083000.00,V,,,,,,,030826,,,N
  nmea-simple: 0, 0 hdop undefined speed 0 altitude undefined
  gps: null, null hdop undefined speed null altitude undefined
GPRMC,083000.00,A,5237.8000,N,00117.4000,E,,,030826,,,A
  nmea-simple: 52.63, 1.29 hdop undefined speed 0 altitude undefined
  gps: 52.63, 1.29 hdop undefined speed null altitude undefined
GPGGA,083000.00,5237.8000,N,00117.4000,E,1,08,,,M,,M,,
  nmea-simple: 52.63, 1.29 hdop 0 speed undefined altitude 0
  gps: 52.63, 1.29 hdop null speed undefined altitude null
GNRMC,083000.00,V,,,,,,,030826,,,N
  pynmea2: 0.0, 0.0
WANT
echo "as described"
