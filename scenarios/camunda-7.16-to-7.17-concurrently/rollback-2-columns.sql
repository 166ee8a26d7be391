SET lock_timeout = '200ms';
ALTER TABLE act_ru_ext_task DROP COLUMN last_failure_log_id_;
DELETE FROM act_ge_schema_log WHERE id_ = '600';
