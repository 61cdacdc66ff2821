"""The scenario in Python, on the generated module alone. `cargo xtask scenario python` runs it.

Arguments: a fresh folder, a server's address, Ada's join code, Bo's, in the workspace's root. Or `--measure` and a fresh
folder.
"""

import datetime
import os
import sys
import threading
import time

from fieldbook import (
    BookError, CheckInError, Checkup, Deleted, Doing, ExportFormat, ExportKind, FieldValue, Fieldbook, FixError, ImportError,
    ImportFault, ImportKind, Kind, MakeUp, Place, Query, RawFix, RecordFixError, RecordingMode, Situation, StoreError, SyncError,
    TapClock, TrackFormat, TrackRules, TrackRulesError, VisitState, Why, advise,
)

from dealing import dealing
from leading import leading
from planning import planning

NOBODY = "00000000-0000-7000-8000-000000000000"
MANY = 10_000
ACCOUNTS = "bindings/tests/accounts.csv"
CLEARED = FieldValue.CLEARED()


def play(folder: str, server: str, ada_code: str, bo_code: str) -> None:
    ada = Fieldbook.open(f"{folder}/ada.db")
    opening(folder)
    joining(folder, ada, server, ada_code)
    importing(folder, ada)
    shop, trading = adding(ada)
    refusing(ada, shop)
    finding(ada)
    visiting(ada, shop, trading)
    planning(ada)
    tracking(folder, ada)
    bo = Fieldbook.open(f"{folder}/bo.db")
    bo.join(server, bo_code, "bo's phone")
    two_reps(ada, bo, shop)
    dealing(ada, bo, shop, sync)
    leading(ada, bo, sync)
    following(ada, shop)
    paging(folder)
    closing(ada)


def opening(folder: str) -> None:
    with open(f"{folder}/letter.txt", "w", encoding="utf-8") as letter:
        letter.write("Dear Sir or Madam, this is a letter and no book of business at all. " * 20)
    for path in ("letter.txt", "no/such/folder/book.db"):
        refused(f"open {path}", lambda: Fieldbook.open(f"{folder}/{path}"))


def joining(folder: str, ada: Fieldbook, server: str, code: str) -> None:
    ada.name_rep("Ada")
    status = ada.status(Checkup.QUICK)
    print(f"book of {status.rep}, server {status.server_url is not None}, unsent {status.unsent}")
    refused("sync", ada.sync_now)
    refused("join by ftp", lambda: ada.join("ftp://127.0.0.1", code, "phone"))
    refused("join nobody", lambda: ada.join("http://127.0.0.1:1", code, "phone"))
    refused("join wrongly", lambda: ada.join(server, "WRONG-CODE", "phone"))
    joined = ada.join(server, code, "ada's phone")
    print(f"joined as {joined.user_name}, {joined.role.name.lower()}")
    refused("join again", lambda: ada.join(server, code, "phone"))


def importing(folder: str, book: Fieldbook) -> None:
    refused("import nothing", lambda: book.import_file(f"{folder}/none.csv", ImportKind.ACCOUNTS))
    refused("import a letter", lambda: book.import_file(f"{folder}/letter.txt", ImportKind.ACCOUNTS))
    for _ in range(2):
        r = book.import_file(ACCOUNTS, ImportKind.ACCOUNTS)
        print(f"imported {r.imported}, updated {r.updated}, unchanged {r.unchanged}, unmatched {', '.join(r.unmatched)}")
        for line in r.refused:
            print(f"line {line.line}: {line.field} {line.reason}")
    print(f"first column {r.matched[1].column} is {r.matched[1].field}")
    count = book.export_file(f"{folder}/out.csv", ExportKind.ACCOUNTS, ExportFormat.CSV)
    with open(f"{folder}/out.csv", encoding="utf-8") as out:
        print(f"exported {count} accounts in {len(out.readlines())} lines")


