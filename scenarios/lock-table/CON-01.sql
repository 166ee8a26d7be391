-- CON-01: ADD CHECK

-- case: ADD CHECK
alter table t add constraint n_positive check (n > 0);
