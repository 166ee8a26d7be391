-- VAC-02: VACUUM gives the end of the table back

-- case: VACUUM
-- setup
create table wide (id int primary key, filler text) with (fillfactor = 10, autovacuum_enabled = off);
alter table wide alter column filler set storage plain;
insert into wide select g, repeat('x', 700) from generate_series(1, 30000) g;
delete from wide where id > 1;
-- migration
vacuum wide;

-- case: VACUUM (TRUNCATE FALSE), behind other maintenance
-- session maintenance
begin;
lock table t in share update exclusive mode;
-- migration
vacuum (truncate false) t;
-- session maintenance
commit;
