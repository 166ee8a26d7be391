DROP INDEX act_idx_hi_varinst_act_inst_id;
DROP INDEX act_idx_hi_varinst_name;
ALTER TABLE act_ru_ext_task DROP COLUMN last_failure_log_id_;
ALTER TABLE act_ru_job DROP COLUMN last_failure_log_id_;
DELETE FROM act_ge_schema_log WHERE id_ = '600';
