-- IDX-01: CREATE INDEX

-- case: CREATE INDEX
create index made on t (s);

-- case: CREATE UNIQUE INDEX
create unique index made on t (c);
