-- PAR-05: Changes of a partitioned table

-- case: ADD COLUMN
alter table log add column a int;

-- case: SET NOT NULL
alter table log alter column note set not null;

-- case: ADD CHECK
alter table log add constraint at_positive check (at > 0);
