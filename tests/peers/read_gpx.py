"""Reads a GPX file with gpxpy and prints points, microseconds and peak of memory as JSON."""

import json
import resource
import sys
import time

import gpxpy

began = time.perf_counter()
with open(sys.argv[1], encoding="utf-8") as file:
    gpx = gpxpy.parse(file)
took = time.perf_counter() - began
points = sum(len(segment.points) for track in gpx.tracks for segment in track.segments)
# Kilobytes on Linux.
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"points": points, "us": round(took * 1e6), "peak": peak}))
