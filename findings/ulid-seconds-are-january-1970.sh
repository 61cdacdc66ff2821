#!/usr/bin/env bash
# ULID: two libraries of one module name; the same call is today in one and January 1970 in the other
#
# Libraries: ulid-py 1.1.0, python-ulid 4.1.0 (PyPI); both are "import ulid".
#
# Expected: the ULID specification: the first 48 bits are milliseconds since 1970, so that ids sort by time. The time
#   that goes in has one unit, and the unit is not read off the type of the number.
# What their documents say: python-ulid: a float is seconds, an int is milliseconds. ulid-py: "timestamp in
#   milliseconds"; in fact it takes seconds, and 1785747600000 is refused as too big.
# What happens: from_timestamp(1785747600) is 3 August 2026 in ulid-py and 21 January 1970 in python-ulid. With half a
#   second more it is 2026 in both: in python-ulid one number in a column of seconds is right and the next is 56 years
#   off. ulid-py has had no release since 2020, so code moves from the one to the other, and the import stays the same.
# Why it matters: a whole number of seconds is what a database column holds: the ids of imported records sort before
#   all others, and a look-up by time misses them.
# Instead: pass a datetime with a zone, or a float; both agree on those.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --target old ulid-py==1.1.0
venv/bin/pip install --quiet --disable-pip-version-check --target new python-ulid==4.1.0

cat > probe.py <<'PY'
import datetime
import sys
import ulid

nine = datetime.datetime(2026, 8, 3, 9, tzinfo=datetime.timezone.utc)
if sys.argv[1] == "ulid-py":
    seconds = moment = ulid.from_timestamp
    read = lambda each: each.timestamp().datetime
else:
    seconds, moment = ulid.ULID.from_timestamp, ulid.ULID.from_datetime
    read = lambda each: each.datetime
for name, made in (("1785747600", seconds(1785747600)), ("1785747600.5", seconds(1785747600.5)),
                   ("a datetime of 09:00 UTC", moment(nine))):
    print(f"{sys.argv[1]}: {name} is {str(made)[:10]}, {read(made):%Y-%m-%d %H:%M}")
PY
{ PYTHONPATH=old venv/bin/python probe.py ulid-py; PYTHONPATH=new venv/bin/python probe.py python-ulid; } | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
ulid-py: 1785747600 is 01KZ3DKWM0, 2026-08-03 09:00
ulid-py: 1785747600.5 is 01KZ3DKX3M, 2026-08-03 09:00
ulid-py: a datetime of 09:00 UTC is 01KZ3DKWM0, 2026-08-03 09:00
python-ulid: 1785747600 is 0001N70P4G, 1970-01-21 16:02
python-ulid: 1785747600.5 is 01KZ3DKX3M, 2026-08-03 09:00
python-ulid: a datetime of 09:00 UTC is 01KZ3DKWM0, 2026-08-03 09:00
WANT
echo "as described"
