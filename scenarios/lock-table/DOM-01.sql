-- DOM-01: Constraints of a domain

-- case: ADD CONSTRAINT
-- setup
create domain price as int;
alter table t add column p price default 5;
-- migration
alter domain price add constraint above_zero check (value > 0);

-- case: SET NOT NULL
-- setup
create domain price as int;
alter table t add column p price default 5;
-- migration
alter domain price set not null;

-- case: ADD CONSTRAINT NOT VALID
-- setup
create domain price as int;
alter table t add column p price default 5;
-- migration
alter domain price add constraint above_zero check (value > 0) not valid;

-- case: VALIDATE CONSTRAINT
-- setup
create domain price as int;
alter table t add column p price default 5;
alter domain price add constraint above_zero check (value > 0) not valid;
-- migration
alter domain price validate constraint above_zero;
