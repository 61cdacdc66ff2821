"""Reads what the command writes with the libraries that others read it with: icalendar, gpxpy, geojson.

Run by `cargo xtask peers`, which installs the libraries and passes the path of the command and an empty folder.
"""

import csv
import datetime
import io
import json
import pathlib
import subprocess
import sys

import geojson
import gpxpy
import icalendar

COMMAND, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
NOW = "2026-11-24T09:00:00Z"
NAMES = [
    "Plain Shop",
    'Comma, "quote"; semicolon\\backslash',
    "Café Zürich – Łódź",
    "北京稻香村食品有限责任公司王府井大街门店" * 3,
    "दिल्ली किराना स्टोर",
    " ".join(["👩‍🌾 Farm"] * 12),
]
TEXT = "First line\nsecond line, with comma; and \\ backslash\n" + "long " * 40 + "é" * 60


def run(*args):
    done = subprocess.run(
        [COMMAND, "--book", FOLDER / "book.db", "--now", NOW, *args],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (args, done.stderr.decode())
    return done.stdout


def add(*fields):
    return json.loads(run("add", *fields, "--json"))


def equal(found, expected, what):
    assert found == expected, f"{what}: {found!r} is not {expected!r}"


def fill():
    planned = {}
    for n, name in enumerate(NAMES):
        account = add("account", f"name={name}", f"position={52.5 + n / 100},{-179.9 if n == 0 else 1.3}")
        at = f"2026-11-24T{9 + n:02}:30:00+01:00"
        site = account["sites"][0]["id"]
        visit = [f"account_id={account['id']}", f"site_id={site}", f"planned_at={at}", f"purpose={TEXT}"]
        planned[name] = add("visit", *visit)
    return planned


def calendar(planned):
    text = run("export", "visits", "--format", "ics")
    for line in text.split(b"\r\n"):
        assert len(line) <= 75, f"a line of {len(line)} octets"
        line.decode("utf-8")
    assert b"\n" not in text.replace(b"\r\n", b""), "a bare line feed"
    parsed = icalendar.Calendar.from_ical(text)
    assert parsed.get("PRODID") and parsed.get("VERSION") == "2.0"
    assert not parsed.errors, parsed.errors
    events = list(parsed.walk("VEVENT"))
    equal(len(events), len(planned), "events")
    equal(len({str(event["UID"]) for event in events}), len(planned), "uids")
    for event in events:
        assert not event.errors, event.errors
        start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
        assert start.tzinfo is not None and (end is None or end > start), (start, end)
        assert event["DTSTAMP"].dt.tzinfo == datetime.timezone.utc or event["DTSTAMP"].dt.utcoffset() is not None
        summary = str(event["SUMMARY"])
        assert any(name in summary for name in NAMES), summary
        whole = summary + str(event.get("DESCRIPTION", ""))
        assert TEXT.strip() in whole or TEXT.replace("\n", " ").strip() in whole, whole


def places():
    for what in ["accounts", "visits"]:
        collection = geojson.loads(run("export", what, "--format", "geojson").decode("utf-8"))
        assert collection.is_valid, collection.errors()
        equal(len(collection["features"]), len(NAMES), what)
        for feature in collection["features"]:
            lon, lat = feature["geometry"]["coordinates"][:2]
            assert -180 <= lon <= 180 and -90 <= lat <= 90
            assert lon in (-179.9, 1.3), lon


def table():
    text = run("export", "accounts", "--format", "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    equal(sorted(row["name"] for row in rows), sorted(NAMES), "names")
    lines = run("export", "accounts", "--format", "json").decode("utf-8").splitlines()
    equal(sorted(json.loads(line)["name"] for line in lines), sorted(NAMES), "names")


def tracks():
    start = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.timezone.utc)
    fixes = []
    for n in range(40):
        at = start + datetime.timedelta(seconds=10 * n + (3_600 if n > 20 else 0))
        lon = 179.998 + n * 0.0002 + (0.05 if n > 20 else 0)
        fixes.append((at, 52.5 + n * 0.0001, lon if lon <= 180 else lon - 360))
    lines = ["time,lat,lon,accuracy_m"]
    lines += [f"{at.isoformat()},{lat:.6f},{lon:.6f},8" for at, lat, lon in fixes]
    path = FOLDER / "track.csv"
    path.write_text("\n".join(lines) + "\n")
    parsed = gpxpy.parse(run("track", "convert", "--to", "gpx", str(path)).decode("utf-8"))
    points = [p for track in parsed.tracks for segment in track.segments for p in segment.points]
    equal(len(points), len(fixes), "points")
    equal(sum(len(track.segments) for track in parsed.tracks), 2, "segments")
    for point, (at, lat, lon) in zip(points, fixes):
        assert abs(point.latitude - lat) < 1e-6 and abs(point.longitude - lon) < 1e-6
        equal(point.time, at, "time")
    path.with_suffix(".geojson").write_bytes(run("track", "convert", "--to", "geojson", str(path)))
    shape = geojson.loads(path.with_suffix(".geojson").read_text())
    assert shape.is_valid, shape.errors()


planned = fill()
calendar(planned)
places()
table()
tracks()
for what, form in [("accounts", "geojson"), ("visits", "geojson"), ("visits", "ics")]:
    (FOLDER / f"{what}.{form}").write_bytes(run("export", what, "--format", form))
print("icalendar, gpxpy, geojson and csv read what was written")
