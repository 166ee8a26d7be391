-- CON-13: DROP CONSTRAINT of a FOREIGN KEY

-- case: FOREIGN KEY
alter table child drop constraint child_parent_fk;
