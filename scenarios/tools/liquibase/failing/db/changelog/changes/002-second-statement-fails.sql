--liquibase formatted sql

--changeset shop:second-statement-fails
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN total text;
--rollback ALTER TABLE orders DROP COLUMN note;
