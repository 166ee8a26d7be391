-- SEQ-01: Sequences

-- case: ALTER SEQUENCE
-- setup
create sequence numbers;
-- migration
alter sequence numbers increment by 10;

-- case: setval
-- setup
create sequence numbers;
-- migration
select setval('numbers', 1000);

-- case: ALTER SEQUENCE, and nextval meanwhile
-- setup
create sequence numbers;
-- migration
begin;
alter sequence numbers increment by 10;
-- session application
select nextval('numbers');
-- migration
commit;
