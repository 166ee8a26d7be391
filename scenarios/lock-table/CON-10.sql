-- CON-10: ADD UNIQUE, PRIMARY KEY, EXCLUDE

-- case: UNIQUE
alter table t add constraint t_c_key unique (c);

-- case: PRIMARY KEY, column NOT NULL
-- setup
alter table t drop constraint t_pkey;
-- migration
alter table t add primary key (n);

-- case: PRIMARY KEY, column nullable
-- setup
alter table t drop constraint t_pkey;
-- migration
alter table t add primary key (c);

-- case: EXCLUDE
alter table t add constraint t_c_excl exclude using btree (c with =);
