-- COL-22: NOT NULL as a constraint of its own

-- case: ADD NOT NULL NOT VALID [18]
alter table t add constraint c_there not null c not valid;

-- case: VALIDATE CONSTRAINT [18]
-- setup
alter table t add constraint c_there not null c not valid;
-- migration
alter table t validate constraint c_there;
