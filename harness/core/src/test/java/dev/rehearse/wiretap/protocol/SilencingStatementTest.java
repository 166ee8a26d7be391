package dev.rehearse.wiretap.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SilencingStatementTest {

    private static String undone(byte type, String body) {
        ByteBuffer buffer = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
        SilencingStatement.undo(type, buffer);
        assertThat(buffer.position()).isZero();
        return new String(buffer.array(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "SET client_min_messages TO 'warning'|SET client_min_messages TO 'debug1' ",
                "set local client_min_messages=notice;|set local client_min_messages=debug1;",
                " SET SESSION client_min_messages = ERROR ;|SET SESSION client_min_messages = debug ;",
                "SET client_min_messages TO warning;SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE;|SET client_min_messages TO debug1 ;SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE;",
                "SET standard_conforming_strings=on;SET client_min_messages TO 'warning'|SET standard_conforming_strings=on;SET client_min_messages TO 'debug1' ",
                "SET client_min_messages TO'panic' /*app:shop*/|SET client_min_messages TO'debug' /*app:shop*/",
                "SET search_path TO \"$user\", public; SET TIME ZONE 'Europe/Berlin'; SET client_min_messages TO warning|SET search_path TO \"$user\", public; SET TIME ZONE 'Europe/Berlin'; SET client_min_messages TO debug1 ",
                "SET geqo_seed = -1; SET client_min_messages TO error|SET geqo_seed = -1; SET client_min_messages TO debug",
            })
    void it_is_as_long_as_it_was_and_silences_nobody(String sql, String expected) {
        assertThat(SilencingStatement.isOne(sql)).isTrue();
        assertThat(undone((byte) 'Q', sql + "\0").strip()).isEqualTo((expected + "\0").strip());
        assertThat(undone((byte) 'P', "s1\0" + sql + "\0\0\0"))
                .hasSize(sql.length() + 6)
                .contains("debug");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET client_min_messages TO 'debug1'",
                "SET client_min_messages TO DEFAULT",
                "SET client_min_messages TO warning; DROP TABLE orders",
                "SELECT 'SET client_min_messages TO warning'",
                "SET client_min_messages TO 'warning",
                "SET client_min_messages TO warnings",
                "SET application_name = ';SET client_min_messages TO warning;'",
                "SET a.b = 'x''; SET client_min_messages TO warning; '",
                "SELECT 1; SET client_min_messages TO warning",
                "SET a.b = 'x set client_min_messages = warning /* y'",
                "SET search_path = \"; set client_min_messages = warning; set x\"",
                "SET a.b = E'\\'; set client_min_messages = warning; set x = \\''",
                "SET a.b = $$; set client_min_messages = warning; set x$$",
                "SET a.b = c -- ; set client_min_messages = warning; set x",
            })
    void what_does_more_or_less_stays_as_it_is(String sql) {
        assertThat(SilencingStatement.isOne(sql)).isFalse();
        assertThat(undone((byte) 'Q', sql + "\0")).isEqualTo(sql + "\0");
    }

    @ParameterizedTest
    @CsvSource({"Q", "P"})
    void a_message_that_is_cut_stays_as_it_is(char type) {
        assertThat(undone((byte) type, "SET client_min_messages TO warning"))
                .isEqualTo("SET client_min_messages TO warning");
        assertThat(undone((byte) type, "")).isEmpty();
    }
}
