-- PAR-04: DROP of a partition

-- case: DROP TABLE
drop table log_1;
