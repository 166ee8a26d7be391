package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlStatesTest {

    @Test
    void a_state_is_called_by_what_it_is_and_not_by_one_of_its_causes() {
        assertThat(SqlStates.inWords("0A000")).isEqualTo("0A000 feature not supported");
        assertThat(SqlStates.inWords("55P03")).isEqualTo("55P03 lock not available");
        assertThat(SqlStates.inWords("57014")).isEqualTo("57014 query cancelled");
        assertThat(SqlStates.inWords("57P01")).isEqualTo("57P01 ended by an administrator");
    }

    @Test
    void one_without_a_name_stands_alone() {
        assertThat(SqlStates.inWords("XX000")).isEqualTo("XX000");
        assertThat(SqlStates.name("XX000")).isNull();
    }
}
