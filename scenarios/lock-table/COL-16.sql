-- COL-16: DROP COLUMN that carries a foreign key

-- case: DROP COLUMN
alter table child drop column parent_id;
