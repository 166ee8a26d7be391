-- COL-02: ADD COLUMN with a constant default

-- case: nullable
alter table t add column a int default 7;

-- case: NOT NULL
alter table t add column a int not null default 7;
