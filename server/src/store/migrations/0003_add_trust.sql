-- What a server needs that is restored from a backup, and left by people.

CREATE TABLE office (
    one            INTEGER PRIMARY KEY CHECK (one = 1),
    id             BLOB NOT NULL CHECK (length(id) = 16),   -- made once: what devices sign their requests for
    restored_at_ms INTEGER                                  -- the last restore; NULL: never
) STRICT;

-- Changes that stand on others which this database has lost: taken up when those are sent again.
CREATE TABLE waiting (
    hash           BLOB PRIMARY KEY CHECK (length(hash) = 32),
    record         BLOB NOT NULL,                           -- the record's id, known here or not
    kind           INTEGER NOT NULL,
    device         BLOB NOT NULL REFERENCES device (id),
    received_at_ms INTEGER NOT NULL,
    bytes          BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_by_record ON waiting (record);
CREATE INDEX waiting_by_device ON waiting (device);

ALTER TABLE person ADD COLUMN disabled_at_ms INTEGER;       -- NULL while devices of theirs may join and sync
