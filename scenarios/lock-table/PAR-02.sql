-- PAR-02: ATTACH PARTITION

-- case: no CHECK
-- setup
create table log_3 (like log including all);
insert into log_3 select g, 'n' from generate_series(2000, 2999) g;
-- migration
alter table log attach partition log_3 for values from (2000) to (3000);

-- case: matching CHECK
-- setup
create table log_3 (like log including all, check (at >= 2000 and at < 3000));
insert into log_3 select g, 'n' from generate_series(2000, 2999) g;
-- migration
alter table log attach partition log_3 for values from (2000) to (3000);

-- case: matching CHECK, default partition
-- setup
create table log_rest partition of log default;
create table log_3 (like log including all, check (at >= 2000 and at < 3000));
insert into log_3 select g, 'n' from generate_series(2000, 2999) g;
-- migration
alter table log attach partition log_3 for values from (2000) to (3000);

-- case: matching CHECK, default partition with CHECK
-- setup
create table log_rest partition of log default;
alter table log_rest add check (at >= 3000);
create table log_3 (like log including all, check (at >= 2000 and at < 3000));
insert into log_3 select g, 'n' from generate_series(2000, 2999) g;
-- migration
alter table log attach partition log_3 for values from (2000) to (3000);
