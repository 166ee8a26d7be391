-- COL-15: DROP COLUMN

-- case: plain column
alter table t drop column s;

-- case: indexed column
alter table t drop column n;
