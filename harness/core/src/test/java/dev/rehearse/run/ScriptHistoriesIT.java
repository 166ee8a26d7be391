package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.assess.Assessment;
import dev.rehearse.database.TestServers;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts that speak of the history of the tool that runs them in production. */
class ScriptHistoriesIT {

    @TempDir
    private Path folder;

    private RehearsalBuilder plan(String schema, String up) {
        return RehearsalBuilder.in(folder)
                .name("orders")
                .schema(new SqlFile("schema.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n" + schema, true))
                .rows("orders", 1_000)
                .ratePerSecond(50)
                .warmUp(Duration.ofMillis(500))
                .baseline(Duration.ofSeconds(1))
                .settle(Duration.ofMillis(500))
                .up(new SqlFile("up.sql", up, true));
    }

    @Test
    void the_history_that_scripts_speak_of_is_there_without_rows_or_load() throws Exception {
        RehearsalBuilder plan = plan(
                "DELETE FROM public._sqlx_migrations WHERE version IN (1, 2);",
                "UPDATE schema_migrations SET dirty = false; ALTER TABLE orders ADD COLUMN note text;");
        assertThat(ScriptHistories.lacking(plan.build())).containsExactly("_sqlx_migrations", "schema_migrations");

        Recording recording = new RehearsalRunner(TestServers.provider(), RunListener.SILENT).run(plan.build());

        assertThat(recording.attempts().get(0).outcome())
                .as(String.valueOf(recording.attempts().get(0).message()))
                .isEqualTo(Outcome.SUCCEEDED);
        assertThat(Assessment.of(recording).plan().rows())
                .containsEntry("orders", 1_000L)
                .allSatisfy((table, rows) -> assertThat(table.endsWith("migrations") && rows > 0)
                        .as(table)
                        .isFalse());
    }

    @Test
    void a_history_that_only_a_comment_speaks_of_is_not_needed() throws Exception {
        RehearsalBuilder plan = plan(
                "-- Noted in goose_db_version by goose.",
                "/* schema_migrations: 2 */ ALTER TABLE orders ADD COLUMN note text;");

        assertThat(ScriptHistories.lacking(plan.build())).isEmpty();
    }

    @Test
    void a_history_that_a_script_makes_is_its_own() throws Exception {
        RehearsalBuilder plan = plan(
                "CREATE TABLE IF NOT EXISTS public.schema_migrations (version varchar PRIMARY KEY);",
                "INSERT INTO schema_migrations VALUES ('2'); ALTER TABLE orders ADD COLUMN note text;");

        assertThat(ScriptHistories.lacking(plan.build())).isEmpty();
    }
}
