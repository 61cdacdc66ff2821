-- What the office has seen of each device's chain of evidence (docs/evidence.md). It never goes back on what it saw.

CREATE TABLE evidence_link (
    device         BLOB NOT NULL REFERENCES device (id),
    n              INTEGER NOT NULL CHECK (n >= 0),      -- its place in the chain
    record         BLOB NOT NULL,                        -- the record that it came with
    hash           BLOB NOT NULL CHECK (length(hash) = 32),
    line           TEXT NOT NULL,                        -- link and signature, as the record carries them
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (device, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence_head (
    device    BLOB PRIMARY KEY REFERENCES device (id),
    links     INTEGER NOT NULL,                          -- so many from the first on were checked and hold
    head      BLOB NOT NULL CHECK (length(head) = 32),   -- the hash of the last of them
    key       BLOB NOT NULL CHECK (length(key) = 32),    -- signs the next one
    last      TEXT,                                      -- when the last one was, JSON
    broken_at INTEGER,                                   -- the first link that breaks; NULL while none does
    broken    TEXT,                                      -- why
    CHECK ((broken_at IS NULL) = (broken IS NULL))
) STRICT, WITHOUT ROWID;

-- What does not fit between an arrival and its evidence. Shown to people; nothing is refused for it.
CREATE TABLE evidence_finding (
    record BLOB NOT NULL,
    what   TEXT NOT NULL,                                -- verdict_differs, unattested, place_differs
    device BLOB NOT NULL REFERENCES device (id),
    at_ms  INTEGER NOT NULL,
    PRIMARY KEY (record, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_finding_by_device ON evidence_finding (device);
