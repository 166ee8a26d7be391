-- PAR-06: ADD PRIMARY KEY to a partitioned table

-- case: ADD PRIMARY KEY
alter table log add primary key (at);
