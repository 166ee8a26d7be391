-- COL-08: ADD COLUMN of a domain with a constraint

-- case: nullable, no default
-- setup
create domain positive as int check (value > 0);
-- migration
alter table t add column a positive;
