-- The rep's own track. It never leaves the phone by itself: what is sent of it is what a visit attests.
CREATE TABLE track_fix (
    at_ms INTEGER NOT NULL,                            -- Unix epoch, UTC, by the phone's clock
    body  BLOB NOT NULL CHECK (length(body) > 3),      -- a packed block of this one fix (location/track/pack)
    PRIMARY KEY (at_ms, body)                          -- the same fix twice is one
) STRICT, WITHOUT ROWID;

-- Fixes by the hundred, packed: 4 bytes each instead of 40. A fix is in one of the two tables, never in both.
CREATE TABLE track_block (
    n        INTEGER PRIMARY KEY,
    from_ms  INTEGER NOT NULL,                         -- its first fix
    until_ms INTEGER NOT NULL CHECK (until_ms >= from_ms),
    fixes    INTEGER NOT NULL CHECK (fixes BETWEEN 1 AND 1024),
    body     BLOB NOT NULL
) STRICT;
CREATE INDEX track_block_by_end ON track_block (until_ms);
