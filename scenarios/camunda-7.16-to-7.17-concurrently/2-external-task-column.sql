SET lock_timeout = '200ms';
ALTER TABLE act_ru_ext_task ADD COLUMN IF NOT EXISTS last_failure_log_id_ varchar(64);
INSERT INTO act_ge_schema_log VALUES ('600', current_timestamp, '7.17.0');
