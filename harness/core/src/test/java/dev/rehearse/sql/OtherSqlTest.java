package dev.rehearse.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherSqlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '!',
            value = {
                "CREATE TABLE IF NOT EXISTS invoices (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE) | BLOB",
                "create table a (\"key\" int, data blob) | blob",
                "ALTER TABLE a ADD COLUMN seen datetime DEFAULT now() | datetime",
                "ALTER TABLE a ADD size tinyint(1) | tinyint",
                "CREATE TABLE a (id integer PRIMARY KEY AUTOINCREMENT) | AUTOINCREMENT",
                "CREATE TABLE `a` (id int) | `a`",
                "CREATE TABLE blob (id int, data longblob) | longblob",
                "CREATE TEMPORARY TABLE a (name VARCHAR2(20) NOT NULL) | VARCHAR2"
            })
    void a_word_of_another_database_is_found(String statement, String word) {
        assertThat(OtherSql.wordOf(statement)).contains(word);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '!',
            value = {
                "ERROR: type \"blob\" does not exist | blob",
                "ERROR: syntax error at or near \"AUTO_INCREMENT\" | AUTO_INCREMENT",
                "pq: syntax error at or near \"`\" | `"
            })
    void what_a_server_says_of_one_is_told_with_what_to_do(String message, String word) {
        assertThat(OtherSql.adviceOn(message))
                .hasValueSatisfying(advice -> assertThat(advice)
                        .startsWith(word + " is a word of other databases")
                        .contains("migration: { command: ... }"));
        assertThat(OtherSql.adviceOn("ERROR: type \"mood\" does not exist")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE a (blob bytea NOT NULL, number integer, datetime timestamptz, CHECK (blob IS NOT NULL AND number > 0))",
                "ALTER TABLE a DROP COLUMN blob, DROP COLUMN IF EXISTS number",
                "ALTER TABLE a RENAME COLUMN image TO blob",
                "ALTER TABLE a RENAME TO number",
                "CREATE TABLE number (id bigint)",
                "CREATE TABLE a (id int, number_id bigint REFERENCES number (id), LIKE blob)",
                "CREATE TABLE a PARTITION OF number DEFAULT",
                "CREATE TABLE a AS SELECT number, blob FROM b",
                "ALTER TABLE a ADD CONSTRAINT number UNIQUE (id), SET SCHEMA blob",
                "ALTER TABLE a ADD PRIMARY KEY USING INDEX number",
                "CREATE TABLE a (id int, -- once BLOB, lately bytea\n data bytea DEFAULT 'a blob, with more', PRIMARY KEY (id, number))",
                "INSERT INTO a SELECT data blob, 1 FROM b",
                "CREATE TABLE a (id int, \"blob\" text, picture shop.blob)"
            })
    void what_else_is_called_so_is_none(String statement) {
        assertThat(OtherSql.wordOf(statement)).isEmpty();
    }

    @Test
    void a_text_of_any_length_is_none() {
        assertThat(OtherSql.wordOf("ALTER TABLE a ADD note text DEFAULT '" + "it''s ".repeat(100_000) + "a blob, '"))
                .isEmpty();
    }
}
