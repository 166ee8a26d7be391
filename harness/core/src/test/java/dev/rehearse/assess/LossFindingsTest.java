package dev.rehearse.assess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.report.RehearsalReport.ChecklistLine;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossFindingsTest extends AssessedRun {

    @Test
    void values_in_columns_that_the_migration_added_may_go_with_the_rollback_but_no_others() {
        run.changes.add(new Recording.SchemaDifference("column orders.note", null, "text"));
        run.account.add(new Recording.TableAccount("orders", 100, 0, 7, Map.of("note", 7L), 50, 0, 0, 1_000_000));
        assertThat(finding("NEW_VALUES_LOST").severity()).isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.account.set(
                0,
                new Recording.TableAccount("orders", 100, 0, 10, Map.of("note", 7L, "total", 3L), 50, 0, 0, 1_000_000));
        assertThat(finding("VALUES_LOST").evidence()).containsExactly("orders.total: 3");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.verifiedAfter = Phase.MIGRATE;
        assertThat(finding("VALUES_LOST").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_column_that_the_migration_added_is_known_by_a_name_that_needs_quotes() {
        run.changes.add(new Recording.SchemaDifference("column \"Orders\".\"Note\"", null, "text"));
        run.account.add(new Recording.TableAccount("\"Orders\"", 100, 0, 7, Map.of("Note", 7L), 50, 0, 0, 1_000_000));
        assertThat(finding("NEW_VALUES_LOST").evidence()).containsExactly("\"Orders\".Note: 7");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void rows_in_tables_that_the_migration_made_may_go_with_the_rollback_but_no_others() {
        run.changes.add(new Recording.SchemaDifference("table refunds", null, "owner shop"));
        run.account.add(new Recording.TableAccount("refunds", 40, 40, 0, Map.of(), 0, 0, 0, 0));
        assertThat(finding("NEW_VALUES_LOST").title())
                .isEqualTo("The rollback drops what the application wrote: 40 rows in new tables");
        assertThat(finding("NEW_VALUES_LOST").evidence()).containsExactly("refunds: 40");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.account.add(new Recording.TableAccount("orders", 100, 3, 0, Map.of(), 50, 0, 0, 1_000_000));
        assertThat(finding("ROWS_LOST").title()).isEqualTo("3 rows lost");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.account.remove(1);
        run.verifiedAfter = Phase.MIGRATE;
        assertThat(finding("ROWS_LOST").title())
                .as("without a rollback nothing explains it")
                .isEqualTo("40 rows lost");
    }

    @ParameterizedTest
    @CsvSource({
        "20, 142, 0, 2000, NO_GO", // a copy that misses what is written meanwhile
        "20, 142, 1, 2000, GO", // rows that the migration deletes
        "1, 142, 0, 2000, GO", // rows that are rare among the older ones
        "142, 142, 0, 0, GO" // a table that was empty
    })
    void rows_that_are_lost_only_where_the_application_wrote_them_were_left_behind(
            long lost, long written, long olderLost, long older, Verdict verdict) {
        run.hasRollback = false;
        run.verifiedAfter = Phase.MIGRATE;
        run.account.add(
                new Recording.TableAccount("orders", written, lost, 0, Map.of(), older, olderLost, 0, 1_000_000));

        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(finding("ROWS_LOST").saferWay().contains("before the copy begins"))
                .isEqualTo(verdict == Verdict.NO_GO);
    }

    @ParameterizedTest
    @CsvSource({
        "20, 0, 0, NO_GO, gone after the migration", // a copy that misses what is written meanwhile
        "20, 100, 0, GO, back after the rollback", // rows that the migration moves elsewhere
        "20, 100, 5, NO_GO, 5 rows lost" // and that the rollback does not bring back
    })
    void rows_that_are_gone_between_the_migration_and_its_rollback_are_told(
            long lost, long olderLost, long lostAtLast, Verdict verdict, String title) {
        run.beforeRollback.add(
                new Recording.TableAccount("orders", 142, lost, 0, Map.of(), 2000, olderLost, 0, 1_000_000));
        run.account.add(new Recording.TableAccount("orders", 142, lostAtLast, 0, Map.of(), 2000, 0, 0, 1_000_000));

        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(finding("ROWS_LOST").title()).contains(title);
        assertThat(report().checklist())
                .filteredOn(line -> line.item().equals("row counts and checksums"))
                .extracting(line -> line.state() == ChecklistLine.State.FAILED)
                .containsExactly(verdict == Verdict.NO_GO);
    }

    @ParameterizedTest
    @CsvSource({
        "17, 253, 0, 1987, note, NO_GO", // a copy that misses what is changed meanwhile
        "17, 253, 1, 1987, note, GO", // values that the migration changes
        "17, 253, 0, 1987, updated_at, GO", // of a column that is another now, such as one without fractions of a
        // second
        "1, 253, 0, 1987, note, GO", // values that are rare among the older ones
        "17, 253, 0, 0, note, GO" // a table that was empty
    })
    void values_that_are_lost_only_where_the_application_wrote_them_were_left_behind(
            long lost, long written, long olderLost, long older, String column, Verdict verdict) {
        run.changes.add(new SchemaDifference("column orders.updated_at", "timestamp", "timestamp(0)"));
        Recording.TableAccount account = new Recording.TableAccount(
                "orders", written, 0, lost, Map.of(column, lost), older, 0, olderLost, 1_000_000);
        run.beforeRollback.add(account);
        run.account.add(new Recording.TableAccount("orders", written, 0, 0, Map.of(), older, 0, 0, 1_000_000));
        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(report().checklist())
                .filteredOn(line -> line.item().equals("row counts and checksums"))
                .extracting(line -> line.state() == ChecklistLine.State.FAILED)
                .containsExactly(verdict == Verdict.NO_GO);

        run.hasRollback = false;
        run.verifiedAfter = Phase.MIGRATE;
        run.beforeRollback.clear();
        run.account.set(0, account);
        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(finding("VALUES_LOST").saferWay().contains("before the copy begins"))
                .isEqualTo(verdict == Verdict.NO_GO);
    }

    @Test
    void rows_whose_key_the_rollback_made_anew_are_told_as_such() {
        run.changes.add(
                new SchemaDifference("constraint orders.orders_pkey", "PRIMARY KEY (id)", "PRIMARY KEY (code)"));
        run.account.add(new Recording.TableAccount("orders", 9, 0, 8, Map.of("note", 8L), 9, 0, 0, 9));
        assertThat(finding("VALUES_LOST").evidence()).containsExactly("orders.note: 8");

        run.changes.add(new SchemaDifference("column orders.total", "bigint not null", null));
        run.changes.add(new SchemaDifference("constraint items.items_pkey", "PRIMARY KEY (total)", null));
        assertThat(finding("VALUES_LOST").evidence()).containsExactly("orders.note: 8");

        run.changes.add(new SchemaDifference("column orders.id", "bigint not null", null));
        assertThat(finding("VALUES_LOST").evidence())
                .first()
                .asString()
                .startsWith("the migration dropped the key of orders, and the rollback made it anew");
    }

    @Test
    void rows_that_can_be_written_and_not_read_are_a_danger() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.ROWS_UNREADABLE, "orders", Phase.MIGRATE, "22012: ERROR: division by zero"));

        assertThat(finding("ROWS_UNREADABLE").severity()).isEqualTo(Severity.DANGER);
        assertThat(finding("ROWS_UNREADABLE").evidence()).first().isEqualTo("22012: ERROR: division by zero");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }
}
