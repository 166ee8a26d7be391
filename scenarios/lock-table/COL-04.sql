-- COL-04: ADD COLUMN with a volatile default

-- case: DEFAULT clock_timestamp()
alter table t add column a timestamptz default clock_timestamp();

-- case: DEFAULT random()
alter table t add column a float8 default random();

-- case: DEFAULT gen_random_uuid()
alter table t add column a uuid default gen_random_uuid();
