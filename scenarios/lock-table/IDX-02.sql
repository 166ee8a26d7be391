-- IDX-02: CREATE INDEX IF NOT EXISTS

-- case: index exists
create index if not exists t_n_idx on t (n);
