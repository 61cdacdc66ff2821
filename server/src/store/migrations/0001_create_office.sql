-- Territories, people, their devices, the records, and what became of every change.

CREATE TABLE territory (
    id      BLOB PRIMARY KEY CHECK (length(id) = 16),   -- sixteen zeros: the whole company
    name    TEXT NOT NULL UNIQUE CHECK (name <> ''),
    epoch   INTEGER NOT NULL CHECK (epoch > 0),         -- the generation that cursors belong to
    counter INTEGER NOT NULL DEFAULT 0,                 -- the last number given out: gap-free, taken inside the commit
    sum     INTEGER NOT NULL DEFAULT 0                  -- exclusive or of digest(id, seq) over its records
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    id   BLOB PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    role TEXT NOT NULL CHECK (role IN ('rep', 'manager', 'admin')),
    home BLOB NOT NULL REFERENCES territory (id)        -- where records made by this person begin
) STRICT, WITHOUT ROWID;
CREATE INDEX person_by_home ON person (home);

CREATE TABLE person_territory (
    person     BLOB NOT NULL REFERENCES person (id),
    territory  BLOB NOT NULL REFERENCES territory (id),
    left_at_ms INTEGER,                                 -- NULL while it is theirs
    PRIMARY KEY (person, territory)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_territory_by_territory ON person_territory (territory);

CREATE TABLE join_code (
    hash          BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256: the code itself is nowhere
    person        BLOB NOT NULL REFERENCES person (id),
    expires_at_ms INTEGER NOT NULL,
    used_by       BLOB REFERENCES device (id)                 -- NULL until it has served
) STRICT, WITHOUT ROWID;
CREATE INDEX join_code_by_person ON join_code (person);
CREATE INDEX join_code_by_device ON join_code (used_by);

CREATE TABLE device (
    id           BLOB PRIMARY KEY CHECK (length(id) = 16),
    person       BLOB NOT NULL REFERENCES person (id),
    key          BLOB NOT NULL CHECK (length(key) = 32),      -- public, ed25519
    name         TEXT NOT NULL,
    joined_at_ms INTEGER NOT NULL,
    seen_at_ms   INTEGER NOT NULL,                            -- about: written at most once an hour
    revoked_at_ms INTEGER                                     -- NULL while it may sync
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX device_by_person_and_key ON device (person, key);

CREATE TABLE actor (
    number INTEGER PRIMARY KEY,                               -- the order in which devices hear of authors
    id     BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    device BLOB NOT NULL REFERENCES device (id)
) STRICT;
CREATE INDEX actor_by_device ON actor (device);

-- A device told to drop or restart a territory is sent its own writing too, up to this number.
CREATE TABLE forgotten (
    device    BLOB NOT NULL REFERENCES device (id),
    territory BLOB NOT NULL REFERENCES territory (id),
    up_to_seq INTEGER NOT NULL,
    PRIMARY KEY (device, territory)
) STRICT, WITHOUT ROWID;
CREATE INDEX forgotten_by_territory ON forgotten (territory);

CREATE TABLE record (
    number    INTEGER PRIMARY KEY,
    id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind      INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 255),
    territory BLOB NOT NULL REFERENCES territory (id),
    seq       INTEGER NOT NULL,                               -- its place in the territory's news
    whole_seq INTEGER NOT NULL,                               -- a cursor before this gets the whole document
    writer    INTEGER,                                        -- actor.number of who alone wrote it since whole_seq; NULL: several, or moved
    changes   INTEGER NOT NULL,                               -- how many it was made of
    unfolded  INTEGER NOT NULL,                               -- how many stand behind the snapshot
    account   BLOB,                                           -- the account it follows; NULL: none
    document  BLOB NOT NULL,
    row       BLOB NOT NULL                                   -- CBOR, a pure function of the document
) STRICT;
CREATE UNIQUE INDEX record_by_territory ON record (territory, seq, id);
CREATE INDEX record_by_account ON record (account) WHERE account IS NOT NULL;

CREATE TABLE change (
    record         INTEGER NOT NULL REFERENCES record (number),
    number         INTEGER NOT NULL,                          -- 1 is the change that made the record
    seq            INTEGER NOT NULL,                          -- under which it came; 0: before the record came to its territory
    actor          INTEGER NOT NULL,                          -- actor.number
    hash           BLOB NOT NULL CHECK (length(hash) = 32),
    late           INTEGER NOT NULL CHECK (late IN (0, 1)),   -- 1: made before a hand-over, came after it
    received_at_ms INTEGER NOT NULL,
    bytes          BLOB,                                      -- NULL for the first change: the document holds it
    PRIMARY KEY (record, number)
) STRICT, WITHOUT ROWID;

-- Changes made after the record was handed over: for the new owner to apply or discard.
CREATE TABLE parked (
    hash           BLOB PRIMARY KEY CHECK (length(hash) = 32),
    record         BLOB NOT NULL,                             -- the record's id, known here or not
    kind           INTEGER NOT NULL,
    device         BLOB NOT NULL REFERENCES device (id),
    received_at_ms INTEGER NOT NULL,
    bytes          BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_by_record ON parked (record);
CREATE INDEX parked_by_device ON parked (device);

CREATE TABLE departure (
    territory BLOB NOT NULL REFERENCES territory (id),
    record    BLOB NOT NULL,
    seq       INTEGER NOT NULL,                               -- its place in the news of the territory it left
    at_ms     INTEGER NOT NULL,
    PRIMARY KEY (territory, record)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX departure_by_seq ON departure (territory, seq);
CREATE INDEX departure_by_record ON departure (record);
