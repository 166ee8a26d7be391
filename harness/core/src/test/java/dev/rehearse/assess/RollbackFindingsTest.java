package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollbackFindingsTest extends AssessedRun {

    @Test
    void of_long_definitions_the_part_is_told_that_differs() {
        String columns = "SELECT " + "orders.a_long_name_of_a_column, ".repeat(6);
        run.afterRollback.add(new Recording.SchemaDifference(
                "view v", columns + "orders.note FROM orders", columns + "upper(orders.note) FROM orders"));

        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly("view v was ... orders.a_long_name_of_a_column, orders.note FROM orders, is"
                        + " ... orders.a_long_name_of_a_column, upper(orders.note) FROM orders");
    }

    @Test
    void of_long_definitions_the_part_is_shown_that_the_rollback_did_not_restore() {
        String view = "SELECT " + "id, ".repeat(40) + "total FROM orders; owner shop; privileges shop=arwdDxtm/shop";
        run.afterRollback.add(new Recording.SchemaDifference("view o", view + ", reports=r/shop", view));
        run.afterRollback.add(new Recording.SchemaDifference("column orders.a", "integer default 1", "integer"));

        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly(
                        "view o was ... privileges shop=arwdDxtm/shop, reports=r/shop, is ... privileges shop=arwdDxtm/shop",
                        "column orders.a was integer default 1, is integer");
    }

    @Test
    void a_sequence_that_the_rollback_leaves_behind_its_numbers_is_no_go_and_says_how_it_goes_on() {
        run.afterRollback.add(
                Recording.SchemaDifference.ofPosition("orders_id_seq", "100", "0, though orders.id goes up to 100"));

        assertThat(finding("SCHEMA_NOT_RESTORED").title())
                .isEqualTo("The rollback does not restore the position of sequence orders_id_seq");
        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly(
                        "the position of sequence orders_id_seq was 100, is 0, though orders.id goes up to 100");
        assertThat(finding("SCHEMA_NOT_RESTORED").saferWay()).contains("setval(");
    }

    @Test
    void a_way_back_that_the_server_ended_for_a_deadlock_says_the_way_out() {
        run.attempts.set(1, RecordedRun.attempt(Phase.ROLL_BACK, Outcome.FAILED, "40P01"));

        assertThat(finding("ROLLBACK_FAILED").saferWay())
                .startsWith("One table per transaction, in the order in which");

        run.attempts.set(1, RecordedRun.attempt(Phase.ROLL_BACK, Outcome.FAILED, "0A000"));
        assertThat(finding("ROLLBACK_FAILED").title())
                .isEqualTo("The rollback failed with 0A000 (feature not supported)");

        run.attempts.set(1, RecordedRun.attempt(Phase.ROLL_BACK, Outcome.FAILED, "42703"));
        assertThat(finding("ROLLBACK_FAILED").saferWay()).isEqualTo("Mend the down script and rehearse again.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            REFRESH MATERIALIZED VIEW CONCURRENTLY totals              | false
            SET lock_timeout = '1s'; VACUUM (FULL) orders; ANALYZE orders | false
            REINDEX TABLE CONCURRENTLY orders                          | false
            CLUSTER orders USING orders_day                            | false
            SELECT count(*) FROM orders                                | false
            UPDATE orders SET note = ''; REFRESH MATERIALIZED VIEW totals | true
            TRUNCATE orders                                            | true
            """)
    void what_is_only_written_anew_needs_no_rollback(String sql, boolean isMissing) {
        run.hasRollback = false;
        run.changes.clear();
        run.changes.add(new Recording.SchemaDifference(
                "index orders_day",
                "CREATE INDEX ...; attached to days",
                "CREATE INDEX ...; clustered on; attached to days"));
        run.statements.clear();
        run.statements.add(run.statement(sql, 5 * SECOND, 5 * SECOND + 1_000));

        assertThat(report().findings().stream().anyMatch(found -> found.id().equals("ROLLBACK_MISSING")))
                .isEqualTo(isMissing);

        run.changes.add(new Recording.SchemaDifference(
                "index orders_idx", "CREATE INDEX ... (day)", "CREATE INDEX ... (id); clustered on"));
        assertThat(finding("ROLLBACK_MISSING").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_missing_rollback_breaks_the_budget_only_where_one_is_required() {
        run.hasRollback = false;
        assertThat(finding("ROLLBACK_MISSING").severity()).isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.budget = new Budget(null, null, null, null, null, null, null, null, Budget.RollbackRule.REQUIRED);
        assertThat(finding("ROLLBACK_MISSING").severity()).isEqualTo(Severity.BREACH);
    }

    @Test
    void a_schema_that_is_not_restored_is_no_go_and_names_the_object() {
        run.afterRollback.add(new Recording.SchemaDifference("index orders_idx", "CREATE INDEX ...", null));

        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly("index orders_idx is gone: CREATE INDEX ...");
        assertThat(report().rollback().schemaRestored()).isFalse();
    }

    @Test
    void a_role_that_the_rollback_leaves_is_a_danger_of_its_own() {
        run.afterRollback.add(new Recording.SchemaDifference("role auditor", null, "nologin"));
        run.afterRollback.add(
                new Recording.SchemaDifference("setting work_mem of role auditor in the database", null, "8MB"));

        assertThat(finding("LEFT_ON_SERVER").evidence())
                .containsExactly(
                        "role auditor is new: nologin", "setting work_mem of role auditor in the database is new: 8MB");
        assertThat(report().rollback().schemaRestored()).isTrue();
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.afterRollback.add(new Recording.SchemaDifference("setting work_mem of role app", null, "8MB"));
        run.afterRollback.add(new Recording.SchemaDifference("role app", "login", null));
        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly("setting work_mem of role app is new: 8MB", "role app is gone: login");
    }

    @Test
    void of_several_migrators_that_are_in_each_others_way_one_gets_through_again_as_the_first_time() {
        run.attempts.add(ofSecond(Phase.MIGRATE));
        run.attempts.add(RecordedRun.attempt(Phase.REAPPLY, Outcome.SUCCEEDED, null));
        run.attempts.add(ofSecond(Phase.REAPPLY));

        assertThat(report().findings()).extracting(Finding::id).doesNotContain("REAPPLY_FAILED");
        assertThat(report().rollback().reapplied()).isTrue();

        run.attempts.set(run.attempts.size() - 2, RecordedRun.attempt(Phase.REAPPLY, Outcome.FAILED, "42701"));
        assertThat(finding("REAPPLY_FAILED").severity()).isEqualTo(Severity.BREACH);
        assertThat(report().rollback().reapplied()).isFalse();
    }

    @Test
    void what_differs_after_migrating_again_is_told_only_where_that_came_to_its_end() {
        run.reapplyDiffers.add(new Recording.SchemaDifference("index orders_note", null, "CREATE INDEX ..."));
        run.attempts.add(RecordedRun.attempt(Phase.REAPPLY, Outcome.SUCCEEDED, null));
        assertThat(finding("REAPPLY_DIFFERS").severity()).isEqualTo(Severity.DANGER);

        run.attempts.set(run.attempts.size() - 1, RecordedRun.attempt(Phase.REAPPLY, Outcome.FAILED, "42701"));
        assertThat(report().findings())
                .extracting(Finding::id)
                .contains("REAPPLY_FAILED")
                .doesNotContain("REAPPLY_DIFFERS");
    }

    private static Recording.Attempt ofSecond(Phase phase) {
        Recording.Attempt first = RecordedRun.attempt(phase, Outcome.FAILED, "42701");
        return new Recording.Attempt(
                phase,
                1,
                1,
                null,
                first.startMicros(),
                first.endMicros(),
                first.outcome(),
                first.sqlState(),
                first.message(),
                first.output());
    }

    @Test
    void columns_in_another_order_after_the_rollback_are_a_danger_where_nothing_else_differs() {
        run.afterRollback.add(new SchemaDifference("column order of orders", "id\nstate\nnote", "id\nnote\nstate"));
        assertThat(report().verdict()).as("what was in it is not known").isEqualTo(Verdict.NO_GO);

        run.account.add(new Recording.TableAccount("orders", 9, 0, 0, Map.of(), 9, 0, 0, 9));
        assertThat(finding("SCHEMA_NOT_RESTORED").severity()).isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.afterRollback.add(new SchemaDifference("column orders.state", "text not null", "text"));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.afterRollback.clear();
        run.afterRollback.add(new SchemaDifference("column order of orders", "id\nstate", "id\nstatus"));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void a_function_that_differs_in_comments_and_blanks_alone_is_a_note() {
        String function =
                "CREATE OR REPLACE FUNCTION public.f()\n RETURNS text\n LANGUAGE sql\nAS $function$\n%s\n$function$\n";
        run.afterRollback.add(new SchemaDifference(
                "function f()",
                function.formatted("-- it's the note\nSELECT 'a  --b'"),
                function.formatted("SELECT /* the note */ 'a  --b'")));
        assertThat(finding("SCHEMA_NOT_RESTORED").severity()).isEqualTo(Severity.NOTE);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.afterRollback.add(new SchemaDifference("column orders.state", "text not null", "text"));
        assertThat(finding("SCHEMA_NOT_RESTORED").severity()).isEqualTo(Severity.BREACH);
        assertThat(finding("SCHEMA_NOT_RESTORED").evidence()).hasSize(1);

        run.afterRollback.clear();
        run.afterRollback.add(new SchemaDifference(
                "function f()", function.formatted("SELECT 'a  --b'"), function.formatted("SELECT 'a --b'")));
        assertThat(report().verdict()).as("another text").isEqualTo(Verdict.NO_GO);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            sql        | SELECT $q$a  b$q$                  | SELECT $q$a b$q$
            sql        | SELECT E'it\\'s  a'                | SELECT E'it\\'s a'
            sql        | /* /* */ it's */ SELECT 'a  b'     | /* /* */ it's */ SELECT 'a b'
            plpython3u | plpy.execute("x LANGUAGE sql");  a | plpy.execute("x LANGUAGE sql"); a
            """)
    void a_function_of_which_blanks_may_matter_is_not_restored(String language, String before, String after) {
        String function = "CREATE OR REPLACE FUNCTION public.f()\n RETURNS text\n LANGUAGE " + language
                + "\nAS $function$\n%s\n$function$\n";
        run.afterRollback.add(
                new SchemaDifference("function f()", function.formatted(before), function.formatted(after)));

        assertThat(finding("SCHEMA_NOT_RESTORED").severity()).isEqualTo(Severity.BREACH);
    }
}
