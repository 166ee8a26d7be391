-- TYP-05: int to bigint of a foreign key's column

-- case: referencing column
alter table child alter column parent_id type bigint;
