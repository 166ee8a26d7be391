-- CON-08: Constraints that are NOT ENFORCED

-- case: CHECK [18]
alter table t add constraint n_positive check (n > 0) not enforced;

-- case: FOREIGN KEY [18]
alter table t add constraint t_parent_fk foreign key (parent_id) references parent not enforced;

-- case: FOREIGN KEY made ENFORCED [18]
-- setup
alter table t add constraint t_parent_fk foreign key (parent_id) references parent not enforced;
-- migration
alter table t alter constraint t_parent_fk enforced;
