-- TAB-06: Triggers that are made or switched

-- case: CREATE TRIGGER
-- setup
create function nothing() returns trigger language plpgsql as 'begin return new; end';
-- migration
create trigger watch before update on t for each row execute function nothing();

-- case: DISABLE TRIGGER
-- setup
create function nothing() returns trigger language plpgsql as 'begin return new; end';
create trigger watch before update on t for each row execute function nothing();
-- migration
alter table t disable trigger watch;

-- case: ENABLE TRIGGER
-- setup
create function nothing() returns trigger language plpgsql as 'begin return new; end';
create trigger watch before update on t for each row execute function nothing();
alter table t disable trigger watch;
-- migration
alter table t enable trigger watch;
