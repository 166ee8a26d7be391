-- CON-12: DROP CONSTRAINT of a CHECK or PRIMARY KEY

-- case: CHECK
-- setup
alter table t add constraint n_positive check (n > 0);
-- migration
alter table t drop constraint n_positive;

-- case: PRIMARY KEY
alter table t drop constraint t_pkey;
