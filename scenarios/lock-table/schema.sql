-- What every case of the lock table finds: small tables, some keys, one foreign key, one partitioned table.
create table parent (id int primary key, name text);
create table t (
    id int primary key,
    n int not null,
    c int,
    s text,
    v varchar(20),
    amount numeric(10, 2),
    at timestamp,
    seen timestamptz(3),
    net cidr,
    doc json,
    parent_id int
);
create index t_n_idx on t (n);
create table child (id int primary key, parent_id int);
create table log (at int not null, note text) partition by range (at);
create table log_1 partition of log for values from (0) to (1000);
create table log_2 partition of log for values from (1000) to (2000);

insert into parent select g, 'n' from generate_series(1, 3000) g;
insert into t
    select g, g, g, 'n', 'n', g, timestamp '2026-01-01' + g * interval '1 minute', timestamptz '2026-01-01 00:00+00', '10.0.0.0/8', '{}',
        1 + g % 1000
    from generate_series(1, 3000) g;
insert into child select g, 1 + g % 1000 from generate_series(1, 3000) g;
insert into log select g, 'n' from generate_series(1, 1999) g;
alter table child add constraint child_parent_fk foreign key (parent_id) references parent;
analyze;
