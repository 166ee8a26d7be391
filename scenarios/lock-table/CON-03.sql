-- CON-03: VALIDATE of a CHECK

-- case: VALIDATE CONSTRAINT
-- setup
alter table t add constraint n_positive check (n > 0) not valid;
-- migration
alter table t validate constraint n_positive;
