-- rule: a new table without a primary key
-- warned: MigrationPilot MP045, diesel-guard create_table_without_pk, Bytebase table_require_pk, Liquibase, Supabase 0004, schemalint require-primary-key, pgrubic GN004
-- why: It harms who replicates it: Rehearse warns where a publication has it (new-table-without-key-published).
-- bad
CREATE TABLE parcels (code text, weight integer);
