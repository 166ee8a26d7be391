package dev.rehearse.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationHistoryTest {

    @Test
    void a_tools_table_is_known_by_its_name_whatever_its_case() {
        assertThat(MigrationHistory.isOne("SequelizeMeta")).isTrue();
        assertThat(MigrationHistory.isOne("migrations")).isTrue();
        assertThat(MigrationHistory.isOne("accounts")).isFalse();
        assertThat(MigrationHistory.isRead("flyway_schema_history", "installed_by", List.of("installed_by", "script")))
                .isFalse();
        assertThat(MigrationHistory.isRead("flyway_schema_history", "script", List.of("installed_by", "script")))
                .isTrue();
    }

    @Test
    void a_table_of_migrations_that_is_no_tools_keeps_no_value() {
        assertThat(MigrationHistory.isRead("migrations", "name", List.of("id", "timestamp", "name")))
                .isTrue();
        assertThat(MigrationHistory.isRead("migrations", "migration", List.of("id", "migration", "batch")))
                .isTrue();
        assertThat(MigrationHistory.isRead("migrations", "name", List.of("id", "name", "country")))
                .isFalse();
    }
}
