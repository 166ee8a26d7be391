-- CON-06: ADD FOREIGN KEY NOT VALID

-- case: NOT VALID
alter table t add constraint t_parent_fk foreign key (parent_id) references parent not valid;

-- case: from a partitioned table
alter table log add constraint log_parent_fk foreign key (at) references parent not valid;
