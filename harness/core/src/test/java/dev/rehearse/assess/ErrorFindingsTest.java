package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorFindingsTest extends AssessedRun {

    @Test
    void an_operation_that_never_works_on_the_new_schema_is_a_breach_whatever_share_of_errors_is_allowed() {
        run.budget = new Budget(null, null, null, null, null, 1.0, null, null, Budget.RollbackRule.TESTED_IF_PRESENT);
        run.failingShare = 0.1;
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        // Due at 8 s, on the new schema, alone.
        run.every = 2 * SECOND;
        run.failingShare = 0.5;
        assertThat(finding("ERRORS").title())
                .isEqualTo("place_order never worked on the new schema, but failed with 42703 (undefined column)");
        assertThat(finding("ERRORS").measured()).isEqualTo("0 of 1 operation succeeded");

        run.failingWith = "57014";
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("ERRORS");

        run.every = SECOND / 100;
        run.failingShare = 1;
        assertThat(finding("ERRORS").measured()).isEqualTo("0 of 100 operations succeeded");
        run.failingWith = Operation.NO_CONNECTION;
        assertThat(report().findings())
                .as("none of them came to the new schema")
                .extracting(Finding::id)
                .doesNotContain("ERRORS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", Operation.OWN_FAILURE})
    void what_half_of_the_new_applications_operations_fail_with_is_no_chance(String error) {
        run.newApplication = "shop 1.5";
        run.newFailsWith = error;

        assertThat(finding("ERRORS").title()).startsWith("50 of 200 operations failed with " + error);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void one_operation_that_fails_on_a_table_that_is_rarely_asked_is_an_error_and_no_outage_until_the_next() {
        run.every = SECOND;
        run.failingShare = 0.5;

        assertThat(finding("ERRORS").title()).startsWith("1 of 1 operation failed");
        assertThat(finding("ERRORS").evidence())
                .as("of each phase, told once")
                .anySatisfy(
                        line -> assertThat(line)
                                .isEqualTo(
                                        "for the same: 1 of 3 operations failed with 42703 (undefined column) while the migration ran"));
        assertThat(report().outages()).isEmpty();
    }

    @Test
    void errors_beyond_the_baseline_break_the_budget_and_say_what_the_sqlstate_means() {
        run.failingShare = 0.1;

        Finding finding = finding("ERRORS");

        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(finding.evidence()).anySatisfy(line -> assertThat(line).contains("42703 (undefined column)"));
        assertThat(finding.saferWay()).contains("Expand and contract");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", "RH004"})
    void an_error_that_lies_in_the_values_may_be_chance_until_there_are_many(String error) {
        run.failingWith = error;
        run.failingShare = 0.01;
        assertThat(finding("FEW_ERRORS").severity()).isEqualTo(Severity.NOTE);
        assertThat(finding("FEW_ERRORS").evidence()).containsExactly("before the migration: 0 of 500 operations");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.statements.add(run.statement(
                "UPDATE orders SET total = total * 100",
                5 * SECOND + 3_000,
                6 * SECOND,
                RecordedRun.lock("orders", LockMode.ROW_EXCLUSIVE, 900_000)));
        assertThat(finding("FEW_ERRORS").severity()).isEqualTo(Severity.VOID);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.failingShare = 0.2;
        assertThat(finding("ERRORS").severity()).isEqualTo(Severity.BREACH);
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("FEW_ERRORS");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
            column orders.note         | -       | text                                         | FEW_ERRORS
            column order of orders     | id      | id note                                      | FEW_ERRORS
            index orders_note          | -       | CREATE INDEX orders_note ON orders (note)    | FEW_ERRORS
            index orders_half          | -       | CREATE INDEX ON orders ((total / share))     | ERRORS
            index orders_open          | -       | CREATE INDEX orders_open ON public.orders USING btree ("note", total DESC) INCLUDE (id) WHERE ((closed IS NULL) AND ((kind)::text = 'a-b'::text) AND (total > 1.5)) | FEW_ERRORS
            index orders_soon          | -       | CREATE INDEX orders_soon ON public.orders USING btree (note) WITH (fillfactor='70') WHERE ((total / share) > 1) | ERRORS
            index orders_year          | -       | CREATE INDEX orders_year ON public.orders USING btree (note) WHERE ((note)::integer > 2000) | ERRORS
            index orders_code          | -       | CREATE INDEX orders_code ON public.orders USING btree (note) WHERE checked(note) | ERRORS
            column orders.half         | -       | integer generated always stored as (total/2) | ERRORS
            column orders.total        | bigint  | integer                                      | ERRORS
            trigger orders.check_total | -       | CREATE TRIGGER check_total                   | ERRORS
            """)
    void an_error_that_lies_in_a_value_is_no_chance_where_the_new_schema_may_refuse_it(
            String object, @Nullable String before, String after, String expected) {
        run.failingShare = 0.01;
        run.changes.add(new SchemaDifference(object, before, after));

        for (String error : List.of("22003", "RH004")) {
            run.failingWith = error;
            assertThat(report().findings()).extracting(Finding::id).contains(expected);
        }
    }

    @Test
    void an_error_that_the_baseline_has_is_a_breach_where_it_is_more_frequent_than_chance_explains() {
        run.baselineFailsWith = "40P01";
        run.failingWith = "40P01";
        run.failingShare = 0.06;
        assertThat(finding("FEW_ERRORS").limit()).isEqualTo("none beyond the baseline");

        run.failingShare = 0.2;
        assertThat(finding("ERRORS").severity()).isEqualTo(Severity.BREACH);

        run.baselineFailsWith = null;
        run.failingShare = 0.01;
        assertThat(finding("ERRORS").title()).contains("40P01");
    }

    @Test
    void what_else_fails_in_another_phase_is_in_the_evidence_of_what_is_told_once_for_all() {
        run.failingShare = 1;
        run.newApplication = "shop 1.5";
        run.newFailsWith = "22003";

        assertThat(finding("ERRORS").title()).endsWith("while the migration ran");
        assertThat(finding("ERRORS").evidence())
                .anySatisfy(line -> assertThat(line).startsWith("for the same: 150 of 200 operations failed"))
                .contains("50 x place_order of shop 1.5: 22003 (number out of range)");
    }
}
