-- The clocks of this device at each edit: by them its time is worked out again when the server's time becomes known. An edit
-- stays here for some days after the server has accepted it, because the server's clock may prove wrong as well.
CREATE TABLE edit_time (
    hash           BLOB PRIMARY KEY,   -- of the change
    record_id      BLOB NOT NULL,
    made_at_ms     INTEGER NOT NULL,   -- the time that it was given
    wall_ms        INTEGER NOT NULL,   -- the clock of the device
    uptime_ms      INTEGER,            -- its monotonic clock, where it has one
    boot           INTEGER,            -- the start from which that runs
    heard_ms       INTEGER,            -- the server's time in the last answer before
    accepted_at_ms INTEGER             -- by the server's clock; absent while it is unsent
) STRICT, WITHOUT ROWID;
