-- COL-14: ADD COLUMN IF NOT EXISTS

-- case: column exists
alter table t add column if not exists n int;
