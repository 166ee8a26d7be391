-- TX-06: A migration left idle in its transaction

-- case: the application waits until it ends
begin;
alter table t add column a int;
-- session application
select count(*) from t;
-- migration
rollback;

-- case: idle_in_transaction_session_timeout
set idle_in_transaction_session_timeout = '1s';
begin;
alter table t add column a int;
-- session application
select count(*) from t;
-- await application

-- case: transaction_timeout [17-18]
set transaction_timeout = '1s';
begin;
alter table t add column a int;
-- session application
select count(*) from t;
-- await application
