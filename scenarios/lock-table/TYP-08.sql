-- TYP-08: Change of the type of a column that a view or rule uses

-- case: view
-- setup
create view seen_by_view as select s from t;
-- migration
alter table t alter column s type varchar;

-- case: rule
-- setup
create table notes (s text);
create rule note as on update to t do also insert into notes values (new.s);
-- migration
alter table t alter column s type varchar;
