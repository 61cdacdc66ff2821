#!/usr/bin/env bash
# gpxpy: "where was the rep at 09:30?" is answered with the place of 12:00; reduce_points cuts off the last visit
#
# Library: gpxpy 1.6.2 (PyPI).
#
# Expected: the place at a time is the nearest fix, or between its neighbours in proportion, or nothing in a gap. A
#   track with fewer points has the same start and end.
# What its documents say: get_location_at "gets approx. location at given time", a point "in the future" until it is
#   approximated. That sentence speaks of later versions; it is also what happens. reduce_points "reduces the number of
#   points"; simplify beside it keeps the ends.
# What happens: get_location_at gives the next fix, however late: a second after the fix of 09:00 it is that of 12:00,
#   70 km away. reduce_points keeps a point only if it is far enough from the last one kept, so all of a last stop
#   goes: a day that ends with an hour at a customer ends on arrival.
# Why it matters: a photo or an order is given the wrong customer; the last visit of each day has no length, and the
#   working day is an hour short.
# Instead: look for the fixes on both sides and take the nearer one if it is near enough; add the last point again after
#   reduce_points.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check gpxpy==1.6.2

cat > probe.py <<'PY'
import datetime
from gpxpy.gpx import GPX, GPXTrack, GPXTrackPoint, GPXTrackSegment

start = datetime.datetime(2026, 8, 3, 9, tzinfo=datetime.timezone.utc)
def track(*fixes):
    gpx = GPX()
    points = [GPXTrackPoint(lat, 1.29, time=start + datetime.timedelta(seconds=after)) for after, lat in fixes]
    gpx.tracks.append(GPXTrack())
    gpx.tracks[0].segments.append(GPXTrackSegment(points))
    return gpx

morning = track((0, 52.0), (3 * 3600, 52.63), (3 * 3600 + 60, 52.64))
for after in (0, 1, 1800, 3 * 3600):
    when = start + datetime.timedelta(seconds=after)
    found = morning.get_location_at(when)[0]
    print(f"at {when:%H:%M:%S}: {found.latitude}, the fix of {found.time:%H:%M:%S}")

drive = [(i * 10, 52 + i * 0.001) for i in range(60)]
day = track(*drive, *((600 + i * 10, 52.059) for i in range(361)))
print(f"before: {day.get_points_no()} points, {day.get_duration():.0f} s")
for name, change in (("reduce_points(100)", lambda gpx: gpx.reduce_points(100)),
                     ("reduce_points(min_distance=50)", lambda gpx: gpx.reduce_points(min_distance=50)),
                     ("simplify(50)", lambda gpx: gpx.simplify(50))):
    copy = day.clone()
    change(copy)
    print(f"{name}: {copy.get_points_no()} points, {copy.get_duration():.0f} s")
PY
venv/bin/python probe.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
at 09:00:00: 52.0, the fix of 09:00:00
at 09:00:01: 52.63, the fix of 12:00:00
at 09:30:00: 52.63, the fix of 12:00:00
at 12:00:00: 52.63, the fix of 12:00:00
before: 421 points, 4200 s
reduce_points(100): 60 points, 590 s
reduce_points(min_distance=50): 60 points, 590 s
simplify(50): 2 points, 4200 s
WANT
echo "as described"
