package dev.rehearse.junit;

import static dev.rehearse.junit.RehearseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

class EachMigrationIT {

    private static final List<RehearsalReport> SEEN = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void each_migration_of_one_rehearsal_is_a_test_of_its_own_and_all_of_them_are_one_more() {
        Executed results = Executed.of(Pending.class);

        assertThat(results.names()).containsExactly("V2 add a note", "V10 add a channel", "V2 to V10 (all)");
        results.succeeded(3);
        assertThat(results.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry).containsEntry("rehearsal", "V2 to V10"));
        assertThat(SEEN.get(0).plan().name()).isEqualTo("V2 add a note");
        assertThat(sql(0)).anyMatch(sql -> sql.contains("note")).noneMatch(sql -> sql.contains("channel"));
        assertThat(sql(1)).anyMatch(sql -> sql.contains("channel")).noneMatch(sql -> sql.contains("note"));
        assertThat(sql(2)).anyMatch(sql -> sql.contains("note")).anyMatch(sql -> sql.contains("channel"));
        assertThat(SEEN.get(2).migrations()).containsExactly(only(0), only(1));
    }

    private static List<String> sql(int seen) {
        return SEEN.get(seen).statements().stream().map(Statement::sql).toList();
    }

    private static RehearsalReport.Migration only(int seen) {
        assertThat(SEEN.get(seen).migrations()).hasSize(1);
        return SEEN.get(seen).migrations().get(0);
    }

    @Test
    void one_that_fails_says_so_as_elsewhere_and_those_behind_it_are_aborted() {
        Executed results = Executed.of(Scripts.class);

        assertThat(results.names())
                .containsExactly("note.sql", "mistake.sql", "channel.sql", "a note, a mistake and a channel (all)");
        assertThat(results.of("mistake.sql").getStatus()).isEqualTo(Status.FAILED);
        assertThat(results.of("mistake.sql").getThrowable().orElseThrow())
                .hasMessageStartingWith("Expected GO for \"mistake.sql\", but the verdict is NO_GO.")
                .hasMessageContaining("[MIGRATION_FAILED] The migration failed with 42701")
                .hasMessageContaining("statement  mistake.sql:1: ALTER TABLE orders ADD COLUMN note text")
                .hasMessageContaining("report.html");
        assertThat(results.of("channel.sql").getStatus()).isEqualTo(Status.ABORTED);
        assertThat(results.of("channel.sql").getThrowable().orElseThrow())
                .hasMessageEndingWith("channel.sql was not run: mistake.sql failed before it.");
        assertThat(results.of("a note, a mistake and a channel (all)").getStatus())
                .isEqualTo(Status.FAILED);
        assertThat(SEEN.get(0).migrations()).extracting(m -> m.outcome()).containsExactly("SUCCEEDED");
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

    @Rehearse(
            plan = "src/test/resources/rehearsals/three-scripts",
            database = "embedded",
            out = RehearseExtensionIT.OUT)
    static class Scripts {

        @EachMigration
        void is_safe(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).isGo();
        }
    }
}
