package dev.rehearse.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServerDeathIT {

    @Test
    void a_server_that_dies_under_the_migration_ends_it_with_an_outcome_and_nothing_hangs() throws Exception {
        Migration plan = new Migration(
                Migration.Tool.SQL,
                List.of(SqlFile.of("up.sql", "select 1;\nselect pg_sleep(60);")),
                List.of(),
                null,
                null,
                null,
                null,
                3,
                Duration.ofMillis(10),
                2,
                Duration.ofMinutes(3));
        AtomicReference<List<Attempt>> attempts = new AtomicReference<>();
        TestDatabase database =
                DatabaseProviders.embedded().start(new DatabaseRequest(18, 0, Map.of(), null, null), Progress.SILENT);
        try {
            TestDatabase.Server server = database.primary();
            long from;
            try (Migrators migrators = Migrators.open(plan, server, server.user(), server.password(), new RunClock())) {
                Thread runner = new Thread(() -> attempts.set(migrators.run(Phase.MIGRATE)));
                runner.start();
                Until.holds(
                        "both migrators to sleep",
                        () -> migrators.recorder().facts().stream()
                                        .filter(f -> f.sql().startsWith("select pg_sleep"))
                                        .count()
                                == 2);
                from = System.nanoTime();
                database.close();
                runner.join(60_000);
                assertThat(runner.isAlive()).isFalse();
                assertThat(migrators.recorder().facts())
                        .filteredOn(f -> f.sql().startsWith("select pg_sleep"))
                        .allMatch(f -> f.outcome() != Outcome.SUCCEEDED);
            }
            assertThat(System.nanoTime() - from).isLessThan(50_000_000_000L);
        } finally {
            database.close();
        }

        assertThat(attempts.get()).hasSize(2).allMatch(a -> a.outcome() != Outcome.SUCCEEDED && a.message() != null);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("rehearse-migrator")
                        || t.getName().startsWith("rehearse-tap"));
    }
}
