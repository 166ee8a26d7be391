-- CON-05: ADD FOREIGN KEY

-- case: ADD FOREIGN KEY
alter table t add constraint t_parent_fk foreign key (parent_id) references parent;
