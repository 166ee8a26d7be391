package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static dev.rehearse.assess.RecordedRun.lock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Recording;
import dev.rehearse.report.RehearsalReport.Finding;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstErrorTest extends AssessedRun {

    @Test
    void rows_that_are_gone_are_the_fault_of_the_statement_that_wrote_to_the_table() {
        run.statements.clear();
        run.statements.add(run.statement(
                "DELETE FROM orders", 5 * SECOND, 5 * SECOND + 1_000, lock("orders", LockMode.ROW_EXCLUSIVE, 2_000)));
        run.statements.add(run.statement("COMMIT", 5 * SECOND + 1_000, 5 * SECOND + 2_000));
        run.failingShare = 0.1;
        run.failingWith = "RH001";

        Finding finding = finding("ERRORS");

        assertThat(finding.statement()).isZero();
        assertThat(finding.title())
                .endsWith(
                        "failed with RH001 (another number of rows than the operation expects) while the migration ran");
        assertThat(finding.saferWay()).contains("no longer reads them");
    }

    @Test
    void rows_that_are_gone_are_not_the_fault_of_what_only_changed_the_table_itself() {
        run.statements.clear();
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD a int",
                5 * SECOND - 3_000,
                5 * SECOND - 2_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.statements.add(run.statement(
                "-- old ones\nDELETE FROM orders",
                5 * SECOND - 2_000,
                5 * SECOND - 1_000,
                lock("orders", LockMode.ROW_EXCLUSIVE, 1_000)));
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD b int",
                5 * SECOND - 1_000,
                5 * SECOND,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.failingShare = 0.1;
        run.failingWith = "RH001";
        assertThat(finding("ERRORS").statement()).isEqualTo(1);

        run.statements.add(run.statement(
                "ALTER TABLE orders DETACH PARTITION orders_2025",
                5 * SECOND - 1_000,
                5 * SECOND,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        assertThat(finding("ERRORS").statement()).isEqualTo(3);

        run.failingWith = "42703";
        run.statements.remove(3);
        assertThat(finding("ERRORS").statement()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE orders ENABLE ROW LEVEL SECURITY                    | 1
            CREATE POLICY own ON orders USING (owner = current_user)        | 1
            ALTER TABLE orders RENAME TO orders_old                         | 1
            ALTER TABLE orders ALTER code TYPE text USING lower(code)       | 1
            ALTER TABLE orders NO INHERIT all_orders                        | 1
            CREATE OR REPLACE VIEW orders AS SELECT * FROM o WHERE NOT gone | 1
            WITH old AS (SELECT 1) DELETE FROM orders USING old             | 1
            /* all */ TRUNCATE orders                                       | 1
            DO $$ BEGIN DELETE FROM orders; END $$                          | 1
            ALTER TABLE orders ADD UNIQUE USING INDEX orders_code           | 0
            ALTER TABLE orders RENAME type TO kind                          | 0
            CREATE INDEX ON orders USING gin (tags)                         | 0
            DROP INDEX orders_code                                          | 0
            """)
    void rows_that_are_gone_may_be_there_and_not_be_found(String sql, int statement) {
        run.statements.clear();
        run.statements.add(run.statement(
                "DELETE FROM orders WHERE id < 0",
                5 * SECOND - 2_000,
                5 * SECOND - 1_000,
                lock("orders", LockMode.ROW_EXCLUSIVE, 1_000)));
        run.statements.add(
                run.statement(sql, 5 * SECOND - 1_000, 5 * SECOND, lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.failingShare = 0.1;
        run.failingWith = "RH001";

        assertThat(finding("ERRORS").statement()).isEqualTo(statement);
    }

    @Test
    void a_cached_plan_is_laid_to_what_gives_the_table_other_columns_and_not_to_what_locked_it_first() {
        run.statements.set(
                0,
                run.statement(
                                "ALTER TABLE orders DISABLE TRIGGER touch",
                                5 * SECOND - 5_000,
                                5 * SECOND - 4_000,
                                lock("orders", LockMode.ACCESS_EXCLUSIVE, 5_000))
                        .withIndex(0));
        run.statements.add(run.statement(
                "ALTER TABLE orders ALTER COLUMN total TYPE bigint", 5 * SECOND - 4_000, 5 * SECOND - 3_000));
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0)", 5 * SECOND - 3_000, 5 * SECOND - 2_000));
        run.failingShare = 1;
        run.failingWith = "0A000";

        assertThat(report().findings())
                .filteredOn(finding -> Set.of("ERRORS", "CACHED_PLAN").contains(finding.id()))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.statement()).isEqualTo(1));
    }

    @Test
    void an_error_is_laid_to_what_was_committed_and_not_to_what_failed_or_was_rolled_back() {
        run.statements.clear();
        run.sent("V1", 4711, 5 * SECOND - 9_000, false, "ALTER TABLE orders DROP COLUMN note");
        run.sent("V2", 4711, 5 * SECOND - 8_000, true, "BEGIN");
        run.sent("V2", 4711, 5 * SECOND - 7_000, true, "ALTER TABLE orders DROP COLUMN total");
        run.sent("V2", 4711, 5 * SECOND - 6_000, false, "ROLLBACK");
        failed("ALTER TABLE orders DROP COLUMN id", "2BP01", "cannot drop column id", 5 * SECOND - 4_000);
        run.failingShare = 1;

        assertThat(finding("ERRORS").statement()).isZero();
    }

    @Test
    void on_conflict_that_fails_is_laid_to_what_lets_its_constraint_be_deferred() {
        run.statements.set(
                0,
                run.statement(
                                "ALTER TABLE orders ADD COLUMN note text",
                                5 * SECOND - 5_000,
                                5 * SECOND - 4_000,
                                lock("orders", LockMode.ACCESS_EXCLUSIVE, 5_000))
                        .withIndex(0));
        run.statements.add(run.statement(
                "ALTER TABLE orders DROP CONSTRAINT c, ADD CONSTRAINT c UNIQUE (total) DEFERRABLE",
                5 * SECOND - 4_000,
                5 * SECOND - 3_000));
        run.failingShare = 1;
        run.failingWith = "55000";

        assertThat(finding("ERRORS").statement()).isEqualTo(1);
        assertThat(finding("ERRORS").saferWay()).contains("leave it NOT DEFERRABLE");
    }

    @Test
    void of_errors_of_several_kinds_the_statement_is_named_that_the_most_frequent_one_is_of() {
        run.failingShare = 0.2;
        run.failingWith = "23514";
        run.othersFailWith = "42703";
        run.statements.clear();
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD CHECK (total > 0)",
                5 * SECOND - 2_000,
                5 * SECOND - 1_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.statements.add(run.statement(
                "ALTER TABLE customers DROP COLUMN note",
                5 * SECOND - 1_000,
                5 * SECOND,
                lock("customers", LockMode.ACCESS_EXCLUSIVE, 1_000)));

        assertThat(report().findings())
                .filteredOn(finding -> finding.title().contains("42703 (undefined column) and others"))
                .isNotEmpty()
                .allSatisfy(finding -> {
                    assertThat(finding.statement()).isEqualTo(1);
                    assertThat(finding.evidence())
                            .as("and of each the statement that it is of")
                            .anySatisfy(
                                    line -> assertThat(line)
                                            .endsWith(
                                                    "42703 (undefined column), for V2.sql:1: ALTER TABLE customers DROP COLUMN note"))
                            .anySatisfy(
                                    line -> assertThat(line)
                                            .endsWith(
                                                    "23514 (check violation), for V2.sql:1: ALTER TABLE orders ADD CHECK (total > 0)"));
                    assertThat(finding.saferWay())
                            .contains("keeps: [{ table: orders, constraint: 'CHECK (total > 0)' }]");
                });
    }

    @Test
    void rows_are_missed_for_what_changed_them_though_its_transaction_had_the_lock_already() {
        run.failingShare = 1;
        run.failingWith = "RH001";
        run.statements.clear();
        run.statements.add(run.statement(
                "ALTER TABLE orders DROP COLUMN note",
                5 * SECOND - 9_000,
                5 * SECOND - 8_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 5_000)));
        run.sent("V1", 4711, 5 * SECOND - 7_000, true, "DELETE FROM orders WHERE total = 0");
        run.sent("V1", 4711, 5 * SECOND - 6_000, true, "SELECT count(*) FROM orders");
        run.sent("V1", 4711, 5 * SECOND - 4_000, false, "COMMIT");

        assertThat(finding("ERRORS").statement()).isEqualTo(1);
    }

    @Test
    void rights_are_lost_with_what_took_the_tables_place_and_not_with_what_locked_it_first() {
        run.failingShare = 1;
        run.failingWith = "42501";
        run.statements.clear();
        run.statements.add(run.statement(
                "LOCK TABLE orders",
                5 * SECOND - 9_000,
                5 * SECOND - 8_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 5_000)));
        run.sent("V1", 4711, 5 * SECOND - 7_000, true, "DROP TABLE orders");
        run.sent("V1", 4711, 5 * SECOND - 6_000, true, "ALTER TABLE orders_new RENAME TO orders");
        run.sent("V1", 4711, 5 * SECOND - 5_000, true, "CREATE INDEX ON orders (customer_id)");
        run.sent("V1", 4711, 5 * SECOND - 4_000, false, "COMMIT");

        assertThat(finding("ERRORS").statement()).isEqualTo(2);
    }

    @Test
    void of_rows_that_go_with_those_of_another_table_the_statement_is_named_that_may_be_the_cause() {
        run.loadTable = "parents";
        run.failingShare = 0.2;
        run.failingWith = "55000";
        run.statements.clear();
        run.sent("V1", 4711, 5 * SECOND - 9_000, true, "ALTER TABLE lines DROP CONSTRAINT lines_pkey");
        run.sent("V1", 4711, 5 * SECOND - 6_000, true, "CREATE UNIQUE INDEX lines_u ON lines (order_id, no)");
        run.sent("V1", 4711, 5 * SECOND - 4_000, false, "COMMIT");

        assertThat(finding("ERRORS").statement()).isZero();
    }

    @Test
    void an_error_of_which_no_statement_is_known_has_none_in_its_line() {
        run.failingShare = 0.2;
        run.failingWith = "23514";
        run.othersFailWith = "57014";
        run.statements.clear();
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD CHECK (total > 0)",
                5 * SECOND - 2_000,
                5 * SECOND - 1_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.statements.add(run.statement("CREATE TABLE notes (id int)", 5 * SECOND - 1_000, 5 * SECOND));

        assertThat(finding("ERRORS").evidence())
                .noneSatisfy(line -> assertThat(line).contains("CREATE TABLE notes"));
    }

    @Test
    void errors_within_a_function_are_laid_to_the_statement_that_defined_it() {
        run.statements.clear();
        for (String sql : List.of(
                "BEGIN",
                "-- audit\nCREATE OR REPLACE FUNCTION audit() RETURNS trigger",
                "COMMENT ON FUNCTION audit() IS 'by whom'",
                "COMMIT")) {
            run.statements.add(run.statement(sql, 5 * SECOND - 1_000, 5 * SECOND));
        }
        run.failingShare = 0.1;

        assertThat(finding("ERRORS").statement()).isEqualTo(1);
        assertThat(finding("ERRORS").saferWay()).contains("when it is called");
    }

    @Test
    void what_the_server_said_of_errors_since_the_migration_stands_beside_them() {
        run.failingShare = 0.5;
        run.failingWith = "42704";
        run.messages.add(new Recording.ErrorMessage(0, "42704", SECOND, "role \"a\" does not exist"));
        run.messages.add(new Recording.ErrorMessage(0, "42703", 6 * SECOND, "column \"b\" does not exist"));
        assertThat(finding("ERRORS").evidence()).first().asString().endsWith("role \"a\" does not exist");

        run.messages.add(new Recording.ErrorMessage(
                0, "42704", 8 * SECOND, "unrecognized configuration parameter \"app.customer\""));
        assertThat(finding("ERRORS").evidence())
                .first()
                .asString()
                .endsWith("42704 (undefined object): unrecognized configuration parameter \"app.customer\"");
        assertThat(finding("ERRORS").saferWay()).contains("current_setting");
    }

    @Test
    void errors_that_go_on_in_the_rollback_are_told_as_of_the_time_before_it() {
        run.failingShare = 0.5;
        run.failingWith = "P0001";

        assertThat(finding("ERRORS").title())
                .doesNotContain("while the rollback ran")
                .contains("raised by a function");
        assertThat(finding("ERRORS").saferWay()).contains("keeps: [{ table: ..., constraint: 'check (...)' }]");
    }
}
