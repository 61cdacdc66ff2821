#!/usr/bin/env bash
# PyPI uuid7: its version 7 ids lie almost two centuries ahead, and sort after everyone else's
#
# Libraries: uuid7 0.1.0, uuid6 2025.0.1 (PyPI), uuid 14.0.3 (npm).
#
# Expected: RFC 9562, 5.7: the first 48 bits of a version 7 UUID are the Unix time in milliseconds. Ids of all writers
#   sort by time together.
# What its documents say: the summary is "UUID version 7, generating time-sorted UUIDs". Further down, it follows
#   draft-peabody-dispatch-new-uuid-format-02 of 2021 (36 bits of seconds), with no word that the RFC differs.
# What happens: the id says version 7, and its first 48 bits, read as the RFC has them, are a time far ahead: an id of
#   3 August 2026 reads as one of 2201. It sorts after every id that another library makes in this century.
# Why it matters: records made by a script lie in front of all others, "changed since" by id skips or repeats them,
#   and the time shown for a visit comes from the id.
# Instead: uuid6's uuid7(), or the uuid module of Python 3.14; refuse ids whose time is not near the clock's.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts uuid@14.0.3
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check uuid7==0.1.0 uuid6==2025.0.1

cat > probe.py <<'PY'
import datetime, subprocess, uuid
import uuid6, uuid_extensions

def moment(one):
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=one.int >> 80)

def near(one):
    return abs(moment(one) - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)) < datetime.timedelta(minutes=5)

fixed = uuid_extensions.uuid7(1785747600 * 10**9)
print(f"uuid7 (PyPI), told 2026-08-03T09:00Z: version {fixed.version}, of {moment(fixed):%Y}")
script = "import { v7 } from 'uuid'; console.log(v7())"
older = uuid_extensions.uuid7()
newer = uuid6.uuid7()
other = uuid.UUID(subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True).stdout.strip())
for name, one in (("uuid7 (PyPI)", older), ("uuid6 (PyPI)", newer), ("uuid (npm)", other)):
    print(f"{name}, made now: version {one.version}, of {'now' if near(one) else 'another time'}")
print(f"the one made first sorts first: {older < min(newer, other)}")
PY
venv/bin/python probe.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
uuid7 (PyPI), told 2026-08-03T09:00Z: version 7, of 2201
uuid7 (PyPI), made now: version 7, of another time
uuid6 (PyPI), made now: version 7, of now
uuid (npm), made now: version 7, of now
the one made first sorts first: False
WANT
echo "as described"
