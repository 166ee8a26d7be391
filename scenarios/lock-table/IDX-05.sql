-- IDX-05: DROP INDEX

-- case: DROP INDEX
drop index t_n_idx;
