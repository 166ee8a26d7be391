-- TYP-03: Changes of type that change or check the bytes

-- case: varchar(20) to varchar(10)
alter table t alter column v type varchar(10);

-- case: text to varchar(100)
alter table t alter column s type varchar(100);

-- case: numeric(10,2) to numeric(10,1)
alter table t alter column amount type numeric(10, 1);

-- case: json to jsonb
alter table t alter column doc type jsonb;

-- case: int to text
alter table t alter column c type text;

-- case: int to a domain with CHECK
-- setup
create domain positive as int check (value > 0);
-- migration
alter table t alter column c type positive;
