-- COL-11: ADD COLUMN with DEFAULT and REFERENCES

-- case: DEFAULT 1 REFERENCES
alter table t add column a int default 1 references parent;
