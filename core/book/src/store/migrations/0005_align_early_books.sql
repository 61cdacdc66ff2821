-- Script 0001 was changed twice while books were already made by it. Those books keep what it said when it ran: another
-- index of external ids, a unique outbox, a search that merges earlier. Here all of them become alike.

DROP INDEX record_by_external_id;
CREATE INDEX record_by_external_id ON record (kind, external_id, deleted) WHERE external_id IS NOT NULL;

-- A constraint of a table goes only with the table.
CREATE TABLE outbox_aligned (
    n          INTEGER PRIMARY KEY,
    record_id  BLOB NOT NULL,
    kind       INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    bytes      BLOB NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_aligned (n, record_id, kind, hash, bytes, made_at_ms)
    SELECT n, record_id, kind, hash, bytes, made_at_ms FROM outbox ORDER BY n;
DROP TABLE outbox;
ALTER TABLE outbox_aligned RENAME TO outbox;
CREATE INDEX outbox_by_record ON outbox (record_id);

INSERT INTO record_word (record_word, rank) VALUES ('automerge', 8);
