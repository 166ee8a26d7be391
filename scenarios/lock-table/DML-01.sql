-- DML-01: Writes of the whole table in one statement

-- case: UPDATE, and a writer meanwhile
-- migration
begin;
update t set s = 'new';
-- session application
update t set s = 'newer' where id = 1;
-- migration
commit;

-- case: DELETE
delete from t;

-- case: UPDATE of a foreign key's column, and a change of the parent row meanwhile
-- migration
begin;
update child set parent_id = 7;
-- session application
delete from parent where id = 7;
-- migration
commit;
