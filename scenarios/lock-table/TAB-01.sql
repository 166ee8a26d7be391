-- TAB-01: DROP TABLE

-- case: alone
drop table t;

-- case: with a foreign key
drop table child;

-- case: referenced, CASCADE
drop table parent cascade;