def adding(book: Fieldbook) -> tuple[str, str]:
    shop = book.add(Kind.ACCOUNT, {
        "name": FieldValue.TEXT("Corner Shop"), "tier": FieldValue.TEXT("A"), "visit_every_days": FieldValue.INT(14),
        "phone": FieldValue.TEXT("+44 1603 100"), "phone/+44 1603 200": FieldValue.TEXT("billing"),
        "tag/vip": FieldValue.BOOL(True), "city": FieldValue.TEXT("Norwich"),
    })
    book.add(Kind.SITE, {
        "account_id": FieldValue.ID(shop.id), "name": FieldValue.TEXT("Front door"),
        "position": FieldValue.TEXT("52.6309,1.2974"), "fence": FieldValue.TEXT("circle:60"),
    })
    trading = book.add(Kind.ACCOUNT, {"name": FieldValue.TEXT("东方贸易有限公司")})
    book.add(Kind.SITE, {
        "account_id": FieldValue.ID(trading.id), "name": FieldValue.TEXT("Warehouse"),
        "position": FieldValue.TEXT("52.6400,1.2974"),
    })
    book.add(Kind.ACCOUNT, {"name": FieldValue.TEXT("Café Añejo")})
    book.add(Kind.OPPORTUNITY, {
        "account_id": FieldValue.ID(shop.id), "name": FieldValue.TEXT("Ice cream"),
        "amount": FieldValue.TEXT("1200.50 GBP"), "close_on": FieldValue.TEXT("2026-12-24"),
    })
    book.set(shop.id, {"tier": FieldValue.TEXT("B"), "phone": CLEARED, "remark": FieldValue.TEXT("Ring twice")})
    show_account(book, shop.id)
    deal = book.page(Kind.OPPORTUNITY).records[0].body[0]
    print(f"deal {deal.name}: {deal.amount.minor} {deal.amount.currency} by {deal.close_on}")
    for entry in book.history(shop.id):
        values = [f"{name}={value(entry.fields[name])}" for name in sorted(entry.fields)]
        print(f"{entry.by} wrote {', '.join(values)}")
    first = book.history(shop.id)[0]
    book.restore(shop.id, "tier", first.change)
    show_account(book, shop.id)
    return shop.id, trading.id


def show_account(book: Fieldbook, account: str) -> None:
    record = book.record(account)
    body = record.body[0]
    phones = [f"{number} ({label})" for number, label in sorted(body.phones.items())]
    print(f"{record.title}: tier {body.tier}, phone {body.phone or 'none'}, phones {phones[0]}, city {body.address.city}, "
          f"every {body.visit_every_days} days, tags {' '.join(body.extra.tags)}, {body.extra.remark}, unsent {record.unsent}")


def refusing(book: Fieldbook, shop: str) -> None:
    text = FieldValue.TEXT
    refused("unknown field", lambda: book.set(shop, {"shoe_size": text("9")}))
    refused("missing field", lambda: book.add(Kind.CONTACT, {"role": text("buyer")}))
    refused("wrong type", lambda: book.set(shop, {"visit_every_days": text("often")}))
    refused("malformed", lambda: book.add(Kind.OPPORTUNITY, {"name": text("x"), "amount": text("a lot")}))
    refused("too long", lambda: book.set(shop, {"name": text("x" * 2001)}))
    refused("no such record", lambda: book.record(NOBODY))
    refused("no id", lambda: book.record("the shop"))
    refused("wrong kind", lambda: book.add(Kind.SITE, {"account_id": FieldValue.ID(deal_of(book))}))
    refused("too many", lambda: book.page(Kind.ACCOUNT, None, 101))
    refused("no day", lambda: book.day("tomorrow", 0))
    refused("off the earth", lambda: book.near(Place(lat=91.0, lon=0.0), 100.0))
    refused("no such change", lambda: book.restore(shop, "owner", book.history(shop)[0].change))
    note = book.add(Kind.NOTE, {"account_id": FieldValue.ID(shop), "text": text("Ring twice")}).id
    book.delete(note)
    refused("deleted", lambda: book.set(note, {"text": text("Ring once")}))
    gone = book.list(Query(kind=Kind.NOTE, account=shop, deleted=Deleted.ONLY)).records
    print(f"deleted {[r.title for r in gone][0]}, listed {len(book.page(Kind.NOTE).records)}")
    book.undelete(note)
    print(f"undeleted, listed {len(book.page(Kind.NOTE).records)}")


def deal_of(book: Fieldbook) -> str:
    return book.page(Kind.OPPORTUNITY).records[0].id


def finding(book: Fieldbook) -> None:
    for words in ("corner", "东方", "贸易", "cafe anejo", "nothing"):
        print(f"search {words}: {', '.join(r.title for r in book.search(words)) or 'none'}")
    for nearby in book.near(Place(lat=52.6310, lon=1.2974), 2000.0):
        site = nearby.site.body[0]
        fence = f"circle of {site.fence.radius_m:.0f} m" if site.fence else "no fence"
        print(f"near {nearby.account.title}, {site.name}, {nearby.distance_m:.1f} m, {fence}")


