-- The chain of evidence of this device: what was done at visits, each link signed and bound to the one before it. It stays
-- when the visits leave the book, so that it can always be shown whole.
CREATE TABLE evidence (
    n         INTEGER PRIMARY KEY CHECK (n >= 0),  -- its place in the chain
    visit_id  BLOB CHECK (length(visit_id) = 16),  -- NULL for a link that is about no visit
    link      TEXT NOT NULL,                       -- JSON, hashed and signed to the byte (docs/evidence.md)
    signature BLOB CHECK (length(signature) = 64), -- NULL until the host's hardware has made it
    content   TEXT                                 -- the arrival or departure it attests; NULL once it is not kept any more
) STRICT;
CREATE INDEX evidence_unsigned ON evidence (n) WHERE signature IS NULL;
CREATE INDEX evidence_by_visit ON evidence (visit_id) WHERE visit_id IS NOT NULL;
