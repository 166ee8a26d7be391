-- IDX-08: RENAME of an index

-- case: ALTER INDEX
alter index t_n_idx rename to renamed;

-- case: ALTER TABLE
alter table t_n_idx rename to renamed;
