-- What administrators did, who joined and was refused, what was read; and what was erased.

CREATE TABLE audit (
    n    INTEGER PRIMARY KEY CHECK (n >= 0),
    line TEXT NOT NULL,                                      -- JSON: number, time, act, who, from where, the hash before
    hash BLOB NOT NULL CHECK (length(hash) = 32)             -- SHA-256 of the line
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE (ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit
    BEGIN SELECT RAISE (ABORT, 'the audit log is append-only'); END;

-- Records that are gone for good: nothing of them is taken again.
CREATE TABLE erased (
    record BLOB PRIMARY KEY CHECK (length(record) = 16),
    at_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX evidence_link_by_record ON evidence_link (record);
CREATE INDEX change_late ON change (received_at_ms) WHERE late = 1;
