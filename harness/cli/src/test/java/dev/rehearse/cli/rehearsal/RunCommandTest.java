package dev.rehearse.cli.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunCommandTest {

    @Test
    void what_a_run_leaves_is_said_of_a_database_that_was_named_and_that_it_changed() {
        List<String> migrated = List.of("LOAD", "MIGRATE");

        assertThat(RunCommand.keptOnNamed("postgresql://me@staging/shop", migrated))
                .hasValueSatisfying(kept -> assertThat(kept).contains("before the next run"));
        assertThat(RunCommand.keptOnNamed("postgresql://me@staging/shop", List.of("LOAD")))
                .isEmpty();
        assertThat(RunCommand.keptOnNamed("embedded", migrated)).isEmpty();
    }
}
