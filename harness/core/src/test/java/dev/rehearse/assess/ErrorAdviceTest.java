package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static dev.rehearse.assess.RecordedRun.lock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.plan.Workload;
import dev.rehearse.recording.LockMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorAdviceTest extends AssessedRun {

    @ParameterizedTest
    @CsvSource({"false,true", "true,false"})
    void a_new_constraint_that_copies_of_made_up_rows_break_says_how_the_plan_has_it(boolean brought, boolean told) {
        run.statements.set(
                0,
                run.statement(
                                "ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (shop) REFERENCES shops NOT VALID",
                                5 * SECOND - 2_000,
                                5 * SECOND - 1_000,
                                lock("orders", LockMode.SHARE_ROW_EXCLUSIVE, 1_000))
                        .withIndex(0));
        run.failingShare = 0.5;
        run.failingWith = "23503";
        run.broughtRows = brought;

        assertThat(finding("ERRORS").saferWay()).startsWith("Let the application write what is referred to first");
        assertThat(finding("ERRORS")
                        .saferWay()
                        .contains("keeps: [{ table: orders, constraint: 'FOREIGN KEY (shop) REFERENCES shops' }]"))
                .isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({Workload.Application.DERIVED + ",true", "shop 1.4,false"})
    void a_derived_load_that_inserts_copies_says_how_the_plan_has_that_the_application_does_not(
            String application, boolean told) {
        run.application = application;
        run.statements.set(
                0,
                run.statement(
                                "CREATE UNIQUE INDEX CONCURRENTLY orders_code ON orders (code)",
                                5 * SECOND - 2_000,
                                5 * SECOND - 1_000,
                                lock("orders", LockMode.SHARE_UPDATE_EXCLUSIVE, 1_000))
                        .withIndex(0));
        run.failingShare = 0.5;
        run.failingWith = "23505";

        assertThat(finding("ERRORS").saferWay().contains("keeps: [{ table: orders, constraint: 'unique (code)' }]"))
                .isEqualTo(told);
    }

    @Test
    void errors_of_two_kinds_have_a_way_for_each() {
        run.failingShare = 1;
        run.othersFailWith = "23505";

        assertThat(report().findings())
                .filteredOn(finding -> finding.title().contains(" and others"))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.saferWay())
                        .contains("Expand and contract", "Give the old application's writes a default"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            23505 | ALTER TABLE orders ALTER id ADD GENERATED ALWAYS AS IDENTITY      | setval(
            23505 | CREATE TABLE orders2 (LIKE orders INCLUDING ALL)                   | setval(
            23505 | SELECT setval('orders_id_seq', 1)                                 | setval(
            23505 | ALTER TABLE orders ADD UNIQUE (code)                              | add the constraint when only
            42P10 | DROP INDEX orders_code                                            | keep the old one beside the new one
            55000 | DROP INDEX orders_by_day                                          | refreshed CONCURRENTLY
            23P01 | ALTER TABLE orders ADD EXCLUDE USING gist (room WITH =)           | add the constraint when only
            42501 | ALTER TABLE orders ENABLE ROW LEVEL SECURITY                      | make the policies that let its role
            42501 | CREATE POLICY own ON orders USING (shop = 1)                      | make the policies that let its role
            42501 | REVOKE INSERT ON orders FROM shop                                 | GRANT what the application needs
            RH001 | ALTER TABLE orders ENABLE ROW LEVEL SECURITY                      | make the policies that let its role
            RH001 | CREATE RULE none AS ON INSERT TO orders DO INSTEAD NOTHING        | has nothing written
            RH001 | CREATE TRIGGER none BEFORE INSERT ON orders FOR EACH ROW          | has nothing written
            RH001 | DELETE FROM orders                                                | Expand and contract
            22003 | ALTER TABLE orders ADD gross int GENERATED ALWAYS AS (2 * total)  | edgeCases: 0
            55000 | ALTER TABLE orders DROP CONSTRAINT orders_pkey                    | REPLICA IDENTITY
            42883 | ALTER TABLE orders ALTER total TYPE text                          | Expand and contract
            """)
    void what_operations_fail_with_says_the_way_out(String sqlState, String sql, String way) {
        run.statements.add(
                run.statement(sql, 5 * SECOND - 1_000, 5 * SECOND, lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.failingShare = 0.1;
        run.failingWith = sqlState;

        assertThat(finding("ERRORS").saferWay()).contains(way);
    }
}
