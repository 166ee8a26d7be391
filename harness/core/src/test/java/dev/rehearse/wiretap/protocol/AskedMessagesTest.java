package dev.rehearse.wiretap.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskedMessagesTest {

    private final AskedMessages asked = new AskedMessages(false);

    private void run(String sql, String tag, Transaction after) {
        asked.begins(sql);
        asked.ended(true, tag, after);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "set client_min_messages = debug1 | true",
                "SET client_min_messages TO 'LOG' | true",
                "set session client_min_messages to debug5; select 1 | true",
                "select set_config('client_min_messages', 'debug', false) | true",
                "SET CLIENT_MIN_MESSAGES TO DEBUG2 | true",
                "set client_min_messages = warning | false",
                "set client_min_messages = debug1; set client_min_messages = notice | false",
                "select 'client_min_messages = debug1' | false",
            })
    void a_client_asks_by_setting_the_level(String sql, boolean expected) {
        run(sql, "SET", Transaction.IDLE);

        assertThat(asked.include("DEBUG")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create function f() returns int language sql set client_min_messages = warning as 'select 1'",
                "comment on table t is 'set client_min_messages = error'",
                "select set_config('client_min_messages', 'error', false)"
            })
    void what_the_server_keeps_to_itself_is_not_withheld(String sql) {
        run(sql, "SELECT", Transaction.IDLE);

        assertThat(asked.include("NOTICE")).isTrue();
        assertThat(asked.include("WARNING")).isTrue();
        assertThat(asked.include("LOG")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "notice, true, true, true",
        "warning, false, true, true",
        "error, false, false, true",
        "panic, false, false, true"
    })
    void it_may_ask_for_less(String level, boolean notice, boolean warning, boolean info) {
        run("set client_min_messages = " + level, "SET", Transaction.IDLE);

        assertThat(asked.include("NOTICE")).isEqualTo(notice);
        assertThat(asked.include("WARNING")).isEqualTo(warning);
        assertThat(asked.include("INFO")).isEqualTo(info);
        assertThat(asked.include("LOG")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"reset client_min_messages", "RESET ALL", "discard all"})
    void a_client_takes_it_back_by_resetting(String reset) {
        run("set client_min_messages = debug1", "SET", Transaction.IDLE);
        run(reset, "RESET", Transaction.IDLE);

        assertThat(asked.include("DEBUG")).isFalse();
    }

    @Test
    void what_is_set_in_a_transaction_goes_with_it() {
        run("begin", "BEGIN", Transaction.OPEN);
        run("set client_min_messages = debug1", "SET", Transaction.OPEN);
        assertThat(asked.include("DEBUG")).isTrue();
        run("rollback", "ROLLBACK", Transaction.IDLE);
        assertThat(asked.include("DEBUG")).isFalse();

        run("begin", "BEGIN", Transaction.OPEN);
        run("set local client_min_messages = debug1", "SET", Transaction.OPEN);
        assertThat(asked.include("DEBUG")).isTrue();
        run("commit", "COMMIT", Transaction.IDLE);
        assertThat(asked.include("DEBUG")).isFalse();

        run("begin", "BEGIN", Transaction.OPEN);
        run("set client_min_messages = debug1", "SET", Transaction.OPEN);
        run("commit", "COMMIT", Transaction.IDLE);
        assertThat(asked.include("DEBUG")).isTrue();
    }

    private static StartupMessage startup(String... parameters) {
        byte[] body = (String.join("\0", parameters) + "\0\0").getBytes(StandardCharsets.UTF_8);
        return StartupMessage.of(ByteBuffer.allocate(8 + body.length)
                .putInt(8 + body.length)
                .putInt(3 << 16)
                .put(body)
                .array());
    }

    @Test
    void a_client_asks_as_it_logs_in() {
        assertThat(startup("user", "u", "options", "-c client_min_messages=debug1")
                        .asksForServersWords())
                .isTrue();
        assertThat(startup("user", "u", "client_min_messages", "log").asksForServersWords())
                .isTrue();
        assertThat(startup("user", "u", "options", "-c client_min_messages=error")
                        .asksForServersWords())
                .isFalse();
        assertThat(startup("user", "u").asksForServersWords()).isFalse();
    }

    @Test
    void the_tap_asks_in_its_place_only_where_the_client_says_nothing() {
        StartupMessage silent = startup("user", "u", "database", "d", "application_name", "a");
        StartupMessage asking = startup("user", "u", "options", "-c client_min_messages=error");

        StartupMessage longer = StartupMessage.of(silent.askingForServersWords());
        assertThat(longer.parameters())
                .containsEntry("client_min_messages", "debug1")
                .containsEntry("user", "u");
        assertThat(ByteBuffer.wrap(longer.packet()).getInt()).isEqualTo(longer.packet().length);
        assertThat(asking.askingForServersWords()).isSameAs(asking.packet());
        assertThat(silent.client()).isEqualTo(new TappedStatement.Client("u", "d", "a"));
    }

    @Test
    void replicas_and_other_protocols_are_no_conversation() {
        assertThat(startup("user", "u", "replication", "database").isConversation())
                .isFalse();
        assertThat(startup("user", "u", "replication", "false").isConversation())
                .isTrue();
        assertThat(StartupMessage.of(
                                ByteBuffer.allocate(9).putInt(9).putInt(2 << 16).array())
                        .isConversation())
                .isFalse();
    }
}
