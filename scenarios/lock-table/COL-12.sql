-- COL-12: ADD COLUMN with a key

-- case: UNIQUE
alter table t add column a int unique;

-- case: serial PRIMARY KEY
-- setup
alter table t drop constraint t_pkey;
-- migration
alter table t add column a serial primary key;
