-- PAR-01: CREATE TABLE PARTITION OF

-- case: no default partition
create table log_3 partition of log for values from (2000) to (3000);

-- case: default partition
-- setup
create table log_rest partition of log default;
-- migration
create table log_3 partition of log for values from (2000) to (3000);
