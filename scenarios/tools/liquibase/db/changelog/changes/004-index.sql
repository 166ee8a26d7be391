--liquibase formatted sql

--changeset shop:index runInTransaction:false
CREATE INDEX CONCURRENTLY orders_account_id_idx ON orders (account_id);
--rollback DROP INDEX CONCURRENTLY IF EXISTS orders_account_id_idx;
