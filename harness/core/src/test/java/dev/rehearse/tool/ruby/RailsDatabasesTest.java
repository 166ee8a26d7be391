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

    @Test
    void rails_s_databases_are_those_of_what_its_configuration_takes_from_elsewhere_too() {
        String configuration = """
                queue: &queue
                  adapter: postgresql
                  migrations_paths: db/queue_migrate
                reader: &reader
                  replica: true
                databases: &databases
                  queue:
                    <<: *queue
                    database: jobs
                  primary:
                    database: shop
                    migrations_paths: db/other
                  copy: *reader
                  reader:
                    <<: [*queue, *reader]
                  audit:
                    <<: *queue
                    migrations_paths:
                    - db/audit_migrate
                development:
                  <<: *databases
                  primary:
                    database: shop_development
                test: *databases
                """;

        assertThat(RailsDatabases.in(configuration, "development"))
                .containsExactly(
                        new RailsDatabases.Database("primary", List.of("db/migrate")),
                        new RailsDatabases.Database("queue", List.of("db/queue_migrate")),
                        new RailsDatabases.Database("audit", List.of("db/audit_migrate")));
        assertThat(RailsDatabases.in(configuration, "test"))
                .contains(new RailsDatabases.Database("primary", List.of("db/other")))
                .hasSize(3);
    }
}
