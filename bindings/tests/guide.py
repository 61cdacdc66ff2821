"""Runs every Python block of docs/guides/python.md, in order, and calls what they define. `cargo xtask scenario python` runs it.

The blocks are taken from the page itself, so that it shows what works.
"""

import tempfile
import threading
from pathlib import Path

from fieldbook import Checkup, Fieldbook, FieldValue, Kind, RawFix, SignatureError, StoreError

GUIDE = Path(__file__).parent.parent.parent / "docs/guides/python.md"


def blocks(page: str) -> list[str]:
    return [part.split("\n```", 1)[0] for part in page.split("```python\n")[1:]]


def guide() -> dict:
    """What the blocks define, in one namespace as in one file."""
    names = {"__name__": "guide"}
    found = blocks(GUIDE.read_text(encoding="utf-8"))
    assert len(found) > 8, "the guide has lost its blocks"
    for number, block in enumerate(found, 1):
        exec(compile(block, f"{GUIDE.name}, block {number}", "exec"), names)
    return names


def main(folder: Path) -> None:
    page = guide()
    assert page["check_in_at_the_corner_shop"](folder / "rep.db") == "VERIFIED"
    book = Fieldbook.open(str(folder / "rep.db"))
    shop = book.search("corner")[0].id
    assert page["rename"](book, shop, "x" * 5_000) == "name cannot be that"
    assert page["rename"](book, shop, "Corner shop & Sons") == "Corner shop & Sons"
    for n in range(150):
        book.add(Kind.NOTE, {"text": FieldValue.TEXT(f"note {n}")})
    assert len(list(page["everything"](book, Kind.NOTE))) == 150
    checking_in(page, book, shop)
    following(page, book)
    assert page["attention"](book) == []
    syncing(page, book)
    dealing(page, book)
    assert "Harbour" in " ".join(page["plan"](book, "2031-11-25")), "the day has the shop that was never visited"
    signing(page, book, shop)
    for key, error in ((bytes(32), StoreError.NoCipher), (bytes(31), StoreError.WrongKey)):
        try:
            page["open_encrypted"](str(folder / "sealed.db"), key)
        except error:
            continue
        raise AssertionError("the library of the tests is built without encryption")
    print(f"guide: {len(blocks(GUIDE.read_text(encoding='utf-8')))} blocks run")


def checking_in(page: dict, book: Fieldbook, shop: str) -> None:
    harbour = book.add(Kind.ACCOUNT, {"name": FieldValue.TEXT("Harbour café")}).id
    book.add(Kind.SITE, {"account_id": FieldValue.ID(harbour), "position": FieldValue.TEXT("52.6400,1.2974")})
    far = [RawFix(at=page["now"](), lat=52.7310, lon=1.2974, accuracy_m=10.0)]
    assert page["arrive"](book, shop, far).startswith("saved, but you are 1")
    assert page["arrive"](book, harbour, []) == "check out of Corner shop & Sons first"
    visit = next(r for r in book.page(Kind.VISIT).records if r.body[0].state.is_OPEN())
    book.check_out(visit.id)
    assert page["arrive"](book, harbour, []) == "saved: unverifiable"
    visit = next(r for r in book.page(Kind.VISIT).records if r.body[0].state.is_OPEN())
    book.delete(visit.id)


def following(page: dict, book: Fieldbook) -> None:
    seen, numbers = [], []
    feed = book.feed(0)

    def remember(latest: int) -> None:
        numbers.append(latest)
        feed.stop()

    follower = threading.Thread(target=page["follow"], args=(feed, lambda kind, _: seen.append(kind), remember))
    follower.start()
    follower.join(20)
    assert not follower.is_alive() and Kind.NOTE in seen and numbers


def syncing(page: dict, book: Fieldbook) -> None:
    try:
        page["background_sync"](book)
    except page["SyncError"].NotJoined:
        pass
    else:
        raise AssertionError("a book without a server has synced")
    assert book.status(Checkup.QUICK).unsent > 0


def dealing(page: dict, book: Fieldbook) -> None:
    deal = book.add(Kind.OPPORTUNITY, {"name": FieldValue.TEXT("Hospital")}).id
    assert page["advance"](book, deal, "lead_validation") == ["source"]
    assert page["advance"](book, deal, "lead_validation", source="Trade fair") == []
    assert page["advance"](book, deal, "won")[0].startswith("stage won comes after")


def signing(page: dict, book: Fieldbook, shop: str) -> None:
    assert page["sign"](book, lambda text: b"") == 0, "the device's key has signed"
    book.sign_with(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
    visit = book.check_in(shop, [])
    try:
        page["sign"](book, lambda text: bytes(64))
    except SignatureError.DoesNotFit:
        book.check_out(visit.id)
    else:
        raise AssertionError("a forged signature was taken")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(temporary))
