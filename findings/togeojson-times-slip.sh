#!/usr/bin/env bash
# togeojson: one fix without a time moves the times of all later fixes
#
# Libraries: @tmcw/togeojson 7.1.3, @mapbox/togeojson 0.16.2 (npm), with @xmldom/xmldom 0.9.12.
#
# Expected: <time> of a track point is optional (GPX 1.1 schema, wptType: minOccurs="0"), so a track may mix fixes
#   with and without one. The times that go with a line's coordinates should then keep their places, with a null for the
#   gap. A track segment of one point is valid too (trksegType: trkpt minOccurs="0").
# What their documents say: the README of @tmcw/togeojson names coordinateProperties as "time and other attributes
#   that apply to each coordinate of a LineString". Nothing is said of points left out.
# What happens: the list of times is only as long as the fixes that have one. times[1] is the time of coordinates[2]:
#   the rep is at the second place ten minutes too late, and the last place has no time. The heart-rate list of the same
#   line has the null. A segment with one point disappears, in silence: no feature, no warning.
# Why it matters: a stop or a visit is dated by the wrong fix; a fix taken between two losses of signal is lost.
# Instead: check that the two lists are equally long before use, or read the points from the XML yourself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @tmcw/togeojson@7.1.3 @mapbox/togeojson@0.16.2 @xmldom/xmldom@0.9.12

cat > probe.mjs <<'JS'
import { gpx } from '@tmcw/togeojson';
import older from '@mapbox/togeojson';
import { DOMParser } from '@xmldom/xmldom';

const point = (lat, time) => `<trkpt lat="${lat}" lon="1.1">${time ? `<time>${time}</time>` : ''}</trkpt>`;
const day = '2026-08-03T';
const text = `<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk>
<trkseg>${point(52.1, day + '08:00:00Z')}${point(52.2)}${point(52.3, day + '08:20:00Z')}</trkseg>
<trkseg>${point(53.1, day + '09:00:00Z')}</trkseg>
</trk></gpx>`;

for (const [name, read] of [['@tmcw/togeojson', gpx], ['@mapbox/togeojson', older.gpx]]) {
  const { features } = read(new DOMParser().parseFromString(text, 'text/xml'));
  const { geometry, properties } = features[0];
  const times = properties.coordinateProperties?.times ?? properties.coordTimes;
  console.log(`${name}: ${features.length} feature, ${geometry.type}`);
  geometry.coordinates.forEach(([, lat], i) => console.log(`  ${lat} at ${times[i]}`));
  console.log(`  the fix at 53.1: ${JSON.stringify(features).includes('53.1') ? 'kept' : 'lost'}`);
}
JS
node probe.mjs | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
@tmcw/togeojson: 1 feature, LineString
  52.1 at 2026-08-03T08:00:00Z
  52.2 at 2026-08-03T08:20:00Z
  52.3 at undefined
  the fix at 53.1: lost
@mapbox/togeojson: 1 feature, LineString
  52.1 at 2026-08-03T08:00:00Z
  52.2 at 2026-08-03T08:20:00Z
  52.3 at undefined
  the fix at 53.1: lost
WANT
echo "as described"
