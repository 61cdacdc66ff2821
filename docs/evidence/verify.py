#!/usr/bin/env python3
"""Verifies a chain of evidence (docs/evidence.md) with nothing but Python 3.8: `verify.py FILE [KEY]`.

It shares no code with Fieldbook and was written from the description alone. Prints the number of links and the head,
or the first link that breaks (exit 1).
"""
import hashlib
import json
import sys

# Ed25519 (RFC 8032, section 5.1) with affine points: slow and plain.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P)
    return x % P, y % P


def times(n, a):
    out = (0, 1)
    while n:
        if n & 1:
            out = add(out, a)
        a, n = add(a, a), n >> 1
    return out


def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - xx) % P or y >= P:
        raise ValueError("no point")
    return (P - x if x & 1 != sign else x), y


BASE = point(bytes.fromhex("58" + "66" * 31))


def signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    return times(s, BASE) == add(point(r), times(h, point(key)))


CONTEXT = b"fieldbook-evidence-1\n"


def verify(lines, expected_key=None):
    header = json.loads(lines[0])
    if header["fieldbook_evidence"] != 1:
        raise ValueError("another format")
    key = bytes.fromhex(header["key"])
    if expected_key and key.hex() != expected_key:
        return 0, "another key", None
    head = hashlib.sha256(CONTEXT + key).hexdigest()
    floor = ""
    for n, line in enumerate(lines[1:]):
        try:
            whole = json.loads(line)
            text = line[len('{"link":') : line.index(',"sig":"')]
            link = json.loads(text)
            signature = bytes.fromhex(whole["sig"])
            if link["v"] != 1 or link["n"] != n:
                return n, "out of place", None
            if link["prev"] != head:
                return n, "not linked", None
            if len(signature) != 64 or not signed(key, CONTEXT + text.encode(), signature):
                return n, "bad signature", None
            content = whole.get("content")
            if content is not None and "sha256" in link:
                if hashlib.sha256(content.encode()).hexdigest() != link["sha256"]:
                    return n, "content changed", None
            # RFC 3339 in UTC with milliseconds: sorts as text.
            if link["time"]["not_before"] < floor:
                return n, "dated back", None
            floor = link["time"]["not_before"]
        except (ValueError, KeyError, TypeError):
            return n, "unreadable", None
        head = hashlib.sha256(text.encode()).hexdigest()
        if link["act"] == "key":
            key = bytes.fromhex(link["key"])
    return len(lines) - 1, None, head


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        links, broken, head = verify(file.read().splitlines(), *sys.argv[2:3])
    if broken:
        print(f"link {links}: {broken}")
        sys.exit(1)
    print(f"{links} links, head {head}")
