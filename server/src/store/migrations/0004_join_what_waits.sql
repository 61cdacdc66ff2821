-- One table for all that a push left waiting, and what became of each field of it; who has written where.

ALTER TABLE parked ADD COLUMN why TEXT NOT NULL DEFAULT 'handed_over'
    CHECK (why IN ('handed_over', 'missing', 'refused'));   -- missing: it stands on changes that this database has lost
INSERT INTO parked (hash, record, kind, device, received_at_ms, bytes, why)
    SELECT hash, record, kind, device, received_at_ms, bytes, 'missing' FROM waiting;
DROP TABLE waiting;

-- A field of a parked change that was applied to the record or discarded. With its last field a change waits no longer.
CREATE TABLE parked_field (
    hash    BLOB NOT NULL REFERENCES parked (hash) ON DELETE CASCADE,
    field   TEXT NOT NULL,
    applied INTEGER NOT NULL CHECK (applied IN (0, 1)),
    at_ms   INTEGER NOT NULL,
    PRIMARY KEY (hash, field)
) STRICT, WITHOUT ROWID;
ALTER TABLE parked ADD COLUMN settled_at_ms INTEGER;        -- NULL while it waits

-- 1: the office writes under it what it applies for the person of the device
ALTER TABLE actor ADD COLUMN office INTEGER NOT NULL DEFAULT 0 CHECK (office IN (0, 1));

-- The last request in which the device had sent all that it had; 0: never. What it dates before that is not believed.
ALTER TABLE device ADD COLUMN answered_at_ms INTEGER NOT NULL DEFAULT 0;

-- Whose hands are in the records of a territory: their names go to those who see it, and to nobody else.
CREATE TABLE author (
    number    INTEGER PRIMARY KEY,                          -- the order in which devices hear of them
    territory BLOB NOT NULL REFERENCES territory (id),
    actor     INTEGER NOT NULL REFERENCES actor (number),
    UNIQUE (territory, actor)
) STRICT;
CREATE INDEX author_by_actor ON author (actor);
INSERT INTO author (territory, actor)
    SELECT DISTINCT r.territory, c.actor FROM change c JOIN record r ON r.number = c.record
    WHERE c.actor IN (SELECT number FROM actor) ORDER BY c.actor, r.territory;
