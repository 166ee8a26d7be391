-- ENUM-01: ALTER TYPE ADD VALUE

-- case: ADD VALUE
-- setup
create type mood as enum ('calm', 'glad');
alter table t add column m mood;
-- migration
alter type mood add value 'sad';

-- case: the new value used in the same transaction
-- setup
create type mood as enum ('calm', 'glad');
alter table t add column m mood;
-- migration
begin;
alter type mood add value 'sad';
update t set m = 'sad' where id = 1;
