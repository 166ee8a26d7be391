SET lock_timeout = '200ms';
ALTER TABLE act_ru_job DROP COLUMN last_failure_log_id_;
