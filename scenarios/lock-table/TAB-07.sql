-- TAB-07: Rules, policies, owners, inheritance

-- case: DROP TRIGGER
-- setup
create function nothing() returns trigger language plpgsql as 'begin return new; end';
create trigger watch before update on t for each row execute function nothing();
-- migration
drop trigger watch on t;

-- case: CREATE RULE
create rule quiet as on delete to t do instead nothing;

-- case: DISABLE RULE
-- setup
create rule quiet as on delete to t do instead nothing;
-- migration
alter table t disable rule quiet;

-- case: ENABLE ROW LEVEL SECURITY
alter table t enable row level security;

-- case: CREATE POLICY
create policy mine on t using (c > 0);

-- case: REPLICA IDENTITY
alter table t replica identity full;

-- case: OWNER TO
alter table t owner to pg_database_owner;

-- case: INHERIT
-- setup
create table ancestor (n int not null);
-- migration
alter table t inherit ancestor;
