-- Changes are kept one by one for a while, and so are tombstones. A device that comes later gets the whole instead.

-- Departures up to this number may be gone: a device whose cursor is before it begins the territory anew.
ALTER TABLE territory ADD COLUMN compacted_seq INTEGER NOT NULL DEFAULT 0;
-- When the actor was first named: a device may name so many a day.
ALTER TABLE actor ADD COLUMN bound_at_ms INTEGER NOT NULL DEFAULT 0;

-- Where records of a person began before they were moved: what they made until then still goes there.
CREATE TABLE former_home (
    person    BLOB NOT NULL REFERENCES person (id),
    until_ms  INTEGER NOT NULL,
    territory BLOB NOT NULL REFERENCES territory (id),
    PRIMARY KEY (person, until_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_home_by_territory ON former_home (territory);

CREATE INDEX change_by_age ON change (received_at_ms) WHERE bytes IS NOT NULL;
CREATE INDEX departure_by_age ON departure (at_ms);
