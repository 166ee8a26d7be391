-- TYP-01: Changes of type that keep the bytes

-- case: varchar(20) to varchar(40)
alter table t alter column v type varchar(40);

-- case: varchar(20) to text
alter table t alter column v type text;

-- case: text to varchar
alter table t alter column s type varchar;

-- case: numeric(10,2) to numeric(12,2)
alter table t alter column amount type numeric(12, 2);

-- case: numeric(10,2) to numeric
alter table t alter column amount type numeric;

-- case: timestamptz(3) to timestamptz
alter table t alter column seen type timestamptz;

-- case: cidr to inet
alter table t alter column net type inet;

-- case: int to int, USING
alter table t alter column c type int using c;
