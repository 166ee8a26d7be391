-- TAB-03: CREATE TABLE with a foreign key

-- case: REFERENCES
create table made (id int primary key, parent_id int references parent);
