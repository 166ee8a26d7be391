-- CON-15: FOREIGN KEY without an index on its column

-- case: DELETE of a parent row
-- words: Seq Scan on child
load 'auto_explain';
set auto_explain.log_min_duration = 0;
set auto_explain.log_level = debug1;
set auto_explain.log_nested_statements = on;
delete from parent where id = 3000;

-- case: the same with an index
-- setup
create index child_parent_idx on child (parent_id);
-- words: Seq Scan on child
load 'auto_explain';
set auto_explain.log_min_duration = 0;
set auto_explain.log_level = debug1;
set auto_explain.log_nested_statements = on;
delete from parent where id = 3000;
