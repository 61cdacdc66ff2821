"""Makes the old files of one version with that version's own programs. README.md beside this file says how."""

import argparse
import json
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time

PORT = 7373
URL = f"http://127.0.0.1:{PORT}"
SHOP = {"lat": 52.6309, "lon": 1.2974}


class Phone:
    """One book, used through the old command."""

    def __init__(self, program, file):
        self.program, self.file = program, file

    def run(self, *words):
        """The lines that the command prints."""
        command = [self.program, "--json", "--book", str(self.file), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {done.stderr or done.stdout}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def add(self, kind, *fields):
        """The id of a new record."""
        return self.run("add", kind, *fields)[0]["id"]

    def visit(self, account, outcome):
        """Checks in at the door and out again."""
        visit = self.run("check-in", account, "--fix", fix(0.0001))[0]["id"]
        self.run("check-out", visit, "--fix", fix(0.0), "--outcome", outcome)
        return visit


class Server:
    """The old server on a folder."""

    def __init__(self, program, folder):
        self.program, self.folder, self.child = program, folder, None

    def admin(self, *words):
        done = subprocess.run(
            [self.program, "admin", "--data", str(self.folder), *words], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def __enter__(self):
        command = [self.program, "serve", "--data", str(self.folder), "--listen", f"127.0.0.1:{PORT}"]
        self.child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                    return self
            time.sleep(0.05)
        raise SystemExit("the server does not answer")

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()


def fix(away):
    """A fix of now, so many degrees north of the shop's door."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return json.dumps({"at": at, "lat": SHOP["lat"] + away, "lon": SHOP["lon"], "accuracy_m": 9})


def morning():
    """The rep's track as CSV: five minutes on the road, then 25 at the shop's door, a fix every six seconds."""
    lines = ["time,lat,lon,accuracy"]
    begin = int(time.time()) - 86_400
    for n in range(300):
        road = max(0, 50 - n) * 0.0004
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begin + 6 * n))
        lines.append(f"{at},{SHOP['lat'] + road:.6f},{SHOP['lon'] + (n % 7) * 0.00001:.6f},8")
    return "\n".join(lines) + "\n", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begin + 1_200))


def alone(phone, rep):
    """What a rep writes before there is a server: a record of every kind."""
    phone.run("new", "--rep", rep)
    shop = phone.add(
        "account", "name=幸福茶餐廳 Happiness Tea House", "tier=A", "phone=+44 1603 555 0101", "tag/vip=yes",
        "phone/kitchen=+44 1603 555 0102", "visit_every_days=14", "external_id=TEA-1", "street=3 Elm Hill",
        "city=Norwich", "country=GB", f"position={SHOP['lat']},{SHOP['lon']}", "fence=circle:60",
        "opening_hours=Mo-Sa 09:00-18:00", "remark=后门进货",
    )  # fmt: skip
    phone.add(
        "site", f"account_id={shop}", "name=倉庫 Warehouse", "position=52.6201,1.3102",
        "fence=polygon:[[[1.3098,52.6199],[1.3106,52.6199],[1.3106,52.6204],[1.3098,52.6204],[1.3098,52.6199]]]",
    )  # fmt: skip
    phone.add("contact", f"account_id={shop}", "name=陳美玲 Chan Mei Ling", "role=buyer", "email=mei@tea.example")
    deal = phone.add(
        "opportunity", f"account_id={shop}", "name=Winter order", "stage=Proposal", "amount=1200.50 EUR",
        "opened_on=2026-11-02", "close_on=2026-12-18", "product=Oolong", "next_step=Send the price list",
    )  # fmt: skip
    phone.add("task", f"account_id={shop}", "name=Bring samples", "due_on=2026-12-01", "priority=high")
    phone.add("note", f"account_id={shop}", f"about_id={deal}", "text=Wants 12 cases;\npays in thirty days")
    phone.add("visit", f"account_id={shop}", "planned_at=2026-12-24T09:30:00+01:00", "purpose=Christmas order")
    # A rep may not declare a field of the company: the server will refuse it.
    phone.add("custom_field", "on=account", "name=shelf", "type=count")
    phone.run("set", shop, "x/shelf=4")
    phone.visit(shop, "Took two crates")
    skipped = phone.add("visit", f"account_id={shop}", "planned_at=2026-12-25T09:30:00Z")
    phone.run("skip", skipped, "--reason", "closed for the holidays")
    gone = phone.add("account", "name=Café Zürich (closed)", "city=Zürich")
    phone.run("delete", gone)
    return shop


def made_up(phone, shop):
    """An arrival that is told afterwards."""
    yesterday = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 90_000))
    phone.run("make-up", shop, "--at", yesterday, "--reason", "the phone was dead")


def track(phone, version, recorder):
    """The rep's track: by the command where it can, else by a small program against the old core."""
    text, at_the_door = morning()
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(text)
        file.flush()
        if recorder:
            subprocess.run([recorder, str(phone.file), file.name], check=True)
        else:
            phone.run("track", "record", file.name)
    if version >= 4:
        phone.run("track", "dismiss", at_the_door)


def together(phone, server, program, rep, shop, scratch):
    """Joins a server, meets an edit of the office, and is left with a conflict and with edits that are unsent."""
    office = Phone(program, scratch / "office.book")
    north, south = f"{rep} North", f"{rep} South"
    with server:
        for name in (north, south):
            server.admin("territory", "add", name)
        server.admin("user", "add", f"Office of {rep}", "--role", "manager", "--territory", north, south)
        server.admin("user", "add", rep, "--role", "rep", "--territory", north)
        office.run("new", "--rep", f"Office of {rep}")
        office.run("join", URL, server.admin("user", "code", f"Office of {rep}"), "--device-name", "desk")
        office.run("sync")
        office.add("custom_field", "on=account", f"name=allergens of {rep}", "type=text")
        office.add("account", "name=Corner Shop", "tier=B", "city=Norwich")
        office.run("sync")
        phone.run("join", URL, server.admin("user", "code", rep), "--device-name", "phone")
        phone.run("sync")
        office.run("sync")
        # Both write the same two fields without having heard of each other.
        phone.run("set", shop, "phone=+44 1603 555 0199", "remark=先付款")
        office.run("set", shop, "phone=+44 1603 555 0177", "remark=Ask for the new manager")
        office.run("sync")
        phone.run("sync")
        # The rep hears of this territory with the next sync, which the old program never makes.
        server.admin("user", "move", rep, "--territory", north, south)
    phone.run("set", shop, "tier=C", f"x/allergens of {rep}=花生 peanuts")
    phone.add("note", f"account_id={shop}", "text=还没有发送 not sent yet")
    phone.run("check-in", shop, "--fix", fix(0.02))


def of_later_version(phone, shop):
    """A record that a later version would have written: a visit under a kind that no program knows yet."""
    record = phone.add("visit", f"account_id={shop}", "planned_at=2026-12-28T10:00:00Z")
    book = sqlite3.connect(phone.file)
    with book:
        key = {"id": bytes.fromhex(record.replace("-", "")), "kind": 200}
        (rid, planned_at) = book.execute(
            "SELECT rid, planned_at FROM visit JOIN record USING (rid) WHERE id = :id", key
        ).fetchone()
        more = json.dumps({"planned_at": {"time": planned_at}})
        book.execute("DELETE FROM visit WHERE rid = ?", (rid,))
        book.execute("UPDATE record SET kind = :kind, title = '' WHERE id = :id", key)
        book.execute("UPDATE outbox SET kind = :kind WHERE record_id = :id", key)
        book.execute("INSERT INTO other_record (rid, kind, known, more) VALUES (?, 200, 0, ?)", (rid, more))
    book.close()


def marks(phone):
    """As after a push whose answer was lost, and after a document that came broken: one edit may have left, one record is asked for."""
    book = sqlite3.connect(phone.file)
    with book:
        book.execute("UPDATE outbox SET sent = 1 WHERE n = (SELECT min(n) FROM outbox)")
        (territory,) = book.execute("SELECT territory FROM scope ORDER BY territory DESC LIMIT 1").fetchone()
        book.execute("INSERT INTO unreadable VALUES (?, 1, ?, 999, 1795510800000)", (bytes(range(16)), territory))
    book.close()


def keep(source, target):
    """Copies a closed database; nothing may lie beside it."""
    for suffix in ("-wal", "-shm"):
        if pathlib.Path(f"{source}{suffix}").exists():
            raise SystemExit(f"{source}{suffix} is still there")
    shutil.copyfile(source, target)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--schema", type=int, required=True, help="the newest schema of a book in that version")
    options.add_argument("--suffix", default="", help="what tells two programs of one schema apart, such as -early")
    options.add_argument("--rep", required=True, help="whose book: one name a version")
    options.add_argument("--fieldbook", required=True, help="that version's command")
    options.add_argument("--server", help="that version's server; without one the book joins none")
    options.add_argument("--company", type=pathlib.Path, help="the server's folder, made if need be")
    options.add_argument("--recorder", help="a program that takes BOOK CSV, for a version whose command records no track")
    options.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        phone = Phone(args.fieldbook, scratch / "book")
        shop = alone(phone, args.rep)
        if args.schema >= 2:
            made_up(phone, shop)
        if args.schema >= 3:
            track(phone, args.schema, args.recorder)
        if args.server:
            together(phone, Server(args.server, args.company), args.fieldbook, args.rep, shop, scratch)
        if args.schema >= 6:
            of_later_version(phone, shop)
        if args.schema >= 7 and args.server:
            marks(phone)
        keep(phone.file, args.out / f"v{args.schema}{args.suffix}.book")


main()
