package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.Verdict;
import org.junit.jupiter.api.Test;

class SlowdownTest extends AssessedRun {

    @Test
    void an_operation_that_stays_slow_on_the_new_schema_is_a_breach_but_not_where_the_others_are_as_slow() {
        run.slowerMicros = 2_000;
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.slowerMicros = 20_000;
        assertThat(finding("SLOWDOWN").title())
                .startsWith("place_order takes 21 ms on the new schema instead of 1.0 ms");
        assertThat(finding("SLOWDOWN").measured()).isEqualTo("21 x baseline");
        assertThat(finding("SLOWDOWN").statement()).isEqualTo(0);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.allAreSlower = true;
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
        run.allAreSlower = false;

        run.loadTable = "customers";
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("SLOWDOWN");
    }

    @Test
    void a_slow_operation_is_laid_to_what_dropped_its_index_and_not_to_what_locked_its_table_first() {
        run.slowerMicros = 20_000;
        run.statements.add(run.statement("DROP INDEX orders_state", 5 * SECOND + 3_000, 5 * SECOND + 4_000));
        run.statements.add(
                run.statement("CREATE INDEX orders_state ON orders (note)", 5 * SECOND + 5_000, 5 * SECOND + 6_000));
        run.changes.add(new SchemaDifference(
                "index orders_state",
                "CREATE INDEX orders_state ON public.orders USING btree (state)",
                "CREATE INDEX orders_state ON public.orders USING btree (note)"));

        assertThat(finding("SLOWDOWN").statement()).isEqualTo(1);
        assertThat(finding("SLOWDOWN").evidence())
                .last()
                .asString()
                .startsWith("index orders_state was CREATE INDEX")
                .contains("(state), is ");
        assertThat(finding("SLOWDOWN").saferWay()).startsWith("Keep an index on the columns of the one that went");
    }

    @Test
    void that_most_of_a_few_operations_are_slower_on_the_new_schema_may_be_chance() {
        run.every = 100_000;
        run.slowerMicros = 20_000;
        run.slowerOfTen = 6;
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("SLOWDOWN");

        run.slowerOfTen = 8;
        assertThat(finding("SLOWDOWN").title()).startsWith("place_order takes 21 ms");
    }
}
