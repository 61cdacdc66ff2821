-- Edits of one record that nobody else has seen may be written as fewer. What may have left the phone is never touched, and
-- of what was in the outbox before this column nobody knows.
ALTER TABLE outbox ADD COLUMN sent INTEGER NOT NULL DEFAULT 1 CHECK (sent IN (0, 1));

-- Records whose document could not be read when it came, or when it was to be edited: they are asked for again.
CREATE TABLE unreadable (
    record    BLOB PRIMARY KEY CHECK (length(record) = 16),
    kind      INTEGER NOT NULL,
    territory BLOB NOT NULL CHECK (length(territory) = 16),
    seq       INTEGER NOT NULL,  -- its number in the territory on the server
    since_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
