package dev.rehearse.junit;

import static dev.rehearse.junit.RehearseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class EachMigrationIT {

    private static final List<RehearsalReport> SEEN = new CopyOnWriteArrayList<>();

    @Test
    void each_migration_is_a_test_of_its_own_with_its_own_report() {
        SEEN.clear();

        Executed results = Executed.of(Pending.class);

        assertThat(results.names()).containsExactly("V2 add a note", "V10 add a channel");
        results.succeeded(2);
        assertThat(SEEN).hasSize(2);
        assertThat(SEEN.get(0).statements()).extracting(Statement::sql).anyMatch(sql -> sql.contains("note"));
        assertThat(SEEN.get(0).statements()).extracting(Statement::sql).noneMatch(sql -> sql.contains("channel"));
        assertThat(SEEN.get(1).statements()).extracting(Statement::sql).anyMatch(sql -> sql.contains("channel"));
        assertThat(SEEN.get(1).statements()).extracting(Statement::sql).noneMatch(sql -> sql.contains("note"));
        assertThat(results.entries())
                .extracting(entry -> entry.get("rehearsal"))
                .containsExactlyElementsOf(results.names());
    }

    @Test
    void scripts_without_versions_cannot_be_told_apart() {
        assertThat(Executed.of(Scripts.class).failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("scripts that have no versions"));
    }

    @Rehearse(
            migrations = "db/orders",
            from = "1",
            rows = 2_000,
            with = RehearseExtensionIT.SHORT,
            database = "embedded",
            out = RehearseExtensionIT.OUT)
    static class Pending {

        @EachMigration
        void rolls_back(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).rollsBackCleanly();
        }
    }

    @Rehearse(plan = RehearseExtensionIT.PLAN)
    static class Scripts {

        @EachMigration
        void never_runs(RehearsalReport report) {
            throw new AssertionError("ran with " + report);
        }
    }
}
