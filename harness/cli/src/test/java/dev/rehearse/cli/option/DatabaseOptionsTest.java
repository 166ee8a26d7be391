package dev.rehearse.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseOptionsTest {

    @ParameterizedTest
    @CsvSource({
        "run plan, auto",
        "trace a.sql b.sql, auto",
        "run --database docker plan, docker",
        "run plan --database=embedded, embedded",
        "run plan --database, auto"
    })
    void a_command_that_starts_a_database_shows_which(String line, String database) {
        assertThat(DatabaseOptions.likely(List.of(line.split(" ")))).contains(database);
    }

    @Test
    void other_commands_start_none() {
        for (String line :
                new String[] {"report r.json", "doctor", "--version", "help run", "watch --database docker"}) {
            assertThat(DatabaseOptions.likely(List.of(line.split(" ")))).isEmpty();
        }
        assertThat(DatabaseOptions.likely(List.of())).isEmpty();
    }
}
