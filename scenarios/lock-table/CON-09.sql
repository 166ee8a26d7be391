-- CON-09: ALTER CONSTRAINT DEFERRABLE

-- case: foreign key
alter table child alter constraint child_parent_fk deferrable;
