-- COL-05: ADD COLUMN that counts

-- case: serial
alter table t add column a serial;

-- case: identity
alter table t add column a bigint generated always as identity;
