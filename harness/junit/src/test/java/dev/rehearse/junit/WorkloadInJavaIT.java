package dev.rehearse.junit;

import static dev.rehearse.junit.RehearseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.report.RehearsalReport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class WorkloadInJavaIT {

    private static final List<RehearsalReport> SEEN = new CopyOnWriteArrayList<>();

    @Test
    void annotated_methods_are_the_workload_and_the_invariants() {
        SEEN.clear();

        Executed results = Executed.of(Orders.class);

        results.succeeded(1);
        RehearsalReport report = SEEN.get(0);
        assertThat(report.load().ratePerSecond()).isEqualTo(60);
        assertThat(report.operations().stream().map(RehearsalReport.Operation::name))
                .containsOnly("change_the_total", "look_at_an_order");
        assertThat(report.operations())
                .allSatisfy(
                        operation -> assertThat(operation.errorsBySqlState()).isEmpty());
        assertThat(report.operations().stream()
                        .filter(o ->
                                o.name().equals("look_at_an_order") && o.phase().equals("SETTLE"))
                        .mapToLong(RehearsalReport.Operation::count)
                        .sum())
                .isPositive();
        assertThat(report.invariants()).singleElement().satisfies(invariant -> {
            assertThat(invariant.name()).isEqualTo("how many orders");
            assertThat(invariant.sql()).isEqualTo("Orders.how_many_orders()");
            assertThat(invariant.before()).isEqualTo("2000").isEqualTo(invariant.afterMigration());
            assertThat(invariant.held()).isTrue();
        });
    }

    @Test
    void a_method_that_asks_for_what_there_is_not_is_refused() {
        Executed results = Executed.of(Wrong.class);

        assertThat(results.failures())
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure).hasMessageContaining("of place_order is nothing that a rehearsal gives"));
    }

    @Rehearse(
            migrations = "db/orders",
            to = "2",
            rows = 2_000,
            with = RehearseExtensionIT.SHORT,
            database = "embedded",
            out = RehearseExtensionIT.OUT)
    static class Orders {

        @Operation(perSecond = 20)
        void change_the_total(DataSource database, @Key("orders.id") long order, RandomGenerator random)
                throws SQLException {
            try (Connection connection = database.getConnection();
                    PreparedStatement update =
                            connection.prepareStatement("UPDATE orders SET total = ? WHERE id = ?")) {
                update.setLong(1, random.nextInt(10_000));
                update.setLong(2, order);
                assertThat(update.executeUpdate()).isEqualTo(1);
            }
        }

        @Operation(perSecond = 40)
        void look_at_an_order(@Key("orders.id") String order, DataSource database) throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement query = connection.createStatement();
                    ResultSet row = query.executeQuery("SELECT total FROM orders WHERE id = " + order)) {
                assertThat(row.next()).isTrue();
            }
        }

        @Invariant
        long how_many_orders(DataSource database) throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement query = connection.createStatement();
                    ResultSet row = query.executeQuery("SELECT count(*) FROM orders")) {
                row.next();
                return row.getLong(1);
            }
        }

        @Test
        void it_rolls_back(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).rollsBackCleanly();
        }
    }

    @Rehearse(migrations = "db/orders", to = "2")
    static class Wrong {

        @Operation
        void place_order(Connection connection) {}

        @Test
        void never_runs(RehearsalReport report) {
            throw new AssertionError("ran with " + report);
        }
    }
}
