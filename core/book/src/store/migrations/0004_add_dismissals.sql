-- Stops of the track that the rep says were no visits: they are not suggested again. Forgotten with the track.
CREATE TABLE track_dismissal (
    site_id  BLOB NOT NULL CHECK (length(site_id) = 16),  -- where the visit was suggested
    from_ms  INTEGER NOT NULL,                            -- of the stop, Unix epoch, UTC
    until_ms INTEGER NOT NULL CHECK (until_ms >= from_ms),
    PRIMARY KEY (site_id, from_ms, until_ms)
) STRICT, WITHOUT ROWID;