def visiting(book: Fieldbook, shop: str, trading: str) -> None:
    refused("a fix off the earth", lambda: book.check_in(shop, [fix(91.0, 1.2974)]))
    visit = book.check_in(shop, [fix(52.6310, 1.2974)])
    state = visit.body[0].state
    seen = state.check_in.assessment
    print(f"checked in: {seen.verdict.name.lower()}, edge {seen.distance_to_edge_m:.2f} m, margin {seen.margin_m:.2f} m, "
          f"{'inside_fence' if seen.reasons[0].is_INSIDE_FENCE() else 'else'} {seen.reasons[0].margin_m:.2f} m, "
          f"rules {seen.rule_version}, spoof {seen.spoof.score:.1f}")
    print(f"same tap, same visit {book.check_in(shop, []).id == visit.id}")
    refused("check in elsewhere", lambda: book.check_in(trading, []))
    closed = book.check_out(visit.id, [], "Took two crates").body[0]
    print(f"checked out: {closed.outcome}, closed {closed.state.is_CLOSED()}, of {closed.rep}")
    refused("skip what was", lambda: book.skip_visit(visit.id, "rain"))
    tomorrow = state.check_in.at_ms + 86_400_000
    planned = book.add(Kind.VISIT, {
        "account_id": FieldValue.ID(trading), "planned_at": FieldValue.TIME(tomorrow), "purpose": FieldValue.TEXT("Stock"),
    })
    skipped = book.skip_visit(planned.id, "rain").body[0].state
    print(f"skipped: {skipped.reason}")
    for at in (state.check_in.at_ms, tomorrow):
        date = datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc).date().isoformat()
        states = [state_name(r.body[0].state) for r in book.day(date, 0)]
        print(f"a day with {' '.join(states)}")


def tracking(folder: str, book: Fieldbook) -> None:
    """Half an hour at the warehouse, an hour ago: kept, looked at, made a visit, forgotten."""
    refused("hours", lambda: TrackRules(working_hours="now and then"))
    rules = TrackRules(working_hours=None)
    began = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(hours=1)
    began_ms = int(began.timestamp()) * 1000
    until_ms = began_ms + 1_800_000

    def record(second: int, lat: float, mode: RecordingMode) -> str:
        at = (began + datetime.timedelta(seconds=second)).isoformat()
        return book.record_fix(RawFix(at=at, lat=lat, lon=1.2974, accuracy_m=8.0), rules, mode, 0).name.lower()

    refused("record off the earth", lambda: record(0, 91.0, RecordingMode.BUSINESS))
    kept = {record(i * 10, 52.64 + i % 7 * 1e-6, RecordingMode.BUSINESS) for i in range(180)}
    print(f"kept {' '.join(kept)}, in private {record(5, 52.64, RecordingMode.PRIVATE)}")
    day = book.track_summary(began_ms, until_ms)
    print(f"track: {day.fixes} fixes, {day.distance_m:.0f} m, {len(day.stops)} stop of {day.stops[0].fixes} fixes, "
          f"{len(day.gaps)} gaps, {len(book.track_polylines(began_ms, until_ms))} line")
    visit = book.suggested_visits(began_ms, until_ms)[0]
    print(f"suggested: {visit.title}, {(visit.until_ms - visit.from_ms) // 1000} s, {visit.distance_m:.0f} m")
    book.dismiss_suggestion(NOBODY, visit.from_ms, visit.until_ms)
    made = book.make_up(visit.account, MakeUp(
        site=visit.site, at_ms=visit.from_ms, until_ms=visit.until_ms, reason="from the track", clock=TapClock()))
    print(f"accepted: closed {made.body[0].state.is_CLOSED()}, suggested {len(book.suggested_visits(began_ms, until_ms))}")
    exported = book.export_track(f"{folder}/track.gpx", began_ms, until_ms, TrackFormat.GPX)
    print(f"exported {exported}, forgotten {book.forget_track(began_ms, until_ms)}, {book.forget_old_track(until_ms, rules)} old")
    for doing in (Doing.MOVING, Doing.STAYING):
        advice = advise(Situation(doing=doing, speed_mps=14.0, fence_m=None, battery=0.8, charging=False))
        print(f"advice: every {advice.interval_s:.0f} s, after {advice.distance_m:.0f} m, sleep {advice.sleep}")


