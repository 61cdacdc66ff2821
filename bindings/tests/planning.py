"""Plans: a day, again when it breaks, travel times of one's own, weeks, and how far a plan is. Part of scenario.py."""

import datetime
import threading
import time

from fieldbook import DayToPlan, Fieldbook, OpenHours, Place, PlanDrive, PlanEnd, PlanError, PlanEvent

MIDDLE = Place(lat=52.63, lon=1.29)
# Long after the visits of today: what is due by then is due, whatever the hour.
DATE = (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=60)).isoformat()


def planning(book: Fieldbook) -> None:
    day = book.plan_day(asked())
    stops, sums = day.stops(), day.sums()
    print(f"planned {' then '.join(s.title for s in sorted(stops, key=lambda s: s.title))}, proved {sums.proved}, "
          f"left out {len(day.left_out())}")
    shop = next(s for s in stops if s.title == "Corner Shop")
    print(f"worth {shop.value}: {'; '.join(shop.why)}")
    print(f"travel {day.travel().said}")
    breaking(day, shop)
    driving(book)
    weeks(book)


def asked(travel: list[PlanDrive] | None = None) -> DayToPlan:
    return DayToPlan(date=DATE, utc_offset_minutes=0, start=MIDDLE, end=PlanEnd.BACK(), deadline_ms=200, travel=travel or [])


def breaking(day, shop) -> None:
    first = day.stops()[0]
    same = day.replan(first.start_s, PlanEvent.HERE(first.place))
    print(f"here as planned: the same {same.stops() == day.stops()}, moved {len(same.sums().moved)}")
    away = day.replan(first.start_s + 60, PlanEvent.HERE(Place(lat=52.72, lon=1.3)))
    here = away.sums().here[0]
    print(f"here at {here.place.lat:.2f} after {here.after}, {here.at_s - first.start_s} s later, "
          f"{len(away.stops())} stops")
    hours = day.replan(30_600, PlanEvent.HOURS(shop.account, [OpenHours(from_s=54_000, until_s=57_600)]))
    start_s = next(s.start_s for s in hours.stops() if s.title == "Corner Shop")
    print(f"open from 15:00: comes in time {54_000 <= start_s <= 57_600}")
    refused("hours", lambda: day.replan(30_600, PlanEvent.HOURS(shop.account, [OpenHours(from_s=2, until_s=1)])))


def driving(book: Fieldbook) -> None:
    places = [p.what for p in book.plan_places(asked())]
    drives = [PlanDrive(_from=a, to=b, seconds=600) for a in places for b in places if a != b]
    day = book.plan_day(asked(drives))
    print(f"given {day.travel().given} of {day.travel().of}: {day.sums().travel_s} s for {len(day.stops())} stops")
    refused("a drive", lambda: book.plan_day(asked([PlanDrive(_from=places[0], to=places[1], seconds=-1)])))


def weeks(book: Fieldbook) -> None:
    period = book.plan_period(asked(), 28)
    sums = period.sums()
    seen = {}
    for stop in period.stops():
        seen[stop.stop.title] = seen.get(stop.stop.title, 0) + 1
    print(f"four weeks: {', '.join(f'{seen[title]} x {title}' for title in sorted(seen))}; "
          f"{sums.visits} visits worth {sums.value}, left out {len(period.left_out())}, "
          f"page from 2 has {len(period.stops(2))}")
    after = book.plan_progress()
    print(f"progress: running {after.running}, iterations {after.iterations > 0}, value {after.value == sums.value}")
    refused("no weeks", lambda: book.plan_period(asked(), 0))
    long = asked()
    long.deadline_ms = 60_000
    begun = time.monotonic()
    made = []
    planner = threading.Thread(target=lambda: made.append(book.plan_period(long, 28)))
    planner.start()
    while not ((now := book.plan_progress()).running and now.iterations > 0):
        time.sleep(0.005)
    book.interrupt_plan()
    planner.join()
    print(f"polled and interrupted in time {time.monotonic() - begun < 30}, value {made[0].sums().value == sums.value}")


def refused(what: str, call) -> None:
    try:
        call()
    except PlanError.BadField as error:
        print(f"refused, {what}: bad_field {error.field}")
    else:
        print(f"NOT refused, {what}")
