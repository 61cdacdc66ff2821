#!/usr/bin/env bash
# gps, nmea-simple: the fixes of an old log are dated today
#
# Libraries: gps 0.9.0, nmea-simple 3.3.0 (npm); pynmea2 1.19.0 (PyPI) for comparison.
#
# Expected: NMEA 0183: GGA and GLL carry a time of day in UTC and no date; the date stands in RMC or ZDA. A reader of
#   one sentence gives a time of day, or waits for the date.
# What their documents say: gps lists "time" of GGA; nmea-simple's type is Date. Neither says where the date comes
#   from.
# What happens: both put the date of the machine's clock to it. A log of August read in November is November's. A log
#   of this evening, read after midnight, lies in the future. Even after an RMC with the date has been read,
#   gps.update() gives GGA the machine's.
# Why it matters: visits made by track land on the day of the upload.
# Instead: take the time of day only, and the date from the last RMC or ZDA, watching for midnight between them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts nmea-simple@3.3.0 gps@0.9.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pynmea2==1.19.0

cat > probe.cjs <<'JS'
const GPS = require('gps');
const { parseNmeaSentence } = require('nmea-simple');
const rmc = '$GPRMC,083000.00,A,5237.8000,N,00117.4000,E,,,030820,,,A*54';
const gga = '$GPGGA,083000.00,5237.8000,N,00117.4000,E,1,08,0.9,35.0,M,47.0,M,,*5B';
const today = new Date().toISOString().slice(0, 10);
const say = (name, time) => {
  const [day, clock] = time.toISOString().split('T');
  console.log(`${name}: ${day === today ? 'today' : day} at ${clock.slice(0, 5)}`);
};
say('gps, RMC of 3 August 2020', GPS.Parse(rmc).time);
say('gps, GGA', GPS.Parse(gga).time);
const reader = new GPS();
let last;
reader.on('data', ({ time }) => { last = time; });
reader.update(rmc);
reader.update(gga);
say('gps.update(), GGA after that RMC', last);
say('nmea-simple, GGA', parseNmeaSentence(gga).time);
JS
cat > probe.py <<'PY'
import pynmea2
gga = pynmea2.parse("$GPGGA,083000.00,5237.8000,N,00117.4000,E,1,08,0.9,35.0,M,47.0,M,,*5B")
print(f"pynmea2, GGA: {gga.timestamp:%H:%M}, no date")
PY
{ node probe.cjs; venv/bin/python probe.py; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
gps, RMC of 3 August 2020: 2020-08-03 at 08:30
gps, GGA: today at 08:30
gps.update(), GGA after that RMC: today at 08:30
nmea-simple, GGA: today at 08:30
pynmea2, GGA: 08:30, no date
WANT
echo "as described"
