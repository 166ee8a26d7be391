-- TAB-08: LOCK TABLE without a mode

-- case: LOCK TABLE
lock table t;
