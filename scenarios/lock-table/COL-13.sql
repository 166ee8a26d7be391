-- COL-13: ADD COLUMN NOT NULL without default

-- case: table with rows
alter table t add column a int not null;
