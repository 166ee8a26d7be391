-- rehearse: no-transaction
DROP INDEX CONCURRENTLY IF EXISTS act_idx_hi_varinst_act_inst_id;
DROP INDEX CONCURRENTLY IF EXISTS act_idx_hi_varinst_name;
