-- ENUM-02: ALTER TYPE RENAME VALUE

-- case: RENAME VALUE
-- setup
create type mood as enum ('calm', 'glad');
alter table t add column m mood;
-- migration
alter type mood rename value 'glad' to 'happy';
