-- A book. Times are Unix milliseconds, UTC; ids are 16 bytes. Tables may change with a release; the views v_... stay.

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a record, of whatever kind: its document, which is the truth, and what every list needs.
CREATE TABLE record (
    rid           INTEGER PRIMARY KEY,
    id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind          INTEGER NOT NULL,
    territory     BLOB NOT NULL CHECK (length(territory) = 16),
    account_id    BLOB CHECK (length(account_id) = 16),
    external_id   TEXT,
    title         TEXT NOT NULL,     -- what lists are ordered by
    seq           INTEGER NOT NULL,  -- its number in the territory, given by the server; 0 before it has one
    changed       INTEGER NOT NULL,  -- the act that last touched it, counted in this book
    unsent        INTEGER NOT NULL,  -- how many of its changes wait in the outbox
    conflicts     INTEGER NOT NULL,  -- how many concurrent values are not shown
    deleted       INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    document      BLOB NOT NULL,     -- Automerge chunks
    document_hash BLOB NOT NULL      -- first 8 bytes of the SHA-256 of document
) STRICT;
CREATE INDEX record_by_title ON record (kind, deleted, title COLLATE NOCASE, rid);
CREATE INDEX record_by_change ON record (changed);
CREATE INDEX record_by_account ON record (account_id, kind) WHERE account_id IS NOT NULL;
CREATE INDEX record_by_external_id ON record (kind, external_id, deleted) WHERE external_id IS NOT NULL;
CREATE INDEX record_by_territory ON record (territory, seq);
CREATE INDEX record_in_conflict ON record (rid) WHERE conflicts > 0;

-- Records that were here and are not any more, for whoever follows the changes.
CREATE TABLE gone (
    changed INTEGER PRIMARY KEY,
    id      BLOB NOT NULL,
    kind    INTEGER NOT NULL
) STRICT;

