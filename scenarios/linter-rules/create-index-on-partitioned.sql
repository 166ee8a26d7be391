-- rule: CREATE INDEX on a partitioned table
-- warned: MigrationPilot MP092, GitLab, pg-schema-diff
-- schema
CREATE TABLE events (id bigint PRIMARY KEY, kind text NOT NULL) PARTITION BY HASH (id);
CREATE TABLE events_0 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE events_1 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- plan: data: rows: { events: 300_000 }
-- bad
CREATE INDEX events_kind_idx ON events (kind);
-- safe
-- rehearse: no-transaction
CREATE INDEX events_kind_idx ON ONLY events (kind);
CREATE INDEX CONCURRENTLY events_0_kind_idx ON events_0 (kind);
CREATE INDEX CONCURRENTLY events_1_kind_idx ON events_1 (kind);
ALTER INDEX events_kind_idx ATTACH PARTITION events_0_kind_idx;
ALTER INDEX events_kind_idx ATTACH PARTITION events_1_kind_idx;
