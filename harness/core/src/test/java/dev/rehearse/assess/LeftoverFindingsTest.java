package dev.rehearse.assess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeftoverFindingsTest extends AssessedRun {

    @Test
    void an_invalid_index_is_no_go_and_a_constraint_left_not_valid_is_a_danger() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.INVALID_INDEX, "orders_idx", Phase.MIGRATE, "on orders"));
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.NOT_VALID_CONSTRAINT, "orders_check", Phase.MIGRATE, "on orders"));

        assertThat(finding("INVALID_INDEX").severity()).isEqualTo(Severity.BREACH);
        assertThat(finding("INVALID_INDEX").evidence())
                .containsExactly("on orders", "found after MIGRATE", "gone after ROLL_BACK");
        assertThat(finding("NOT_VALID_CONSTRAINT").severity()).isEqualTo(Severity.DANGER);

        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.INVALID_INDEX, "orders_idx", Phase.ROLL_BACK, "on orders"));
        assertThat(finding("INVALID_INDEX").evidence())
                .containsExactly("on orders", "found after MIGRATE", "found after ROLL_BACK");

        run.leftovers.remove(run.leftovers.size() - 1);
        run.compared = false;
        assertThat(finding("INVALID_INDEX").evidence()).containsExactly("on orders", "found after MIGRATE");
    }

    @Test
    void leftovers_of_a_kind_that_need_the_same_are_told_once_and_what_the_rollback_leaves_by_itself() {
        for (String relation : List.of("table a", "sequence a_id_seq", "table b")) {
            run.leftovers.add(new Recording.Leftover(
                    Recording.Leftover.Kind.MISSING_PRIVILEGE, relation, Phase.MIGRATE, "app may do nothing with it"));
        }
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.MISSING_PRIVILEGE, "table b", Phase.ROLL_BACK, "app may do nothing with it"));

        assertThat(report().findings())
                .filteredOn(found -> found.id().equals("MISSING_PRIVILEGE"))
                .extracting(Finding::title)
                .containsExactly(
                        "The application has no right to the new table a; likewise sequence a_id_seq",
                        "The application has no right to the new table b");
        assertThat(finding("MISSING_PRIVILEGE").evidence())
                .containsExactly(
                        "table a: app may do nothing with it",
                        "sequence a_id_seq: app may do nothing with it",
                        "found after MIGRATE");
    }

    @Test
    void rows_that_came_back_without_a_key_prove_nothing() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.ROWS_UNFOLLOWED, "orders", Phase.MIGRATE, "an INSERT gave back no key"));

        assertThat(finding("ROWS_UNFOLLOWED").title()).contains("orders");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void an_index_that_partitions_lack_is_completed_and_not_dropped() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.INVALID_INDEX,
                "ev_n",
                Phase.MIGRATE,
                "index on partitioned table ev without a valid one of ev_default"));

        assertThat(finding("INVALID_INDEX").saferWay())
                .contains("ALTER INDEX ev_n ATTACH PARTITION")
                .doesNotContain("DROP");
    }

    @Test
    void what_was_made_by_a_function_as_it_was_is_a_danger() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.FORMER_VALUES,
                "index orders_name",
                Phase.MIGRATE,
                "function norm(text), by which it was made, is another now, and it was not made anew"));

        assertThat(finding("FORMER_VALUES").severity()).isEqualTo(Severity.DANGER);
        assertThat(finding("FORMER_VALUES").title()).endsWith("index orders_name");
        assertThat(finding("FORMER_VALUES").evidence()).first().asString().startsWith("function norm(text)");
        assertThat(finding("FORMER_VALUES").saferWay()).contains("REINDEX INDEX CONCURRENTLY");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void policies_that_did_not_hold_the_load_prove_nothing_and_functions_that_nobody_called_are_a_danger() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.FUNCTIONS_UNTRIED, "function total(integer)", Phase.MIGRATE, "not called"));
        assertThat(finding("FUNCTIONS_UNTRIED").severity()).isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.POLICIES_UNTRIED, "orders", Phase.MIGRATE, "the load had the owner's rights"));
        assertThat(finding("POLICIES_UNTRIED").saferWay()).contains("roles: { application:");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            shop."Orders_cc_ccnew" | serves as before  | DROP INDEX CONCURRENTLY shop."Orders_cc_ccnew", then REINDEX CONCURRENTLY again.
            orders_idx_ccold1      | serves as rebuilt | DROP INDEX CONCURRENTLY orders_idx_ccold1.
            orders_idx             | IF NOT EXISTS     | DROP INDEX CONCURRENTLY, then build it again.
            """)
    void what_a_reindex_left_is_not_the_index_itself(String index, String effect, String way) {
        run.leftovers.add(
                new Recording.Leftover(Recording.Leftover.Kind.INVALID_INDEX, index, Phase.MIGRATE, "on orders"));

        assertThat(finding("INVALID_INDEX").effect()).contains(effect);
        assertThat(finding("INVALID_INDEX").saferWay()).isEqualTo(way);
    }

    @Test
    void keys_that_end_early_and_rows_that_cannot_be_compared_are_told_and_break_no_limit() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.NARROW_REFERENCE, "lines.order_id", Phase.MIGRATE, "integer, and refers"));
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.NARROW_SEQUENCE, "orders_id_seq", Phase.MIGRATE, "it ends at 2147483647"));
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.SHORT_KEY, "lines.id", Phase.MIGRATE, "integer: its last number"));
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.ROWS_INCOMPARABLE, "orders", Phase.MIGRATE, "no equality of extra, json"));

        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.SEQUENCE_BEHIND, "lines.id", Phase.MIGRATE, "sequence lines_id_seq stands"));

        assertThat(finding("SEQUENCE_BEHIND").severity()).isEqualTo(Severity.DANGER);
        assertThat(finding("NARROW_REFERENCE").severity()).isEqualTo(Severity.DANGER);
        assertThat(finding("NARROW_SEQUENCE").severity()).isEqualTo(Severity.DANGER);
        assertThat(finding("NARROW_SEQUENCE").saferWay()).contains("AS bigint");
        assertThat(finding("SHORT_KEY").severity()).isEqualTo(Severity.NOTE);
        assertThat(finding("ROWS_INCOMPARABLE").severity()).isEqualTo(Severity.DANGER);
        assertThat(finding("ROWS_INCOMPARABLE").evidence()).first().isEqualTo("no equality of extra, json");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }
}
