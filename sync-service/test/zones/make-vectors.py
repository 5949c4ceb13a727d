"""What zic's own files say of every name of the tz database, read by Python: an independent reading for the tests.

    apt-get download tzdata && dpkg -x tzdata_*.deb unpacked
    python3 make-vectors.py unpacked/usr/share/zoneinfo > testdata/vectors.json
"""

import json
import os
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, reset_tzpath

folder = sys.argv[1]
reset_tzpath([os.path.abspath(folder)])
version = open(os.path.join(folder, "tzdata.zi")).readline().split()[2]
first = datetime(2024, 1, 1, tzinfo=timezone.utc)
last = datetime(2031, 1, 1, tzinfo=timezone.utc)


def offset(zone, at):
    return int(at.astimezone(zone).utcoffset().total_seconds())


def law(zone):
    changes = [offset(zone, first)]
    at = first
    while at < last:
        then = at + timedelta(days=3)
        if offset(zone, then) != offset(zone, at):
            low, high = at, then
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                if offset(zone, middle) == offset(zone, at):
                    low = middle
                else:
                    high = middle
            changes.append([int(high.timestamp()), offset(zone, high)])
            at = high
        else:
            at = then
    return [changes[0]] + [c for c in changes[1:] if c[0] < last.timestamp()]


names = []
for under, folders, files in os.walk(folder):
    folders[:] = [one for one in folders if one not in ("posix", "right")]
    for name in files:
        path = os.path.join(under, name)
        with open(path, "rb") as file:
            if file.read(4) == b"TZif" and name not in ("localtime", "posixrules"):
                names.append(os.path.relpath(path, folder))
laws = {}
for name in sorted(names):
    laws.setdefault(json.dumps(law(ZoneInfo(name))), []).append(name)
print(json.dumps({"version": version, "from": 2024, "to": 2030, "laws": [{"names": names, "law": json.loads(text)} for text, names in laws.items()]}))
