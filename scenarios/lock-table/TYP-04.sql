-- TYP-04: int to bigint

-- case: primary key
alter table t alter column id type bigint;

-- case: plain column
alter table t alter column c type bigint;
