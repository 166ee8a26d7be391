-- APP-03: New constraints against the old application's writes

-- case: NOT NULL
-- migration
alter table t alter column c set not null;
-- session application
insert into t (id, n) values (9001, 9001);

-- case: CHECK NOT VALID
-- migration
alter table t add constraint n_small check (n < 5000) not valid;
-- session application
insert into t (id, n) values (9001, 9001);

-- case: UNIQUE
-- migration
alter table t add constraint t_c_key unique (c);
-- session application
insert into t (id, n, c) values (9001, 9001, 1);
