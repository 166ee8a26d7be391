-- TAB-09: What only reads the table's definition or rows

-- case: CREATE TABLE AS
create table made as select * from t;

-- case: CREATE TABLE LIKE
create table made (like t including all);

-- case: CREATE VIEW
create view made as select * from t;
