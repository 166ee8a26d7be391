-- IDX-09: CREATE INDEX on a partitioned table

-- case: CREATE INDEX
create index made on log (note);

-- case: CONCURRENTLY
create index concurrently made on log (note);
