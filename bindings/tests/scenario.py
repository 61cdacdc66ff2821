"""The scenario in Python, on the generated module alone. `cargo xtask scenario python` runs it."""

import sys
import threading
import time

from fieldbook import Counter, CounterError


def play() -> None:
    counter = Counter()
    print(f"added {counter.add('visit', 250)}")
    try:
        counter.add("visit", 100_001)
    except CounterError.TooMuch as refused:
        print(f"refused too_much asked={refused.asked} limit={refused.limit}")
    after = 0
    while page := counter.page(after, 100):
        after = page[-1].number
        print(f"page {len(page)} {page[0].label} .. {page[-1].label} at {page[-1].at_ms}")
    counter.clear()
    feed = counter.feed(0)
    seen = 0
    while seen < 251:
        batch = feed.next()
        seen += len(batch)
        last = batch[-1]
        print(f"news {len(batch)} last {'added ' + str(last.number) if last.is_ADDED() else 'cleared'}")
    threading.Timer(0.05, feed.stop).start()
    print(f"feed ended {feed.next() is None}")


def measure() -> None:
    counter = Counter()
    counter.add("visit", 100_000)
    for limit in (100, 500):
        start, after, rows = time.monotonic(), 0, 0
        while page := counter.page(after, limit):
            after = page[-1].number
            rows += len(page)
        took = time.monotonic() - start
        print(f"python: {rows} records in pages of {limit}: {took * 1000:.0f} ms")
    resident()
    for _ in range(10_000):
        counter.generation()
    before, start = resident(), time.monotonic()
    for _ in range(1_000_000):
        counter.generation()
    took = time.monotonic() - start
    print(f"python: 1000000 calls: {took:.1f} us each, memory {before} kB before, {resident()} kB after")


def resident() -> int:
    """The memory that this process holds, in kB."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


if __name__ == "__main__":
    measure() if "--measure" in sys.argv else play()
