package dev.rehearse.junit;

import static dev.rehearse.junit.RehearseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.report.RehearsalReport;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

class ContainerOfTheTestIT {

    private static final List<RehearsalReport> SEEN = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        assumeTrue(
                "required".equals(System.getenv("REHEARSE_TEST_CONTAINERS"))
                        || DockerClientFactory.instance().isDockerAvailable(),
                "no container engine answers");
        Orders.POSTGRES.start();
    }

    @AfterEach
    void stop() {
        Orders.POSTGRES.stop();
    }

    @Test
    void a_container_in_a_field_or_a_bean_of_the_tests_is_the_server_and_keeps_its_database_and_roles()
            throws SQLException {
        SEEN.clear();
        try (Connection application = DriverManager.getConnection(
                        Orders.POSTGRES.getJdbcUrl(), Orders.POSTGRES.getUsername(), Orders.POSTGRES.getPassword());
                Statement statement = application.createStatement()) {
            statement.execute("CREATE TABLE orders AS SELECT 'the application''s own' AS owner");

            Executed.of(Orders.class, OrdersInSpring.class).succeeded(2);

            assertThat(SEEN).hasSize(2).allSatisfy(report -> {
                assertThat(report.environment().database())
                        .contains("in the test's own container (" + Orders.POSTGRES.getDockerImageName() + ")");
                assertThat(report.plan().rows()).containsEntry("orders", 2_000L);
            });
            assertThat(only(statement, "SELECT owner FROM orders")).isEqualTo("the application's own");
            assertThat(only(statement, "SELECT count(*) FROM pg_database WHERE datname LIKE 'rehearse%'"))
                    .isEqualTo("0");
            assertThat(only(statement, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'rehearse%'"))
                    .isEqualTo("0");
        }
    }

    private static String only(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Rehearse(
            migrations = "db/orders",
            to = "2",
            rows = 2_000,
            with = RehearseExtensionIT.SHORT,
            out = RehearseExtensionIT.OUT)
    static class Orders {

        static final PostgreSQLContainer POSTGRES = new PostgreSQLContainer("postgres:18");

        @Test
        void it_rolls_back(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).rollsBackCleanly();
        }
    }

    @Rehearse(
            migrations = "db/orders",
            to = "2",
            rows = 2_000,
            with = RehearseExtensionIT.SHORT,
            out = RehearseExtensionIT.OUT)
    @SpringJUnitConfig(OrdersInSpring.Containers.class)
    @DirtiesContext
    static class OrdersInSpring {

        @Configuration(proxyBeanMethods = false)
        static class Containers {

            @Bean(destroyMethod = "")
            PostgreSQLContainer postgres() {
                return Orders.POSTGRES;
            }
        }

        @Test
        void it_rolls_back(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).rollsBackCleanly();
        }
    }
}
