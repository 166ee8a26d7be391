package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationFailureTest extends AssessedRun {

    @Test
    void a_failed_migration_is_no_go() {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "55P03"));

        assertThat(finding("MIGRATION_FAILED").title()).contains("55P03");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void a_message_that_is_a_sentence_ends_the_summary_s() {
        run.attempts.set(
                0,
                new Recording.Attempt(
                        Phase.MIGRATE, 0, 1, null, 5 * SECOND, 6 * SECOND, Outcome.FAILED, null, "Nobody did.", ""));

        assertThat(report().summary().get(0)).isEqualTo("NO_GO: The migration failed: Nobody did.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            55P03 | try again ("retries" in the plan)
            55P04 | ADD VALUE in a migration of its own
            25P04 | a longer transaction_timeout
            25001 | outside of one
            57014 | statement_timeout
            42501 | roles: { migration: ... }
            """)
    void what_the_server_refuses_whatever_rows_there_are_has_its_way_out(String sqlState, String way) {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, sqlState));

        assertThat(finding("MIGRATION_FAILED").saferWay()).contains(way);
    }

    @Test
    void what_is_there_already_in_a_database_that_was_named_may_be_an_earlier_run_s() {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "42P07"));
        assertThat(finding("MIGRATION_FAILED").saferWay()).startsWith("Read the error");

        run.provider = "external";
        assertThat(finding("MIGRATION_FAILED").saferWay()).startsWith("Perhaps an earlier run has left it");
    }

    @ParameterizedTest
    @CsvSource({"23503,false,true", "23505,false,true", "23P01,false,true", "23503,true,false"})
    void a_key_that_made_up_rows_do_not_keep_says_what_that_means(String sqlState, boolean brought, boolean told) {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, sqlState));
        run.broughtRows = brought;

        Finding finding = finding("MIGRATION_FAILED");

        assertThat(finding.effect().contains("were made by Rehearse")).isEqualTo(told);
        assertThat(finding.saferWay().contains("keeps: [{ table: orders")).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE FROM customers", "COMMIT", "-- one more\nINSERT INTO orders VALUES (1)"})
    void rows_that_the_migration_wrote_are_not_made_up(String sql) {
        failed(sql, "23503", "violates foreign key constraint");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23503"));

        assertThat(finding("MIGRATION_FAILED").effect()).doesNotContain("were made by Rehearse");
    }

    @ParameterizedTest
    @CsvSource({"23502,false,true", "23514,false,true", "23502,true,false", "42701,false,false"})
    void a_constraint_that_made_up_rows_do_not_fulfil_says_what_that_means(
            String sqlState, boolean brought, boolean told) {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, sqlState));
        run.broughtRows = brought;

        Finding finding = finding("MIGRATION_FAILED");

        assertThat(finding.effect().contains("were made by Rehearse")).isEqualTo(told);
        assertThat(finding.saferWay().contains("an earlier \"from\"")).isEqualTo(told);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @ParameterizedTest
    @CsvSource({
        "SELECT 1,true",
        "CREATE TRIGGER t BEFORE INSERT OR UPDATE ON orders EXECUTE FUNCTION f(),true",
        "SELECT pg_advisory_lock(7),true",
        "UPDATE orders SET code = number,false",
        "CALL backfill(),false",
        "SELECT fill.codes(),false",
        "UPDATE items SET code = number,true"
    })
    void a_column_that_the_migration_added_and_did_not_fill_is_no_matter_of_made_up_rows(
            String between, boolean unfilled) {
        run.statements.set(
                0,
                run.statement("ALTER TABLE orders ADD code text", 5 * SECOND, 5 * SECOND + 1_000)
                        .withIndex(0));
        run.statements.add(run.statement(between, 5 * SECOND + 1_000, 5 * SECOND + 2_000));
        failed(
                "ALTER TABLE orders ALTER code SET NOT NULL",
                "23502",
                "column \"code\" of relation \"orders\" contains null values");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23502"));

        Finding finding = finding("MIGRATION_FAILED");

        assertThat(finding.effect().contains("The migration added the column itself"))
                .isEqualTo(unfilled);
        assertThat(finding.effect().contains("were made by Rehearse")).isEqualTo(!unfilled);
        assertThat(finding.saferWay().startsWith("Fill it in batches before this statement"))
                .isEqualTo(unfilled);
    }

    @Test
    void what_validates_a_constraint_that_made_up_rows_do_not_keep_says_how_the_plan_has_it() {
        run.statements.add(run.statement(
                "ALTER TABLE audit ADD CONSTRAINT by_order FOREIGN KEY (order_id) REFERENCES orders NOT VALID",
                5 * SECOND,
                5 * SECOND + 1_000));
        failed("ALTER TABLE audit VALIDATE CONSTRAINT by_order;", "23503", "violates foreign key constraint");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23503"));

        assertThat(finding("MIGRATION_FAILED").saferWay())
                .contains("keeps: [{ table: audit, constraint: 'FOREIGN KEY (order_id) REFERENCES orders' }]");
    }

    @ParameterizedTest
    @CsvSource({"false,true", "true,false"})
    void a_value_that_does_not_fit_may_be_one_that_was_made_up(boolean brought, boolean told) {
        failed("ALTER TABLE orders ADD gross int GENERATED ALWAYS AS (2 * total) STORED", "22003", "out of range");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "22003"));
        run.broughtRows = brought;

        assertThat(finding("MIGRATION_FAILED").saferWay().contains("edgeCases: 0"))
                .isEqualTo(told);
        assertThat(finding("MIGRATION_FAILED").effect().contains("Rehearse made"))
                .isEqualTo(told);
    }

    @Test
    void what_the_server_does_not_support_is_no_cached_plan_of_the_migrations() {
        failed("ALTER TABLE orders ALTER id TYPE bigint", "0A000", "cannot alter type of a column used by a view");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "0A000"));

        assertThat(finding("MIGRATION_FAILED").title()).contains("0A000 (feature not supported)");
        assertThat(finding("MIGRATION_FAILED").saferWay()).contains("a view", "make it anew");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE sp_lock ADD COLUMN EXPIRED_AFTER timestamp NOT NULL    | true
            ALTER TABLE sp_lock ADD "expired_after" timestamp NOT NULL         | true
            ALTER TABLE sp_lock ALTER COLUMN expired_after SET NOT NULL        | false
            DO $$BEGIN ALTER TABLE sp_lock ADD expired_after date; UPDATE sp_lock SET expired_after = at; ALTER TABLE sp_lock ALTER expired_after SET NOT NULL; END$$ | false
            """)
    void a_new_column_that_must_not_be_null_has_nothing_for_the_rows_that_are_there(String sql, boolean isNew) {
        failed(sql, "23502", "column \"expired_after\" of relation \"sp_lock\" contains null values");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23502"));

        Finding finding = finding("MIGRATION_FAILED");

        assertThat(finding.effect().contains("works on an empty table alone")).isEqualTo(isNew);
        assertThat(finding.effect().contains("were made by Rehearse")).isEqualTo(!isNew);
        assertThat(finding.saferWay().contains("rows: { sp_lock: 0 }")).isEqualTo(isNew);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE IF EXISTS app.sp_lock ADD expired_after date NOT NULL | rows: { app.sp_lock: 0 }
            ALTER TABLE ONLY "App"."sp_lock" ADD expired_after date NOT NULL  | rows: { App.sp_lock: 0 }
            ALTER TABLE "the shop".sp_lock ADD expired_after date NOT NULL    | rows: { 'the shop.sp_lock': 0 }
            """)
    void an_empty_table_is_named_with_its_schema(String sql, String advised) {
        failed(sql, "23502", "column \"expired_after\" of relation \"sp_lock\" contains null values");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23502"));

        assertThat(finding("MIGRATION_FAILED").saferWay()).contains(advised);
    }
}
