-- CON-07: VALIDATE of a FOREIGN KEY

-- case: VALIDATE CONSTRAINT
-- setup
alter table t add constraint t_parent_fk foreign key (parent_id) references parent not valid;
-- migration
alter table t validate constraint t_parent_fk;
