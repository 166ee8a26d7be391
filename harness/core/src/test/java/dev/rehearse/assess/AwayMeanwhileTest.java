package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwayMeanwhileTest extends AssessedRun {

    /** Two statements a second apart, in one transaction or in two. */
    private void send(String first, String second, boolean together) {
        run.statements.clear();
        run.sent(null, 4711, 5 * SECOND, together, first);
        run.sent(null, 4711, 6 * SECOND, false, second);
    }

    private boolean isTold() {
        return report().findings().stream().map(Finding::id).anyMatch("AWAY_MEANWHILE"::equals);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DROP INDEX CONCURRENTLY IF EXISTS kv_k         | CREATE UNIQUE INDEX CONCURRENTLY kv_k ON kv (k)         | unique index kv_k    | duplicates
            drop index public."Kv_k"                       | create index "Kv_k" on kv (k)                           | index Kv_k           | whole table
            DROP VIEW totals                               | CREATE VIEW totals AS SELECT 1                          | view totals          | an error
            DROP MATERIALIZED VIEW totals                  | CREATE MATERIALIZED VIEW totals AS SELECT 1             | materialized view    | an error
            DROP FUNCTION total(int)                       | CREATE OR REPLACE FUNCTION total(n int) RETURNS int     | function total       | an error
            DROP TRIGGER noted ON shop.orders              | CREATE TRIGGER noted BEFORE UPDATE ON shop.orders FOR   | trigger orders.noted | left undone
            ALTER TABLE orders DISABLE TRIGGER noted       | ALTER TABLE orders ENABLE TRIGGER noted                 | trigger orders.noted | left undone
            ALTER TABLE orders DISABLE TRIGGER USER        | ALTER TABLE orders ENABLE TRIGGER USER                  | triggers of orders   | left undone
            ALTER TABLE ONLY orders DROP CONSTRAINT c      | ALTER TABLE orders ADD COLUMN a int, ADD CONSTRAINT c CHECK (a > 0) | constraint orders.c | what breaks it
            DROP POLICY own ON orders                      | CREATE POLICY own ON orders USING (true)                | policy orders.own    | hidden
            """)
    void what_one_transaction_drops_and_a_later_one_makes_again_was_away_meanwhile(
            String gone, String back, String what, String effect) {
        send(gone, back, false);

        Finding finding = finding("AWAY_MEANWHILE");
        assertThat(finding.severity()).isEqualTo(Severity.DANGER);
        assertThat(finding.title()).startsWith("Away for 1.0 s while the application ran: " + what);
        assertThat(finding.statement()).isZero();
        assertThat(finding.effect()).contains(effect);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        send(gone, back, true);
        assertThat(isTold()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DROP TRIGGER noted ON orders             | CREATE TRIGGER noted BEFORE UPDATE ON customers
            DROP INDEX orders_a                      | CREATE INDEX orders_b ON orders (b)
            DROP INDEX orders_a                      | ALTER INDEX orders_a2 RENAME TO orders_a
            ALTER TABLE orders DISABLE TRIGGER ALL   | ALTER TABLE orders ENABLE TRIGGER ALL
            CREATE INDEX orders_a ON orders (a)      | DROP INDEX orders_a
            """)
    void nothing_else_was(String first, String second) {
        send(first, second, false);

        assertThat(isTold()).isFalse();
    }

    @Test
    void what_was_not_there_before_was_not_away() {
        send("DROP INDEX IF EXISTS shop.orders_a", "CREATE INDEX CONCURRENTLY orders_a ON shop.orders (a)", false);
        assertThat(isTold()).isTrue();

        run.changes.add(new SchemaDifference("index shop.orders_a", null, "CREATE INDEX orders_a"));
        assertThat(isTold()).isFalse();
    }

    @Test
    void what_is_dropped_and_taken_back_was_never_away() {
        run.statements.clear();
        run.sent(null, 4711, 5 * SECOND, true, "DROP INDEX orders_a");
        run.sent(null, 4711, 6 * SECOND, false, "ROLLBACK");
        run.sent(null, 4711, 7 * SECOND, false, "CREATE INDEX orders_a ON orders (a)");

        assertThat(isTold()).isFalse();
    }

    @Test
    void of_several_the_one_that_was_away_the_longest_is_first() {
        run.statements.clear();
        run.sent(null, 4711, 5 * SECOND, false, "DROP INDEX orders_a");
        run.sent(null, 4711, 6 * SECOND, false, "DROP VIEW totals");
        run.sent(null, 4711, 7 * SECOND, false, "CREATE VIEW totals AS SELECT 1");
        run.sent(null, 4711, 8 * SECOND - 2_000, false, "CREATE INDEX orders_a ON orders (a)");

        assertThat(finding("AWAY_MEANWHILE").title()).contains("index orders_a").endsWith(", and 1 other for a time");
        assertThat(finding("AWAY_MEANWHILE").evidence())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("view totals: for 1.0 s");
    }
}