-- What the server has not answered for yet, in the order it was made.
CREATE TABLE outbox (
    n          INTEGER PRIMARY KEY,
    record_id  BLOB NOT NULL,
    kind       INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    bytes      BLOB NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_by_record ON outbox (record_id);

-- What the server did not take, kept so that nothing is lost.
CREATE TABLE refused (
    hash          BLOB PRIMARY KEY,
    record_id     BLOB NOT NULL,
    kind          INTEGER NOT NULL,
    reason        INTEGER NOT NULL,  -- the number of the refusal on the wire; 0 for parked
    bytes         BLOB NOT NULL,
    refused_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX refused_by_record ON refused (record_id);

-- Values written at the same time as the one shown.
CREATE TABLE conflict (
    rid       INTEGER NOT NULL REFERENCES record (rid) ON DELETE CASCADE,
    field     TEXT NOT NULL,
    change    BLOB NOT NULL,
    value     TEXT NOT NULL,  -- JSON
    by_actor  BLOB NOT NULL,
    at_stamp  INTEGER NOT NULL,
    PRIMARY KEY (rid, field, change)
) STRICT, WITHOUT ROWID;

CREATE TABLE scope (
    territory BLOB PRIMARY KEY,
    name      TEXT NOT NULL,
    epoch     INTEGER NOT NULL,
    cursor    INTEGER NOT NULL,  -- news up to this number have been delivered
    settled   INTEGER NOT NULL,  -- up to this number nothing is missing: the cursor when no more was to come
    checksum  INTEGER NOT NULL,  -- exclusive or of the digests of its records, 64 bits
    audit     INTEGER NOT NULL CHECK (audit IN (0, 1)),   -- the sums differed: send the buckets next time
    restart   INTEGER NOT NULL CHECK (restart IN (0, 1))  -- news from the beginning are on their way
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    actor BLOB PRIMARY KEY,
    name  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The sync trace that a support desk reads: no names, no positions.
CREATE TABLE trace (
    n     INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    event TEXT NOT NULL
) STRICT;

-- The kinds. `more` is JSON: tags, custom fields, and what a newer version wrote.
CREATE TABLE account (
    rid              INTEGER PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
    name             TEXT,
    tier             TEXT,
    industry         TEXT,
    phone            TEXT,
    email            TEXT,
    website          TEXT,
    visit_every_days INTEGER,
    owner            TEXT,
    street           TEXT,
    city             TEXT,
    region           TEXT,
    postcode         TEXT,
    country          TEXT,
    remark           TEXT,
    more             TEXT
) STRICT;

CREATE TABLE site (
    rid           INTEGER PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
    name          TEXT,
    position      TEXT,  -- latitude,longitude in degrees, WGS-84
    fence         TEXT,  -- circle:METRES or polygon:[[[lon,lat],...]]
    opening_hours TEXT,  -- OpenStreetMap syntax
    street        TEXT,
    city          TEXT,
    region        TEXT,
    postcode      TEXT,
    country       TEXT,
    remark        TEXT,
    more          TEXT
) STRICT;

CREATE TABLE contact (
    rid    INTEGER PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
    name   TEXT,
    role   TEXT,
    phone  TEXT,
    email  TEXT,
    remark TEXT,
    more   TEXT
) STRICT;

CREATE TABLE opportunity (
    rid       INTEGER PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
    name      TEXT,
    stage     TEXT,
    amount    TEXT,  -- decimal and currency
    opened_on TEXT,
    close_on  TEXT,
    product   TEXT,
    owner     TEXT,
    next_step TEXT,
    remark    TEXT,
    more      TEXT
) STRICT;

CREATE TABLE visit (
    rid        INTEGER PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
    site_id    BLOB,
    planned_at INTEGER,  -- Unix milliseconds
    rep        TEXT,
    purpose    TEXT,
    outcome    TEXT,
    check_in   TEXT,     -- JSON
    check_out  TEXT,     -- JSON
    skipped    TEXT,
    remark     TEXT,
    more       TEXT,
    at_ms      INTEGER,  -- when it took or takes place: arrival, else plan
    is_open    INTEGER NOT NULL CHECK (is_open IN (0, 1))
) STRICT;
CREATE INDEX visit_by_time ON visit (at_ms);
CREATE INDEX visit_open ON visit (rid) WHERE is_open = 1;

CREATE TABLE task (
    rid      INTEGER PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
    name     TEXT,
    due_on   TEXT,
    done_at  INTEGER,  -- Unix milliseconds
    owner    TEXT,
    priority TEXT,
    remark   TEXT,
    more     TEXT
) STRICT;

CREATE TABLE note (
    rid        INTEGER PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
    about_id   BLOB,
    text       TEXT,
    written_at INTEGER,  -- Unix milliseconds
    remark     TEXT,
    more       TEXT
) STRICT;

CREATE TABLE custom_field (
    rid    INTEGER PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
    name   TEXT,
    "on"   TEXT,
    type   TEXT,
    remark TEXT,
    more   TEXT
) STRICT;

-- Words of a record as `store::words` cuts them: Chinese by pairs of characters, the rest by word. Searched by prefix.
CREATE VIRTUAL TABLE record_word USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
-- Its parts are merged later than by default, which makes writing faster and searching no slower.
INSERT INTO record_word (record_word, rank) VALUES ('automerge', 8);

-- Where sites are: boxes around their fences, in degrees. A fence across the 180th meridian has two: box = 2 * rid, 2 * rid + 1.
CREATE VIRTUAL TABLE site_box USING rtree (box, lat_min, lat_max, lon_min, lon_max);

CREATE VIEW v_account AS
    SELECT lower(hex(r.id)) AS id, r.external_id, a.name, a.tier, a.industry, a.phone, a.email, a.website, a.street, a.city,
           a.region, a.postcode, a.country, a.visit_every_days, a.owner, a.remark, r.unsent, r.conflicts
    FROM record r JOIN account a USING (rid) WHERE r.deleted = 0;
CREATE VIEW v_site AS
    SELECT lower(hex(r.id)) AS id, lower(hex(r.account_id)) AS account_id, s.name, s.position, s.fence, s.opening_hours,
           s.street, s.city, s.region, s.postcode, s.country
    FROM record r JOIN site s USING (rid) WHERE r.deleted = 0;
CREATE VIEW v_contact AS
    SELECT lower(hex(r.id)) AS id, lower(hex(r.account_id)) AS account_id, c.name, c.role, c.phone, c.email
    FROM record r JOIN contact c USING (rid) WHERE r.deleted = 0;
CREATE VIEW v_opportunity AS
    SELECT lower(hex(r.id)) AS id, lower(hex(r.account_id)) AS account_id, o.name, o.stage, o.amount, o.opened_on, o.close_on,
           o.product, o.owner, o.next_step
    FROM record r JOIN opportunity o USING (rid) WHERE r.deleted = 0;
CREATE VIEW v_visit AS
    SELECT lower(hex(r.id)) AS id, lower(hex(r.account_id)) AS account_id, lower(hex(v.site_id)) AS site_id, v.planned_at AS planned_at_ms,
           v.rep, v.purpose, v.outcome, v.check_in, v.check_out, v.skipped, v.at_ms, v.is_open
    FROM record r JOIN visit v USING (rid) WHERE r.deleted = 0;
CREATE VIEW v_task AS
    SELECT lower(hex(r.id)) AS id, lower(hex(r.account_id)) AS account_id, t.name, t.due_on, t.done_at AS done_at_ms, t.owner, t.priority
    FROM record r JOIN task t USING (rid) WHERE r.deleted = 0;
