#!/usr/bin/env bash
# gpxparser, gpxjs: the gap between two track segments counts as distance driven
#
# Libraries: gpxparser 3.0.8, @we-gold/gpxjs 1.2.0 (npm, with jsdom 26.1.0); gpxpy 1.6.2 (PyPI) for comparison.
#
# Expected: GPX 1.1 (schema documentation of trksegType): a segment holds points that are logically connected in
#   order; where reception was lost or the receiver was off, a new segment starts. The way between two segments is
#   unknown and belongs to no distance. gpxpy adds up the segments.
# What their documents say: both READMEs promise the "total distance of the Route/Track"; neither names segments'
#   gaps.
# What happens: both join all points of a track into one list. Two walks of 111 m each, with the receiver off for the
#   train between them, become 111 km.
# Why it matters: mileage is money. A rep who pauses the recording for a private way, or loses it in a tunnel, claims
#   kilometres that nobody recorded, and the number looks exact.
# Instead: split the file by <trkseg> before these libraries see it, or add up the distance yourself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts gpxparser@3.0.8 @we-gold/gpxjs@1.2.0 jsdom@26.1.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check gpxpy==1.6.2

cat > day.gpx <<'GPX'
<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk>
<trkseg>
<trkpt lat="52.000" lon="1.1"><time>2026-08-03T08:00:00Z</time></trkpt>
<trkpt lat="52.001" lon="1.1"><time>2026-08-03T08:02:00Z</time></trkpt>
</trkseg>
<trkseg>
<trkpt lat="53.000" lon="1.1"><time>2026-08-03T12:00:00Z</time></trkpt>
<trkpt lat="53.001" lon="1.1"><time>2026-08-03T12:02:00Z</time></trkpt>
</trkseg>
</trk></gpx>
GPX
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import { JSDOM } from 'jsdom';
import Reader from 'gpxparser';
import { parseGPXWithCustomParser } from '@we-gold/gpxjs';

const text = fs.readFileSync('day.gpx', 'utf8');
const reader = new Reader();
reader.parse(text);
console.log(`gpxparser: ${Math.round(reader.tracks[0].distance.total)} m`);
const { DOMParser } = new JSDOM().window;
const [file] = parseGPXWithCustomParser(text, (xml) => new DOMParser().parseFromString(xml, 'text/xml'));
console.log(`@we-gold/gpxjs: ${Math.round(file.tracks[0].distance.total)} m`);
JS
{
  node probe.mjs
  venv/bin/python -c "import gpxpy; print(f'gpxpy: {gpxpy.parse(open(\"day.gpx\")).length_2d():.0f} m')"
} | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
gpxparser: 111306 m
@we-gold/gpxjs: 111306 m
gpxpy: 223 m
WANT
echo "as described"
