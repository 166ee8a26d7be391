-- rule: DETACH PARTITION without CONCURRENTLY, behind a long reader
-- warned: squawk require-concurrent-partition-detach, pgfence detach-partition, MigrationPilot MP046, pgrubic US027
-- schema
CREATE TABLE events (id bigint NOT NULL, kind text NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE events_0 PARTITION OF events FOR VALUES FROM (0) TO (1000);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1000) TO (MAXVALUE);
-- plan: workload: blockers: [ { longReader: events, for: 3s } ]
-- bad
ALTER TABLE events DETACH PARTITION events_0;
-- safe
-- rehearse: no-transaction
ALTER TABLE events DETACH PARTITION events_0 CONCURRENTLY;