def fix(lat: float, lon: float) -> RawFix:
    at = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    return RawFix(at=at, lat=lat, lon=lon, accuracy_m=10.0)


def two_reps(ada: Fieldbook, bo: Fieldbook, shop: str) -> None:
    sync("ada", ada)
    sync("bo", bo)
    print(f"the same {contents(ada) == contents(bo)}, {len(contents(bo))} records")
    ada.set(shop, {"phone": FieldValue.TEXT("111")})
    time.sleep(0.02)
    bo.set(shop, {"phone": FieldValue.TEXT("222"), "email": FieldValue.TEXT("shop@example.com")})
    for name, book in (("ada", ada), ("bo", bo), ("ada", ada)):
        sync(name, book)
    for name, book in (("ada", ada), ("bo", bo)):
        for c in book.conflicts():
            print(f"{name} sees {c.title}: {c.field} is {value(c.shown)}, not {value(c.lost)} by {c.lost_by}")
    lost = bo.conflicts()[0]
    restored = bo.restore(lost.record, lost.field, lost.change)
    print(f"restored {restored.body[0].phone}, conflicts {restored.conflicts}")
    sync("bo", bo)
    sync("ada", ada)
    print(f"the same {contents(ada) == contents(bo)}, conflicts {ada.status(Checkup.QUICK).conflicts}")


def sync(name: str, book: Fieldbook) -> None:
    r = book.sync_now(60_000)
    print(f"sync of {name}: sent {r.sent}, accepted {r.accepted}, refused {len(r.refused)}, received {r.received}")


def contents(book: Fieldbook) -> list[str]:
    found = []
    for kind in Kind:
        for record in everything(book, kind):
            fields = book.fields(record.id)
            found.append(f"{record.id} {[(name, value(fields[name])) for name in sorted(fields)]}")
    return sorted(found)


def everything(book: Fieldbook, kind: Kind):
    for page in pages(book, kind):
        yield from page.records


def pages(book: Fieldbook, kind: Kind, limit: int = 100):
    page = book.page(kind, None, limit)
    yield page
    while page.more:
        page = book.page(kind, page.records[-1].id, limit)
        yield page


def following(book: Fieldbook, shop: str) -> None:
    since = 0
    while changes := book.changes_since(since).entries:
        since = changes[-1].seq
    feed = book.feed(since)

    def edit() -> None:
        book.set(shop, {"owner": FieldValue.TEXT("Cy")})
        book.add(Kind.TASK, {"name": FieldValue.TEXT("Bring samples")})

    writer = threading.Timer(0.05, edit)
    writer.start()
    heard = 0
    while heard < 2:
        for entry in feed.next().entries:
            heard += 1
            print(f"heard of {entry.kind.name.lower()} {book.record(entry.record).title}")
    writer.join()
    threading.Timer(0.05, feed.stop).start()
    print(f"feed ended {feed.next() is None}")


def paging(folder: str) -> None:
    book = filled(folder, MANY)
    seen, count = [], 0
    for page in pages(book, Kind.ACCOUNT):
        count += 1
        seen += [r.title for r in page.records]
    print(f"{len(seen)} accounts in {count} pages, {seen[0]} .. {seen[-1]}, in order {seen == sorted(seen)}")
    print(f"search Account 01234: {book.search('Account 01234')[0].title}")


def filled(folder: str, count: int) -> Fieldbook:
    with open(f"{folder}/many.csv", "w", encoding="utf-8") as rows:
        rows.write("external_id,name,city,lat,lon\n")
        for n in range(count):
            rows.write(f"A-{n},Account {n:05},Norwich,52.{n:05},1.{n:05}\n")
    book = Fieldbook.open(f"{folder}/many.db")
    book.import_file(f"{folder}/many.csv", ImportKind.ACCOUNTS)
    return book


def closing(book: Fieldbook) -> None:
    sync("ada", book)
    status = book.status(Checkup.THOROUGH)
    counts = [f"{c.count} {c.kind.name.lower()}" for c in status.records]
    territories = " and ".join(sorted(t.name for t in status.territories))
    print(f"at the end: unsent {status.unsent}, sound {status.sound}, {territories}: {', '.join(counts)}")
    lines = [entry.event for entry in book.log()]
    print(f"log: {sum(line.startswith('sync: ') for line in lines)} syncs, {sum('failed' in line for line in lines)} failed")


