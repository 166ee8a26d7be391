-- CON-04: NOT VALID and VALIDATE in one transaction

-- case: CHECK
alter table t add constraint n_positive check (n > 0) not valid;
alter table t validate constraint n_positive;

-- case: FOREIGN KEY
alter table t add constraint t_parent_fk foreign key (parent_id) references parent not valid;
alter table t validate constraint t_parent_fk;
