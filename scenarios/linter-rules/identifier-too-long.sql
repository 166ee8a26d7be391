-- rule: a name of more than 63 bytes
-- warned: squawk identifier-too-long, sonar-postgres identifier-max-length
-- why: The server cuts it off, and whoever asks by the long name has it cut off, too. Two that are cut off alike fail at once (42P07).
-- bad
CREATE TABLE the_table_that_has_a_name_of_more_than_sixty_three_bytes_in_all_of_it (id bigint PRIMARY KEY);