def refused(what: str, call) -> None:
    try:
        call()
    except (StoreError, BookError, CheckInError, SyncError, ImportFault, TrackRulesError, RecordFixError) as error:
        print(f"refused, {what}: {told(error)}")
    else:
        print(f"NOT refused, {what}")


def told(error: Exception) -> str:
    match error:
        case StoreError.NotABook(): return "not_a_book"
        case StoreError.CannotOpen(): return "cannot_open"
        case BookError.NoSuchRecord(): return f"no_such_record id={error.id}"
        case BookError.WrongKind(): return f"wrong_kind found={error.found.name.lower()} wanted={error.wanted.name.lower()}"
        case BookError.Deleted(): return "deleted"
        case BookError.BadField(): return f"bad_field {error[0].field}: {why(error[0].why)}"
        case BookError.BadLimit(): return f"bad_limit asked={error.asked} most={error.most}"
        case BookError.NoSuchChange(): return "no_such_change"
        case BookError.BadRequest(): return f"bad_request {error.what}"
        case BookError.Store(): return f"store {told(error[0])}"
        case CheckInError.AlreadyOpen(): return "already_open"
        case CheckInError.NotNow(): return f"not_now {error.state}"
        case CheckInError.BadFix(): return f"bad_fix {error.index} {fault(error.fault)}"
        case ImportFault.File(): return f"file {unread(error[0])}"
        case TrackRulesError.BadHours(): return "bad_hours"
        case RecordFixError.BadFix(): return f"bad_fix {fault(error.fault)}"
        case SyncError.NotJoined(): return "not_joined"
        case SyncError.AlreadyJoined(): return "already_joined"
        case SyncError.NoConnection(): return "no_connection"
        case SyncError.BadAddress(): return "bad_address"
        case SyncError.Refused(): return f"refused {error[0].name.lower()}"
        case _: return f"something else: {error!r}"


def why(fault: Why) -> str:
    match fault:
        case Why.UNKNOWN(): return "unknown"
        case Why.MISSING(): return "missing"
        case Why.WRONG_TYPE(): return f"wrong_type expected={fault.expected}"
        case Why.MALFORMED(): return f"malformed expected={fault.expected}"
        case Why.TOO_LONG(): return f"too_long {fault.length_bytes} of {fault.allowed_bytes}"
        case _: return "bad_character"


def unread(error: ImportError) -> str:
    match error:
        case ImportError.IO(): return f"io {error.kind}"
        case ImportError.NOT_MATCHED(): return f"not_matched {error.wanted}"
        case _: return "else"


def fault(fault: FixError) -> str:
    return f"position {fault[0].name.lower()}" if fault.is_POSITION() else "else"


def value(v: FieldValue) -> str:
    match v:
        case FieldValue.CLEARED(): return "cleared"
        case FieldValue.REAL(): return f"{v[0]:.2f}"
        case FieldValue.BOOL(): return "yes" if v[0] else "no"
        case FieldValue.ID(): return "a record"
        case _: return str(v[0])


def state_name(state: VisitState) -> str:
    return next(name for name in ("planned", "open", "closed", "skipped", "unreadable") if getattr(state, f"is_{name.upper()}")())


def measure(folder: str) -> None:
    book = filled(folder, MANY)
    for limit in (10, 100):
        start, cpu, rows = time.monotonic(), time.process_time(), 0
        for _ in range(100_000 // MANY):
            rows += sum(len(page.records) for page in pages(book, Kind.ACCOUNT, limit))
        took, cpu = time.monotonic() - start, time.process_time() - cpu
        print(f"python: {rows} records in pages of {limit}: {took * 1000:.0f} ms, {cpu * 1000:.0f} ms of CPU")
    for _ in range(10_000):
        book.recovery()
    before, start = resident(), time.monotonic()
    for _ in range(1_000_000):
        book.recovery()
    took = time.monotonic() - start
    print(f"python: 1000000 calls: {took:.1f} us each, memory {before} kB before, {resident()} kB after")


def resident() -> int:
    """The memory that this process holds, in kB."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


if __name__ == "__main__":
    if sys.argv[1] == "--measure":
        measure(sys.argv[2])
    else:
        play(*sys.argv[1:5])
