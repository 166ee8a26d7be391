DROP INDEX act_idx_hi_pro_rst_pro_inst_id;
ALTER TABLE act_hi_procinst DROP COLUMN restarted_proc_inst_id_;
ALTER TABLE act_hi_job_log DROP COLUMN batch_id_;
ALTER TABLE act_ru_job DROP COLUMN batch_id_;
ALTER TABLE act_hi_taskinst DROP COLUMN task_state_;
ALTER TABLE act_ru_task DROP COLUMN task_state_;
DELETE FROM act_ge_schema_log WHERE id_ = '1100';
