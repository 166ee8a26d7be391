-- rule: ATTACH PARTITION without a CHECK
-- warned: pgfence attach-partition, MigrationPilot MP094
-- schema
CREATE TABLE events (id bigint NOT NULL, kind text NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE events_0 PARTITION OF events FOR VALUES FROM (0) TO (1000000000);
CREATE TABLE old_events (id bigint NOT NULL, kind text NOT NULL CHECK (kind ~ '.'), CHECK (id < 0));
-- plan: data: rows: { old_events: 1_000_000 }
-- why: The scan of a million rows takes less than the limit on this machine, and what it locks is not in use yet; `trace` shows it (PAR-02).
-- bad
ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM (MINVALUE) TO (0);
-- safe
ALTER TABLE old_events ADD CONSTRAINT old_events_bounds CHECK (id IS NOT NULL AND id < 0) NOT VALID;
-- then
ALTER TABLE old_events VALIDATE CONSTRAINT old_events_bounds;
-- then
ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM (MINVALUE) TO (0);
