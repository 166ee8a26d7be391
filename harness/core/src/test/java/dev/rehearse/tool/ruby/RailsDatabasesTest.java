package dev.rehearse.tool.ruby;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RailsDatabasesTest {

    @Test
    void a_database_of_rails_s_that_is_called_primary_goes_by_database_url() {
        String primary =
                "development:\n  primary:\n    database: shop\n  cache:\n    database: cache\n    database_tasks: false\n";

        assertThat(RailsDatabases.in(primary, "development"))
                .containsExactly(new RailsDatabases.Database("primary", List.of("db/migrate")));
        assertThat(RailsDatabases.in(primary, "development").get(0).variable()).isEqualTo("DATABASE_URL");
        assertThat(RailsDatabases.in("development:\n  database: shop\n  variables:\n    a: 1\n", "development"))
                .isEmpty();
        assertThat(RailsDatabases.in(primary, "production")).isEmpty();
    }
}
