package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.assess.Assessment;
import dev.rehearse.database.Alone;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestServers;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.plan.Workload.Step;
import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the new schema slows down for good, in whole rehearsals of some twenty operations before and after. */
@Alone
class SlowdownIT {

    private static final String SCHEMA = """
            CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, total integer NOT NULL);
            CREATE INDEX orders_customer ON orders (customer_id);
            CREATE FUNCTION price(integer) RETURNS integer LANGUAGE sql AS 'SELECT length(md5($1::text))';
            """;

    @TempDir
    private Path folder;

    private RehearsalReport rehearse(String limit, Operation operation, String up) throws InterruptedException {
        return Assessment.of(new RehearsalRunner(TestServers.provider(), RunListener.SILENT)
                .run(RehearsalBuilder.in(folder)
                        .name("orders")
                        .schema(new SqlFile("schema.sql", SCHEMA, true))
                        .rows("orders", 100_000)
                        .ratePerSecond(20)
                        .warmUp(Duration.ofMillis(500))
                        .baseline(Duration.ofSeconds(1))
                        .settle(Duration.ofSeconds(1))
                        .before(operation)
                        .set("the test", "budget.slowdown", limit)
                        .up(new SqlFile("up.sql", up, true))
                        .build()));
    }

    private static void assertSlower(RehearsalReport report) {
        assertThat(report.findings()).extracting(Finding::id).contains("SLOWDOWN");
        assertThat(report.verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void an_operation_that_lost_its_index_is_no_go() throws Exception {
        Operation reads = new Operation(
                "read_orders",
                1,
                true,
                true,
                Map.of("customer", Parameter.key("orders", "customer_id", Parameter.Distribution.UNIFORM)),
                List.of(Step.of("SELECT sum(total) FROM orders WHERE customer_id = :customer")));
        OnceInThree.holds(() -> assertSlower(rehearse("5x baseline", reads, "DROP INDEX orders_customer;")));
    }

    @Test
    void an_operation_that_takes_twice_as_long_is_no_go_where_the_limit_is_less() throws Exception {
        Operation prices = new Operation(
                "price",
                1,
                true,
                true,
                Map.of(),
                List.of(Step.of("SELECT sum(price(total)) FROM orders WHERE id <= 20000")));
        OnceInThree.holds(() -> assertSlower(rehearse(
                "1.4x baseline",
                prices,
                "ALTER TABLE orders ADD COLUMN vat integer; CREATE OR REPLACE FUNCTION price(integer) RETURNS integer"
                        + " LANGUAGE sql AS $$SELECT length(md5($1::text)) + length(md5($1 || 'x'))$$;")));
    }
}
