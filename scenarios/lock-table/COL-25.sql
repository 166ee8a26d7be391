-- COL-25: Statistics of a column

-- case: SET STATISTICS
alter table t alter column n set statistics 500;

-- case: SET (n_distinct)
alter table t alter column n set (n_distinct = 100);
