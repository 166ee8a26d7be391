-- CON-02: ADD CHECK NOT VALID

-- case: NOT VALID
alter table t add constraint n_positive check (n > 0) not valid;
