-- The fields of records whose kind has no table of its own: kinds of later versions, and those that need no columns.
CREATE TABLE other_record (
    rid   INTEGER PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
    kind  INTEGER NOT NULL,                          -- as in record
    known INTEGER NOT NULL CHECK (known IN (0, 1)),  -- whether the program that wrote the row knew the kind
    more  TEXT                                       -- JSON
) STRICT;
CREATE INDEX other_record_by_kind ON other_record (kind, known);
