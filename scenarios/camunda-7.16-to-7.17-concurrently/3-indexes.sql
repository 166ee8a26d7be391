-- rehearse: no-transaction
-- A lock_timeout would cancel a build that waits for old transactions and leave an INVALID index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY act_idx_hi_varinst_name ON act_hi_varinst (name_);
CREATE INDEX CONCURRENTLY act_idx_hi_varinst_act_inst_id ON act_hi_varinst (act_inst_id_);
