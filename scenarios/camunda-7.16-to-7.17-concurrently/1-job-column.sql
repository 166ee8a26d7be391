SET lock_timeout = '200ms';
ALTER TABLE act_ru_job ADD COLUMN IF NOT EXISTS last_failure_log_id_ varchar(64);
