-- CON-11: ADD UNIQUE or PRIMARY KEY USING INDEX

-- case: UNIQUE
-- setup
create unique index t_c_key on t (c);
-- migration
alter table t add constraint t_c_key unique using index t_c_key;

-- case: PRIMARY KEY, column NOT NULL
-- setup
alter table t drop constraint t_pkey;
create unique index t_n_key on t (n);
-- migration
alter table t add primary key using index t_n_key;

-- case: PRIMARY KEY, column nullable
-- setup
alter table t drop constraint t_pkey;
create unique index t_c_key on t (c);
-- migration
alter table t add primary key using index t_c_key;

-- case: UNIQUE, the index renamed
-- setup
create unique index t_c_idx on t (c);
-- migration
alter table t add constraint t_c_key unique using index t_c_idx;
