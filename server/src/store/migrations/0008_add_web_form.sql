-- Forms on web pages that send leads. A form is a person with a device that never syncs.

CREATE TABLE web_form (
    token  BLOB PRIMARY KEY CHECK (length(token) = 32),      -- SHA-256 of the token
    device BLOB NOT NULL UNIQUE REFERENCES device (id),
    source TEXT NOT NULL                                     -- the source of its leads
) STRICT, WITHOUT ROWID;
