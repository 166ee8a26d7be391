package dev.rehearse.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.DatasetException.Actor;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {

    @ParameterizedTest
    @CsvSource({
        "23514, PLAN_AUTHOR",
        "22P02, PLAN_AUTHOR",
        "42883, PLAN_AUTHOR",
        "P0001, PLAN_AUTHOR",
        "42501, MACHINE",
        "25006, MACHINE",
        "40P01, MACHINE",
        "55P03, MACHINE",
        "08006, MACHINE",
        "XX000, LIBRARY"
    })
    void the_state_decides_who_must_act(String state, Actor actor) {
        assertThat(Failures.explain("filling table t", new SQLException("no", state))
                        .actor())
                .isEqualTo(actor);
    }

    @ParameterizedTest
    @ValueSource(strings = {"21000", "22012", "23505", "42883", "54000", "P0001"})
    void a_query_of_the_schema_refuses_what_a_server_in_trouble_does_not(String state) {
        assertThat(Failures.isOfSchema(new SQLException("no", state))).isTrue();
        assertThat(Failures.isOfSchema(new SQLException("no", "42501"))).isFalse();
        assertThat(Failures.isOfSchema(new SQLException("no", "53100"))).isFalse();
    }
}
