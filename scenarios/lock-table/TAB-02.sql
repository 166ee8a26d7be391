-- TAB-02: TRUNCATE

-- case: alone
truncate t;

-- case: referenced, CASCADE
truncate parent cascade;

-- case: referenced
truncate parent;
