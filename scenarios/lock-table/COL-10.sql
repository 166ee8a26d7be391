-- COL-10: ADD COLUMN with REFERENCES

-- case: nullable, no default
alter table t add column a int references parent;
