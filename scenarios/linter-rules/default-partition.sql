-- rule: a new partition beside a default partition with rows
-- warned: MigrationPilot MP072 MP093
-- schema
CREATE TABLE events (id bigint NOT NULL, kind text NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE events_0 PARTITION OF events FOR VALUES FROM (0) TO (10);
CREATE TABLE events_rest PARTITION OF events DEFAULT;
-- plan: data: rows: { events: 1_000_000 }
-- why: The scan of a million rows takes less than the limit on this machine; it is under ACCESS EXCLUSIVE (PAR-01).
-- bad
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (3000000000) TO (4000000000);
-- safe
ALTER TABLE events_rest ADD CONSTRAINT events_rest_bounds CHECK (id IS NOT NULL AND (id < 3000000000 OR id >= 4000000000)) NOT VALID;
-- then
ALTER TABLE events_rest VALIDATE CONSTRAINT events_rest_bounds;
-- then
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (3000000000) TO (4000000000);
