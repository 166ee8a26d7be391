-- IDX-10: Changes that only other maintenance waits for

-- case: CREATE STATISTICS
create statistics made on n, c from t;

-- case: ANALYZE
analyze t;

-- case: SET (fillfactor)
alter table t set (fillfactor = 70);

-- case: SET (autovacuum_enabled)
alter table t set (autovacuum_enabled = false);

-- case: CLUSTER ON
alter table t cluster on t_n_idx;

-- case: COMMENT
comment on table t is 'orders';

-- case: ALTER PUBLICATION ADD TABLE
-- setup
create publication everything;
-- migration
alter publication everything add table t;
