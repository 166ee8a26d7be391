-- COL-21: SET NOT NULL and DROP of the CHECK that proves it, in one ALTER TABLE

-- case: SET NOT NULL, DROP CONSTRAINT
-- setup
alter table t add constraint c_there check (c is not null);
-- migration
alter table t alter column c set not null, drop constraint c_there;
