-- Orders that a device is to be wiped, and keys that a device has changed.
ALTER TABLE device ADD COLUMN wipe_ordered_at_ms INTEGER;   -- NULL: there is no order
ALTER TABLE device ADD COLUMN wiped_at_ms INTEGER;          -- NULL until the device has reported it
ALTER TABLE device ADD COLUMN request_key BLOB;             -- NULL while it signs requests with the key it joined with
