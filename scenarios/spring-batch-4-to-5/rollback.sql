-- Spring Batch ships no way back. The values of the three columns that the upgrade drops cannot come back.
ALTER TABLE batch_job_execution_params RENAME parameter_value TO string_val;
ALTER TABLE batch_job_execution_params ALTER COLUMN string_val TYPE varchar(250);
ALTER TABLE batch_job_execution_params RENAME parameter_name TO key_name;
ALTER TABLE batch_job_execution_params RENAME parameter_type TO type_cd;
ALTER TABLE batch_job_execution_params ALTER COLUMN type_cd TYPE varchar(6);
ALTER TABLE batch_job_execution_params ADD COLUMN double_val double precision;
ALTER TABLE batch_job_execution_params ADD COLUMN long_val bigint;
ALTER TABLE batch_job_execution_params ADD COLUMN date_val timestamp DEFAULT NULL;
ALTER TABLE batch_step_execution ALTER COLUMN start_time SET NOT NULL;
ALTER TABLE batch_step_execution DROP COLUMN create_time;
