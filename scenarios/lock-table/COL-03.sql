-- COL-03: ADD COLUMN with a stable default

-- case: DEFAULT now()
alter table t add column a timestamptz default now();
